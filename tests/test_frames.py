"""Frames as a host gives them: what is refused and how, what comes back, and exactness where frames usually lose it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import smartrules as sr
from smartrules.diagnostics import AssessmentError, FrameError, NotFoundError
from smartrules.ruleset import Ruleset
from tests.frames import Frames
from tests.rulesets import ruleset
from tests.test_columns import KINDS

DOCUMENT = """\
facts:
  households: {count: household, min: 1}
  gigabit: {count: household, at_most: households}
  area: {quantity: km^2, step: 0.01, max: 100}
  rate: {rate: event/year}
  loss: {share: "%", max: 100 %}
  gated: {kind: flag}
  services: {set: {meals: , bathing: }}
  water: {choice: {river: , lake: }}
  opened: {kind: date}
measures:
  coverage: {value: gigabit / households, unit: "%"}
indicators:
  wired: {require: {basic: coverage >= 70 %}}
  wide: {require: {basic: area >= 6 km^2}}
  quiet: {require: {basic: "rate <= 1 event/year"}}
  tight: {require: {basic: loss <= 5 %}}
  closed: {require: {basic: gated}}
  served: {require: {basic: services includes all of (meals)}}
  wet: {require: {basic: water is river}}
  new: {require: {basic: opened + 1 year >= today}}
