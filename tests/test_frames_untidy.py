"""Frames as hosts really have them: names, types and keys that an engine would stumble over."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from typing import Any

import duckdb
import narwhals as nw
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from tests.frames import DaskFrames, DuckDBFrames, LazyFrames
from tests.rulesets import ruleset
from tests.test_columns import KINDS
from tests.test_frames import GIVEN, HOUSES, faults, made

#: What frames decide they decide outside Python, the same on every one.
pytestmark = pytest.mark.once

COMMUNITIES = pl.DataFrame({"id": ["a", "b", "c"], "floor": [5, 5, 5]})
MEMBERS = pl.DataFrame({"id": ["a", "a", "b"], "storeys": [3, 5, 6], "lit": [3, 5, None]})


def decided(kind: str, communities: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    frames, houses = KINDS[kind](), ruleset(HOUSES)
    given, own = frames.made(communities), frames.members(members)
    return frames.back(houses.assess_frame(houses.frame(given, key="id", collections={"buildings": own})))


# --- names ---------------------------------------------------------------------------------------------------------


def test_a_name_that_stands_twice_is_refused() -> None:
    twice = (
        "error[SR707]: the frame has 2 columns `area`\nhelp: rename or drop all but one\n\n"
        "error[SR707]: the frame has 3 columns `more`\nhelp: rename or drop all but one"
    )
    given = pl.DataFrame(GIVEN).with_columns(more=1)
    table = given.to_arrow()
    for name in ("area", "more", "more"):
        table = table.append_column(name, given[name].to_arrow())
    own = given.to_pandas()
    assert faults(lambda: made().frame(table)) == twice
    assert faults(lambda: made().frame(pd.concat([own, own[["area", "more"]], own[["more"]]], axis=1))) == twice


@pytest.mark.parametrize("kind", KINDS)
def test_names_of_the_engine_are_refused_before_they_hide_a_column(kind: str) -> None:
    given = pl.DataFrame(GIVEN).with_columns(pl.lit(5).alias("~k0"))
    assert faults(lambda: made().frame(KINDS[kind]().made(given))) == (
        "error[SR707]: the frame has a column `~k0`\n"
        "help: rename or drop it: columns that begin with `~` are those of the assessment itself"
    )


@pytest.mark.parametrize("kind", KINDS)
def test_names_may_have_any_other_sign(kind: str) -> None:
    frames = KINDS[kind]()
    names = ['a "quoted" name', "a.point.or.two", "it's", "a `tick`", "名 称", "UPPER"]
    given = pl.DataFrame(GIVEN).with_columns(pl.lit(place).alias(name) for place, name in enumerate(names))
    result = frames.back(made().assess_frame(frames.made(given))).sort("households")
    assert result["basic.wide"].to_list() == ["met", "not_met", "undetermined"]
    assert [result[name][0] for name in names] == [*range(len(names))]


def test_a_result_does_not_take_a_name_that_differs_in_case_only_where_case_is_nothing() -> None:
    given = pl.DataFrame(GIVEN).with_columns(TIER=1)
    assert made().assess_frame(given)["tier"].to_list() == ["basic", None, None]
    assert faults(lambda: made().assess_frame(DuckDBFrames().made(given))) == (
        "error[SR706]: the frame has a column `TIER` already\n"
        "help: rename or drop it: the result has a column of this name"
    )


# --- types ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_columns_of_nulls_need_no_type(kind: str) -> None:
    frames = KINDS[kind]()
    result = frames.back(made().assess_frame(frames.made(pl.DataFrame({name: [None, None] for name in GIVEN}))))
    assert result["basic.new"].to_list() == result["basic.wide"].to_list() == ["undetermined", "undetermined"]
    assert result["problems"].to_list() == [None, None]


def test_codes_of_pandas_are_of_one_type_whether_or_not_some_are_null() -> None:
    given = pd.DataFrame(GIVEN)
    for part in (given, given[:1], given[:0]):
        result = made().assess_frame(part, codes=True)
        assert (str(result["basic.wide"].dtype), str(result["tier"].dtype)) == ("uint8", "UInt8")
    assert result["tier"].tolist() == []
    assert made().assess_frame(given, codes=True)["tier"].tolist() == [0, pd.NA, pd.NA]


class _Own:
    """An object that no frame knows."""


def test_columns_that_no_rule_asks_may_be_of_any_type() -> None:
    own = pd.DataFrame(GIVEN).assign(mixed=[1, "a", None], huge=[10**30, 1, 1], own=_Own(), complex=[1j, 2j, 3j])
    own["sparse"] = pd.arrays.SparseArray([0, 0, 1])
    result = made().assess_frame(own)
    assert list(result["basic.wide"]) == ["met", "not_met", "undetermined"]
    assert list(result["mixed"])[:2] == [1, "a"]
    table = pa.table(GIVEN)
    table = table.append_column("span", pa.array([(1, 2, 3)] * 3, pa.month_day_nano_interval()))
    table = table.append_column("wide", pa.array([10**50] * 3, pa.decimal256(60, 0)))
    assert made().assess_frame(table).column("basic.wide").to_pylist() == ["met", "not_met", "undetermined"]


def test_a_column_of_objects_is_no_fact() -> None:
    own = pd.DataFrame(GIVEN).assign(area=[1, "a", None], households=[10**30, 20, 30])
    hint = "help: give whole numbers, decimals or 64-bit floats, null where it is not known"
    assert faults(lambda: made().frame(own)) == (
        f"error[SR502]: `households` is a number, not a column of `Object`\n{hint}\n\n"
        f"error[SR502]: `area` is a number, not a column of `Object`\n{hint}"
    )


def test_decimals_of_256_bits_serve_where_128_hold_them() -> None:
    table = pa.table(GIVEN)
    place = table.column_names.index("area")
    narrow = table.set_column(place, "area", pa.array([630, 599, None], pa.decimal256(60, 0)))
    assert faults(lambda: made().frame(narrow)).startswith("error[SR506]: `area` is above its greatest value 100 km^2")


@pytest.mark.parametrize("wrap", [lambda frame: frame, lambda frame: frame.lazy()])
def test_frames_of_narwhals_are_to_be_unwrapped(wrap: Any) -> None:
    assert faults(lambda: made().frame(wrap(nw.from_native(pl.DataFrame(GIVEN))))) == (
        "error[SR702]: a frame of narwhals is no frame that can be assessed\n"
        "help: give the frame that it wraps: `narwhals.to_native(frame)`"
    )


@pytest.mark.parametrize("on", ["2023-01-01", datetime(2023, 1, 1, 5)])
def test_the_day_of_all_rows_is_a_date(on: Any) -> None:
    assert faults(lambda: made().frame(pl.DataFrame(GIVEN), on=on)) == (
        f"error[SR502]: `on` is a date, not `{on if isinstance(on, str) else on.isoformat()}`\n"
        "help: give one: `datetime.date(2024, 12, 31)`"
    )


# --- keys ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_at_all_has_members(kind: str) -> None:
    assert decided(kind, COMMUNITIES.head(0), MEMBERS.head(0)).height == 0
    some = decided(kind, COMMUNITIES, MEMBERS.head(0))
    assert some["basic.low"].to_list() == ["undetermined"] * 3
    assert faults(lambda: decided(kind, COMMUNITIES.head(0), MEMBERS)) == (
        "error[SR705]: the members of `buildings`: `id` names no community of the frame in 3 rows\n"
        "help: correct the key, or leave those members out"
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (pl.Categorical, pl.String),
        (pl.String, pl.Enum(["c", "b", "a"])),
        (pl.Enum(["a", "b", "c"]), pl.Enum(["c", "b", "a"])),
    ],
)
def test_keys_that_are_kept_otherwise_are_the_same_texts(kind: str, one: Any, other: Any) -> None:
    result = decided(
        kind, COMMUNITIES.with_columns(pl.col("id").cast(one)), MEMBERS.with_columns(pl.col("id").cast(other))
    )
    assert result.sort("id", descending=False)["basic.low"].to_list() == ["met", "not_met", "undetermined"]


@pytest.mark.parametrize("kind", KINDS)
def test_keys_of_other_types_are_refused(kind: str) -> None:
    numbered = COMMUNITIES.with_columns(id=pl.Series([1, 2, 3]))
    assert faults(lambda: decided(kind, numbered, MEMBERS)) == (
        "error[SR705]: the members of `buildings`: `id` is a column of `String`, that of the communities of `Int64`\n"
        "help: give both the same type"
    )
    short = MEMBERS.with_columns(id=pl.Series([1, 1, 2], dtype=pl.Int16))
    assert decided(kind, numbered, short).sort("id")["basic.low"].to_list() == ["met", "not_met", "undetermined"]
    floats = numbered.with_columns(pl.col("id").cast(pl.Float64))
    assert faults(lambda: decided(kind, floats, short)) == (
        "error[SR705]: `id` is a key, not a column of `Float64`\nhelp: give whole numbers or text"
    )


def test_what_is_there_is_not_absent() -> None:
    hint = "help: say it of what the frame says nothing of, or drop the column"
    assert faults(lambda: made().frame(pl.DataFrame(GIVEN), absent=["gated", "services"])) == (
        f"error[SR708]: `absent` names `gated`, and there is a column `gated`\n{hint}\n\n"
        f"error[SR708]: `absent` names `services`, and there is a column `services.meals`\n{hint}"
    )
    given = {"buildings": MEMBERS}
    assert faults(lambda: ruleset(HOUSES).frame(COMMUNITIES, key="id", collections=given, absent=["buildings"])) == (
        f"error[SR708]: `absent` names `buildings`, and its members are given\n{hint}"
    )


# --- where frames come from ----------------------------------------------------------------------------------------


def test_files_are_read_where_they_are(tmp_path: Any) -> None:
    path, to = tmp_path / "given.parquet", tmp_path / "decided.parquet"
    pl.DataFrame(GIVEN).write_parquet(path)
    lazily = made().assess_frame(pl.scan_parquet(path))
    assert isinstance(lazily, pl.LazyFrame)
    lazily.sink_parquet(to)
    assert pl.read_parquet(to)["basic.wide"].to_list() == ["met", "not_met", "undetermined"]
    with duckdb.connect(tmp_path / "given.duckdb") as connection:
        connection.execute(f"CREATE TABLE given AS FROM '{path}'")
        result = made().assess_frame(connection.table("given"))
        assert result.select('"basic.wide"').fetchall() == [("met",), ("not_met",), ("undetermined",)]
    assert LazyFrames().back(made().assess_frame(pl.scan_parquet(path))).height == 3


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # of what Dask asks of pandas
@pytest.mark.parametrize("codes", [False, True])
def test_partitions_are_written_where_they_are(tmp_path: Any, codes: bool) -> None:
    decided = made().assess_frame(DaskFrames().made(pl.DataFrame(GIVEN)), codes=codes, measures=True, margins=True)
    decided.to_parquet(tmp_path)
    assert len([*tmp_path.glob("*.parquet")]) == 2
    found = pl.read_parquet(tmp_path / "*.parquet")
    assert found["basic.wide"].to_list() == ([1, 0, 3] if codes else ["met", "not_met", "undetermined"])
    assert found["tier"].to_list() == [0 if codes else "basic", None, None]
    assert found["problems"].to_list() == [None, None, None]


# --- what is not installed -----------------------------------------------------------------------------------------

_WITHOUT = """\
import sys
sys.modules["{package}"] = None
import smartrules
ruleset = smartrules.load("shandong-smart-community@2022")
assert ruleset.assess({{"households": 10}}).tier is None
assert not {{"narwhals", "polars", "pandas", "pyarrow", "duckdb"}} & {{*sys.modules}} - {{"{package}"}}
try:
    ruleset.frame([])
