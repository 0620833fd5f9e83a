"""Tiers with rules of their own, read for what they ask of the indicators: so many of some, points, scores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Literal

from attrs import define, field

from smartrules.analysis.gaps.goals import FAILS, FREE, HOLDS, Ask, Goal, Hold, Judge, Members, Outcomes
from smartrules.analysis.gaps.numbers import values
from smartrules.analysis.gaps.reading import Goals, Sense, Way
from smartrules.analysis.gaps.rules import Rules
from smartrules.analysis.solving.inequalities import at_most
from smartrules.analysis.solving.ratios import Linear, Ratio
from smartrules.engines.assessing import assess_tier
from smartrules.engines.exact import read
from smartrules.engines.scope import Scope
from smartrules.engines.standings import with_standings
from smartrules.expr.nodes import Expr, Name, OneOf
from smartrules.facts import Facts
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, Outcome
from smartrules.standard import INDICATORS

#: Among the members that a rule asks, which tier's rule it is.
_TIER = ""


def of_tier(tier: str) -> Members:
    """Return what marks the goals of a tier's own rule."""
    return ((_TIER, tier),)


@define(eq=False)
class Grading(Rules):
    """Reads the rules of tiers; those of indicators are left to another reader of the same community.

    Attributes:
        inner: reads the rules of indicators.
    """

    inner: Rules = field(kw_only=True)
    _standings: dict[tuple[str, int], Facts] = field(init=False, factory=dict)

    @classmethod
    def beside(cls, inner: Rules) -> Grading:
        """Return the reader of tiers beside one of indicators."""
        return cls(inner.edition.graded, inner.items, inner=inner, numbers=inner.numbers)

    def goals(self, goal: Ask | Judge) -> Goals:
        """Return what a part of a rule comes down to; None where nothing does."""
        found = super().goals(goal) if _is_of_tier(goal) else self.inner.goals(goal)
        self.gives_up = self.gives_up or self.inner.gives_up
        return found

    def comes_to(self, goal: Ask | Judge, facts: Facts) -> Outcome:
        """Return what a part of a rule comes to over other facts."""
        if isinstance(goal, Judge) or not _is_of_tier(goal):
            return self.inner.comes_to(goal, facts)
        tier, members = _parted(goal.members)
        return self._outcome(goal.node, members, self._graded(tier, facts))

    def outcome(self, node: Expr, members: Members) -> Outcome:
        """Return what a part of a rule comes to now."""
        tier, asked = _parted(members)
        key = tier, id(self.facts)
        if key not in self._standings:
            self._standings[key] = self._graded(tier, self.facts)
        return self._outcome(node, asked, self._standings[key])

    def _graded(self, tier: str, facts: Facts) -> Facts:
        base = self.inner.edition
        level = base.tier_by_id[tier]
        return with_standings(facts, assess_tier(level, base, Scope(facts)).values())

    def _outcome(self, node: Expr, members: Members, facts: Facts) -> Outcome:
        for collection, place in members:
            found = [one for one in facts.collections[collection] if f"{collection}.{one.id}" == place]
            if not found:  # one that does not apply is none of them
                return NOT_MET
            facts = facts.within(collection, found[0])
        self.keep(node)
        return read(node, self.edition)(Scope(facts)).outcome

    # --- indicators --------------------------------------------------------------------------------------------------

    def places(self, collection: str) -> list[str]:
        """Return where the members of a collection stand: of the indicators, those that any tier asks."""
        if collection != INDICATORS:
            return super().places(collection)
        return [f"{INDICATORS}.{one.id}" for one in self.edition.indicators]

    def absent(self, members: Members) -> tuple[Goal, ...] | None:
        """Return what makes an indicator not apply; None where it always does."""
        found = _indicator(members)
        if found is None:
            return None
        tier, name = found
        rules = self.inner.edition.rules(tier)
        if name not in rules:
            return ()
        return (Judge(tier, name, FREE),) if NOT_APPLICABLE in self.inner.possible(rules[name]) else None

    def said(self, node: Expr, wanted: Outcomes, members: Members) -> Goals | Literal[False]:
        """Return what a rule says of an indicator; False for anything else."""
        found = _indicator(members)
        if found is None:
            return False
        tier, name = found
        if name not in self.inner.edition.rules(tier):
            return None  # not among them
        indicator = self.edition.indicator_by_id[name]
        match node:
            case Name(id="met"):
                return [Judge(tier, name, wanted & (HOLDS | FAILS))] if wanted & (HOLDS | FAILS) else None
            case Name(id="mandatory" | "optional" as which):
                return self._known((tier in indicator.optional) == (which == "optional"), wanted)
            case Name(id="applicable"):
                return [Judge(tier, name, HOLDS | FAILS)] if MET in wanted else None
            case OneOf(choice=Name(id="id"), members=named):
                return self._known(name in named, wanted)
            case OneOf(choice=Name(id="group"), members=named):
                return self._known((indicator.group or "") in named, wanted)
            case Name(id="reported"):
                return self._all_known(tier, name, wanted, self.outcome(node, members))
            case _:
                return False

    def _all_known(self, tier: str, name: str, wanted: Outcomes, now: Outcome) -> Goals:
        """Return what makes every fact behind an indicator known; one that is reported stays so."""
        if now in wanted:
            return []
        if MET not in wanted:
            return None
        self.gives_up = True  # less may do
        worth = self.edition.indicator_by_id[name].points
        asked = [self.inner.edition.rules(tier)[name], *([worth.value] if worth is not None and worth.value else [])]
        goals = [self.inner.known(one, ()) for one in asked]
        return None if None in goals else [goal for found in goals for goal in found or ()]

    def _known(self, holds: bool, wanted: Outcomes) -> Goals:
        return [] if (MET if holds else NOT_MET) in wanted else None

    def constant(self, node: Expr, members: Members) -> Fraction | None:
        """Return the value of a number that nothing can change; None where something can."""
        if isinstance(node, Name) and node.id == "full_points":
            found = _indicator(members)
            return None if found is None else self._full(found[1])
        if self.edition.names_behind(node):
            return None
        known = super().constant(node, ())
        return known if isinstance(known, Fraction) else None

    def _full(self, indicator: str) -> Fraction:
        worth = self.edition.indicator_by_id[indicator].points
        return Fraction(0) if worth is None else Fraction(worth.full)

    def standing(self, node: Expr, members: Members, sense: Sense) -> Iterable[Way] | None:
        """Return the points of an indicator; None for any other number."""
        found = _indicator(members)
        if found is None or not isinstance(node, Name) or node.id != "points":
            return None
        return self._points(*found, sense)

    def _points(self, tier: str, name: str, sense: Sense) -> Iterator[Way]:
        if name not in self.inner.edition.rules(tier):
            return
        worth, full = self.edition.indicator_by_id[name].points, self._full(name)
        everything, nothing = Ratio(Linear(number=full)), Ratio(Linear())
        if worth is None:
            yield nothing, ()
            return
        if worth.value is None:
            yield everything, () if sense < 0 else (Judge(tier, name, HOLDS),)
            yield nothing, () if sense > 0 else (Judge(tier, name, FAILS),)
            return
        if sense:
            yield (nothing if sense > 0 else everything), ()
        for ratio, goals in values(self.inner, worth.value, (), sense):
            if ratio.above.constant and ratio.below.constant:
                number = min(max(ratio.above.number / ratio.below.number, Fraction(0)), full)
                yield Ratio(Linear(number=number)), goals
                continue
            low, high = ratio.above, ratio.above.plus(ratio.below, -full)
            yield ratio, (*goals, _no_less(low), _no_less(high.times(Fraction(-1))))
            yield everything, (*goals, _no_less(high))
            yield nothing, (*goals, _no_less(low.times(Fraction(-1))))


def _no_less(linear: Linear) -> Hold:
    return Hold(at_most(linear.times(Fraction(-1)).terms, linear.number))


def _is_of_tier(goal: Ask | Judge) -> bool:
    return isinstance(goal, Ask) and bool(goal.members) and goal.members[0][0] == _TIER


def _parted(members: Members) -> tuple[str, Members]:
    """Return the tier whose rule asks, and the members that it asks."""
    (_, tier), *rest = members
    return tier, tuple(rest)


def _indicator(members: Members) -> tuple[str, str] | None:
    """Return the tier and the indicator that a rule asks; None where it asks none."""
    if not members or members[0][0] != _TIER:
        return None
    asked = dict(members).get(INDICATORS)
    return None if asked is None else (members[0][1], asked.partition(".")[2])
