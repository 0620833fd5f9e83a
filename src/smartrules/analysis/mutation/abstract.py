"""What rules come to in a combination of regions, as the reference evaluator finds it for the facts that lie there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import assert_never

from attrs import field, frozen

from smartrules.analysis.mutation.regions import (
    Chosen,
    Compared,
    State,
    Threshold,
    Within,
    regions,
    sets,
    thresholds_of,
)
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
from smartrules.outcome import (
    MET,
    NOT_APPLICABLE,
    NOT_MET,
    UNDETERMINED,
    Outcome,
    all_of,
    any_of,
    applicability,
    at_least,
    negation,
    truth,
    when,
)
from smartrules.standard import Edition
from smartrules.values import Kind, Number

#: A set with more members than this is not gone through.
_MOST_MEMBERS = 10

#: What rules ask of: what is compared, or a flag, a set, a choice, a `reported(…)`, a quantifier.
Asked = Compared | Expr

_NOTHING = frozenset[Asked]()


@frozen
class Judged:
    """What a requirement comes to.

    Attributes:
        open: what leaves it open.
        conditions: what leaves open whether a part of it applies.
    """

    outcome: Outcome
    open: frozenset[Asked] = _NOTHING
    conditions: frozenset[Asked] = _NOTHING


@frozen
class Value:
    """What a number comes to: a literal's value, whatever an expression comes to, or open.

    Attributes:
        open: what leaves open which of its values it is.
    """

    number: Number | None = None
    of: Expr | None = None
    open: frozenset[Asked] = field(default=_NOTHING)


class Unproved(Exception):
    """Something that rules ask of can be too much to go through."""


@frozen
class Region:
    """One combination of what rules ask of.

    Attributes:
        states: what each of it is.
        thresholds: of what is compared, in ascending order.
    """

    edition: Edition
    states: Mapping[Asked, State]
    thresholds: Mapping[Asked, list[Number]]

    def judged(self, node: Expr) -> Judged:
        """Return what the whole rule of an indicator comes to, as `smartrules.engines.exact.judge` does."""
        if not isinstance(node, When):
            return self.of(node)
        return self._guarded(self.of(node.condition), lambda: self.judged(node.requirement), applicability)

    def of(self, node: Expr) -> Judged:
        """Return what a requirement comes to."""
        match node:
            case Comparison() | Range():
                return self._compared(node)
            case AllOf():
                return _joined(all_of, map(self.of, node.parts))
            case AnyOf():
                return _joined(any_of, map(self.of, node.parts))
            case AtLeast():
                return _joined(partial(at_least, node.k), map(self.of, node.parts))
            case Not():
                part = self.of(node.part)
                return Judged(negation(part.outcome), part.open, part.conditions)
            case Advice():
                return Judged(NOT_APPLICABLE, conditions=self.of(node.part).conditions)
            case When():
                return self._guarded(self.of(node.condition), lambda: self.of(node.requirement), when)
            case Includes():
                return self._includes(node)
            case OneOf():
                chosen = self.states[node.choice]
                return _stated(node.choice, None if chosen is None else chosen in node.members)
            case _:
                outcome = self.states[node]
                assert isinstance(outcome, Outcome)
                return Judged(outcome, frozenset([node]) if outcome is UNDETERMINED else _NOTHING)

    def value(self, node: Expr) -> Value:
        """Return what a number comes to."""
        if isinstance(node, Literal):
            return Value(node.root)
        if not isinstance(node, FirstOf):
            return Value(of=node)
        for condition, value in zip(node.conditions, node.values, strict=True):
            found = self.of(condition)
            if found.outcome is UNDETERMINED:
                return Value(open=found.open)
            if found.outcome is MET:
                return self.value(value)
        return self.value(node.otherwise)

    def _guarded(
        self, condition: Judged, requirement: Callable[[], Judged], outcome_of: Callable[[Outcome, Outcome], Outcome]
    ) -> Judged:
        if when(condition.outcome, UNDETERMINED) is NOT_APPLICABLE:
            return Judged(NOT_APPLICABLE, conditions=condition.conditions)
        asked = requirement()
        outcome = outcome_of(condition.outcome, asked.outcome)
        open_ = condition.open | asked.open if outcome is UNDETERMINED else _NOTHING
        return Judged(outcome, open_, condition.open | condition.conditions | asked.conditions)

    def _compared(self, node: Comparison | Range) -> Judged:
        found = [self._holds(one) for one in thresholds_of(node)]
        return _joined(all_of, found)

    def _holds(self, threshold: Threshold) -> Judged:
        of, at = threshold.of, threshold.at
        if of.other is None and isinstance(of.of, FirstOf):
            value = self.value(of.of)
            if value.number is not None:
                return Judged(truth(_signed(threshold.operator, _sign(value.number, at), _sign(value.number, at))))
            if value.of is None:
                return Judged(UNDETERMINED, value.open)
            of = Compared(value.of)
        if isinstance(of.of, Count) and of.other is None and of.of.of in self.states:
            members = self.states[of.of.of]
            if members is None:
                return Judged(UNDETERMINED, frozenset([of.of.of]))
            assert isinstance(members, Chosen)
            size = len(members.named) + members.others
            return Judged(truth(_signed(threshold.operator, _sign(size, at), _sign(size, at))))
        state, place = self.states[of], 2 * self.thresholds[of].index(at) + 1
        assert isinstance(state, Within)
        low, high = _sign(state.low, place), _sign(state.high, place)
        outcome = truth(_signed(threshold.operator, low, high, known=state.known))
        return Judged(outcome, frozenset([of]) if outcome is UNDETERMINED else _NOTHING)

    def _includes(self, node: Includes) -> Judged:
        members = self.states[node.set]
        if members is None:
            return _stated(node.set, None)
        assert isinstance(members, Chosen)
        wanted = len(node.members) if node.k is None else node.k
        return _stated(node.set, len(members.named.intersection(node.members)) >= wanted)


def _joined(outcome_of: Callable[[list[Outcome]], Outcome], found: Iterable[Judged]) -> Judged:
    parts = list(found)
    outcome = outcome_of([part.outcome for part in parts])
    open_ = _NOTHING.union(*(part.open for part in parts)) if outcome is UNDETERMINED else _NOTHING
    return Judged(outcome, open_, _NOTHING.union(*(part.conditions for part in parts)))


def _stated(asked: Asked, holds: bool | None) -> Judged:
    return Judged(truth(holds), frozenset([asked]) if holds is None else _NOTHING)


def _sign(one: Number, other: Number) -> int:
    return (one > other) - (one < other)


def _signed(operator: str, low: int, high: int, *, known: bool = True) -> bool | None:
    """Return whether a comparison holds of what is known to lie between two signs of its distance from the threshold.

    What is open decides as `smartrules.engines.comparing.compare` has it by its bounds.
    """
    match operator:
        case ">":
            return True if low > 0 else False if high <= 0 else None
        case ">=":
            return True if low >= 0 else False if high < 0 else None
        case "<":
            return True if high < 0 else False if low >= 0 else None
        case "<=":
            return True if high <= 0 else False if low > 0 else None
        case _:
            apart = low > 0 or high < 0
            equal = (operator == "=") if known and low == 0 else None
            return (operator == "!=") if apart else equal


# --- what there is to combine --------------------------------------------------------------------------------------


def states(nodes: Iterable[Expr], edition: Edition) -> Iterator[tuple[Asked, list[State], list[Number]]]:
    """Yield what rules ask of, each with everything that it can be, and with the thresholds of what is compared.

    Raises:
        Unproved: for a set of too many members.
    """
    asked, thresholds, named = dict[Asked, None](), dict[Compared, set[Number]](), dict[Name, set[str]]()
    for part in _parts(nodes):
        match part:
            case Threshold():
                thresholds.setdefault(part.of, set()).add(part.at)
            case Includes():
                named.setdefault(part.set, set()).update(part.members)
            case OneOf():
                asked[part.choice] = None
            case _:
                asked[part] = None
    for of, among in thresholds.items():
        if isinstance(of.of, Count) and of.other is None and of.of.of in named:
            continue
        ascending = sorted(among)
        yield of, list(regions(of, ascending, edition)), ascending
    for name, members in named.items():
        size = len(edition.fact_by_id[name.id].members)
        if size > _MOST_MEMBERS:
            raise Unproved(name)
        yield name, [*sets(frozenset(members), size), None], []
    for node in asked:
        yield node, _states_of(node, edition), []


def _parts(nodes: Iterable[Expr]) -> Iterator[Threshold | Expr]:
    """Yield the comparisons with a threshold, and the statements, in rules."""
    for node in nodes:
        match node:
            case Comparison() | Range():
                for threshold in thresholds_of(node):
                    yield from _leaves(threshold)
            case AllOf() | AnyOf() | AtLeast():
                yield from _parts(node.parts)
            case Not() | Advice():
                yield from _parts([node.part])
            case When():
                yield from _parts([node.condition, node.requirement])
            case FirstOf():
                yield from _parts([*node.conditions, *node.values, node.otherwise])
            case Literal() | Day() | Arithmetic() | Negation() | Rounding() | Interpolation() | Today() | Count():
                pass  # numbers of which it does not matter what they are
            case Aggregate():
                pass
            case Name() | Reported() | Includes() | OneOf() | Quantified() | Unknown():
                yield node
            case _:
                assert_never(node)


def _leaves(threshold: Threshold) -> Iterator[Threshold | Expr]:
    of = threshold.of
    if of.other is None and isinstance(of.of, FirstOf):
        yield from _parts(of.of.conditions)
        for value in (*of.of.values, of.of.otherwise):
            if not isinstance(value, Literal):
                yield from _leaves(Threshold(Compared(value), threshold.operator, threshold.at))
    else:
        yield threshold


def _states_of(node: Asked, edition: Edition) -> list[State]:
    match node:
        case Name(id=name) if name in edition.fact_by_id and edition.fact_by_id[name].kind is Kind.CHOICE:
            return [*edition.fact_by_id[name].member_ids, None]
        case Name(id=name) if name in edition.fact_by_id and edition.fact_by_id[name].kind is not Kind.FLAG:
            return [UNDETERMINED]  # a number, of which it does not matter what it is
        case Name(id=name) if name in edition.fact_by_id and edition.fact_by_id[name].derived is not None:
            return [MET, NOT_MET, NOT_APPLICABLE, UNDETERMINED]  # made of a collection that may be empty
        case Name() | Reported():
            return [MET, NOT_MET, UNDETERMINED]
        case Unknown():
            return [UNDETERMINED]
        case _:
            return [MET, NOT_MET, NOT_APPLICABLE, UNDETERMINED]
