"""Rules solved for the facts that make them come to an outcome: the tree walked from its top, each part asked for its own.

A connective chooses which of its parts hold, a comparison becomes an inequality of whole numbers. Every way is yielded as
what it demands of the facts, in the order in which ``choose`` puts the alternatives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from itertools import combinations
from typing import Any, assert_never

from attrs import evolve, field, frozen

from smartrules.analysis.ranges import range_of
from smartrules.engines.exact import evaluate
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
    Operator,
    Quantified,
    Range,
    Reported,
    Rounding,
    Today,
    Unknown,
    When,
)
from smartrules.facts import Facts
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, UNDETERMINED, Outcome
from smartrules.standard import Edition
from smartrules.testing.declared import FIRST_DAY, step_of
from smartrules.testing.demands import DAYS, ON, Demand
from smartrules.testing.inequalities import Inequality, at_most
from smartrules.testing.ratios import (
    NOTHING,
    Linear,
    Ratio,
    Unsolved,
    alternatives,
    difference,
    is_possible,
    no_later,
    product,
    unrounded,
)
from smartrules.units import unit
from smartrules.values import Kind

#: Puts alternatives in the order in which they are tried.
Choose = Callable[[Sequence[Any]], Sequence[Any]]

_DAY = Fraction(unit("day").size)
_TURNED: dict[Operator, Operator] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}
#: How many members a collection is given, likelier first.
_SIZES = (1, 2, 3, 0)
_MOST_STEPS = 20_000


class Exhausted(Exception):
    """More ways were tried than is worth it."""


@frozen
class Solver:
    """Solves the rules of one edition.

    Attributes:
        choose: puts alternatives in order.
        member: of each collection of which a rule asks a member, which one: ``buildings`` → ``buildings.2``.
        unsolved: the parts of rules that were met and are not solved.
    """

    edition: Edition
    choose: Choose
    member: dict[str, str] = field(factory=dict)
    unsolved: list[Expr] = field(factory=list)
    steps: list[int] = field(factory=lambda: [_MOST_STEPS])

    # --- requirements ----------------------------------------------------------------------------------------------

    def solve(self, node: Expr, outcome: Outcome, demand: Demand) -> Iterator[Demand]:
        """Yield what else to demand so that a requirement comes to an outcome."""
        self.steps[0] -= 1
        if self.steps[0] < 0:
            raise Exhausted
        try:
            yield from self._solve(node, outcome, demand)
        except Unsolved as unsolved:
            if unsolved.node not in self.unsolved:
                self.unsolved.append(unsolved.node)

    def _solve(self, node: Expr, outcome: Outcome, demand: Demand) -> Iterator[Demand]:
        match node:
            case AllOf():
                yield from self.joined(node.parts, len(node.parts), outcome, demand)
            case AnyOf():
                yield from self.joined(node.parts, 1, outcome, demand)
            case AtLeast():
                yield from self.joined(node.parts, node.k, outcome, demand)
            case Not():
                turned = {MET: NOT_MET, NOT_MET: MET}.get(outcome, outcome)
                yield from self.solve(node.part, turned, demand)
            case When():
                yield from self._guarded(node, outcome, demand)
            case Advice():
                if outcome is NOT_APPLICABLE:
                    yield demand
            case Unknown():
                if outcome is UNDETERMINED:
                    yield demand
            case Quantified():
                yield from self._quantified(node, outcome, demand)
            case Reported():
                yield from self._reported(node, outcome, demand)
            case Comparison() | Range() | Includes() | OneOf() | Name():
                if outcome is UNDETERMINED:
                    yield from self._open(node, demand)
                elif outcome is not NOT_APPLICABLE:
                    yield from self._stated(node, outcome is MET, demand)
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

    def joined(self, parts: Sequence[Expr], k: int, outcome: Outcome, demand: Demand) -> Iterator[Demand]:
        """Yield the ways in which at least ``k`` of some parts come to an outcome; those that do not matter stay free."""
        every, rest = len(parts), [*range(len(parts))]
        match outcome:
            case Outcome.MET:
                for chosen in self._chosen(every, k):
                    yield from self.each([((MET,), parts[i]) for i in chosen], demand)
                for one in self.choose(rest):  # what is not applicable drops out
                    wanted = [((MET,) if i == one else (MET, NOT_APPLICABLE), parts[i]) for i in rest]
                    yield from self.each(wanted, demand)
            case Outcome.NOT_MET:
                for chosen in self._chosen(every, every - k + 1):
                    for one in chosen:
                        wanted = [((NOT_MET,) if i == one else (NOT_MET, NOT_APPLICABLE), parts[i]) for i in chosen]
                        yield from self.each(wanted, demand)
            case Outcome.NOT_APPLICABLE:
                yield from self.each([((NOT_APPLICABLE,), part) for part in parts], demand)
            case Outcome.UNDETERMINED:
                holding = (MET, UNDETERMINED, NOT_APPLICABLE) if k == every else (MET, UNDETERMINED)
                failing = (NOT_MET, NOT_APPLICABLE, UNDETERMINED)
                for one in self.choose(rest):
                    others = [i for i in rest if i != one]
                    for chosen in combinations(others, k - 1):
                        open_: list[tuple[Sequence[Outcome], Expr]] = [((UNDETERMINED,), parts[one])]
                        open_ += [(holding if i in chosen else failing, parts[i]) for i in others]
                        yield from self.each(open_, demand)
            case _:
                assert_never(outcome)

    def each(self, wanted: Sequence[tuple[Sequence[Outcome], Expr]], demand: Demand) -> Iterator[Demand]:
        """Yield the ways in which every part comes to one of its outcomes."""
        if not wanted:
            yield demand
            return
        (outcomes, part), *rest = wanted
        for outcome in self.choose(outcomes) if len(outcomes) > 1 else outcomes:
            for found in self.solve(part, outcome, demand):
                yield from self.each(rest, found)

    def _chosen(self, every: int, k: int) -> Iterator[tuple[int, ...]]:
        return combinations(self.choose(range(every)) if k < every else range(every), k)

    def _guarded(self, node: When, outcome: Outcome, demand: Demand) -> Iterator[Demand]:
        asked, condition = node.requirement, node.condition
        match outcome:
            case Outcome.NOT_APPLICABLE:
                yield from self.solve(condition, NOT_MET, demand)
                yield from self.solve(condition, NOT_APPLICABLE, demand)
                yield from self.solve(asked, NOT_APPLICABLE, demand)
            case Outcome.UNDETERMINED:
                yield from self.each([((MET,), condition), ((UNDETERMINED,), asked)], demand)
                # An indicator that is met passes whether it applies or not, so its requirement is not met here.
                yield from self.each([((UNDETERMINED,), condition), ((NOT_MET, UNDETERMINED), asked)], demand)
            case _:
                yield from self.each([((MET,), condition), ((outcome,), asked)], demand)

    def _quantified(self, node: Quantified, outcome: Outcome, demand: Demand) -> Iterator[Demand]:
        collection = self.edition.collection(node.collection).id
        part = node.part if node.where is None else When(node.part, node.where)
        if outcome is UNDETERMINED:
            sized = demand.size(collection, None)
            if sized is not None:
                yield sized
        for size, sized in self._sized(collection, demand):
            places = [f"{collection}.{number}" for number in range(1, size + 1)]
            yield from self._members(places, collection, part, node.quantifier == "every", outcome, sized)

    def _members(
        self, places: list[str], collection: str, part: Expr, of_all: bool, outcome: Outcome, demand: Demand
    ) -> Iterator[Demand]:
        if not places:
            if outcome is NOT_APPLICABLE:
                yield demand
            return
        asking = [evolve(self, member={**self.member, collection: place}) for place in places]
        decisive, other = (NOT_MET, MET) if of_all else (MET, NOT_MET)
        if outcome is decisive:
            for one in self.choose(asking):
                yield from one.solve(part, outcome, demand)
            return
        rest = {other: (other, NOT_APPLICABLE), UNDETERMINED: (other, NOT_APPLICABLE, UNDETERMINED)}
        for one in self.choose(asking):
            yield from _chained(
                [(a, (outcome,) if a is one else rest.get(outcome, (NOT_APPLICABLE,))) for a in asking], part, demand
            )

    def _sized(self, collection: str, demand: Demand) -> Iterator[tuple[int, Demand]]:
        known = demand.sizes.get(collection, -1)
        if known is None:
            return
        for size in self.choose(_SIZES) if known < 0 else (known,):
            sized = demand.size(collection, size)
            if sized is not None:
                yield size, sized

    def _reported(self, node: Reported, outcome: Outcome, demand: Demand) -> Iterator[Demand]:
        if outcome is MET:
            yield from self._given(node.of, demand)
            return
        name = node.of.id
        if outcome is NOT_MET and name in self.edition.fact_by_id and name not in self.edition.collection_of_fact:
            unreported = demand.unreport(name)
        else:
            # All of it: where a denominator is known to be zero, what stands above it is not missed.
            unreported = self._without(node.of, demand)
            if outcome is NOT_MET:
                unreported = None if name in self.edition.fact_by_id else unreported and unreported.unreport(name)
        if unreported is not None and outcome is not NOT_APPLICABLE:
            yield unreported

    def _without(self, node: Expr, demand: Demand) -> Demand | None:
        """Return that nothing behind an expression is known, and all of it is missing."""
        found: Demand | None = demand.wait_for(self._paths(node))
        for name in self.edition.facts_behind(node):
            is_collection = name in self.edition.collection_by_id
            found = found and (found.size(name, None) if is_collection else found.miss(self.path(name)))
        return found

    def _given(self, node: Expr, demand: Demand) -> Iterator[Demand]:
        """Yield the ways in which every fact and collection behind an expression is known."""
        for name in self.edition.facts_behind(node):
            if name in self.edition.collection_by_id:
                for _, sized in self._sized(name, demand):
                    yield from self._given_all(self._paths(node), sized)
                return
        yield from self._given_all(self._paths(node), demand)

    def _given_all(self, paths: Iterable[str], demand: Demand) -> Iterator[Demand]:
        found: Demand | None = demand
        for path in paths:
            found = found and found.give(path)
        if found is not None:
            yield found

    def _open(self, node: Expr, demand: Demand) -> Iterator[Demand]:
        """Yield the ways in which an expression has no value because a fact is missing."""
        if any(isinstance(part, FirstOf | Aggregate) for part in self.edition.walk(node)):
            raise Unsolved(node)
        names = [*self._paths(node), *(ON for part in self.edition.walk(node) if isinstance(part, Today))]
        names += [name for name in self.edition.facts_behind(node) if name in self.edition.collection_by_id]
        for name in self.choose(names) if names else ():
            is_collection = name in self.edition.collection_by_id
            missing = demand.size(name, None) if is_collection else demand.miss(name)
            awaited = missing and missing.wait_for(names)
            if awaited is not None:
                yield awaited

    def _paths(self, node: Expr) -> list[str]:
        return [
            self.path(name) for name in self.edition.facts_behind(node) if name not in self.edition.collection_by_id
        ]

    def path(self, name: str) -> str:
        """Return the path of a fact, that of the member that is asked for one of its collection."""
        collection = self.edition.collection_of_fact.get(name)
        if collection is None:
            return name
        if collection not in self.member:
            raise Unsolved(Name(name))
        return f"{self.member[collection]}.{name}"

    # --- statements ------------------------------------------------------------------------------------------------

    def _stated(self, node: Expr, holds: bool, demand: Demand) -> Iterator[Demand]:
        match node:
            case Name():
                yield from self._summed(self.path(node.id), [self.path(node.id)], 1, holds, demand)
            case Includes():
                path = self.path(node.set.id)
                named = [f"{path}.{member}" for member in node.members]
                yield from self._summed(path, named, node.k or len(named), holds, demand)
            case OneOf():
                path = self.path(node.choice.id)
                yield from self._summed(path, [f"{path}.{member}" for member in node.members], 1, holds, demand)
            case Comparison():
                yield from self.compared(node, node.operator if holds else _TURNED[node.operator], demand)
            case Range():
                low = Comparison(node.low_operator, node.low, node.value)
                high = Comparison(node.high_operator, node.value, node.high)
                if holds:
                    for found in self.compared(low, low.operator, demand):
                        yield from self.compared(high, high.operator, found)
                    return
                for one in self.choose((low, high)):
                    for found in self._given(node.high if one is low else node.low, demand):
                        yield from self.compared(one, _TURNED[one.operator], found)
            case _:
                raise Unsolved(node)

    def _summed(self, path: str, named: Sequence[str], k: int, holds: bool, demand: Demand) -> Iterator[Demand]:
        """Yield what makes at least ``k`` of some whole numbers of a fact one, or does not."""
        declared = self.edition.fact_by_id[path.rpartition(".")[2]]
        sign = Fraction(-1 if holds else 1)
        given = demand.give(path) if declared.derived is None or declared.kind is not Kind.FLAG else None
        if given is None:
            return
        found = given.hold([at_most(dict.fromkeys(named, sign), Fraction(-k if holds else k - 1))])
        if found is not None:
            yield found

    def compared(self, node: Comparison, operator: Operator, demand: Demand) -> Iterator[Demand]:
        """Yield what makes two values compare as an operator says."""
        for operator_found, apart, positive, found in self._apart(node, operator, demand):
            for inequalities in self.choose(alternatives(apart, operator_found)):
                held = found.hold([*positive, *inequalities]) if is_possible(inequalities) else None
                if held is not None:
                    yield held

    def apart(self, node: Comparison, demand: Demand) -> Iterator[tuple[Linear, list[Inequality], Demand]]:
        """Yield how far the left side of a comparison is above the right, as a sum that has that sign."""
        for _, apart, positive, found in self._apart(node, node.operator, demand):
            yield apart, positive, found

    def _apart(
        self, node: Comparison, operator: Operator, demand: Demand
    ) -> Iterator[tuple[Operator, Linear, list[Inequality], Demand]]:
        for operator_found, left, right, found in self._sides(node, operator, demand):
            positive = [
                at_most({n: -m for n, m in side.below.terms.items()}, side.below.number, strictly=True)
                for side in (left, right)
                if not side.below.constant
            ]
            yield operator_found, difference(left, right, node), positive, found

    def _sides(
        self, node: Comparison, operator: Operator, demand: Demand
    ) -> Iterator[tuple[Operator, Ratio, Ratio, Demand]]:
        if self.edition.is_date(node.left):
            for day, found in self._dated(node.left, demand):
                for other, both in self._dated(node.right, found):
                    yield operator, Ratio(day), Ratio(other), both
            return
        left_node, right_node = self._formula(node.left), node.right
        if isinstance(left_node, Rounding) and isinstance(right_node, Literal):
            low = range_of(left_node.value, self.edition).low
            if low is None or low < 0:  # below zero steps are taken the other way
                raise Unsolved(left_node)
            threshold = unrounded(left_node, operator, Fraction(right_node.root))
            for left, found in self.valued(left_node.value, demand):
                yield threshold[0], left, Ratio(Linear(number=threshold[1])), found
            return
        for left, found in self.valued(left_node, demand):
            for right, both in self.valued(right_node, found):
                yield operator, left, right, both

    def _formula(self, node: Expr) -> Expr:
        """Return what a measure is, anything else as it is."""
        while isinstance(node, Name) and node.id in self.edition.measure_by_id:
            node = self.edition.measure_by_id[node.id].value
        return node

    # --- values ----------------------------------------------------------------------------------------------------

    def valued(self, node: Expr, demand: Demand) -> Iterator[tuple[Ratio, Demand]]:
        """Yield a number as a ratio of sums, with what is demanded so that it has a value."""
        match node:
            case Literal():
                yield Ratio(Linear(number=Fraction(node.root))), demand
            case Name() if node.id in self.edition.measure_by_id:
                yield from self.valued(self.edition.measure_by_id[node.id].value, demand)
            case Name():
                path = self.path(node.id)
                given = demand.give(path)
                if given is not None:
                    yield Ratio(Linear({path: step_of(given.declared(path))})), given
                    return
                declared = self.edition.fact_by_id[node.id]
                if declared.derived is not None and path not in demand.given:
                    yield from self.valued(declared.derived, demand)
            case Count() if node.of.id in self.edition.fact_by_id:
                path = self.path(node.of.id)
                given = demand.give(path)
                if given is not None:
                    members = given.declared(path).member_ids
                    yield Ratio(Linear({f"{path}.{member}": Fraction(1) for member in members})), given
            case Count():
                for size, sized in self._sized(self.edition.collection(node.of.id).id, demand):
                    yield Ratio(Linear(number=Fraction(size))), sized
            case Negation():
                for inner, found in self.valued(node.operand, demand):
                    yield Ratio(inner.above.times(Fraction(-1)), inner.below), found
            case Arithmetic() if self.edition.is_date(node.left):
                for left, found in self._dated(node.left, demand):
                    for right, both in self._dated(node.right, found):
                        yield Ratio(left.plus(right, -1).times(_DAY)), both
            case Arithmetic():
                for left_ratio, found in self.valued(node.left, demand):
                    for right_ratio, both in self.valued(node.right, found):
                        yield from self._reckoned(node, left_ratio, right_ratio, both)
            case FirstOf():
                yield from self._first(node, demand)
            case Aggregate(function="sum", where=None, of=of) if of is not None:
                collection = self.edition.collection(node.collection).id
                for size, sized in self._sized(collection, demand):
                    yield from self._total(of, [f"{collection}.{n + 1}" for n in range(size)], collection, sized)
            case _:
                raise Unsolved(node)

    def _total(self, of: Expr, places: list[str], collection: str, demand: Demand) -> Iterator[tuple[Ratio, Demand]]:
        if not places:
            yield Ratio(NOTHING), demand
            return
        asking = evolve(self, member={**self.member, collection: places[0]})
        for first, found in asking.valued(of, demand):
            for rest, last in self._total(of, places[1:], collection, found):
                if not first.below.constant or not rest.below.constant:
                    raise Unsolved(of)
                yield Ratio(first.above.times(1 / first.below.number).plus(rest.above)), last

    def _first(self, node: FirstOf, demand: Demand) -> Iterator[tuple[Ratio, Demand]]:
        values = (*node.values, node.otherwise)
        for band in self.choose(range(len(values))):
            before: list[tuple[Sequence[Outcome], Expr]] = [((NOT_MET,), part) for part in node.conditions[:band]]
            holding: list[tuple[Sequence[Outcome], Expr]] = [
                ((MET,), part) for part in node.conditions[band : band + 1]
            ]
            for found in self.each([*before, *holding], demand):
                yield from self.valued(values[band], found)

    def _reckoned(self, node: Arithmetic, left: Ratio, right: Ratio, demand: Demand) -> Iterator[tuple[Ratio, Demand]]:
        match node.operator:
            case "+" | "-":
                sign = 1 if node.operator == "+" else -1
                if left.below == right.below:
                    yield Ratio(left.above.plus(right.above, sign), left.below), demand
                else:
                    above = product(left.above, right.below, node).plus(product(right.above, left.below, node), sign)
                    yield Ratio(above, product(left.below, right.below, node)), demand
            case "*":
                yield Ratio(product(left.above, right.above, node), product(left.below, right.below, node)), demand
            case "/":
                above, below = product(left.above, right.below, node), product(left.below, right.above, node)
                if not below.constant:
                    more = at_most({n: -m for n, m in below.terms.items()}, below.number, strictly=True)
                    held = demand.hold([more])
                    if held is not None:
                        yield Ratio(above, below), held
                elif below.number:
                    yield Ratio(above.times(1 / below.number)), demand
            case _:
                assert_never(node.operator)

    def _dated(self, node: Expr, demand: Demand) -> Iterator[tuple[Linear, Demand]]:
        """Yield a date as days from the first."""
        match node:
            case Day():
                yield Linear(number=Fraction((node.date - FIRST_DAY).days)), demand
            case Name():
                path = self.path(node.id)
                given = demand.give(path)
                if given is not None:
                    yield Linear({path: Fraction(1)}), given
            case Today():
                given = demand.give_day()
                if given is not None:
                    yield Linear({ON: Fraction(1)}), given
            case Arithmetic(right=Literal() as span, operator="+" | "-") if (
                span.root / _DAY
            ).denominator == 1 and not ({name for name, _ in span.unit.factors} & {"month", "year"}):
                sign = 1 if node.operator == "+" else -1
                for start, found in self._dated(node.left, demand):
                    moved = start.plus(Linear(number=span.root / _DAY), sign)
                    within = [*no_later(moved, DAYS[1]), *no_later(moved.times(Fraction(-1)), -DAYS[0])]
                    held = found.hold(within)
                    if held is not None:
                        yield moved, held
            case Arithmetic() if not self._paths(node) and not any(
                isinstance(n, Today) for n in self.edition.walk(node)
            ):
                day = evaluate(node, self.edition, Facts(self.edition.name)).result
                if not isinstance(day, date):
                    raise Unsolved(node)
                yield Linear(number=Fraction((day - FIRST_DAY).days)), demand
            case _:
                raise Unsolved(node)


def _chained(wanted: list[tuple[Solver, Sequence[Outcome]]], part: Expr, demand: Demand) -> Iterator[Demand]:
    if not wanted:
        yield demand
        return
    (asking, outcomes), *rest = wanted
    for outcome in asking.choose(outcomes):
        for found in asking.solve(part, outcome, demand):
            yield from _chained(rest, part, found)
