"""One number made of a collection: each member is chosen to be among those asked or not, and what is left is linear."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations, islice
from math import ceil

from smartrules.analysis.solving.demands import Demand
from smartrules.analysis.solving.ratios import NOTHING, Linear, Ratio, Unsolved, alternatives
from smartrules.analysis.solving.searching import Search
from smartrules.expr.nodes import Aggregate, Expr, When
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, Outcome

#: Says what a number of a member is; it is `smartrules.analysis.solving.numbers.valued`.
Valued = Callable[[Search, Expr, Demand], Iterator[tuple[Ratio, Demand]]]

_Wanted = tuple[Expr, Sequence[Outcome]]

#: Of so many members any may be chosen, of more the first.
_FEW = 3
#: In how many ways members come to what is chosen of them.
_MOST_WAYS = 4
_OUT = (NOT_MET, NOT_APPLICABLE)


def aggregated(search: Search, node: Aggregate, demand: Demand, valued: Valued) -> Iterator[tuple[Ratio, Demand]]:
    """Yield what a function over the members of a collection comes to."""
    collection = search.edition.collection(node.collection).id
    for size, sized in search.sized(collection, demand):
        asking = [search.of_member(collection, f"{collection}.{number}") for number in range(1, size + 1)]
        if node.function == "share":
            yield from _share(search, node, asking, sized)
        else:
            yield from _of_chosen(search, node, asking, sized, valued)


def _share(search: Search, node: Aggregate, asking: list[Search], demand: Demand) -> Iterator[tuple[Ratio, Demand]]:
    """Yield how many of those asked fulfil what is asked; of few members, some may not be asked."""
    assert node.of is not None
    part = node.of if node.where is None else When(node.of, node.where)
    every = len(asking)
    fewer = range(every, 0, -1) if every <= _FEW else [every]
    for asked, fulfil in search.choose([(of, k) for of in fewer for k in range(of + 1)]):
        wanted = [(MET,)] * fulfil + [(NOT_MET,)] * (asked - fulfil) + [(NOT_APPLICABLE,)] * (every - asked)
        ways = _each(list(zip(asking, [(part, outcomes) for outcomes in wanted], strict=True)), demand)
        for found in islice(ways, _MOST_WAYS):
            yield Ratio(Linear(number=Fraction(fulfil, asked))), found


def _of_chosen(
    search: Search, node: Aggregate, asking: list[Search], demand: Demand, valued: Valued
) -> Iterator[tuple[Ratio, Demand]]:
    for chosen in search.choose(_subsets(len(asking))) if node.where is not None else [range(len(asking))]:
        members = [asking[place] for place in chosen]
        where: list[tuple[Search, _Wanted]] = []
        if node.where is not None:
            where = [(one, (node.where, (MET,) if place in chosen else _OUT)) for place, one in enumerate(asking)]
        for found in islice(_each(where, demand), _MOST_WAYS):
            if node.of is None:
                yield Ratio(Linear(number=Fraction(len(members)))), found
            else:
                for values, last in _values(members, node.of, found, valued):
                    yield from _made(search, node, values, last)


def _subsets(every: int) -> list[tuple[int, ...]]:
    """Return which of so many members may be chosen: any of a few, the first of more."""
    if every > _FEW:
        return [tuple(range(k)) for k in range(every, -1, -1)]
    return [chosen for k in range(every, -1, -1) for chosen in combinations(range(every), k)]


def _values(
    asking: Sequence[Search], of: Expr, demand: Demand, valued: Valued
) -> Iterator[tuple[list[Linear], Demand]]:
    if not asking:
        yield [], demand
        return
    first, *rest = asking
    for value, found in valued(first, of, demand):
        if not value.below.constant:
            raise Unsolved(of)
        for values, last in _values(rest, of, found, valued):
            yield [value.above.times(1 / value.below.number), *values], last


def _made(search: Search, node: Aggregate, values: list[Linear], demand: Demand) -> Iterator[tuple[Ratio, Demand]]:
    total = NOTHING
    for value in values:
        total = total.plus(value)
    match node.function:
        case "sum":
            yield Ratio(total), demand
        case _ if not values:  # of none there is no value
            return
        case "mean":
            yield Ratio(total.times(Fraction(1, len(values)))), demand
        case "min":
            yield from _ranked(search, values, 1, demand)
        case "max":
            yield from _ranked(search, values, len(values), demand)
        case "percentile":
            rank = Fraction(1 if node.rank is None else node.rank.root)
            yield from _ranked(search, values, max(ceil(rank * len(values)), 1), demand)
        case _:
            raise Unsolved(node)


def _ranked(search: Search, values: list[Linear], rank: int, demand: Demand) -> Iterator[tuple[Ratio, Demand]]:
    """Yield the value of a rank, the least first: so many of the others are at most it, all else at least."""
    for place in search.choose(range(len(values))):
        others = [value for other, value in enumerate(values) if other != place]
        below = [tuple(range(rank - 1))] if len(values) > _FEW else list(combinations(range(len(others)), rank - 1))
        for lower in search.choose(below):
            search.spend()
            held: Demand | None = demand
            for other, value in enumerate(others):
                (beside,) = alternatives(value.plus(values[place], -1), "<=" if other in lower else ">=")
                held = held and held.hold(beside)
            if held is not None:
                yield Ratio(values[place]), held


def _each(wanted: Sequence[tuple[Search, _Wanted]], demand: Demand) -> Iterator[Demand]:
    """Yield the ways in which each member comes to one of its outcomes."""
    if not wanted:
        yield demand
        return
    (asking, (part, outcomes)), *rest = wanted
    for outcome in outcomes:
        for found in asking.solve(part, outcome, demand):
            yield from _each(rest, found)
