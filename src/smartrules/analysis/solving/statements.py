"""Statements that hold or not: flags, sets, choices, and two values compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from smartrules.analysis.ranges import range_of
from smartrules.analysis.solving.dates import dated
from smartrules.analysis.solving.demands import Demand
from smartrules.analysis.solving.inequalities import Inequality, at_most
from smartrules.analysis.solving.knowledge import given
from smartrules.analysis.solving.numbers import valued
from smartrules.analysis.solving.ratios import Linear, Ratio, Unsolved, alternatives, difference, is_possible, unrounded
from smartrules.analysis.solving.searching import Search
from smartrules.expr.nodes import Comparison, Expr, Includes, Literal, Name, OneOf, Operator, Range, Rounding
from smartrules.values import Kind

_TURNED: dict[Operator, Operator] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}


def stated(search: Search, node: Expr, holds: bool, demand: Demand) -> Iterator[Demand]:
    """Yield what makes a statement hold, or not."""
    match node:
        case Name():
            yield from _summed(search, search.path(node.id), [search.path(node.id)], 1, holds, demand)
        case Includes():
            path = search.path(node.set.id)
            named = [f"{path}.{member}" for member in node.members]
            yield from _summed(search, path, named, node.k or len(named), holds, demand)
        case OneOf():
            path = search.path(node.choice.id)
            yield from _summed(search, path, [f"{path}.{member}" for member in node.members], 1, holds, demand)
        case Comparison():
            yield from search.compared(node, node.operator if holds else _TURNED[node.operator], demand)
        case Range():
            low = Comparison(node.low_operator, node.low, node.value)
            high = Comparison(node.high_operator, node.value, node.high)
            if holds:
                for found in search.compared(low, low.operator, demand):
                    yield from search.compared(high, high.operator, found)
                return
            for one in search.choose((low, high)):
                for found in given(search, node.high if one is low else node.low, demand):
                    yield from search.compared(one, _TURNED[one.operator], found)
        case _:
            raise Unsolved(node)


def _summed(search: Search, path: str, named: Sequence[str], k: int, holds: bool, demand: Demand) -> Iterator[Demand]:
    """Yield what makes at least ``k`` of some whole numbers of a fact one, or does not."""
    declared = search.edition.fact_by_id[path.rpartition(".")[2]]
    sign = Fraction(-1 if holds else 1)
    given_ = demand.give(path) if declared.derived is None or declared.kind is not Kind.FLAG else None
    if given_ is None:
        return
    found = given_.hold([at_most(dict.fromkeys(named, sign), Fraction(-k if holds else k - 1))])
    if found is not None:
        yield found


def compared(search: Search, node: Comparison, operator: Operator, demand: Demand) -> Iterator[Demand]:
    """Yield what makes two values compare as an operator says."""
    for operator_found, apart, positive, found in _apart(search, node, operator, demand):
        search.spend()
        for inequalities in search.choose(alternatives(apart, operator_found)):
            held = found.hold([*positive, *inequalities]) if is_possible(inequalities) else None
            if held is not None:
                yield held


def apart(search: Search, node: Comparison, demand: Demand) -> Iterator[tuple[Linear, list[Inequality], Demand]]:
    """Yield how far the left side of a comparison is above the right, as a sum that has that sign."""
    for _, apart, positive, found in _apart(search, node, node.operator, demand):
        yield apart, positive, found


def _apart(
    search: Search, node: Comparison, operator: Operator, demand: Demand
) -> Iterator[tuple[Operator, Linear, list[Inequality], Demand]]:
    for operator_found, left, right, found in _sides(search, node, operator, demand):
        positive = [
            at_most({n: -m for n, m in side.below.terms.items()}, side.below.number, strictly=True)
            for side in (left, right)
            if not side.below.constant
        ]
        yield operator_found, difference(left, right, node), positive, found


def _sides(
    search: Search, node: Comparison, operator: Operator, demand: Demand
) -> Iterator[tuple[Operator, Ratio, Ratio, Demand]]:
    if search.edition.is_date(node.left):
        for day, found in dated(search, node.left, demand):
            for other, both in dated(search, node.right, found):
                yield operator, Ratio(day), Ratio(other), both
        return
    left_node, right_node = _formula(search, node.left), node.right
    if isinstance(left_node, Rounding) and isinstance(right_node, Literal):
        low = range_of(left_node.value, search.edition).low
        if low is None or low < 0:  # below zero steps are taken the other way
            raise Unsolved(left_node)
        threshold = unrounded(left_node, operator, Fraction(right_node.root))
        for left, found in valued(search, left_node.value, demand):
            yield threshold[0], left, Ratio(Linear(number=threshold[1])), found
        return
    for left, found in valued(search, left_node, demand):
        for right, both in valued(search, right_node, found):
            yield operator, left, right, both


def _formula(search: Search, node: Expr) -> Expr:
    """Return what a measure is, anything else as it is."""
    while isinstance(node, Name) and node.id in search.edition.measure_by_id:
        node = search.edition.measure_by_id[node.id].value
    return node
