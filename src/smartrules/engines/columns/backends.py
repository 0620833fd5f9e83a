"""The kinds of frames: how each is opened for narwhals, what only it can do, and how results go back to it.

Polars, DuckDB and Spark compute where they are. Frames of pandas and PyArrow lend their columns to Polars, which asks
for no copy where Arrow holds them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

import narwhals as nw
from attrs import frozen

from smartrules.engines.columns.cells import PREFIX
from smartrules.engines.columns.given import Step
from smartrules.engines.columns.wholes import Widest

_EPOCH = date(1970, 1, 1).toordinal()
_FIRST, _LAST = date.min.toordinal(), date.max.toordinal()

#: The days that columns are asked for, by the name of the new column: the column of dates, and how it is moved.
Days = Mapping[str, tuple[str, Sequence[Step]]]

#: The columns of whole numbers that decimals become, by the name of the new column: the column, and its decimals.
Digits = Mapping[str, tuple[str, int]]


#: The number of a row, and the key of a community.
ROW, KEY = f"{PREFIX}row", f"{PREFIX}key"

#: How many digits of a decimal surely stay within 64 bits.
_DIGITS = 18


@frozen(eq=False)
class Total:
    """A single value that the check asks of a frame.

    Attributes:
        joined: how those of the parts of a frame make that of the whole.
    """

    name: str
    expression: nw.Expr
    joined: Literal["sum", "min", "max"] = "sum"


@frozen
class Output:
    """A column of the result.

    Attributes:
        name: as the host knows it.
        at: as it stands in the computed frame.
        words: what its codes stand for, None where it has no codes.
        open: whether it may be null.
    """

    name: str
    at: str
    words: tuple[str, ...] | None = None
    open: bool = True


@frozen
class Opened:
    """A frame as narwhals sees it.

    Attributes:
        frame: the frame that is computed with.
        names: how each column of the host is called there.
    """

    frame: nw.LazyFrame[Any]
    names: Mapping[str, str]

    def key(self, name: str) -> nw.Expr:
        """Return the column of keys as `KEY`, categories as the texts that they stand for."""
        kind = self.frame.collect_schema()[self.names[name]]
        column = nw.col(self.names[name])
        return (column.cast(nw.String) if is_text(kind) else column).alias(KEY)


#: A frame, and the column of its rows' numbers where they have an order.
Numbered = tuple[nw.LazyFrame[Any], tuple[nw.Expr, ...]]


class Backend(ABC):
    """One kind of frame."""

    widest: Widest
    #: The type of codes.
    small: Any = nw.UInt8
    #: Whether names that differ only in case are one.
    folds = False

    @abstractmethod
    def opened(self, native: Any, prefix: str = "c") -> Opened:
        """Return a frame for computing; where its columns need other names, those begin with a prefix."""

    @abstractmethod
    def with_days(self, frame: nw.LazyFrame[Any], days: Days) -> nw.LazyFrame[Any]:
        """Return a frame with days as numbers, null beyond the calendar."""

    def with_digits(self, frame: nw.LazyFrame[Any], digits: Digits) -> nw.LazyFrame[Any]:
        """Return a frame with decimals as whole numbers of their last place, null where those need more than 64 bits."""
        made = []
        for name, (source, places) in digits.items():
            number = nw.lit(None, nw.Int64)
            if places <= _DIGITS:
                fits = nw.col(source).abs() < 10 ** (_DIGITS - places)
                number = nw.when(fits).then(nw.col(source) * 10**places).cast(nw.Int64)
            made.append(number.alias(name))
        return frame.with_columns(*made) if made else frame

    # --- what the check asks ---------------------------------------------------------------------------------------

    def collected(self, native: Any, opened: Opened, digits: Digits, asked: Sequence[Total]) -> dict[str, Any]:
        """Return totals over a frame, by name."""
        frame = self.with_digits(opened.frame, digits)
        return only_row(frame.select(*(one.expression.alias(one.name) for one in asked)))

    def first(
        self, native: Any, opened: Opened, digits: Digits, bad: nw.Expr, shown: Sequence[nw.Expr]
    ) -> dict[str, Any]:
        """Return some columns of the first row for which something holds, its number under `ROW`; of any such row
        where rows have no order."""
        frame = self.with_digits(opened.frame, digits)
        frame, number = self.numbered(frame, ROW)
        return only_row(frame.filter(bad).select(*shown, *number).head(1))

    def keys(self, native: Any, opened: Opened, name: str) -> nw.LazyFrame[Any]:
        """Return the column of keys alone, as `KEY`."""
        return opened.frame.select(opened.key(name))

    @abstractmethod
    def finished(self, native: Any, opened: Opened, frame: nw.LazyFrame[Any], outputs: Sequence[Output]) -> Any:
        """Return the host's frame with the columns of the result."""

    def joins(self, other: Backend) -> bool:
        """Return whether frames of another kind can be joined to those of this one."""
        return type(other) is type(self)

    def numbered(self, frame: nw.LazyFrame[Any], name: str) -> Numbered:
        """Return a frame with the number of each row, counted from 0, and that column; none where rows have no order."""
        return frame, ()

    def joined(self, frame: nw.LazyFrame[Any], other: nw.LazyFrame[Any], key: str) -> nw.LazyFrame[Any]:
        """Return a frame with the columns of another that has at most one row for each value of the key."""
        return frame.join(other, on=key, how="left")


