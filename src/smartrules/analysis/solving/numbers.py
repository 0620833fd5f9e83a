"""Numbers as ratios of sums of unknowns, with what is demanded of the facts so that they have a value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import assert_never

from smartrules.analysis.solving.aggregates import aggregated
from smartrules.analysis.solving.dates import DAY, dated
from smartrules.analysis.solving.declared import step_of
from smartrules.analysis.solving.demands import Demand
from smartrules.analysis.solving.inequalities import Inequality, at_most
from smartrules.analysis.solving.ratios import Linear, Ratio, Unsolved, alternatives, product
from smartrules.analysis.solving.searching import Search
from smartrules.expr.nodes import (
    Aggregate,
    Arithmetic,
    Count,
    Expr,
    FirstOf,
    Interpolation,
    Literal,
    Name,
    Negation,
    Operator,
)
from smartrules.outcome import MET, NOT_MET, Outcome


def valued(search: Search, node: Expr, demand: Demand) -> Iterator[tuple[Ratio, Demand]]:
    """Yield a number as a ratio of sums, with what is demanded so that it has a value."""
    match node:
        case Literal():
            yield Ratio(Linear(number=Fraction(node.root))), demand
        case Name() if node.id in search.edition.measure_by_id:
            yield from valued(search, search.edition.measure_by_id[node.id].value, demand)
        case Name():
            path = search.path(node.id)
            given = demand.give(path)
            if given is not None:
                yield Ratio(Linear({path: step_of(given.declared(path))})), given
                return
            declared = search.edition.fact_by_id[node.id]
            if declared.derived is not None and path not in demand.given:
                yield from valued(search, declared.derived, demand)
        case Count() if node.of.id in search.edition.fact_by_id:
            path = search.path(node.of.id)
            given = demand.give(path)
            if given is not None:
                members = given.declared(path).member_ids
                yield Ratio(Linear({f"{path}.{member}": Fraction(1) for member in members})), given
        case Count():
            for size, sized in search.sized(search.edition.collection(node.of.id).id, demand):
                yield Ratio(Linear(number=Fraction(size))), sized
        case Negation():
            for inner, found in valued(search, node.operand, demand):
                yield Ratio(inner.above.times(Fraction(-1)), inner.below), found
        case Arithmetic() if search.edition.is_date(node.left):
            for left, found in dated(search, node.left, demand):
                for right, both in dated(search, node.right, found):
                    yield Ratio(left.plus(right, -1).times(DAY)), both
        case Arithmetic():
            for left_ratio, found in valued(search, node.left, demand):
                for right_ratio, both in valued(search, node.right, found):
                    yield from _reckoned(node, left_ratio, right_ratio, both)
        case FirstOf():
            yield from _first(search, node, demand)
        case Aggregate():
            yield from aggregated(search, node, demand, valued)
        case Interpolation():
            for place, found in valued(search, node.of, demand):
                yield from _interpolated(search, node, place, found)
        case _:
            raise Unsolved(node)


def _first(search: Search, node: FirstOf, demand: Demand) -> Iterator[tuple[Ratio, Demand]]:
    values = (*node.values, node.otherwise)
    for band in search.choose(range(len(values))):
        before: list[tuple[Sequence[Outcome], Expr]] = [((NOT_MET,), part) for part in node.conditions[:band]]
        holding: list[tuple[Sequence[Outcome], Expr]] = [((MET,), part) for part in node.conditions[band : band + 1]]
        for found in search.each([*before, *holding], demand):
            yield from valued(search, values[band], found)


def _reckoned(node: Arithmetic, left: Ratio, right: Ratio, demand: Demand) -> Iterator[tuple[Ratio, Demand]]:
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


def _interpolated(search: Search, node: Interpolation, place: Ratio, demand: Demand) -> Iterator[tuple[Ratio, Demand]]:
    """Yield the value on the line between two points, where the place is between them, or that of an end beyond it."""
    points = [(Fraction(x.root), Fraction(y.root)) for x, y in zip(node.places, node.values, strict=True)]

    def beyond(point: Fraction, operator: Operator) -> list[Inequality]:
        (beside,) = alternatives(place.above.plus(place.below, -point), operator)
        return beside

    for end, operator in search.choose(((points[-1], ">="), (points[0], "<="))):
        held = demand.hold(beyond(end[0], operator))
        if held is not None:
            yield Ratio(Linear(number=end[1])), held
    for (x0, y0), (x1, y1) in search.choose(list(pairwise(points))):
        held = demand.hold([*beyond(x0, ">="), *beyond(x1, "<=")])
        if held is not None:
            slope = (y1 - y0) / (x1 - x0)
            yield Ratio(place.above.times(slope).plus(place.below, y0 - slope * x0), place.below), held
