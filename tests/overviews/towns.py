"""A dozen communities, most of them on a threshold or just beside it, and the ruleset that decides them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import dask.dataframe
import duckdb
import polars as pl

TOWN = """\
standard: town
edition: "2024"
title: {zh: 小镇, en: Town}
tiers: {low: {title: {zh: 低, en: Low}}, high: {title: {zh: 高, en: High}}}
facts:
  households: {count: household, min: 1, title: {zh: 户数, en: number of households}}
  connected: {count: household, at_most: households, title: {zh: 接入户数, en: number of connected households}}
  distance: {quantity: km, step: 0.01, title: {zh: 距离, en: distance}}
  shops: {count: shop, title: {zh: 商店数, en: number of shops}}
indicators:
  coverage:
    number: "1"
    title: {zh: 覆盖, en: Coverage}
    measures: {rate: {value: connected / households, unit: "%", title: {zh: 覆盖率, en: coverage rate}}}
    require: {low: rate >= 70 %, high: rate >= 90 %}
  nearness:
    number: "2"
    title: {zh: 远近, en: Nearness}
    require: {low: distance <= 2 km}
  supply:
    number: "3"
    title: {zh: 供应, en: Supply}
    applies: households > 100 households
    require: {low: shops >= 3 shops}
"""


def _km(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


#: Of each community its households, those connected, its distance and its shops. `i` contradicts itself.
_ROWS: dict[str, tuple[int | None, int | None, str | None, int | None]] = {
    "a": (1000, 700, "2.00", 3),
    "b": (1000, 699, "2.00", 3),
    "c": (1000, 701, "2.01", 3),
    "d": (1000, 900, "1.00", 2),
    "e": (100, 90, "1.50", 0),
    "f": (101, 101, "0.50", 9),
    "g": (1000, None, "1.00", 5),
    "h": (None, 50, "1.00", 5),
    "i": (1000, 1001, "1.00", 5),
    "j": (3, 2, "3.00", 1),
    "k": (1000, 950, None, 4),
    "l": (1000, 899, "2.00", 3),
}
TOWNS = pl.DataFrame(
    {
        "name": list(_ROWS),
        "households": [row[0] for row in _ROWS.values()],
        "connected": [row[1] for row in _ROWS.values()],
        "distance": pl.Series([_km(row[2]) for row in _ROWS.values()], dtype=pl.Decimal(18, 2)),
        "shops": [row[3] for row in _ROWS.values()],
    }
)

#: Households and those connected so many that the products behind a comparison need more than 64 bits.
LARGE = pl.DataFrame(
    {
        "name": [f"{index:02}" for index in range(40)],
        "households": [10**15 + 7 * index for index in range(40)],
        "connected": [7 * 10**14 + index // 2 * 5 - 40 for index in range(40)],
        "distance": pl.Series([None] * 40, dtype=pl.Decimal(18, 2)),
        "shops": pl.Series([None] * 40, dtype=pl.Int64),
    }
)

FRAMES: dict[str, Callable[[pl.DataFrame], Any]] = {
    "polars": lambda frame: frame,
    "polars lazy": lambda frame: frame.lazy(),
    "pandas": lambda frame: frame.to_pandas(),
    "pyarrow": lambda frame: frame.to_arrow(),
    "duckdb": lambda frame: duckdb.from_arrow(frame.to_arrow()),
    "dask": lambda frame: dask.dataframe.from_pandas(frame.to_pandas(use_pyarrow_extension_array=True), npartitions=3),
}