"""
GIVEN: dict[str, list[Any]] = {
    "households": [10, 20, 30],
    "gigabit": [7, 13, 21],
    "area": [6.3, 5.99, None],
    "rate": [1, 0, 2],
    "loss": [5.0, 2.5, 0.1],
    "gated": [True, None, False],
    "services.meals": [True, False, None],
    "services.bathing": [True, True, None],
    "water": ["river", "lake", None],
    "opened": [date(2022, 1, 1), date(2021, 12, 31), date(2022, 6, 1)],
    "on": [date(2023, 1, 1)] * 3,
}
INDICATORS = ["wired", "wide", "quiet", "tight", "closed", "served", "wet", "new"]


def made() -> Ruleset:
    return ruleset(DOCUMENT)


def faults(call: Any) -> str:
    with pytest.raises(FrameError) as raised:
        call()
    return str(raised.value)


# --- what comes back -----------------------------------------------------------------------------------------------


def test_the_outcomes_stand_beside_the_columns_of_the_frame() -> None:
    given = pl.DataFrame(GIVEN).with_columns(name=pl.Series(["七里", "八里", "九里"]))
    result = made().assess_frame(given)
    assert result.columns == [*given.columns, *(f"basic.{name}" for name in INDICATORS), "basic", "tier", "problems"]
    assert result.select(given.columns).equals(given)
    assert result["basic.wired"].to_list() == ["met", "not_met", "met"]
    assert result["basic.wide"].to_list() == ["met", "not_met", "undetermined"]
    assert result["basic.quiet"].to_list() == ["met", "met", "not_met"]
    assert result["basic.tight"].to_list() == ["met", "met", "met"]
    assert result["basic.closed"].to_list() == ["met", "undetermined", "not_met"]
    assert result["basic.served"].to_list() == ["met", "not_met", "undetermined"]
    assert result["basic.wet"].to_list() == ["met", "not_met", "undetermined"]
    assert result["basic.new"].to_list() == ["met", "not_met", "met"]
    assert result["basic"].to_list() == ["met", "not_met", "not_met"]
    assert result["tier"].to_list() == ["basic", None, None]
    assert result["problems"].to_list() == [None, None, None]
    outcomes = pl.Enum(["not_met", "met", "not_applicable", "undetermined"])
    assert result.schema["basic.wired"] == result.schema["basic"] == outcomes
    assert result.schema["tier"] == pl.Enum(["basic"])


def test_outcomes_as_codes() -> None:
    result = made().assess_frame(pl.DataFrame(GIVEN), codes=True)
    assert result["basic.wide"].to_list() == [1, 0, 3]
    assert result["tier"].to_list() == [0, None, None]
    assert result.schema["basic.wide"] == result.schema["tier"] == pl.UInt8


def test_a_lazy_frame_stays_lazy() -> None:
    result = made().assess_frame(pl.LazyFrame(GIVEN))
    assert isinstance(result, pl.LazyFrame)
    assert result.select("basic.wired").collect()["basic.wired"].to_list() == ["met", "not_met", "met"]


def test_pandas_keeps_its_index_and_gets_categories() -> None:
    given = pd.DataFrame(GIVEN, index=["p", "q", "r"])
    result = made().assess_frame(given, measures=True)
    assert list(result.index) == ["p", "q", "r"]
    assert list(result["coverage.value"]) == [70.0, 65.0, 70.0]
    assert list(result["basic.wide"]) == ["met", "not_met", "undetermined"]
    assert isinstance(result["basic.wide"].dtype, pd.CategoricalDtype)
    assert list(result["basic.wide"].cat.categories) == ["not_met", "met", "not_applicable", "undetermined"]
    assert result["tier"].isna().tolist() == [False, True, True]
    assert list(given.columns) == list(GIVEN)


def test_pyarrow_gets_dictionaries() -> None:
    result = made().assess_frame(pa.table(GIVEN))
    assert result.schema.field("basic.wide").type == pa.dictionary(pa.int8(), pa.string())
    assert result.column("basic.wide").to_pylist() == ["met", "not_met", "undetermined"]
    assert result.column("tier").to_pylist() == ["basic", None, None]


@pytest.mark.parametrize("kind", KINDS)
def test_measures_and_margins_are_floats_for_reading(kind: str) -> None:
    measures_and_margins_are_floats(KINDS[kind]())


def measures_and_margins_are_floats(frames: Frames) -> None:
    given = pl.DataFrame(GIVEN)
    result = frames.back(made().assess_frame(frames.made(given), measures=True, margins=True)).sort("households")
    assert result["coverage.value"].to_list() == [70.0, 65.0, 70.0]
    assert result["basic.wired.margin"].to_list() == [0.0, -5.0, 0.0]
    assert [None if x is None else round(x, 9) for x in result["basic.wide.margin"]] == [0.3, -0.01, None]
    assert result["basic.quiet.margin"].to_list() == [0.0, 1.0, -1.0]
    assert result["basic.new.margin"].to_list() == [0.0, -1.0, 151.0]
    assert "basic.closed.margin" not in result.columns


def test_a_part_over_its_whole_leaves_the_row_undetermined_and_says_so() -> None:
    given = pl.DataFrame(GIVEN | {"gigabit": [7, 21, None]})
    result = made().assess_frame(given, measures=True, margins=True)
    assert result["problems"].to_list() == [None, "gigabit is more than households", None]
    for name in INDICATORS:
        assert result[f"basic.{name}"][1] == "undetermined"
    assert result["basic"].to_list() == ["met", "undetermined", "not_met"]
    assert result["coverage.value"].to_list() == [70.0, None, None]
    assert result["basic.wide.margin"][1] is None


def test_a_set_that_is_known_in_part_is_not_known() -> None:
    given = pl.DataFrame(GIVEN | {"services.bathing": [None, True, None]})
    result = made().assess_frame(given)
    assert result["basic.served"].to_list() == ["undetermined", "not_met", "undetermined"]
    assert result["problems"].to_list() == ["services is known in part", None, None]
    assert result["basic.wired"].to_list() == ["met", "not_met", "met"]


def test_a_set_may_be_a_column_of_lists() -> None:
    given = pl.DataFrame(GIVEN).drop("services.meals", "services.bathing")
    lists = given.with_columns(services=pl.Series([["meals", "bathing"], [], None], dtype=pl.List(pl.String)))
    assert made().assess_frame(lists)["basic.served"].to_list() == ["met", "not_met", "undetermined"]


def test_a_stated_measure_serves_where_its_counts_are_missing() -> None:
    given = pl.DataFrame(GIVEN | {"gigabit": [7, None, None], "coverage": [1.0, 70.0, 69.9]})
    assert made().assess_frame(given)["basic.wired"].to_list() == ["met", "met", "not_met"]
    assert made().assess_frame(given.drop("gigabit"))["basic.wired"].to_list() == ["not_met", "met", "not_met"]


def test_what_the_frame_says_nothing_of_is_undetermined_once_that_is_said() -> None:
    given = pl.DataFrame(GIVEN).drop("gated", "on", "services.meals", "services.bathing")
    checked = made().frame(given, absent=["gated", "services"], on=date(2022, 12, 31))
    result = made().assess_frame(checked)
    assert set(result["basic.closed"]) == set(result["basic.served"]) == {"undetermined"}
    assert result["basic.new"].to_list() == ["met", "met", "met"]


def test_only_what_the_asked_tiers_need_must_be_there() -> None:
    two = ruleset(
        "tiers: {basic: , best: }\n"
        "facts: {a: {kind: flag}, b: {kind: flag}}\n"
        "indicators: {x: {require: {basic: a}}, y: {require: {best: b}}}\n"
    )
    given = pl.DataFrame({"a": [True, False]})
    result = two.assess_frame(given, tiers=["basic"])
    assert result.columns == ["a", "basic.x", "basic", "problems"]
    assert faults(lambda: two.assess_frame(given)).startswith("error[SR701]: there is no column `b`\n")
    both = two.assess_frame(pl.DataFrame({"a": [True, True, False], "b": [True, False, True]}))
    assert both["tier"].to_list() == ["best", "basic", None]


# --- what is refused -----------------------------------------------------------------------------------------------


def test_missing_columns_are_named_together() -> None:
    given = pl.DataFrame(GIVEN).drop("services.meals", "on").rename({"gigabit": "gigabits"})
    assert faults(lambda: made().frame(given)) == (
        "error[SR701]: there is no column `gigabit`\n"
        "help: did you mean `gigabits`?\n\n"
        "error[SR701]: there is no column `services.meals`\n"
        'help: add it, null where it is not known; or say `absent=["services"]` where it is known of none\n\n'
        "error[SR701]: there is no column `on`\n"
        'help: add it, null where it is not known; or say `absent=["on"]` where it is known of none'
    )


BAD: dict[str, Any] = {
    "households": [0, -3, 30],
    "gigabit": [7.5, float("nan"), 40],
    "area": [6.333, 101.0, float("inf")],
    "rate": ["1", "2", "3"],
    "loss": [100.5, -1, 1 / 3],
    "gated": [1, 0, 1],
    "services": [["meals", "x"], ["meals", "meals"], []],
    "water": ["river", "sea", "ocean"],
    "opened": [datetime(2022, 1, 1, 5)] * 3,
    "on": ["2022-01-01"] * 3,
}
TYPES = """\
error[SR502]: `rate` is a number, not a column of `String`
help: give whole numbers, decimals or 64-bit floats, null where it is not known

