"""How many members a collection is given: a few, and as many as a threshold of the rules asks for."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from smartrules.expr.nodes import Aggregate, Comparison, Count, Expr, Literal, Range, children, walk
from smartrules.standard import Collection, Edition

#: Likelier first.
_FEW = (1, 2, 3, 0)
_MOST = 20


def sizes(collection: Collection, edition: Edition) -> tuple[int, ...]:
    """Return how many members to try.

    Of a count it is that of each threshold and one beside it, of a share the least number of which it can be exact.
    """
    asked = {size for rule in _rules(edition) for node in walk(rule) for size in _asked(node, collection, edition)}
    return (*_FEW, *sorted(size for size in asked if max(_FEW) < size <= _MOST))


def _rules(edition: Edition) -> Iterator[Expr]:
    for tier in edition.tiers:
        yield from edition.rules(tier.id).values()
    yield from (measure.value for measure in edition.measures)


def _asked(node: Expr, collection: Collection, edition: Edition) -> Iterator[int]:
    if not isinstance(node, Comparison | Range):
        return
    literals = [Fraction(part.root) for part in children(node) if isinstance(part, Literal)]
    for part in edition.walk(node):
        match part:
            case Aggregate(function="share", collection=name) if edition.collection(name) == collection:
                yield from (limit.denominator for limit in literals)
            case Aggregate(function="count", collection=name) if edition.collection(name) == collection:
                yield from _beside(literals)
            case Count(of=of) if of.id not in edition.fact_by_id and edition.collection(of.id) == collection:
                yield from _beside(literals)
            case _:
                continue


def _beside(literals: list[Fraction]) -> Iterator[int]:
    for limit in literals:
        if limit.denominator == 1:
            yield from (int(limit) - 1, int(limit), int(limit) + 1)
