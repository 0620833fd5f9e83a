"""Facts as frames: the same communities that the reference assesses one by one, in the layout of a frame."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    # Decimals divide to 28 digits; written out, they have as many as there are.
    exact = [None if value is None else Decimal(f"{int(value * 10**places)}e-{places}") for value in own]
    return pl.Series(exact, dtype=pl.Decimal(38, places))


def told(frame: pl.DataFrame, ruleset: Ruleset, tiers: Iterable[str] | None = None) -> dict[str, dict[str, Any]]:
    """Return what a result says of each community, by its key: outcomes by their column, tiers, the highest tier."""
    asked = [*ruleset.edition.tier_by_id] if tiers is None else [*tiers]
    names = [f"{tier}.{name}" for tier in asked for name in ruleset.edition.rules(tier)]
    columns = [*names, *asked, *(["tier"] if tiers is None else [])]
    return {row[KEY]: {name: row[name] for name in columns} for row in frame.iter_rows(named=True)}


def expected(ruleset: Ruleset, communities: Sequence[Facts]) -> dict[str, dict[str, Any]]:
    """Return what the reference says of each community, as `told`."""
    found = {}
    for index, facts in enumerate(communities):
        assessment = ruleset.assess(facts)
        own: dict[str, Any] = {
            f"{tier}.{name}": outcome.value
            for tier, outcomes in assessment.outcomes().items()
            for name, outcome in outcomes.items()
        }
        own |= {tier.tier.id: tier.outcome.value for tier in assessment.tiers}
        found[f"k{index}"] = own | {"tier": assessment.tier}
    return found


# --- the kinds of frames -------------------------------------------------------------------------------------------


class Frames:
    """One kind of frame: how Polars' becomes one, and how a result comes back."""

    #: More digits than this a decimal cannot have there.
    digits = 38

    def made(self, frame: pl.DataFrame) -> Any:
        """Return the frame of communities in this kind."""
        return frame

    def members(self, frame: pl.DataFrame) -> Any:
        """Return a frame of members in this kind."""
        return self.made(frame)

    def back(self, result: Any) -> pl.DataFrame:
        """Return a result as a Polars frame."""
        assert isinstance(result, pl.DataFrame)
        return result


class LazyFrames(Frames):
    """Lazy frames of Polars."""

    def made(self, frame: pl.DataFrame) -> Any:
        return frame.lazy()

    def back(self, result: Any) -> pl.DataFrame:
        assert isinstance(result, pl.LazyFrame)
        return result.collect()


class ArrowFrames(Frames):
    """Tables of PyArrow."""

    def made(self, frame: pl.DataFrame) -> Any:
        return frame.to_arrow()

    def back(self, result: Any) -> pl.DataFrame:
        import pyarrow as pa

        assert isinstance(result, pa.Table)
        found = pl.from_arrow(result)
        assert isinstance(found, pl.DataFrame)
        return found


class PandasFrames(Frames):
    """Frames of pandas with its own types, in which a missing integer makes a column of floats."""

    arrow = False

    def made(self, frame: pl.DataFrame) -> Any:
        return frame.to_pandas(use_pyarrow_extension_array=self.arrow)

    def back(self, result: Any) -> pl.DataFrame:
        import pandas as pd

        assert isinstance(result, pd.DataFrame)
        return pl.from_pandas(result)


class ArrowPandasFrames(PandasFrames):
    """Frames of pandas with the types of Arrow."""

    arrow = True


class DuckDBFrames(Frames):
    """Relations of DuckDB."""

    digits = 18

    def __init__(self) -> None:
        import duckdb

        self.connection = duckdb.connect()
        self.count = 0

    def made(self, frame: pl.DataFrame) -> Any:
        self.count += 1
        self.connection.register("given", frame.to_arrow())
        self.connection.execute(f"CREATE TABLE t{self.count} AS SELECT * FROM given")
        return self.connection.table(f"t{self.count}")

    def back(self, result: Any) -> pl.DataFrame:
        import duckdb

        assert isinstance(result, duckdb.DuckDBPyRelation)
        found = result.pl()
        assert isinstance(found, pl.DataFrame)
        return found


class DaskFrames(ArrowPandasFrames):
    """Frames of Dask in two partitions; their members are in memory."""

    def made(self, frame: pl.DataFrame) -> Any:
        import dask.dataframe as dd

        return dd.from_pandas(super().made(frame), npartitions=2)

    def members(self, frame: pl.DataFrame) -> Any:
        return super().made(frame)

    def back(self, result: Any) -> pl.DataFrame:
        import dask.dataframe as dd

        assert isinstance(result, dd.DataFrame)
        return super().back(result.compute())


def with_at_most(frame: pl.DataFrame, digits: int) -> pl.DataFrame:
    """Return the rows whose decimals have at most so many digits, each column with as few decimals as serve."""
    for name, kind in frame.schema.items():
        if isinstance(kind, pl.Decimal) and kind.scale > 6:
            short = frame[name].cast(pl.Decimal(38, 6))
            same = (short.cast(pl.Decimal(38, kind.scale)) == frame[name]).fill_null(True)
            frame = frame.with_columns(short.alias(name)).filter(same) if digits < 38 else frame
    return frame