error[SR502]: `gated` is yes or no, not a column of `{whole}`
help: give booleans, null where it is not known

error[SR502]: `on` is the day of the facts, not a column of `String`
help: give dates, null where it is not known

"""


def test_every_fault_of_the_values_is_reported_with_its_count_and_first_row() -> None:
    assert faults(lambda: made().frame(pl.DataFrame(BAD, strict=False))) == TYPES.format(whole="Int64") + (
        "error[SR506]: `households` is below its least value 1 household in 2 rows; the first is row 0: `0`\n"
        "help: check the numbers and their unit; the bound stands in the ruleset\n\n"
        "error[SR507]: `gigabit` is NaN or infinite in 1 row; it is row 1: `nan`\n"
        "help: make it null where it is not known\n\n"
        "error[SR509]: `gigabit` is not whole in 1 row; it is row 0: `7.5`\n"
        "help: count whole things\n\n"
        "error[SR507]: `area` is NaN or infinite in 1 row; it is row 2: `inf`\n"
        "help: make it null where it is not known\n\n"
        "error[SR506]: `area` is above its greatest value 100 km^2 in 1 row; it is row 1: `101.0`\n"
        "help: check the numbers and their unit; the bound stands in the ruleset\n\n"
        "error[SR508]: `area` is finer than its step of 0.01 km^2 in 1 row; it is row 0: `6.333`\n"
        "help: give what was measured, in whole steps\n\n"
        "error[SR506]: `loss` is below its least value 0 % in 1 row; it is row 1: `-1.0`\n"
        "help: check the numbers and their unit; the bound stands in the ruleset\n\n"
        "error[SR506]: `loss` is above its greatest value 100 % in 1 row; it is row 0: `100.5`\n"
        "help: check the numbers and their unit; the bound stands in the ruleset\n\n"
        "error[SR703]: `loss` cannot be taken exactly, being no decimal of 9 places or fewer, in 1 row; "
        "it is row 2: `0.3333333333333333`\n"
        "help: give a column of decimals, rounded to what was measured\n\n"
        "error[SR510]: `services` names what is none of its members, or one twice in 2 rows; "
        "the first is row 0: `['meals', 'x']`\n"
        "help: its members are `meals` or `bathing`\n\n"
        "error[SR510]: `water` is none of its members in 2 rows; the first is row 1: `sea`\n"
        "help: its members are `river` or `lake`\n\n"
        "error[SR502]: `opened` has a time of day in 3 rows; the first is row 0: `2022-01-01T05:00:00`\n"
        "help: give dates, null where it is not known"
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_frame_refuses_the_same(kind: str) -> None:
    frames = KINDS[kind]()
    given = pl.DataFrame(BAD, strict=False)
    with pytest.raises(FrameError) as raised:
        made().frame(frames.made(given))
    found = [(d.code, d.message.partition("`")[2].partition("`")[0]) for d in raised.value.diagnostics]
    expected = [
        ("SR502", "rate"),
        ("SR502", "gated"),
        ("SR502", "on"),
        ("SR506", "households"),
        ("SR507", "gigabit"),
        ("SR509", "gigabit"),
        ("SR507", "area"),
        ("SR506", "area"),
        ("SR508", "area"),
        ("SR506", "loss"),
        ("SR506", "loss"),
        ("SR703", "loss"),
        ("SR510", "services"),
        ("SR510", "water"),
        ("SR502", "opened"),
    ]
    if kind == "pandas":  # whose own floats are missing where they are NaN
        expected.remove(("SR507", "gigabit"))
    assert found == expected


def test_the_key_names_the_first_row() -> None:
    given = pl.DataFrame(GIVEN | {"households": [10, 0, 0], "id": ["x", "y", "z"]})
    assert faults(lambda: made().frame(given, key="id")).startswith(
        "error[SR506]: `households` is below its least value 1 household in 2 rows; the first is row 1, `y`: `0`\n"
    )


def test_floats_of_32_bits_are_refused() -> None:
    given = pl.DataFrame(GIVEN).with_columns(pl.col("area").cast(pl.Float32))
    assert faults(lambda: made().frame(given)) == (
        "error[SR502]: `area` is a number, not a column of `Float32`\n"
        "help: cast it to decimals: 32-bit floats do not keep the decimals that were written"
    )


def test_a_stated_share_beyond_its_whole_is_refused() -> None:
    given = pl.DataFrame(GIVEN | {"coverage": [70.0, 120.0, None]})
    assert faults(lambda: made().frame(given)) == (
        "error[SR506]: `coverage` is above its greatest value 100 % in 1 row; it is row 1: `120.0`\n"
        "help: check the numbers and their unit; the bound stands in the ruleset"
    )


@pytest.mark.parametrize("given", [{"a": [1]}, [1], None, pl.Series([1])], ids=["dict", "list", "None", "Series"])
def test_what_is_no_frame_is_refused(given: Any) -> None:
    assert (
        "is no frame that can be assessed\nhelp: give a frame of Polars, pandas, PyArrow, DuckDB, Dask or PySpark"
        in (faults(lambda: made().frame(given)))
    )


def test_a_column_where_a_result_would_stand_is_refused() -> None:
    given = pl.DataFrame(GIVEN).with_columns(tier=pl.lit(1), problems=pl.lit(2))
    assert faults(lambda: made().assess_frame(given)) == (
        "error[SR706]: the frame has a column `tier` already\n"
        "help: rename or drop it: the result has a column of this name\n\n"
        "error[SR706]: the frame has a column `problems` already\n"
        "help: rename or drop it: the result has a column of this name"
    )


def test_wrong_names_in_the_call() -> None:
    given = pl.DataFrame(GIVEN)
    with pytest.raises(NotFoundError) as raised:
        made().assess_frame(given, tiers=["bsic"])
    assert str(raised.value) == "error[SR603]: `small@1` has no tier `bsic`\nhelp: did you mean `basic`?"
    assert faults(lambda: made().frame(given, absent=["gigabitt"], collections={"buildings": given}, key="id")) == (
        "error[SR603]: `absent` names `gigabitt`, which is no fact\n"
        "help: did you mean `gigabit`?\n\n"
        "error[SR517]: the ruleset has no collection `buildings`\n"
        "help: it has none\n\n"
        "error[SR701]: there is no column `id`, the key"
    )


def test_a_frame_that_was_checked_for_another_ruleset_is_refused() -> None:
    checked = made().frame(pl.DataFrame(GIVEN))
    other = sr.load("shandong-smart-community@2022")
    with pytest.raises(AssessmentError) as raised:
        other.assess_frame(checked)
    assert str(raised.value) == (
        "error[SR514]: this frame was checked for `small@1`, the ruleset is `shandong-smart-community@2022`\n"
        "help: check it again with `ruleset.frame`"
    )


# --- members of collections ----------------------------------------------------------------------------------------

HOUSES = """\
facts: {floor: {count: storey}}
collections:
  buildings: {each: building, facts: {storeys: {count: storey}, lit: {count: storey, at_most: storeys}}}
