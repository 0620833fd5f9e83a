"""This library on frames: all four outcomes as codes, of each kind of frame that stays on one machine.

The frame is checked before the clock runs, as facts are read before it, unless the name says otherwise. What comes back has
more than the indicators: the frame's own columns, the tiers, and what contradicts the declarations.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

from .communities import filled
from .program import Program
from .workload import TIER, Workload


def polars_lazy(workload: Workload) -> Callable[[], pl.DataFrame]:
    ruleset = workload.ruleset
    checked = ruleset.frame(pl.from_arrow(workload.communities.table).lazy(), tiers=[TIER])
    return lambda: ruleset.assess_frame(checked, codes=True).collect()


def polars_lazy_indicators(workload: Workload) -> Callable[[], pl.DataFrame]:
    ruleset, names = workload.ruleset, [f"{TIER}.{name}" for name in workload.indicators]
    checked = ruleset.frame(pl.from_arrow(workload.communities.table).lazy(), tiers=[TIER])
    return lambda: ruleset.assess_frame(checked, codes=True).select(names).collect()


def polars_checked(workload: Workload) -> Callable[[], pl.DataFrame]:
    ruleset, frame = workload.ruleset, pl.from_arrow(workload.communities.table).lazy()
    return lambda: ruleset.assess_frame(ruleset.frame(frame, tiers=[TIER]), codes=True).collect()


def polars_eager(workload: Workload) -> Callable[[], pl.DataFrame]:
    return on(workload, pl.from_arrow(workload.communities.table))


def arrow(workload: Workload) -> Callable[[], pa.Table]:
    return on(workload, workload.communities.table)


def pandas(workload: Workload) -> Callable[[], pd.DataFrame]:
    return on(workload, workload.communities.table.to_pandas(types_mapper=pd.ArrowDtype))


def duckdb_relation(workload: Workload) -> Callable[[], pa.Table]:
    connection, ruleset = duckdb.connect(), workload.ruleset
    connection.register("frame", workload.communities.table)
    connection.execute("CREATE TABLE communities AS SELECT * FROM frame")
    checked = ruleset.frame(connection.table("communities"), tiers=[TIER])
    return lambda: ruleset.assess_frame(checked, codes=True).to_arrow_table()


def on(workload: Workload, frame: Any) -> Callable[[], Any]:
    """Return the call over a frame that is decided at once."""
    ruleset = workload.ruleset
    checked = ruleset.frame(frame, tiers=[TIER])
    return lambda: ruleset.assess_frame(checked, codes=True)


def read(answers: Any, workload: Workload) -> np.ndarray:
    table = answers if isinstance(answers, pa.Table) else None
    names = [f"{TIER}.{name}" for name in workload.indicators]
    return np.stack([np.asarray(answers[name] if table is None else filled(table[name])) for name in names]).astype(
        np.int8
    )


def program(name: str, begin: Callable[[Workload], Callable[[], Any]], distribution: str = "") -> Program:
    return Program(f"smartrules columns, {name}", "frames", "outcomes", begin, read, distribution=distribution)


PROGRAMS = (
    program("Polars lazy, only the indicators", polars_lazy_indicators, "narwhals"),
    program("Polars lazy", polars_lazy),
    program("Polars lazy, with the check", polars_checked),
    program("Polars eager", polars_eager),
    program("PyArrow", arrow),
    program("pandas", pandas, "pandas"),
    program("DuckDB", duckdb_relation),
)
