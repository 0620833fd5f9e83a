"""What must be known, missing or not reported so that a value is there, or is not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from smartrules.analysis.solving.demands import ON, Demand
from smartrules.analysis.solving.searching import Search
from smartrules.expr.nodes import (
    Aggregate,
    Arithmetic,
    Comparison,
    Expr,
    FirstOf,
    Interpolation,
    Name,
    Negation,
    Range,
    Reported,
    Rounding,
    Today,
)
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, UNDETERMINED, Outcome


def reported(search: Search, node: Reported, outcome: Outcome, demand: Demand) -> Iterator[Demand]:
    """Yield what makes a fact or measure reported, or not."""
    if outcome is MET:
        yield from given(search, node.of, demand)
        return
    name = node.of.id
    if outcome is NOT_MET and name in search.edition.fact_by_id and name not in search.edition.collection_of_fact:
        unreported = demand.unreport(name)
    else:
        # All of it: where a denominator is known to be zero, what stands above it is not missed.
        unreported = _without(search, node.of, demand)
        if outcome is NOT_MET:
            unreported = None if name in search.edition.fact_by_id else unreported and unreported.unreport(name)
    if unreported is not None and outcome is not NOT_APPLICABLE:
        yield unreported


def opened(search: Search, node: Expr, demand: Demand) -> Iterator[Demand]:
    """Yield the ways in which an expression has no value because a fact is missing."""
    if any(isinstance(part, FirstOf | Aggregate) for part in search.edition.walk(node)):
        yield from _bare(search, node, demand)
        return
    names = [*search.paths(node), *(ON for part in search.edition.walk(node) if isinstance(part, Today))]
    names += [name for name in search.edition.facts_behind(node) if name in search.edition.collection_by_id]
    for name in search.choose(names) if names else ():
        is_collection = name in search.edition.collection_by_id
        missing = demand.size(name, None) if is_collection else demand.miss(name)
        awaited = missing and missing.wait_for(names)
        if awaited is not None:
            yield awaited


def _bare(search: Search, node: Expr, demand: Demand) -> Iterator[Demand]:
    """Yield the ways in which a number has no value because nothing is known of a collection, or its first band is open."""
    match node:
        case Comparison(left=left, right=right):
            inner: tuple[Expr, ...] = (left, right)
        case Range():
            inner = (node.value,)
        case Arithmetic(left=left, right=right):
            inner = (left, right)
        case Name() if node.id in search.edition.measure_by_id:
            inner = (search.edition.measure_by_id[node.id].value,)
        case Negation(operand=one) | Rounding(value=one) | Interpolation(of=one):
            inner = (one,)
        case Aggregate():
            missing = demand.size(search.edition.collection(node.collection).id, None)
            if missing is not None:
                yield missing
            return
        case FirstOf():
            yield from search.solve(node.conditions[0], UNDETERMINED, demand)
            return
        case _:
            return
    for one in search.choose(inner):
        yield from _bare(search, one, demand)


def given(search: Search, node: Expr, demand: Demand) -> Iterator[Demand]:
    """Yield the ways in which every fact and collection behind an expression is known."""
    for name in search.edition.facts_behind(node):
        if name in search.edition.collection_by_id:
            for _, sized in search.sized(name, demand):
                yield from _given_all(search.paths(node), sized)
            return
    yield from _given_all(search.paths(node), demand)


def _given_all(paths: Iterable[str], demand: Demand) -> Iterator[Demand]:
    found: Demand | None = demand
    for path in paths:
        found = found and found.give(path)
    if found is not None:
        yield found


def _without(search: Search, node: Expr, demand: Demand) -> Demand | None:
    """Return that nothing behind an expression is known, and all of it is missing."""
    found: Demand | None = demand.wait_for(search.paths(node))
    for name in search.edition.facts_behind(node):
        is_collection = name in search.edition.collection_by_id
        found = found and (found.size(name, None) if is_collection else found.miss(search.path(name)))
    return found
