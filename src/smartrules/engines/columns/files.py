"""Files of communities, one row each: how they are opened as frames, and how a frame is written into one.

Parquet brings its types. CSV, TSV, JSON lines and Excel hold text, or what is taken as text, and every column that the
rules ask is read by its declaration; the others stay text. All but Excel are read and written piece by piece, so that a
file may be larger than the memory.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import narwhals as nw
import polars as pl
from attrs import evolve, field, frozen

from smartrules.diagnostics import Diagnostic, Fault, FrameError, MissingExtraError, one_of, shorten
from smartrules.documents.writing import written
from smartrules.engines.columns import ENDINGS
from smartrules.engines.columns.backends import ROW, Numbered, Opened, PolarsLazy
from smartrules.engines.columns.layout import asked
from smartrules.engines.columns.lines import read_lines
from smartrules.engines.columns.texts import Reading, percents_as_parts, read_columns, readings
from smartrules.standard import Edition

#: What a sheet of Excel holds, its heading among the rows.
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384


@frozen(eq=False)
class File:
    """A file that was opened as a frame; it takes the place of one wherever a ruleset takes frames.

    Attributes:
        path: as it was named.
        frame: a lazy frame of Polars.
        first: the number of its first row: 2 below a heading, 1 for the first of the JSON lines, 0 in Parquet, as whoever
            opens such a file counts.
        faults: of cells that cannot be read, which are null in the frame; `smartrules.ruleset.Ruleset.frame` raises them.
    """

    path: Path
    frame: pl.LazyFrame = field(repr=False)
    first: int = 0
    faults: tuple[Diagnostic, ...] = ()


class OfFile(PolarsLazy):
    """A file as a kind of frame: a lazy frame of Polars whose rows are counted as those of the file."""

    def __init__(self, first: int) -> None:
        self._first = first

    def opened(self, native: File, prefix: str = "c") -> Opened:
        """Return the frame of the file."""
        return super().opened(native.frame, prefix)

    def numbered(self, frame: nw.LazyFrame[Any], name: str) -> Numbered:
        """Return the frame with the number of each row in the file."""
        return nw.from_native(frame.to_native().with_row_index(name, offset=self._first)), (nw.col(name),)


@contextmanager
def opened(
    path: Path,
    editions: Sequence[Edition],
    *,
    tiers: Sequence[str] | None = None,
    key: str | None = None,
    collections: Mapping[str, Path] | None = None,
    seen: Callable[[int], None] | None = None,
) -> Iterator[tuple[File, dict[str, File]]]:
    """Give a file of communities, and of each collection the file of its members, as frames.

    Args:
        path: of the file.
        editions: whose rules ask the columns; all of them must declare a column that they ask alike.
        tiers: the ids of the tiers that are asked; by default all.
        key: the column of the communities' ids, which stays as it is.
        collections: the path of the file of each collection's members.
        seen: is told how many communities were read so far, where they are read from text.

    Raises:
        FrameError: where a file cannot be read at all, or the editions do not read a column alike.
        MissingExtraError: where a package to read Excel with is not installed.
    """
    given = collections or {}
    with ExitStack() as stack:
        found = _scanned(path, stack)
        members = {name: _scanned(place, stack) for name, place in given.items()}
        with readable(path):
            names = _names(found)
        each = [(one, asked(one, _named(one, tiers), names, given)) for one in editions]
        communities = _read(found, [readings(one, wanted, names) for one, wanted in each], key, stack, seen)
        for name, file in members.items():
            with readable(file.path):
                own = _names(file)
            members[name] = _read(file, [readings(one, wanted, own, name) for one, wanted in each], key, stack)
        yield communities, members


def _names(file: File) -> list[str]:
    """Return the names of the columns of a file."""
    return [name for name in file.frame.collect_schema().names() if name != ROW]


def _named(edition: Edition, tiers: Sequence[str] | None) -> list[str]:
    return [tier.id for tier in edition.tiers if tiers is None or tier.id in tiers]


def _read(
    file: File,
    asked: Sequence[Sequence[Reading]],
    key: str | None,
    stack: ExitStack,
    seen: Callable[[int], None] | None = None,
) -> File:
    """Return a file with its columns of text read as some editions ask."""
    by_name: dict[str, Reading] = {}
    for one in (one for some in asked for one in some if one.name != key):
        other = by_name.setdefault(one.name, one)
        if other != one:
            raise FrameError.of(
                "SR502",
                f"the editions do not declare `{one.name}` alike, so that a column of text cannot be read for both",
                "give a Parquet file, whose columns have types",
                file=str(file.path),
            )
    suffix = file.path.suffix.lower()
    if suffix == ".parquet":
        return file
    wanted = list(by_name.values())
    with readable(file.path):
        names = _names(file)
        place = Path(stack.enter_context(TemporaryDirectory(prefix="smartrules-")), "read.parquet")
        named = key if key in names else None
        frame, faults = read_columns(file.frame, wanted, place, first=file.first, key=named, seen=seen)
        if suffix == ".xlsx":
            faults += percents_as_parts(frame, wanted)
    found = [evolve(fault, file=str(file.path)) for fault in faults]
    return evolve(file, frame=frame, faults=tuple(found))


# --- reading -------------------------------------------------------------------------------------------------------


def _scanned(path: Path, stack: ExitStack) -> File:
    """Return a file as a lazy frame, of text where the file has no types."""
    with readable(path):
        match path.suffix.lower():
            case ".parquet":
                with path.open("rb"):
                    return File(path, pl.scan_parquet(path, glob=False))
            case ".csv":
                return _delimited(path, ",")
            case ".tsv":
                return _delimited(path, "\t")
            case ".jsonl" | ".ndjson":
                folder = stack.enter_context(TemporaryDirectory(prefix="smartrules-"))
                frame, faults = read_lines(path, Path(folder))
                if faults:
                    raise FrameError(faults)
                return File(path, frame, 1)
            case ".xlsx":
                return File(path, _sheet(path), 2)
    raise FrameError.of("SR114", "the ending of the file says no kind of file that can be read", _KINDS, file=str(path))


def _delimited(path: Path, separator: str) -> File:
    with path.open(encoding="utf-8-sig", newline="") as file:
        heading = next(csv.reader(file, delimiter=separator), [])
    if not heading:
        raise FrameError.of("SR103", "the file is empty", "its first row names the columns", file=str(path))
    _check_heading(heading, path)
    frame = pl.scan_csv(path, separator=separator, infer_schema=False, glob=False)
    return File(path, frame, 2)


def _check_heading(heading: Sequence[str], path: Path) -> None:
    twice = [name for name in dict.fromkeys(heading) if name and heading.count(name) > 1]
    if twice:
        raise FrameError(
            Diagnostic("SR403", f"two columns are named `{shorten(name)}`", "keep one of them", str(path))
            for name in twice
        )


def _sheet(path: Path) -> pl.LazyFrame:
    """Return the first sheet of an Excel file as text, its numbers in the shortest decimals that they are."""
    excel = _package("fastexcel", "Excel files are read")
    with path.open("rb"):
        pass
    try:
        book = excel.read_excel(path)
        sheet = book.load_sheet(0, header_row=None, dtypes="string")
        found: pl.DataFrame = sheet.to_polars()
    except excel.FastExcelError as error:
        raise FrameError.of("SR114", f"the file cannot be read: {_reason(error)}", file=str(path)) from None
    if found.is_empty():
        raise FrameError.of("SR103", "the sheet is empty", "its first row names the columns", file=str(path))
    heading = [name or "" for name in found.row(0)]
    _check_heading(heading, path)
    kept = [(at, name) for at, name in zip(found.columns, heading, strict=True) if name]
    return found.slice(1).select(pl.col(at).cast(pl.String).alias(name) for at, name in kept).lazy()


def _package(name: str, purpose: str) -> Any:
    from importlib import import_module

    try:
        return import_module(name)
    except ModuleNotFoundError:
        raise MissingExtraError.of(
            "SR604",
            f"{purpose} by the package `{name}`, which is not installed",
            "install it: `pip install 'smartrules[frames]'`",
        ) from None


_KINDS = f"name a file that ends in {one_of(ENDINGS)}"


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn what goes wrong while a file is read into a fault of that file.

    Raises:
        FrameError: SR102, SR103, SR111 or SR114.
    """
    try:
        yield
    except Fault as fault:
        raise FrameError.of(fault.code, fault.message, fault.help, file=str(path)) from None
    except UnicodeDecodeError:
        raise _not_utf8(path) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise FrameError.of("SR114", f"the file cannot be read: {reason}", file=str(path)) from None
    except csv.Error as error:
        raise FrameError.of("SR111", f"the heading cannot be read: {_reason(error)}", file=str(path)) from None
    except pl.exceptions.PolarsError as error:
        reason = str(error)
        if "utf-8" in reason.lower() or "utf8" in reason.lower():
            raise _not_utf8(path) from None
        if "more fields" in reason:
            raise _ragged(path) from None
        raise FrameError.of("SR114", f"the file cannot be read: {_reason(error)}", file=str(path)) from None


