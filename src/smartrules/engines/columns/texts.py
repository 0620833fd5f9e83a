"""Columns of text, as files without types hold them, read by the declarations of what they give.

A number is read from its decimal text and never through a float. Cells in the plain form are read by Polars; every other
cell is read as a facts document is, so that `３，４６１户`, `1e3` and `42 公顷` are understood and what is not is said in the
same words. A blank cell is null.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any, assert_never

import polars as pl
from attrs import frozen

from smartrules.diagnostics import Diagnostic, Fault, shorten
from smartrules.engines.columns.cells import PREFIX
from smartrules.engines.columns.layout import ON, Asked
from smartrules.standard import Edition, FactDeclaration, Measure
from smartrules.units import PERCENT, Unit
from smartrules.values import Kind, decimal_places, read_date, read_quantity, write_number

#: What Polars keeps of a decimal: so many digits, before the point and after it.
_MOST_DIGITS = 38
#: The longest whole number of 64 bits whatever its digits are.
_DIGITS_OF_64_BITS = 18

_NUMBER = r"^[+-]?[0-9]{1,28}(?:\.[0-9]{1,10})?$"
_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
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
        yield Reading(declared.id, declared.kind if isinstance(declared, FactDeclaration) else Kind.QUANTITY, declared.unit)


def read_columns(
    frame: pl.LazyFrame, asked: Sequence[Reading], *, first: int, key: str | None
) -> tuple[pl.LazyFrame, list[Diagnostic]]:
    """Return a frame with its columns of text as what they are read as, and what cannot be read; that is null there.

    It goes through the frame once, for the digits of the numbers, and again only where something cannot be read.

    Args:
        frame: whose columns to read are all of text.
        asked: the columns to read.
        first: the number of the first row.
        key: the column that names a row besides, where there is one.
    """
    if not asked:
        return frame, []
    read = frame.with_columns(_canonical(one).alias(f"{PREFIX}r{index}") for index, one in enumerate(asked))
    seen = read.select(expression for index, one in enumerate(asked) for expression in _measures(one, index))
    found = seen.collect(engine="streaming").row(0, named=True)
    faults = []
    for index, one in enumerate(asked):
        count = found[f"bad{index}"]
        if count:
            faults.append(_fault(read, one, index, count, first, key))
    typed = [_typed(one, index, found) for index, one in enumerate(asked)]
    faults += [fault for index, one in enumerate(asked) if (fault := _too_long(one, index, found)) is not None]
    return frame.with_columns(_canonical(one).alias(one.name) for one in asked).with_columns(typed), faults


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


# --- from a cell to a plain text -----------------------------------------------------------------------------------


def _blank_is_null(name: str) -> pl.Expr:
    text = pl.col(name).str.strip_chars()
    return pl.when(text != "").then(text)


def _canonical(one: Reading) -> pl.Expr:
    """Return the cells of a column in the plain form of its kind, null where they are blank or cannot be read."""
    text = _blank_is_null(one.name)
    match one.kind:
        case Kind.COUNT | Kind.QUANTITY | Kind.SHARE | Kind.RATE:
            assert one.unit is not None
            return _each_odd(text, _NUMBER, _in_unit(one.unit))
        case Kind.DATE:
            day = _each_odd(text.str.replace(_MIDNIGHT, ""), _DATE, lambda cell: read_date(cell).isoformat())
            return pl.when(~day.str.starts_with("0000")).then(day).str.to_date("%Y-%m-%d", strict=False)
        case Kind.FLAG:
            return text.str.to_lowercase().replace_strict(_YES_NO, default=None, return_dtype=pl.Boolean)
        case Kind.SET:
            inner = text.str.strip_prefix("[").str.strip_suffix("]").str.replace_all("[；，、,]", ";")
            members = inner.str.split(";").list.eval(pl.element().str.strip_chars(" \"'"))
            named = members.list.eval(pl.element().filter(pl.element() != ""))
            return pl.when((named.list.len() > 0) | text.str.contains(_NONE)).then(named)
        case Kind.CHOICE:
            return text
        case _:
            assert_never(one.kind)


def _each_odd(text: pl.Expr, plain: str, read: Callable[[str], str]) -> pl.Expr:
    """Return cells in a plain form: those that have it as they are, each other one as it is read, null where it is not."""

    def written(cell: str) -> str | None:
        try:
            return read(cell)
        except Fault:
            return None

    def of_batch(cells: pl.Series) -> pl.Series:
        odd = cells.filter(~cells.str.contains(plain)).unique()
        if odd.is_empty():
            return cells
        return cells.replace(odd, pl.Series([written(cell) for cell in odd], dtype=pl.String))

    return text.map_batches(of_batch, return_dtype=pl.String, is_elementwise=True)


def _in_unit(measured: Unit) -> Callable[[str], str]:
    """Return what reads a number in a unit as plain decimal text; a bare one stands in the unit."""

    def read(cell: str) -> str:
        number, given = read_quantity(cell)
        if given is not None:
            if given.dimension != measured.dimension:
                stands = f"in `{measured}`" if measured.factors else "a plain number"
                raise Fault("SR503", f"`{shorten(cell)}` is not {stands}", f"give numbers {stands}")
            number = Fraction(number) * given.size / measured.size
        text = write_number(number)
        if "/" in text or len(text) > _MOST_DIGITS:
            raise Fault("SR703", f"`{shorten(cell)}` is no decimal in `{measured}`", f"give it in `{measured}`")
        return text

    return read


# --- what the pass over the file asks ------------------------------------------------------------------------------


def _is_bad(one: Reading, index: int) -> pl.Expr:
    return _blank_is_null(one.name).is_not_null() & pl.col(f"{PREFIX}r{index}").is_null()


def _measures(one: Reading, index: int) -> Iterator[pl.Expr]:
    yield _is_bad(one, index).sum().alias(f"bad{index}")
    if one.kind.is_number:
        number = pl.col(f"{PREFIX}r{index}").str.strip_chars_start("+-")
        point = number.str.find(".", literal=True)
        length = number.str.len_chars()
        yield point.fill_null(length).max().alias(f"whole{index}")
        yield (length - point - 1).max().alias(f"places{index}")


def _typed(one: Reading, index: int, found: dict[str, Any]) -> pl.Expr:
    """Return a column of plain texts as its type."""
    column = pl.col(one.name)
    if not one.kind.is_number:
        return column
    places = found[f"places{index}"] or 0
    if places == 0 and (found[f"whole{index}"] or 0) <= _DIGITS_OF_64_BITS:
        return column.cast(pl.Int64)
    return column.cast(pl.Decimal(_MOST_DIGITS, min(places, _MOST_DIGITS - 1)), strict=False)


def _too_long(one: Reading, index: int, found: dict[str, Any]) -> Diagnostic | None:
    """Return the fault of a column whose numbers need more digits together than any column of numbers has."""
    if not one.kind.is_number:
        return None
    whole, places = found[f"whole{index}"] or 0, found[f"places{index}"] or 0
    if whole + places <= _MOST_DIGITS:
        return None
    return Diagnostic(
        "SR703",
        f"`{one.name}` has {whole} digits before the point and {places} after it, {_MOST_DIGITS} is the most together",
        "give its numbers with fewer decimals, as they were measured",
    )


def _fault(
    read: pl.LazyFrame, one: Reading, index: int, count: int, first: int, key: str | None
) -> Diagnostic:
    """Return the diagnostic of the cells of a column that cannot be read, with the first of them."""
    row = f"{PREFIX}row"
    wanted = [pl.col(row), pl.col(one.name).alias("cell"), *([pl.col(key).alias("key")] if key else [])]
    place = (
        read.with_row_index(row, offset=first)
        .filter(_is_bad(one, index))
        .select(wanted)
        .head(1)
        .collect(engine="streaming")
        .row(0, named=True)
    )
    fault = _why(one, place["cell"].strip())
    rows = "1 row" if count == 1 else f"{count:,} rows"
    where = f"row {place[row]:,}" + (f", `{shorten(str(place['key']))}`" if key else "")
    which = "it is" if count == 1 else "the first is"
    return Diagnostic(fault.code, f"`{one.name}` in {rows}; {which} {where}: {fault.message}", fault.help)


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
    return Fault("SR502", f"`{shorten(cell)}` is neither yes nor no", "write `true` or `false`, `yes` or `no`, 是 or 否")
