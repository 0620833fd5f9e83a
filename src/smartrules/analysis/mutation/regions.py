"""What rules ask of, divided into regions by their thresholds, so that all facts of one region come to the same."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from math import ceil, floor

from attrs import frozen

from smartrules.analysis.ranges import ANY, Interval, range_of
from smartrules.expr.nodes import (
    Aggregate,
    Arithmetic,
    Comparison,
    Count,
    Day,
    Expr,
    Literal,
    Name,
    Operator,
    Range,
    walk,
)
from smartrules.outcome import Outcome
from smartrules.standard import Edition
from smartrules.values import Kind, Number


@frozen
class Compared:
    """A number or date that is compared with literals, or two that are compared with each other.

    Attributes:
        other: what it is compared with where that is no literal; the thresholds are then those of their difference, nothing.
    """

    of: Expr
    other: Expr | None = None


@frozen
class Within:
    """The regions in which a number may lie, by their place among them; both are one where it is known.

    The regions of thresholds t, u are numbered: below t 0, at t 1, between them 2, at u 3, above u 4.
    """

    low: int
    high: int
    known: bool


@frozen
class Chosen:
    """A set that is known: those of its members that rules name, and how many it has besides."""

    named: frozenset[str]
    others: int


#: What one of the things that rules ask of can be; None is a set or choice of which nothing is known.
State = Within | Chosen | Outcome | str | None


@frozen
class Threshold:
    """A comparison with what is compared on its left side."""

    of: Compared
    operator: Operator
    at: Number


_MIRRORED: dict[Operator, Operator] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


def thresholds_of(node: Comparison | Range) -> tuple[Threshold, ...]:
    """Return a comparison, or the two that a range is."""
    if isinstance(node, Range):
        return (
            _threshold(_MIRRORED[node.low_operator], node.value, node.low),
            _threshold(node.high_operator, node.value, node.high),
        )
    return (_threshold(node.operator, node.left, node.right),)


def _threshold(operator: Operator, left: Expr, right: Expr) -> Threshold:
    if (at := _literal(right)) is not None:
        return Threshold(Compared(left), operator, at)
    if (at := _literal(left)) is not None:
        return Threshold(Compared(right), _MIRRORED[operator], at)
    return Threshold(Compared(left, right), operator, 0)


def _literal(node: Expr) -> Number | None:
    if isinstance(node, Literal):
        return node.root
    return node.date.toordinal() if isinstance(node, Day) else None


def regions(compared: Compared, thresholds: list[Number], edition: Edition) -> Iterator[Within]:
    """Yield where a number can lie: in each region that its range leaves, or open within some of them."""
    last = 2 * len(thresholds)
    for region in range(last + 1):
        if compared.other is not None or _is_possible(compared.of, region, thresholds, edition):
            yield Within(region, region, known=True)
    for low in range(last + 1) if _may_be_bounded(compared, edition) else (0,):
        for high in range(low, last + 1) if _may_be_bounded(compared, edition) else (last,):
            yield Within(low, high, known=False)


def _may_be_bounded(compared: Compared, edition: Edition) -> bool:
    """Return whether something may be known of a number that is open, which only members of collections tell."""
    for of in (compared.of, compared.other):
        for node in () if of is None else edition.walk(of):
            if isinstance(node, Aggregate):
                return True
            if isinstance(node, Count) and node.of.id not in edition.fact_by_id:
                return True
            if isinstance(node, Name) and node.id in edition.fact_by_id and edition.fact_by_id[node.id].derived:
                return True
    return False


def _is_possible(of: Expr, region: int, thresholds: list[Number], edition: Edition) -> bool:
    known = _range_of(of, edition)
    at, between = divmod(region, 2)
    if between:  # on a threshold
        number = thresholds[at]
        within = (known.low is None or known.low <= number) and (known.high is None or number <= known.high)
        return within and (not _is_whole(of, edition) or Fraction(number).denominator == 1)
    low = thresholds[at - 1] if at else None
    high = thresholds[at] if at < len(thresholds) else None
    if (low is not None and known.high is not None and known.high <= low) or (
        high is not None and known.low is not None and known.low >= high
    ):
        return False
    if low is None or high is None or not _is_whole(of, edition):
        return True
    return floor(low) + 1 <= ceil(high) - 1


def _range_of(of: Expr, edition: Edition) -> Interval:
    """Return the range of what is compared; a measure may be stated, and only of a part of a whole is it known what it can be."""
    measures = [node.id for node in walk(of) if isinstance(node, Name) and node.id in edition.measure_by_id]
    if not measures:
        return range_of(of, edition)
    match edition.measure_by_id[measures[0]].value if isinstance(of, Name) else None:
        case Arithmetic(operator="/", left=Name(id=part), right=Name(id=whole)):
            declared = edition.fact_by_id.get(part)
            return Interval(0, 1) if declared is not None and declared.at_most == whole else ANY
        case _:
            return ANY


def _is_whole(of: Expr, edition: Edition) -> bool:
    """Return whether a number counts things, or days, so that it is whole in root units."""
    match of:
        case Count() | Aggregate(function="count"):
            return True
        case Name(id=name):
            declared = edition.fact_by_id.get(name)
            return declared is not None and declared.kind in (Kind.COUNT, Kind.DATE)
        case _:
            return edition.is_date(of)


def sets(members: frozenset[str], size: int) -> Iterator[Chosen]:
    """Yield what a set of a size can be, as far as rules that name some of its members see."""
    for count in range(len(members) + 1):
        for named in combinations(sorted(members), count):
            for others in range(size - len(members) + 1):
                yield Chosen(frozenset(named), others)