def _not_utf8(path: Path) -> FrameError:
    return FrameError.of(
        "SR102", "the file is not UTF-8 text", "save it in UTF-8; Excel calls it `CSV UTF-8`", file=str(path)
    )


def _ragged(path: Path) -> FrameError:
    """Return the fault of a row with more cells than the heading, with the first such row."""
    separator = "\t" if path.suffix.lower() == ".tsv" else ","
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file, delimiter=separator)
        width = len(next(rows))
        for number, row in enumerate(rows, 2):
            if len(row) > width:
                says = f"row {number:,} has {len(row)} cells, the heading {width}"
                return FrameError.of("SR111", says, "put a cell with a comma into quotation marks", file=str(path))
    return FrameError.of("SR111", "a row has more cells than the heading", file=str(path))


def _reason(error: BaseException) -> str:
    return shorten(str(error).partition("\n")[0] or type(error).__name__)


# --- writing -------------------------------------------------------------------------------------------------------


def write(frame: pl.LazyFrame, path: Path, *, sources: Sequence[Path] = ()) -> None:
    """Write a frame into a file by its ending: all of it, or nothing, and then an older file is as it was.

    Lists become members with semicolons between them where the file has no lists. A sheet of Excel is made in memory.

    Args:
        frame: with every column of the result.
        path: of the file.
        sources: the files that are read meanwhile, none of which may be the one that is written.

    Raises:
        FrameError: SR606 where the file cannot be written, or is one that is read.
        MissingExtraError: where the package to write Excel with is not installed.
    """
    check_writable(path, sources)
    try:
        with written(path) as beside:
            _WRITERS[path.suffix.lower()](frame, beside)
    except Fault as fault:
        raise FrameError.of(fault.code, fault.message, fault.help, file=str(path)) from None


