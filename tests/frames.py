"""Facts as frames: the same communities that the reference assesses one by one, in the layout of a frame."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl

from smartrules.engines.columns import communities as communities_in_columns
from smartrules.facts import Facts
from smartrules.ruleset import Ruleset

#: The column of the key; no ruleset of the tests has a fact of this name.
KEY = "the_key"


def frame_of(ruleset: Ruleset, communities: Sequence[Facts]) -> pl.DataFrame:
    """Return one row a community: all facts, the day, and the measures that one of them states."""
    return communities_in_columns.frame_of(ruleset.edition, communities, KEY)


def members_of(ruleset: Ruleset, communities: Sequence[Facts]) -> dict[str, pl.DataFrame]:
    """Return of each collection one row a member."""
    return communities_in_columns.members_of(ruleset.edition, communities, KEY)


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
