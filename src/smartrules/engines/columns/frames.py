"""The columns engine as a ruleset calls it: which backend a frame belongs to, the check, the assessment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from typing import Any

import narwhals as nw
import polars as _polars  # noqa: F401  what lends its columns needs it; better said at once
from attrs import evolve
from narwhals.exceptions import DuplicateError

from smartrules.diagnostics import Diagnostic, FrameError, NotFoundError
from smartrules.engines.columns import assessing, checking, partitions
from smartrules.engines.columns.backends import Arrow, Backend, DuckDB, Pandas, PolarsEager, PolarsLazy, Spark
from smartrules.engines.columns.checking import CheckedFrame
from smartrules.engines.columns.files import File, OfFile, readable
from smartrules.engines.columns.partitions import Dask
from smartrules.standard import Edition

#: The faults of a call rather than of what a frame holds.
_OF_THE_CALL = ("SR517", "SR603", "SR702")

__all__ = ["CheckedFrame", "assess", "backend_of", "check"]


def backend_of(frame: Any) -> Backend:
    """Return the backend of a frame.

    Raises:
        FrameError: SR702 for what is no frame, or a frame of a kind that is not known.
    """
    kind_of_frame = type(frame)
    if kind_of_frame.__module__.partition(".")[0] == "dask" and kind_of_frame.__name__ == "DataFrame":
        return Dask()
    if isinstance(frame, File):
        return OfFile(frame.first)
    if isinstance(frame, nw.DataFrame | nw.LazyFrame):
        hint = "give the frame that it wraps: `narwhals.to_native(frame)`"
        raise FrameError.of("SR702", "a frame of narwhals is no frame that can be assessed", hint)
    try:
        found = nw.from_native(frame)
    except TypeError:
        found = None
    except DuplicateError:
        names = frame.column_names if hasattr(frame, "column_names") else list(frame.columns)
        raise FrameError(list(checking.twice(names))) from None
    kind = None if found is None else found.implementation
    lazy = isinstance(found, nw.LazyFrame)
    known: dict[tuple[Any, bool], type[Backend]] = {
        (nw.Implementation.POLARS, False): PolarsEager,
        (nw.Implementation.POLARS, True): PolarsLazy,
        (nw.Implementation.PANDAS, False): Pandas,
        (nw.Implementation.PYARROW, False): Arrow,
        (nw.Implementation.DUCKDB, True): DuckDB,
        (nw.Implementation.PYSPARK, True): Spark,
        (nw.Implementation.PYSPARK_CONNECT, True): Spark,
    }
    backend = known.get((kind, lazy))
    again = list(checking.twice(frame.columns)) if backend is Spark else []
    if again:
        raise FrameError(again)
    if backend is None:
        raise FrameError.of(
            "SR702",
            f"a `{kind_of_frame.__module__.partition('.')[0]}.{kind_of_frame.__name__}` is no frame that can be assessed",
            "give a frame of Polars, pandas, PyArrow, DuckDB, Dask or PySpark",
        )
    return backend()


def check(
    edition: Edition,
    frame: Any,
    tiers: Sequence[str],
    key: str | None,
    collections: Mapping[str, Any],
    on: date | None,
    absent: Iterable[str],
) -> CheckedFrame:
    """Return a frame of communities, checked; see `smartrules.ruleset.Ruleset.frame`."""
    members = {name: (members, backend_of(members)) for name, members in collections.items()}
    in_order = [level.id for level in edition.tiers if level.id in tiers]
    files = {name: file for name, file in {"": frame, **collections}.items() if isinstance(file, File)}
    faults = [fault for file in files.values() for fault in file.faults]
    found = None
    try:
        with ExitStack() as stack:
            for file in files.values():
                stack.enter_context(readable(file.path))
            found = checking.check(
                edition, frame, backend_of(frame), in_order, key=key, members=members, on=on, absent=absent
            )
    except FrameError as error:
        faults += [_in_its_file(fault, files) for fault in error.diagnostics]
    if faults or found is None:
        raise FrameError(faults)
    return found


def _in_its_file(fault: Diagnostic, files: Mapping[str, File]) -> Diagnostic:
    """Return a fault of a frame with the file that has it, where it is of one."""
    name = next((name for name in files if name and fault.message.startswith(f"the members of `{name}`: ")), "")
    if fault.file is not None or name not in files or fault.code in _OF_THE_CALL:
        return fault
    return evolve(fault, file=str(files[name].path))


def assess(checked: CheckedFrame, tiers: Iterable[str] | None, *, codes: bool, measures: bool, margins: bool) -> Any:
    """Return a frame with its outcomes; see `smartrules.ruleset.Ruleset.assess_frame`."""
    asked = None if tiers is None else set(tiers)
    if asked is not None:
        for name in asked.difference(checked.tiers):
            raise NotFoundError.of("SR603", f"the frame was not checked for the tier `{name}`", "name it there too")
        checked = evolve(checked, tiers=tuple(tier for tier in checked.tiers if tier in asked))
    wanted = assessing.Wanted(codes=codes, measures=measures, margins=margins)
    if isinstance(checked.communities.backend, Dask):
        return partitions.assess(checked, wanted)
    return assessing.assess(checked, wanted)
