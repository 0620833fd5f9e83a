"""Communities' facts as frames of Polars: what the reference assesses one by one, in the layout of a frame."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl

from smartrules.facts import Fact, Facts
from smartrules.standard import Edition, FactDeclaration
from smartrules.units import Unit
from smartrules.values import Kind, decimal_places

#: The column of the ids of members; no fact of theirs has a name like it.
MEMBER = "member.id"


def frame_of(
    edition: Edition, communities: Sequence[Facts], key: str, keys: Sequence[str] | None = None
) -> pl.DataFrame:
    """Return one row a community: all facts, the day, and the measures that one of them states.

    What is not known is null, and so is what is said not to be reported: a frame cannot say that. Numbers are integers or
    decimals in the declared unit.

    Args:
        edition: whose declarations the facts follow.
        communities: their facts, in the order of the rows.
        key: the column of their keys; no fact may have its name.
        keys: of each community; by default ``k0``, ``k1`` and so on.
    """
    columns: dict[str, pl.Series] = {key: pl.Series(_keys(communities, keys), dtype=pl.String)}
    for declared in edition.facts:
        columns |= _columns(declared, [facts.facts.get(declared.id) for facts in communities])
    for measure in edition.measures:
        if any(measure.id in facts.stated for facts in communities):
            values = [facts.stated.get(measure.id) for facts in communities]
            columns[measure.id] = _numbers(measure.unit, [None if v is None else v.value for v in values])
    columns["on"] = pl.Series([facts.on for facts in communities], dtype=pl.Date)
    for collection in edition.collections:
        known = [facts.collections.get(collection.id) for facts in communities]
        columns[collection.id] = pl.Series([None if k is None else len(k) for k in known], dtype=pl.Int64)
    return pl.DataFrame(columns)


def members_of(
    edition: Edition, communities: Sequence[Facts], key: str, keys: Sequence[str] | None = None
) -> dict[str, pl.DataFrame]:
    """Return of each collection one row a member, with the key of its community as `frame_of` gives it, and its own id."""
    found = {}
    for collection in edition.collections:
        rows = [
            (own, record)
            for own, facts in zip(_keys(communities, keys), communities, strict=True)
            for record in facts.collections.get(collection.id, ())
        ]
        columns: dict[str, pl.Series] = {
            key: pl.Series([own for own, _ in rows], dtype=pl.String),
            MEMBER: pl.Series([record.id for _, record in rows], dtype=pl.String),
        }
        for declared in collection.facts:
            columns |= _columns(declared, [record.facts.get(declared.id) for _, record in rows])
        found[collection.id] = pl.DataFrame(columns)
    return found


def _keys(communities: Sequence[Facts], keys: Sequence[str] | None) -> Sequence[str]:
    return [f"k{index}" for index in range(len(communities))] if keys is None else keys


def _columns(declared: FactDeclaration, facts: Sequence[Fact | None]) -> dict[str, pl.Series]:
    values: list[Any] = [None if fact is None else fact.value for fact in facts]
    match declared.kind:
        case Kind.FLAG:
            return {declared.id: pl.Series(values, dtype=pl.Boolean)}
        case Kind.CHOICE:
            return {declared.id: pl.Series(values, dtype=pl.String)}
        case Kind.DATE:
            return {declared.id: pl.Series(values, dtype=pl.Date)}
        case Kind.SET:
            return {
                f"{declared.id}.{member}": pl.Series(
                    [None if v is None else member in v for v in values], dtype=pl.Boolean
                )
                for member in declared.member_ids
            }
        case _:
            assert declared.unit is not None
            return {declared.id: _numbers(declared.unit, values)}


def _numbers(unit: Unit, values: Iterable[Any]) -> pl.Series:
    """Return numbers in a unit: integers where all are whole, else decimals."""
    own = [None if value is None else Fraction(value) / Fraction(unit.size) for value in values]
    places = 0
    for value in own:
        if value is not None:
            found = decimal_places(value.denominator)
            assert found is not None, value
            places = max(places, found)
    if places == 0:
        return pl.Series([None if value is None else int(value) for value in own], dtype=pl.Int64)
    # Decimals divide to 28 digits; written out, they have as many as there are.
    exact = [None if value is None else Decimal(f"{int(value * 10**places)}e-{places}") for value in own]
    return pl.Series(exact, dtype=pl.Decimal(38, places))
