"""Columns of text, as files without types hold them, read by the declarations of what they give.

A number is read from its decimal text and never through a float. Cells in the plain form are read by Polars; every other
cell is read as a facts document is, so that `３，４６１户`, `1e3` and `42 公顷` are understood and what is not is said in the
same words. A blank cell is null.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from threading import Lock
from typing import assert_never

import polars as pl
from attrs import define, frozen

from smartrules.diagnostics import Diagnostic, Fault, shorten
from smartrules.engines.columns.backends import ROW
from smartrules.engines.columns.layout import ON, Asked
from smartrules.standard import Edition, FactDeclaration, Measure
from smartrules.units import PERCENT, Unit
from smartrules.values import Kind, decimal_places, read_date, read_quantity, write_number

#: What Polars keeps of a decimal: so many digits, before the point and after it.
_MOST_DIGITS = 38
#: The longest whole number of 64 bits whatever its digits are.
_DIGITS_OF_64_BITS = 18

_NUMBER = r"^[+-]?[0-9]{1,28}(?:\.[0-9]{1,10})?$"
_DATE = r"^(?:[1-9][0-9]{3}|0[0-9]{2}[1-9]|0[0-9][1-9]0|0[1-9]00)-[0-9]{2}-[0-9]{2}$"
#: How spreadsheets and pandas write a date that they keep as a moment.
_MIDNIGHT = r"[ T]00:00:00(?:\.0+)?$"
#: A set without members; a blank cell is one that is not known.
_NONE = r"^\[\s*\]$"
_YES_NO = {"true": True, "yes": True, "是": True, "false": False, "no": False, "否": False}


@frozen
class Reading:
    """A column of text and what it is read as.

    Attributes:
        name: of the column.
        kind: of its values.
        unit: in which a bare number stands.
    """

    name: str
    kind: Kind
    unit: Unit | None = None


def readings(edition: Edition, wanted: Asked, names: Iterable[str], collection: str | None = None) -> list[Reading]:
    """Return how the columns of a file are read that some tiers ask: of communities, or of a collection's members."""
    asked: list[Reading] = []
    if collection is None:
        for declared in wanted.facts:
            asked += _of_fact(declared)
        asked += [Reading(measure.id, Kind.QUANTITY, measure.unit) for measure in wanted.stated]
        asked += [Reading(one.id, Kind.COUNT, one.unit) for one in edition.collections if one.id in wanted.collections]
        asked += [Reading(ON, Kind.DATE)] if wanted.today else []
    else:
        for declared in wanted.collections.get(collection, ()):
            asked += _of_fact(declared)
    have = frozenset(names)
    return [one for one in asked if one.name in have]


def _of_fact(declared: FactDeclaration | Measure) -> Iterator[Reading]:
    if isinstance(declared, FactDeclaration) and declared.kind is Kind.SET:
        yield Reading(declared.id, Kind.SET)
        for member in declared.member_ids:
            yield Reading(f"{declared.id}.{member}", Kind.FLAG)
    else:
        yield Reading(
            declared.id, declared.kind if isinstance(declared, FactDeclaration) else Kind.QUANTITY, declared.unit
        )


def read_columns(
    frame: pl.LazyFrame,
    asked: Sequence[Reading],
    place: Path,
    *,
    first: int,
    key: str | None,
    seen: Callable[[int], None] | None = None,
) -> tuple[pl.LazyFrame, list[Diagnostic]]:
    """Return a frame with its columns of text as what they are read as, and what cannot be read; that is null there.

    It goes through the frame once, piece by piece, and keeps what it read in a Parquet file, which whoever asks the frame
    then goes through.

    Args:
        frame: whose columns to read are all of text; it may number its rows itself, as `ROW`.
        asked: the columns to read.
        place: the file to keep what was read in, as long as the frame is asked.
        first: the number of the first row.
        key: the column that names a row besides, where there is one.
        seen: is told how many rows were read so far.
    """
    columns = [_Column(one) for one in asked]
    schema = dict(frame.collect_schema())
    numbered = frame if schema.pop(ROW, None) is not None else frame.with_row_index(ROW, offset=first)
    for column in columns:
        schema[column.reading.name] = column.kept_as
    lock, rows = Lock(), 0

    def read(batch: pl.DataFrame) -> pl.DataFrame:
        nonlocal rows
        with lock:
            made = [column.read(batch, key) for column in columns]
            rows += batch.height
            if seen is not None:
                seen(rows)
        return batch.with_columns(made).drop(ROW)

    numbered.map_batches(read, streamable=True, schema=schema).sink_parquet(
        place, compression="lz4", engine="streaming"
    )
    faults = [fault for column in columns for fault in column.faults()]
    return pl.scan_parquet(place, glob=False).with_columns(column.typed() for column in columns), faults