except smartrules.MissingExtraError as error:
    print(error)
"""


@pytest.mark.parametrize("package", ["narwhals", "polars"])
def test_without_its_packages_a_frame_says_what_to_install_and_nothing_else_asks_for_them(package: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT.format(package=package)], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == (
        f"error[SR604]: frames need the package `{package}`, which is not installed\n"
        "help: install it: `pip install 'smartrules[frames]'`\n",
        "",
    )


def test_a_set_of_which_no_column_is_there_is_missed_once() -> None:
    homes = ruleset(
        "facts: {services: {set: {meals: , bathing: }}}\n"
        "indicators: {x: {require: {basic: services includes all of (meals)}}}\n"
    )
    assert faults(lambda: homes.frame(pl.DataFrame({"id": [1]}))) == (
        "error[SR701]: there is no column `services`, nor one for each of its members, `services.meals` …\n"
        'help: add it, null where it is not known; or say `absent=["services"]` where it is known of none'
    )


def test_a_text_is_one_name_and_not_its_letters() -> None:
    homes = ruleset("facts: {gated: {kind: flag}}\nindicators: {x: {require: {basic: gated}}}\n")
    checked = homes.frame(pl.DataFrame({"id": [1]}), absent="gated", tiers="basic")
    assert homes.assess_frame(checked, tiers="basic")["basic.x"].to_list() == ["undetermined"]