class PolarsLazy(Backend):
    """A lazy Polars frame."""

    widest = Widest(nw.Int128, 2**127 - 1)

    def opened(self, native: Any, prefix: str = "c") -> Opened:
        """Return the frame as it is."""
        frame = nw.from_native(native)
        return Opened(frame, {name: name for name in frame.collect_schema().names()})

    def with_digits(self, frame: nw.LazyFrame[Any], digits: Digits) -> nw.LazyFrame[Any]:
        """Return the frame with decimals as the integers by which Polars keeps them."""
        import polars as pl

        made = [pl.col(source).to_physical().alias(name) for name, (source, _) in digits.items()]
        return _lazy(frame.to_native().with_columns(made)) if made else frame

    def with_days(self, frame: nw.LazyFrame[Any], days: Days) -> nw.LazyFrame[Any]:
        """Return the frame with days as numbers."""
        import polars as pl

        made = []
        for name, (source, steps) in days.items():
            number = pl.col(source)
            for step in steps:
                if not _is_possible(step):
                    number = pl.lit(None, pl.Date)
                    break
                number = number.dt.offset_by(f"{step.months}mo{step.days}d" if step.days >= 0 else f"{step.months}mo")
                if step.days < 0:
                    number = number.dt.offset_by(f"{step.days}d")
                day = number.cast(pl.Int32) + _EPOCH
                number = pl.when((day >= _FIRST) & (day <= _LAST)).then(number)
            made.append((number.cast(pl.Int32).cast(pl.Int64) + _EPOCH).alias(name))
        return _lazy(frame.to_native().with_columns(made))

    def joins(self, other: Backend) -> bool:
        """Return whether the other frame is computed by Polars too."""
        return isinstance(other, PolarsLazy)

    def numbered(self, frame: nw.LazyFrame[Any], name: str) -> Numbered:
        """Return the frame with the number of each row."""
        return _lazy(frame.to_native().with_row_index(name)), (nw.col(name),)

    def joined(self, frame: nw.LazyFrame[Any], other: nw.LazyFrame[Any], key: str) -> nw.LazyFrame[Any]:
        """Return the joined frame in the order of the first."""
        return _lazy(frame.to_native().join(other.to_native(), on=key, how="left", maintain_order="left"))

    def finished(self, native: Any, opened: Opened, frame: nw.LazyFrame[Any], outputs: Sequence[Output]) -> Any:
        """Return the frame with outcomes as enumerations."""
        import polars as pl

        made = [
            (pl.col(one.at) if one.words is None else pl.col(one.at).cast(pl.UInt8).cat.to(pl.Enum(one.words))).alias(
                one.name
            )
            for one in outputs
        ]
        return frame.to_native().select(*(pl.col(name) for name in opened.names), *made)


class PolarsEager(PolarsLazy):
    """An eager Polars frame."""

    def opened(self, native: Any, prefix: str = "c") -> Opened:
        """Return the frame, lazily."""
        return super().opened(native.lazy())

    def finished(self, native: Any, opened: Opened, frame: nw.LazyFrame[Any], outputs: Sequence[Output]) -> Any:
        """Return the frame with outcomes as enumerations, its own columns shared and not copied."""
        return native.hstack(_collected(frame.to_native().select(*_dressed(outputs))))