def percents_as_parts(frame: pl.LazyFrame, asked: Sequence[Reading]) -> list[Diagnostic]:
    """Return the faults of columns in percent whose values are all within one, as spreadsheets keep formatted percents."""
    suspects = [one for one in asked if one.unit == PERCENT]
    if not suspects:
        return []
    greatest = frame.select(pl.col(one.name).max() for one in suspects).collect().row(0, named=True)
    return [
        Diagnostic(
            "SR504",
            f"`{one.name}` is in `%`, and none of its cells is above 1: a cell that shows 70 % holds 0.7",
            "write the number of percents, `70`, into cells without a format, or text with the unit, `70 %`",
        )
        for one in suspects
        if (high := greatest[one.name]) is not None and 0 < high <= 1
    ]


# --- one column ----------------------------------------------------------------------------------------------------


@define
class _Column:
    """A column while it is read.

    Attributes:
        bad: how many cells could not be read.
        worst: the first of them: its row, its text and the key of its row.
        whole: how many digits a number has before the point at most, and ``places`` after it.
    """

    reading: Reading
    bad: int = 0
    worst: tuple[int, str, str | None] | None = None
    whole: int = 0
    places: int = 0

    @property
    def kept_as(self) -> pl.DataType:
        """The type in which the column is kept while it is read: a number as its plain text."""
        match self.reading.kind:
            case Kind.FLAG:
                return pl.Boolean()
            case Kind.DATE:
                return pl.Date()
            case Kind.SET:
                return pl.List(pl.String())
            case _:
                return pl.String()

    def read(self, batch: pl.DataFrame, key: str | None) -> pl.Series:
        """Return the cells of a piece, null where they are blank or cannot be read, and note those that cannot."""
        cells = batch.get_column(self.reading.name)
        found = self._read(cells)
        if found.null_count() > cells.null_count():
            lost = found.is_null() & (cells.str.strip_chars() != "")
            if lost.any():
                self.bad += int(lost.sum())
                row = batch.filter(lost).row(0, named=True)
                name = None if key is None else str(row[key])
                worst = (row[ROW], row[self.reading.name].strip(), name)
                self.worst = worst if self.worst is None else min(self.worst, worst)
        return found.alias(self.reading.name)

    def _read(self, cells: pl.Series) -> pl.Series:
        match self.reading.kind:
            case Kind.COUNT | Kind.QUANTITY | Kind.SHARE | Kind.RATE:
                return self._numbers(cells)
            case Kind.DATE:
                return _dates(cells)
            case Kind.FLAG:
                return _flags(cells)
            case Kind.SET:
                return _sets(cells)
            case Kind.CHOICE:
                return _unblanked(cells)
            case _:
                assert_never(self.reading.kind)

    def _numbers(self, cells: pl.Series) -> pl.Series:
        """Return numbers as plain decimal text, and note how many digits they have."""
        assert self.reading.unit is not None
        whole = cells.cast(pl.Int64, strict=False)
        if whole.null_count() == cells.null_count():
            self.whole = max(self.whole, *(len(str(abs(end))) for end in (_most(whole), -_most(-whole))))
            return cells
        found = _each_odd(_unblanked(cells), _NUMBER, _in_unit(self.reading.unit))
        digits = found.str.strip_chars_start("+-")
        length, point = digits.str.len_chars(), digits.str.find(".", literal=True)
        self.whole = max(self.whole, _most(point.fill_null(length)))
        self.places = max(self.places, _most(length.cast(pl.Int64) - point - 1))
        return found

    def typed(self) -> pl.Expr:
        """Return the column as its type, once all of it was read."""
        column = pl.col(self.reading.name)
        if not self.reading.kind.is_number:
            return column
        if self.places == 0 and self.whole <= _DIGITS_OF_64_BITS:
            return column.cast(pl.Int64)
        return column.cast(pl.Decimal(_MOST_DIGITS, min(self.places, _MOST_DIGITS - 1)), strict=False)

    def faults(self) -> Iterator[Diagnostic]:
        """Yield what is wrong with the column."""
        name = self.reading.name
        if self.worst is not None:
            row, cell, key = self.worst
            fault = _why(self.reading, cell)
            rows = "1 row" if self.bad == 1 else f"{self.bad:,} rows"
            where = f"row {row:,}" + ("" if key is None else f", `{shorten(key)}`")
            which = "it is" if self.bad == 1 else "the first is"
            yield Diagnostic(fault.code, f"`{name}` in {rows}; {which} {where}: {fault.message}", fault.help)
        if self.whole + self.places > _MOST_DIGITS:
            says = f"has {self.whole} digits before the point and {self.places} after it"
            hint = f"give numbers of {_MOST_DIGITS} digits together, as they were measured"
            yield Diagnostic("SR703", f"`{name}` {says}, more than a column of numbers keeps", hint)