def check_writable(path: Path, sources: Sequence[Path]) -> None:
    """Check, before anything is read, that a file could be written.

    Raises:
        FrameError: SR606.
        MissingExtraError: where the package to write Excel with is not installed.
    """
    if path.suffix.lower() not in _WRITERS:
        raise FrameError.of(
            "SR606", "the ending of the file says no kind of file that can be written", _KINDS, file=str(path)
        )
    for source in sources:
        if path.resolve() == source.resolve() or (path.exists() and source.exists() and path.samefile(source)):
            raise FrameError.of(
                "SR606", f"`{shorten(str(source))}` is read while this is written", "name another file", file=str(path)
            )
    if path.suffix.lower() == ".xlsx":
        _package("xlsxwriter", "Excel files are written")


def _as_text(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Return a frame with lists of text as one text each."""
    schema = frame.collect_schema()
    lists = [name for name, kind in schema.items() if isinstance(kind, pl.List)]
    return frame.with_columns(
        pl.when(pl.col(name).list.len() == 0)
        .then(pl.lit("[]"))
        .otherwise(pl.col(name).list.eval(pl.element().cast(pl.String)).list.join(";"))
        .alias(name)
        for name in lists
    )


def _write_sheet(frame: pl.LazyFrame, path: Path) -> None:
    found = _as_text(frame).collect(engine="streaming")
    if found.height >= _MOST_ROWS or found.width > _MOST_COLUMNS:
        says = f"a sheet of Excel has {_MOST_ROWS:,} rows and {_MOST_COLUMNS:,} columns, this {found.height + 1:,} and {found.width:,}"
        raise Fault("SR606", says, "write Parquet or CSV")
    found.write_excel(path)  # a cell that begins with `=` stays text: Polars sees to that


_WRITERS: dict[str, Callable[[pl.LazyFrame, Path], None]] = {
    ".parquet": lambda frame, path: frame.sink_parquet(path, engine="streaming"),
    ".csv": lambda frame, path: _as_text(frame).sink_csv(path, engine="streaming"),
    ".tsv": lambda frame, path: _as_text(frame).sink_csv(path, separator="\t", engine="streaming"),
    ".jsonl": lambda frame, path: frame.sink_ndjson(path, engine="streaming", check_extension=False),
    ".ndjson": lambda frame, path: frame.sink_ndjson(path, engine="streaming"),
    ".xlsx": _write_sheet,
}
