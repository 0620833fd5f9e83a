"""Fewer facts: what a community's facts are made of, piece by piece, and which pieces can be left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from attrs import evolve

from smartrules.facts import Facts

#: Where a piece stands: ``("facts", "homes")``, ``("collections", "buildings", "b3", "storeys")``, ``("on",)``.
Piece = tuple[str, ...]


def fewest(facts: Facts, tells: Callable[[Facts], bool]) -> Facts:
    """Return facts without the pieces that are not needed to tell, and without claims."""
    known, progress = evolve(facts, claims={}), True
    while progress:
        progress = False
        for piece in [*pieces(known)]:
            fewer = without(known, piece)
            if fewer != known and tells(fewer):
                known, progress = fewer, True
    return known


def pieces(facts: Facts) -> Iterator[Piece]:
    """Yield the pieces of which facts are made, a collection before its members, and a member before its facts."""
    if facts.on is not None:
        yield ("on",)
    for name in facts.collections:
        yield "collections", name
    for name in facts.facts:
        yield "facts", name
    for name in facts.stated:
        yield "stated", name
    for name in sorted(facts.not_reported):
        yield "not_reported", name
    for name, records in facts.collections.items():
        for record in records:
            yield "collections", name, record.id
            for fact in record.facts:
                yield "collections", name, record.id, fact


def without(facts: Facts, piece: Piece) -> Facts:
    """Return facts without a piece; the same where it is not among them."""
    match piece:
        case ("on",):
            return evolve(facts, on=None)
        case ("facts", name):
            return evolve(facts, facts=_less(facts.facts, name))
        case ("stated", name):
            return evolve(facts, stated=_less(facts.stated, name))
        case ("not_reported", name):
            return evolve(facts, not_reported=facts.not_reported - {name})
        case ("collections", name):
            return evolve(facts, collections=_less(facts.collections, name))
        case ("collections", name, member, *inner):
            records = facts.collections.get(name, ())
            if inner:
                kept = [evolve(one, facts=_less(one.facts, *inner)) if one.id == member else one for one in records]
            else:
                kept = [one for one in records if one.id != member]
            known = {name: tuple(kept)} if name in facts.collections else {}
            return evolve(facts, collections={**facts.collections, **known})
        case _:
            raise ValueError(piece)


_Kept = TypeVar("_Kept")


def _less(known: Mapping[str, _Kept], *names: str) -> dict[str, _Kept]:
    return {one: value for one, value in known.items() if one not in names}