indicators:
  lit: {require: {basic: "every building: lit >= storeys"}}
  low: {require: {basic: "max(buildings, storeys) <= floor"}}
"""


def test_members_come_as_a_second_frame() -> None:
    houses = ruleset(HOUSES)
    communities = pl.DataFrame({"id": ["a", "b", "c"], "floor": [5, 5, 5]})
    members = pl.DataFrame({"id": ["a", "a", "b"], "storeys": [3, 5, 6], "lit": [3, 5, None]})
    checked = houses.frame(communities, key="id", collections={"buildings": members})
    result = houses.assess_frame(checked)
    assert result["basic.lit"].to_list() == ["met", "undetermined", "undetermined"]
    assert result["basic.low"].to_list() == ["met", "not_met", "undetermined"]
    counted = communities.with_columns(buildings=pl.Series([2, 1, 0]))
    result = houses.assess_frame(houses.frame(counted, key="id", collections={"buildings": members}))
    assert result["basic.lit"].to_list() == ["met", "undetermined", "not_applicable"]
    wrong = communities.with_columns(buildings=pl.Series([3, 1, None]))
    result = houses.assess_frame(houses.frame(wrong, key="id", collections={"buildings": members}))
    assert result["problems"].to_list() == ["buildings has not so many members in their frame", None, None]
    assert result["basic.low"].to_list() == ["undetermined", "not_met", "undetermined"]


def test_a_part_over_its_whole_among_the_members_is_a_problem_of_the_community() -> None:
    houses = ruleset(HOUSES)
    communities = pl.DataFrame({"id": ["a", "b"], "floor": [5, 5]})
    members = pl.DataFrame({"id": ["a", "a", "b"], "storeys": [3, 5, 4], "lit": [3, 6, 4]})
    result = houses.assess_frame(houses.frame(communities, key="id", collections={"buildings": members}))
    assert result["problems"].to_list() == ["lit is more than storeys in buildings", None]
    assert result["basic"].to_list() == ["undetermined", "met"]


def test_wrong_keys_are_refused() -> None:
    houses = ruleset(HOUSES)
    members = pl.DataFrame({"id": ["a", "x"], "storeys": [3, 5], "lit": [3, 5]})

    def check(ids: list[str | None], **given: Any) -> str:
        frame = pl.DataFrame({"id": ids, "floor": [5] * len(ids)}, schema={"id": pl.String, "floor": pl.Int64})
        return faults(lambda: houses.frame(frame, **({"key": "id", "collections": {"buildings": members}} | given)))

    alone = (
        "error[SR705]: the members of `buildings`: `id` names no community of the frame in 1 row\n"
        "help: correct the key, or leave those members out"
    )
    assert check(["a", "b"]) == alone
    assert check(["a", "a"]) == (
        f"error[SR705]: `id` names a community again in 1 row\nhelp: give each community one row\n\n{alone}"
    )
    assert check(["a", None]) == (f"error[SR705]: `id` is null in 1 row\nhelp: give each community its own\n\n{alone}")
    assert check(["a"], key=None) == (
        'error[SR705]: the members of a collection need the key of their community\nhelp: name its column: `key="id"`'
    )
    assert check(["a"], collections={}) == (
        "error[SR701]: there is no frame of the members of `buildings`\n"
        'help: give it, `collections={"buildings": frame}`; or say `absent=["buildings"]` where they are not known'
    )
    assert check(["a"], collections={"buildings": members.drop("id", "lit")}) == (
        "error[SR701]: the members of `buildings`: there is no column `id`, the key of the community\n"
        "help: name it as in the frame of the communities\n\n"
        "error[SR701]: the members of `buildings`: there is no column `lit`\n"
        'help: add it, null where it is not known; or say `absent=["lit"]` where it is known of none'
    )


# --- exactness -----------------------------------------------------------------------------------------------------

SHARES = """\
facts:
  whole: {quantity: m^2}
  part: {quantity: m^2, at_most: whole}
  figure: {share: "%", max: 100 %}
