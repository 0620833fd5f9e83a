"""pandera: a frame of one row against a schema, whose check compares two columns; over pandas in floats and decimals, and over Polars."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

import pandas as pd
import pandera.pandas as of_pandas
import pandera.polars as of_polars
import polars as pl

from .given import plain
from .peer import Answer, Peer
from .question import BETWEEN, Question

COMPARES = {">=": "ge", ">": "gt", "<=": "le"}


def measure(column: Any, asked: Question) -> Any:
    """Return what the operands make, of columns by their names."""
    first, *others = (column(name) for name in asked.names)
    for other in others:
        first = {"quotient": first.__truediv__, "sum": first.__add__, "difference": first.__sub__}[asked.form](other)
    return first


def written(asked: Question, column: str) -> str:
    """Return the comparison as it is written over columns."""
    left = BETWEEN[asked.form].join(column.format(name) for name in asked.names)
    return f"{left} {asked.operator} {asked.plain_limit}"


def ask_pandas(asked: Question, numbers: type[float] | type[Decimal]) -> Answer:
    frame = pd.DataFrame({name: [n] for name, n in zip(asked.names, plain(asked, numbers), strict=True)})
    limit = numbers(asked.plain_limit)
    check = of_pandas.Check(lambda df: getattr(measure(df.__getitem__, asked), COMPARES[asked.operator])(limit))
    program = f"DataFrameSchema(checks=Check(lambda df: {written(asked, 'df[{!r}]')}))"
    try:
        of_pandas.DataFrameSchema(checks=check).validate(frame)
    except of_pandas.errors.SchemaError:
        return Answer(program, False)
    return Answer(program, True)


def ask_polars(asked: Question) -> Answer:
    frame = pl.DataFrame({name: [n] for name, n in zip(asked.names, plain(asked, float), strict=True)})
    limit = float(asked.plain_limit)
    check = of_polars.Check(
        lambda data: data.lazyframe.select(getattr(measure(pl.col, asked), COMPARES[asked.operator])(limit))
    )
    checked = f"data.lazyframe.select({written(asked, 'pl.col({!r})')})"
    program = f"DataFrameSchema(checks=Check(lambda data: {checked}))"
    try:
        of_polars.DataFrameSchema(checks=check).validate(frame)
    except of_polars.errors.SchemaError:
        return Answer(program, False)
    return Answer(program, True)


PEERS = (
    Peer(
        "pandera, pandas",
        "a number in the declared unit, in a column; floats",
        partial(ask_pandas, numbers=float),
        "pandera",
    ),
    Peer(
        "pandera, pandas of Decimal",
        "the same in columns of Python's decimals of 28 digits",
        partial(ask_pandas, numbers=Decimal),
        "pandera",
    ),
    Peer("pandera, Polars", "a number in the declared unit, in a column; floats", ask_polars, "pandera"),
)