# --- from cells to values ------------------------------------------------------------------------------------------


def _most(numbers: pl.Series) -> int:
    """Return the greatest of some whole numbers, 0 where there is none."""
    found = numbers.max()
    return found if isinstance(found, int) else 0


def _unblanked(cells: pl.Series) -> pl.Series:
    text = cells.str.strip_chars()
    return text.set(text == "", None)


def _each_odd(text: pl.Series, plain: str, read: Callable[[str], str]) -> pl.Series:
    """Return cells in a plain form: those that have it as they are, each other one as it is read, null where it is not."""

    def written(cell: str) -> str | None:
        try:
            return read(cell)
        except Fault:
            return None

    odd = text.filter(~text.str.contains(plain)).unique()
    if odd.is_empty():
        return text
    return text.replace(odd, pl.Series([written(cell) for cell in odd], dtype=pl.String))


def _in_unit(measured: Unit) -> Callable[[str], str]:
    """Return what reads a number in a unit as plain decimal text; a bare one stands in the unit."""

    def read(cell: str) -> str:
        number, given = read_quantity(cell)
        if given is not None:
            if given.dimension != measured.dimension:
                stands = f"in `{measured}`" if measured.factors else "a plain number"
                raise Fault("SR503", f"`{shorten(cell)}` is not {stands}", f"give numbers {stands}")
            number = Fraction(number) * given.size / measured.size
        if decimal_places(number.denominator) is None:
            raise Fault("SR703", f"`{shorten(cell)}` is no decimal in `{measured}`", f"give it in `{measured}`")
        return write_number(number)

    return read


def _dates(cells: pl.Series) -> pl.Series:
    text = _unblanked(cells).str.replace(_MIDNIGHT, "")
    text = _each_odd(text, _DATE, lambda cell: read_date(cell).isoformat())
    return text.str.to_date("%Y-%m-%d", strict=False)


def _flags(cells: pl.Series) -> pl.Series:
    yes = cells == "true"
    if (yes | (cells == "false")).all():  # nulls aside
        return yes
    meant = {cell: _YES_NO.get(cell.strip().lower()) for cell in cells.unique().drop_nulls()}
    return cells.replace_strict(meant, return_dtype=pl.Boolean)


def _sets(cells: pl.Series) -> pl.Series:
    text = _unblanked(cells)
    inner = text.str.strip_prefix("[").str.strip_suffix("]").str.replace_all("[；，、,]", ";")
    members = inner.str.split(";").list.eval(pl.element().str.strip_chars(" \"'"))
    named = members.list.eval(pl.element().filter(pl.element() != ""))
    known = (named.list.len() > 0) | text.str.contains(_NONE)
    return pl.select(pl.when(known).then(named)).to_series()


def _why(one: Reading, cell: str) -> Fault:
    """Return why a cell cannot be read."""
    try:
        if one.kind.is_number:
            assert one.unit is not None
            _in_unit(one.unit)(cell)
        elif one.kind is Kind.DATE:
            read_date(cell)
        elif one.kind is Kind.SET:
            raise Fault("SR502", f"`{shorten(cell)}` names no member", "write `a;b`, or `[]` where there is none")
    except Fault as fault:
        return fault
    return Fault(
        "SR502", f"`{shorten(cell)}` is neither yes nor no", "write `true` or `false`, `yes` or `no`, 是 or 否"
    )
