"""Dask frames: each partition is a frame of pandas, checked and decided by itself wherever it is.

What crosses to the workers is the edition and what the check found; what comes back from the check is one row a
partition. Members of collections are an in-memory frame, of which each partition takes those of its communities.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import narwhals as nw
from attrs import evolve, frozen

from smartrules.engines.columns.assessing import PROBLEMS, Wanted
from smartrules.engines.columns.assessing import assess as assess_query
from smartrules.engines.columns.backends import (
    ROW,
    Backend,
    Digits,
    Opened,
    Output,
    Pandas,
    PolarsEager,
    PolarsLazy,
    Total,
)
from smartrules.engines.columns.checking import CheckedFrame, Source

_PANDAS = Pandas()
_JOINED: dict[str, Callable[[list[Any]], Any]] = {"sum": sum, "min": min, "max": max}


#: A frame that does not cross to the workers.
_NOWHERE: Any = None


class Dask(PolarsLazy):
    """A Dask frame; what is computed with is a partition, the first of them where only types are asked."""

    def opened(self, native: Any, prefix: str = "c") -> Opened:
        """Return the first partition that has rows, which tells the types of the columns."""
        for index in range(native.npartitions):
            part = native.get_partition(index).compute()
            if len(part) or index == native.npartitions - 1:
                break
        return _PANDAS.opened(part)

    def joins(self, other: Backend) -> bool:
        """Return whether the other frame is in memory."""
        return isinstance(other, PolarsLazy) and not isinstance(other, Dask)

    def collected(self, native: Any, opened: Opened, digits: Digits, asked: Sequence[Total]) -> dict[str, Any]:
        """Return totals over all partitions."""
        rows = _of_each(native, opened, lambda part: _PANDAS.collected(None, part, digits, asked))
        found = dict[str, Any]()
        for one in asked:
            values = [row[one.name] for row in rows if row[one.name] is not None]
            found[one.name] = _JOINED[one.joined](values) if values else None
        return found

    def first(
        self, native: Any, opened: Opened, digits: Digits, bad: nw.Expr, shown: Sequence[nw.Expr]
    ) -> dict[str, Any]:
        """Return some columns of the first row for which something holds, its number counted over all partitions."""

        def found(part: Opened) -> tuple[int, dict[str, Any] | None]:
            frame = _PANDAS.with_digits(part.frame, digits)
            frame, number = _PANDAS.numbered(frame, ROW)
            held = frame.filter(bad).select(*shown, *number).head(1).collect()
            rows = list(held.rows(named=True))
            return int(part.frame.select(nw.len()).collect().item()), rows[0] if rows else None

        before = 0
        for rows, row in _of_each(native, opened, found):
            if row is not None:
                return {**row, ROW: row[ROW] + before}
            before += rows
        raise LookupError("no row")

    def keys(self, native: Any, opened: Opened, name: str) -> nw.LazyFrame[Any]:
        """Return the keys of all partitions."""
        part = _PANDAS.opened(native[[name]].compute())
        return part.frame.select(part.key(name))

    def finished(self, native: Any, opened: Opened, frame: nw.LazyFrame[Any], outputs: Sequence[Output]) -> Any:
        """Unused: a Dask frame is finished partition by partition."""
        raise NotImplementedError


def _of_each(native: Any, opened: Opened, asked: Callable[[Opened], Any]) -> list[Any]:
    """Return what is found in each partition, as it is typed in the first."""
    from dask.base import compute
    from dask.delayed import delayed

    schema = opened.frame.collect_schema()

    def found(part: Any) -> Any:
        return asked(typed(_PANDAS.opened(part), schema))

    at_once: Any = compute
    return list(at_once(*(delayed(found)(part) for part in native.to_delayed())))


def typed(opened: Opened, schema: Mapping[str, Any]) -> Opened:
    """Return a partition with the types of another: one that has only nulls in a column cannot know its type."""
    own = opened.frame.collect_schema()
    known = [name for name, kind in schema.items() if kind not in (nw.Unknown, nw.Object)]
    cast = [nw.col(name).cast(schema[name]) for name in known if own[name] != schema[name]]
    return evolve(opened, frame=opened.frame.with_columns(*cast)) if cast else opened


@frozen
class Recipe:
    """What a worker needs of a checked frame to decide a partition of it."""

    checked: CheckedFrame
    schema: Mapping[str, Any]

    @classmethod
    def of(cls, checked: CheckedFrame) -> Recipe:
        """Return what of a checked Dask frame crosses to the workers: what was found, and the members in memory."""
        source = checked.communities
        schema = dict(source.opened.frame.collect_schema())
        members = {name: _in_memory(one) for name, one in checked.members.items()}
        return cls(evolve(checked, communities=evolve(source, native=None, opened=_NOWHERE), members=members), schema)

    def decided(self, part: Any, wanted: Wanted) -> Any:
        """Return a partition with its outcomes."""
        result = assess_query(self.of_partition(part), wanted)
        return result.astype({PROBLEMS: "string[pyarrow]"})  # Dask writes no column of pandas' own text

    def of_partition(self, part: Any) -> CheckedFrame:
        """Return a partition as a checked frame of its own."""
        opened = typed(_PANDAS.opened(part), self.schema)
        source = Source(part, _PANDAS, opened, self.checked.communities.intake)
        members = {
            name: evolve(one, opened=one.backend.opened(one.native)) for name, one in self.checked.members.items()
        }
        return evolve(self.checked, communities=source, members=members)


def _in_memory(source: Source) -> Source:
    backend = PolarsEager()
    native = source.opened.frame.collect().to_native()
    return Source(native, backend, _NOWHERE, source.intake)


def assess(checked: CheckedFrame, wanted: Wanted) -> Any:
    """Return a Dask frame with its outcomes, as lazy as it was."""
    native, recipe = checked.communities.native, Recipe.of(checked)
    empty = recipe.decided(native.get_partition(0).head(0, compute=True), wanted)
    return native.map_partitions(recipe.decided, wanted, meta=empty)


def of_each(frames: Sequence[CheckedFrame], asked: Callable[[Sequence[CheckedFrame]], Any]) -> list[Any]:
    """Return what is found in each partition of one Dask frame that was checked for one edition after another."""
    from dask.base import compute
    from dask.delayed import delayed

    recipes = [Recipe.of(checked) for checked in frames]

    def found(part: Any) -> Any:
        return asked([recipe.of_partition(part) for recipe in recipes])

    at_once: Any = compute
    return list(at_once(*(delayed(found)(part) for part in frames[0].communities.native.to_delayed())))