indicators:
  most: {require: {basic: part / whole >= 84.6 %}}
  part_of: {require: {basic: part >= 84.6 % * whole}}
  third: {require: {basic: figure >= 33.3 %}}
"""


@pytest.mark.parametrize("kind", KINDS)
def test_shares_of_large_areas_do_not_wrap(kind: str) -> None:
    shares_of_large_areas_do_not_wrap(KINDS[kind]())


def shares_of_large_areas_do_not_wrap(frames: Frames) -> None:
    """84.6 % of 26,000,000 m² is 21,996,000 m²; in 32-bit hundredths of a percent it wraps."""
    shares = ruleset(SHARES)
    wholes = [26_000_000, 26_000_000, 26_000_000, 9 * 10**18, 9 * 10**18]
    parts = [21_996_000, 21_995_999, 21_996_001, 846 * 9 * 10**15, 846 * 9 * 10**15 - 1]
    given = pl.DataFrame({"row": range(5), "whole": wholes, "part": parts, "figure": [33.3, 33.2, 33.4, None, 0.0]})
    result = frames.back(shares.assess_frame(frames.made(given))).sort("row")
    assert result["basic.most"].to_list() == ["met", "not_met", "met", "met", "not_met"]
    assert result["basic.part_of"].to_list() == ["met", "not_met", "met", "met", "not_met"]
    assert result["basic.third"].to_list() == ["met", "not_met", "met", "undetermined", "not_met"]


def test_a_product_beyond_the_widest_integers_is_refused_up_front() -> None:
    cubes = ruleset(
        "facts: {a: {count: household}, b: {count: household}, c: {count: household}}\n"
        "indicators: {x: {require: {basic: a * b * c >= 1 household^3}}}\n"
    )
    most = 2**62
    given = pl.DataFrame({"a": [most], "b": [most], "c": [most]})
    assert faults(lambda: cubes.assess_frame(given)) == (
        "error[SR703]: `a * b * c` cannot be exact in this frame: its numbers may be as large as 9.81e+55\n"
        "help: check the largest values of its columns, or assess these communities one by one"
    )
    small = pl.DataFrame({"a": [2**40, 0], "b": [2**40, 1], "c": [2**40, 1]})
    assert cubes.assess_frame(small)["basic.x"].to_list() == ["met", "not_met"]


@pytest.mark.parametrize("kind", KINDS)
def test_floats_of_two_decimals_are_the_decimals_that_were_written(kind: str) -> None:
    every_hundredth_is_exact(KINDS[kind]())


def every_hundredth_is_exact(frames: Frames) -> None:
    """Every hundredth from 0 to 100, each on its own threshold, though the nearest float is above or below it."""
    given = pl.DataFrame({"row": range(10_001), "area": [number / 100 for number in range(10_001)]})
    for threshold in ("0.07", "0.29", "0.57", "1.1", "4.35", "8.2", "64.1", "99.99"):
        areas = ruleset(
            "facts: {area: {quantity: km^2, step: 0.01}}\n"
            f"indicators: {{x: {{require: {{basic: area >= {threshold} km^2}}}}, "
            f"y: {{require: {{basic: 3 * area > {Fraction(threshold) * 3 * 100} ha}}}}}}\n".replace("/1 ", " ")
        )
        result = frames.back(areas.assess_frame(frames.made(given))).sort("row")
        first = int(Fraction(threshold) * 100)
        assert result["basic.x"].to_list() == ["not_met"] * first + ["met"] * (10_001 - first)
        assert result["basic.y"].to_list() == ["not_met"] * (first + 1) + ["met"] * (10_000 - first)


def test_decimals_are_taken_with_all_their_digits() -> None:
    shares = ruleset(SHARES)
    values = ["33.3", "33.29999999999999999999", "33.30000000000000000001"]
    given = pl.DataFrame(
        {
            "whole": [1, 1, 1],
            "part": [1, 1, 1],
            "figure": pl.Series([Decimal(v) for v in values], dtype=pl.Decimal(38, 20)),
        }
    )
    assert shares.assess_frame(given)["basic.third"].to_list() == ["met", "not_met", "met"]


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 9).flatmap(
        lambda places: st.lists(
            st.integers(-(10**14), 10**14).map(lambda digits: Fraction(digits, 10**places)), min_size=1, max_size=8
        )
    )
)
def test_floats_without_a_step_are_the_decimals_that_were_written(values: list[Fraction]) -> None:
    """Each value against itself: it is neither above nor below the decimal from which its float was read."""
    numbers = ruleset(
        "facts: {given: {quantity: m, min: -1e20}, bound: {quantity: m, min: -1e20}}\n"
        "indicators: {x: {require: {basic: given >= bound}}, y: {require: {basic: given > bound}}}\n"
    )
    texts = [Decimal(value.numerator) / Decimal(value.denominator) for value in values]
    given_ = pl.DataFrame({"given": [float(value) for value in values], "bound": texts})
    result = numbers.assess_frame(given_)
    assert set(result["basic.x"]) == {"met"}
    assert set(result["basic.y"]) == {"not_met"}