class Lent(PolarsLazy, ABC):
    """A frame that lends its columns to Polars."""

    def finished(self, native: Any, opened: Opened, frame: nw.LazyFrame[Any], outputs: Sequence[Output]) -> Any:
        """Return the host's frame with the columns of the result."""
        import polars as pl

        made = _collected(frame.to_native().select(pl.col(one.at).alias(one.name) for one in outputs))
        return self.returned(native, made, outputs)

    @abstractmethod
    def returned(self, native: Any, made: Any, outputs: Sequence[Output]) -> Any:
        """Return the host's frame with columns that Polars made."""


class Arrow(Lent):
    """A PyArrow table."""

    def opened(self, native: Any, prefix: str = "c") -> Opened:
        """Return the table as Polars sees it."""
        import polars as pl

        lent = pl.DataFrame([_lent(name, native.column(name)) for name in native.column_names])
        return super().opened(lent.lazy())

    def returned(self, native: Any, made: Any, outputs: Sequence[Output]) -> Any:
        """Return the table with outcomes as dictionaries."""
        import pyarrow as pa

        for one in outputs:
            column = made.get_column(one.name).to_arrow()
            if one.words is not None:
                column = pa.DictionaryArray.from_arrays(column.cast(pa.int8()), pa.array(one.words))
            native = native.append_column(one.name, column)
        return native


class Pandas(Lent):
    """A pandas frame."""

    def opened(self, native: Any, prefix: str = "c") -> Opened:
        """Return the frame as Polars sees it; NaN of pandas is a missing value there."""
        import polars as pl
        import pyarrow as pa

        lent = dict[str, Any]()
        for name in native.columns:
            try:
                column = pa.Array.from_pandas(native[name])
            except (pa.ArrowException, OverflowError, TypeError, ValueError):
                lent[str(name)] = _opaque(str(name), len(native))
                continue
            lent[str(name)] = _lent(str(name), column)
        return super().opened(pl.DataFrame(list(lent.values())).lazy())

    def returned(self, native: Any, made: Any, outputs: Sequence[Output]) -> Any:
        """Return the frame with outcomes as categories."""
        import pandas as pd
        import polars as pl
        import pyarrow as pa

        # Codes that may be null would be floats in the frames where some are, and integers in the others.
        known = {pa.uint8(): pd.UInt8Dtype()}
        columns: dict[str, Any] = {}
        for one in outputs:
            column = made.get_column(one.name)
            if one.words is None:
                shown = column.to_arrow().to_pandas(types_mapper=known.get if one.open else None)
                columns[one.name] = pd.Series(shown.array, index=native.index)
            else:
                codes = column.cast(pl.Int16).fill_null(-1).to_numpy()
                kind = pd.CategoricalDtype(list(one.words))
                columns[one.name] = pd.Series(pd.Categorical.from_codes(codes, dtype=kind), index=native.index)
        return pd.concat([native, pd.DataFrame(columns, index=native.index)], axis=1)


class DuckDB(Backend):
    """A DuckDB relation."""

    widest = Widest(nw.Int128, 2**127 - 1)
    folds = True

    def opened(self, native: Any, prefix: str = "c") -> Opened:
        """Return the relation as it is."""
        return Opened(nw.from_native(native), {name: name for name in native.columns})

    def with_days(self, frame: nw.LazyFrame[Any], days: Days) -> nw.LazyFrame[Any]:
        """Return the relation with days as numbers."""
        made = []
        for name, (source, steps) in days.items():
            day = _quoted(source)
            for step in steps:
                if not _is_possible(step):
                    day = "CAST(NULL AS DATE)"
                    break
                day = f"CAST({day} + to_months({step.months}) AS DATE) + {step.days}"
                day = f"CASE WHEN {day} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31' THEN {day} END"
            made.append(f"date_diff('day', DATE '0001-01-01', {day}) + 1 AS {_quoted(name)}")
        if not made:
            return frame
        return _lazy(frame.to_native().project(f"*, {', '.join(made)}"))

    def finished(self, native: Any, opened: Opened, frame: nw.LazyFrame[Any], outputs: Sequence[Output]) -> Any:
        """Return the relation with outcomes as enumerations."""
        made = [_quoted(name) for name in opened.names]
        for one in outputs:
            shown = _quoted(one.at)
            if one.words is not None:
                cases = " ".join(f"WHEN {code} THEN {_text(word)}" for code, word in enumerate(one.words))
                shown = f"CAST(CASE {shown} {cases} END AS ENUM({', '.join(map(_text, one.words))}))"
            made.append(f"{shown} AS {_quoted(one.name)}")
        return frame.to_native().project(", ".join(made))


