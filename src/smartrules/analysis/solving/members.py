"""Requirements on the members of a collection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from smartrules.analysis.solving.demands import Demand
from smartrules.analysis.solving.searching import Search
from smartrules.expr.nodes import Expr, Quantified, When
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, UNDETERMINED, Outcome


def quantified(search: Search, node: Quantified, outcome: Outcome, demand: Demand) -> Iterator[Demand]:
    """Yield what makes every member, or some, come to an outcome."""
    collection = search.edition.collection(node.collection).id
    part = node.part if node.where is None else When(node.part, node.where)
    if outcome is UNDETERMINED:
        sized = demand.size(collection, None)
        if sized is not None:
            yield sized
    for size, sized in search.sized(collection, demand):
        places = [f"{collection}.{number}" for number in range(1, size + 1)]
        yield from _members(search, places, collection, part, node.quantifier == "every", outcome, sized)


def _members(
    search: Search, places: list[str], collection: str, part: Expr, of_all: bool, outcome: Outcome, demand: Demand
) -> Iterator[Demand]:
    if not places:
        if outcome is NOT_APPLICABLE:
            yield demand
        return
    asking = [search.of_member(collection, place) for place in places]
    decisive, other = (NOT_MET, MET) if of_all else (MET, NOT_MET)
    if outcome is decisive:
        for one in search.choose(asking):
            yield from one.solve(part, outcome, demand)
        return
    rest = {other: (other, NOT_APPLICABLE), UNDETERMINED: (other, NOT_APPLICABLE, UNDETERMINED)}
    for one in search.choose(asking):
        yield from _chained(
            [(a, (outcome,) if a is one else rest.get(outcome, (NOT_APPLICABLE,))) for a in asking], part, demand
        )


def _chained(wanted: list[tuple[Search, Sequence[Outcome]]], part: Expr, demand: Demand) -> Iterator[Demand]:
    if not wanted:
        yield demand
        return
    (asking, outcomes), *rest = wanted
    for outcome in asking.choose(outcomes):
        for found in asking.solve(part, outcome, demand):
            yield from _chained(rest, part, found)
