"""Rules read for what must be brought about so that they come to a wanted outcome: goals of goals, down to inequalities.

Every way is among the goals, so that a search that goes through all of them has seen them all. Where one is left out, the
reader says so: `Reading.gives_up`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, assert_never

from attrs import define, field

from smartrules.analysis.gaps.comparisons import compared
from smartrules.analysis.gaps.goals import (
    FAILS,
    FREE,
    HOLDS,
    IDLE,
    PASSES,
    Ask,
    Goal,
    Hold,
    Judge,
    Know,
    Members,
    Outcomes,
)
from smartrules.analysis.gaps.members import quantified
from smartrules.analysis.gaps.reading import Goals, Reading, either
from smartrules.analysis.solving.inequalities import at_most
from smartrules.analysis.solving.ratios import Unsolved
from smartrules.expr.nodes import (
    Advice,
    Aggregate,
    AllOf,
    AnyOf,
    Arithmetic,
    AtLeast,
    Comparison,
    Count,
    Day,
    Expr,
    FirstOf,
    Includes,
    Interpolation,
    Literal,
    Name,
    Negation,
    Not,
    OneOf,
    Quantified,
    Range,
    Reported,
    Rounding,
    Today,
    Unknown,
    When,
)
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, UNDETERMINED

_TURNED: dict[Any, Any] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}
_OPPOSITE = {MET: NOT_MET, NOT_MET: MET}


@define(eq=False)
class Rules(Reading):
    """Reads the rules of indicators."""

    _made: dict[object, Goals] = field(factory=dict)

    def goals(self, goal: Ask | Judge) -> Goals:
        """Return what a part of a rule comes down to, its alternatives not yet looked into."""
        key = (
            (goal.tier, goal.indicator, goal.wanted)
            if isinstance(goal, Judge)
            else (id(goal.node), goal.wanted, goal.members)
        )
        if key not in self._made:
            try:
                self._made[key] = self._judged(goal) if isinstance(goal, Judge) else self._asked(goal)
            except Unsolved as unsolved:
                self.leave(unsolved.node)
                self._made[key] = None
        return self._made[key]

    # --- requirements ------------------------------------------------------------------------------------------------

    def _judged(self, goal: Judge) -> Goals:
        return self._whole(self.edition.rules(goal.tier)[goal.indicator], goal.wanted)

    def _whole(self, rule: Expr, wanted: Outcomes) -> Goals:
        """Return the goals of the whole rule of an indicator: it is met too where its condition is open."""
        if not isinstance(rule, When):
            return [Ask(rule, wanted)]
        condition = rule.condition
        passing, holding, failing, free = (
            self._whole(rule.requirement, wanted) for wanted in (PASSES, HOLDS, FAILS, FREE)
        )
        options = list[Sequence[Goal]]()
        if wanted >= PASSES:
            options += [] if passing is None else [passing]
        else:
            if MET in wanted and holding is not None:
                options.append([Ask(condition, HOLDS), *holding])
                # One that is met is so too where it is open whether it applies.
                self.gives_up = self.gives_up or self.outcome(condition, ()) is UNDETERMINED
            if NOT_APPLICABLE in wanted and free is not None:
                options.append(free)
        if NOT_MET in wanted and failing is not None:
            options.append([Ask(condition, HOLDS), *failing])
        if NOT_APPLICABLE in wanted:
            options.append([Ask(condition, IDLE)])
        return either(options)

    def _asked(self, goal: Ask) -> Goals:
        node, wanted, members = goal.node, goal.wanted, goal.members
        own = self.said(node, wanted, members)
        if own is not False:
            return own
        match node:
            case AllOf():
                return self._all(node.parts, wanted, members)
            case AnyOf():
                return self._some(node.parts, 1, wanted, members)
            case AtLeast():
                return self._some(node.parts, node.k, wanted, members)
            case Not():
                return [Ask(node.part, frozenset(_OPPOSITE.get(one, one) for one in wanted), members)]
            case When():
                return self._when(node, wanted, members)
            case Advice():
                return [] if NOT_APPLICABLE in wanted else None
            case Unknown():
                return None
            case Quantified():
                return quantified(self, node, wanted, members)
            case Reported():
                return self._reported(node, wanted, members)
            case Comparison() | Range() | Includes() | OneOf() | Name():
                if NOT_MET in wanted and MET in wanted:
                    return self._either_way(node, members)
                if not wanted & {MET, NOT_MET}:
                    return None
                return self._stated(node, MET in wanted, members)
            case (
                Literal()
                | Day()
                | Arithmetic()
                | Negation()
                | Rounding()
                | FirstOf()
                | Interpolation()
                | Today()
                | Count()
                | Aggregate()
            ):
                raise Unsolved(node)
            case _:
                assert_never(node)

    def _either_way(self, node: Expr, members: Members) -> Goals:
        return either([[Ask(node, HOLDS, members)], [Ask(node, FAILS, members)]])

    def _all(self, parts: Sequence[Expr], wanted: Outcomes, members: Members) -> Goals:
        every = [Ask(part, PASSES, members) for part in parts]
        if wanted == PASSES:
            return every
        options = list[Sequence[Goal]]()
        if MET in wanted:
            if all(NOT_APPLICABLE not in self.possible(part) for part in parts):
                options.append(every)
            else:
                options += [[Ask(one, HOLDS, members), *every] for one in parts]
        if NOT_APPLICABLE in wanted:
            options.append([Ask(part, FREE, members) for part in parts])
        if NOT_MET in wanted:
            options += [[Ask(part, FAILS, members)] for part in parts]
        return either(options)

    def _some(self, parts: Sequence[Expr], k: int, wanted: Outcomes, members: Members) -> Goals:
        """Return what makes at least ``k`` of some parts hold, those that do not apply left out; k is never more than they are."""
        every = len(parts)
        may_drop = [part for part in parts if NOT_APPLICABLE in self.possible(part)]
        options = list[Sequence[Goal]]()
        if MET in wanted:
            options.append(self.at_least(k, [(Ask(part, HOLDS, members),) for part in parts]))
            if may_drop:
                passing = [Ask(part, PASSES, members) for part in parts]
                if NOT_APPLICABLE in wanted:
                    options.append(passing)
                else:
                    options += [[Ask(one, HOLDS, members), *passing] for one in parts]
        if NOT_APPLICABLE in wanted:
            options.append([Ask(part, FREE, members) for part in parts])
        if NOT_MET in wanted:
            few = self.at_least(every - k + 1, [(Ask(part, IDLE, members),) for part in parts])
            if may_drop:
                options += [[Ask(one, FAILS, members), *few] for one in parts]
            else:
                options.append(few)
        return either(options)

    def _when(self, node: When, wanted: Outcomes, members: Members) -> Goals:
        asked, condition = node.requirement, node.condition
        options: list[tuple[Ask, ...]] = [
            (Ask(condition, HOLDS, members), Ask(asked, frozenset({one}), members))
            for one in (MET, NOT_MET)
            if one in wanted
        ]
        if NOT_APPLICABLE in wanted:
            options += [(Ask(condition, IDLE, members),), (Ask(asked, FREE, members),)]
        return either(options)

    def _reported(self, node: Reported, wanted: Outcomes, members: Members) -> Goals:
        if MET not in wanted:
            if node.of.id in self.facts.not_reported:
                self.gives_up = True  # one that is not reported can stay so
            return None
        return self.known(node.of, members)

    # --- statements --------------------------------------------------------------------------------------------------

    def _stated(self, node: Expr, holds: bool, members: Members) -> Goals:
        match node:
            case Name():
                return self._flag(node, holds, members)
            case Includes():
                return self._summed(node.set.id, node.members, node.k or len(node.members), holds, members)
            case OneOf():
                return self._summed(node.choice.id, node.members, 1, holds, members)
            case Comparison():
                return compared(self, node, node.operator if holds else _TURNED[node.operator], members)
            case Range():
                ends = (
                    Comparison(node.low_operator, node.low, node.value),
                    Comparison(node.high_operator, node.value, node.high),
                )
                self.keep(*ends)
                if holds:
                    return [Ask(end, HOLDS, members) for end in ends]
                return either([[Ask(end, FAILS, members)] for end in ends])
            case _:
                raise Unsolved(node)

    def _flag(self, node: Name, holds: bool, members: Members) -> Goals:
        declared = self.edition.fact_by_id[node.id]
        if declared.derived is not None and self.items.is_made(node.id):
            return [Ask(declared.derived, HOLDS if holds else FAILS, members)]
        path = self.path(node.id, members)
        limit = at_most({path: Fraction(-1 if holds else 1)}, Fraction(-1 if holds else 0))
        return [Know(path), Hold(limit)]

    def _summed(self, name: str, named: Sequence[str], k: int, holds: bool, members: Members) -> Goals:
        path = self.path(name, members)
        sign = Fraction(-1 if holds else 1)
        terms = {f"{path}.{member}": sign for member in named}
        return [Know(path), Hold(at_most(terms, Fraction(-k if holds else k - 1)))]