class Spark(Backend):
    """A PySpark frame."""

    widest = Widest(nw.Decimal(38, 0), 10**38 - 1)
    small = nw.Int8
    folds = True

    def opened(self, native: Any, prefix: str = "c") -> Opened:
        """Return the frame under plain names, since Spark reads a point in a name as a field."""
        names = {name: f"{prefix}{index}" for index, name in enumerate(native.columns)}
        return Opened(nw.from_native(native.toDF(*names.values())), names)

    def with_days(self, frame: nw.LazyFrame[Any], days: Days) -> nw.LazyFrame[Any]:
        """Return the frame with days as numbers."""
        from pyspark.sql import functions as f

        native, first = frame.to_native(), f.lit(date.min.isoformat()).cast("date")
        for name, (source, steps) in days.items():
            day = f.col(source)
            for step in steps:
                if not _is_possible(step):
                    day = f.lit(None).cast("date")
                    break
                there = f.date_add(f.add_months(day, step.months), step.days)
                number = f.datediff(there, first)
                day = f.when((number >= 0) & (number <= _LAST - _FIRST), there)
            native = native.withColumn(name, (f.datediff(day, first) + 1).cast("bigint"))
        return _lazy(native)

    def finished(self, native: Any, opened: Opened, frame: nw.LazyFrame[Any], outputs: Sequence[Output]) -> Any:
        """Return the frame with outcomes as text, since Spark has no enumerations."""
        from pyspark.sql import functions as f

        made = [f.col(at) for at in opened.names.values()]
        for one in outputs:
            shown = f.col(one.at)
            if one.words is not None:
                shown = f.lit(None).cast("string")
                for code, word in enumerate(one.words):
                    shown = f.when(f.col(one.at) == code, f.lit(word)).otherwise(shown)
            made.append(shown)
        return frame.to_native().select(*made).toDF(*opened.names, *(one.name for one in outputs))


def is_text(kind: Any) -> bool:
    """Return whether a type of column is of text, whatever it is kept as."""
    return kind == nw.String or kind == nw.Categorical or isinstance(kind, nw.Enum)


def _lent(name: str, column: Any) -> Any:
    """Return a column of PyArrow as Polars sees it; what Polars does not know is a column of objects, which is no fact."""
    import polars as pl
    import pyarrow as pa

    try:
        if pa.types.is_decimal256(column.type):
            column = column.cast(pa.decimal128(38, column.type.scale))
        return pl.Series(name, column)
    except (pa.ArrowException, pl.exceptions.PolarsError, TypeError, ValueError):
        return _opaque(name, len(column))


def _opaque(name: str, rows: int) -> Any:
    """Return a column of which only the type counts, which no fact takes."""
    import polars as pl

    return pl.Series(name, [None] * rows, dtype=pl.Object)


def _collected(frame: Any) -> Any:
    """Return a Polars query's result, made piece by piece on all cores; its rows keep their order."""
    return frame.collect(engine="streaming")


def _dressed(outputs: Sequence[Output]) -> list[Any]:
    """Return columns of a result as Polars expressions, codes as enumerations where they stand for words."""
    import polars as pl

    made = []
    for one in outputs:
        shown = pl.col(one.at)
        if one.words is not None:
            shown = shown.cat.to(pl.Enum(one.words))
        made.append(shown.alias(one.name))
    return made


def only_row(frame: nw.LazyFrame[Any]) -> dict[str, Any]:
    """Return the only row of a frame, by column."""
    return frame.collect().rows(named=True)[0]


def _lazy(native: Any) -> nw.LazyFrame[Any]:
    found: nw.LazyFrame[Any] = nw.from_native(native)
    return found


def _is_possible(step: Step) -> bool:
    """Return whether a move can end in the calendar, wherever it starts."""
    return abs(step.months) < 12 * 9999 and abs(step.days) < _LAST


def _text(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
