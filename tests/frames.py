"""Facts as frames: the same communities that the reference assesses one by one, in the layout of a frame."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl

from smartrules.facts import Fact, Facts
from smartrules.ruleset import Ruleset
from smartrules.standard import FactDeclaration
from smartrules.units import Unit
from smartrules.values import Kind, decimal_places

#: The column of the key; no ruleset of the tests has a fact of this name.
KEY = "the_key"


def frame_of(ruleset: Ruleset, communities: Sequence[Facts]) -> pl.DataFrame:
    """Return one row a community: all facts, the day, and the measures that one of them states."""
    edition = ruleset.edition
    columns: dict[str, pl.Series] = {KEY: pl.Series([f"k{index}" for index in range(len(communities))])}
    for declared in edition.facts:
        columns |= _columns(declared, [facts.facts.get(declared.id) for facts in communities])
    for measure in edition.measures:
        if any(measure.id in facts.stated for facts in communities):
            values = [facts.stated.get(measure.id) for facts in communities]
            columns[measure.id] = _numbers(measure.unit, [None if v is None else v.value for v in values])
    columns["on"] = pl.Series([facts.on for facts in communities], dtype=pl.Date)
    for collection in edition.collections:
        known = [facts.collections.get(collection.id) for facts in communities]
        columns[f"{collection.id}"] = pl.Series([None if k is None else len(k) for k in known], dtype=pl.Int64)
    return pl.DataFrame(columns)


def members_of(ruleset: Ruleset, communities: Sequence[Facts]) -> dict[str, pl.DataFrame]:
    """Return of each collection one row a member."""
    found = {}
    for collection in ruleset.edition.collections:
        rows = [
            (f"k{index}", record.facts)
            for index, facts in enumerate(communities)
            for record in facts.collections.get(collection.id, ())
        ]
        columns: dict[str, pl.Series] = {KEY: pl.Series([key for key, _ in rows], dtype=pl.String)}
        for declared in collection.facts:
            columns |= _columns(declared, [facts.get(declared.id) for _, facts in rows])
        found[collection.id] = pl.DataFrame(columns)
    return found


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
    exact = [None if value is None else Decimal(value.numerator) / Decimal(value.denominator) for value in own]
    return pl.Series(exact, dtype=pl.Decimal(38, places))


def outcomes_in(frame: pl.DataFrame, ruleset: Ruleset, row: int) -> dict[str, dict[str, str]]:
    """Return the outcomes of a row as `Ruleset.outcomes` gives them."""
    return {
        tier: {name: frame[f"{tier}.{name}"][row] for name in ruleset.edition.rules(tier)}
        for tier in ruleset.edition.tier_by_id
    }


__all__ = ["KEY", "date", "frame_of", "members_of", "outcomes_in"]
