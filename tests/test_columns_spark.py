"""The columns engine on Spark: a real session in local mode, on the conformance corpus."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from smartrules.diagnostics import FrameError
from smartrules.reports import overview
from tests.frames import Frames, expected
from tests.overviews.test_overview import plain
from tests.overviews.towns import LARGE, TOWN, TOWNS
from tests.rulesets import ruleset
from tests.test_columns import corpus, in_frames
from tests.test_conformance import CORPUS
from tests.test_docs import bare
from tests.test_frames import (
    GIVEN,
    HOUSES,
    faults,
    made,
    measures_and_margins_are_floats,
    shares_of_large_areas_do_not_wrap,
)
from tests.test_frames_page import rows, says
from tests.test_frames_untidy import COMMUNITIES, MEMBERS

pytestmark = [
    pytest.mark.xdist_group("spark"),  # a session a process is enough
    pytest.mark.skipif(
        shutil.which("java") is None and os.environ.get("SMARTRULES_SPARK") != "required",
        reason="Spark needs Java, and there is no `java` here",
    ),
]


class SparkFrames(Frames):
    """Frames of PySpark."""

    digits = 18

    def __init__(self, session: Any) -> None:
        self.session = session

    def made(self, frame: pl.DataFrame) -> Any:
        return self.session.createDataFrame(frame.to_arrow())

    def back(self, result: Any) -> pl.DataFrame:
        from pyspark.sql import DataFrame

        assert isinstance(result, DataFrame)
        found = pl.from_arrow(result.toArrow())
        assert isinstance(found, pl.DataFrame)
        return found


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """Start Spark on two threads of this machine."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the versions of pandas that it knows
        from pyspark.sql import SparkSession

        settings = {
            "spark.ui.enabled": "false",
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.memory": "1g",
            "spark.sql.shuffle.partitions": "2",
            # Of a few rows, compiling a query takes longer than running it.
            "spark.sql.codegen.wholeStage": "false",
            "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        }
        builder = SparkSession.builder.master("local[2]").appName("smartrules")
        for name, value in settings.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("OFF")
        yield session
        session.stop()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_corpus_on_spark(spark: Any, path: Path) -> None:
    found, communities = corpus(path)
    said = in_frames(found, communities, SparkFrames(spark))
    wanted = expected(found, communities)
    assert len(said) >= len(communities) - 3
    assert said == {key: wanted[key] for key in said}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "holds", [measures_and_margins_are_floats, shares_of_large_areas_do_not_wrap], ids=lambda check: check.__name__
)
def test_what_holds_of_other_frames_holds_on_spark(spark: Any, holds: Callable[[Frames], None]) -> None:
    holds(SparkFrames(spark))


@pytest.mark.filterwarnings("ignore")
def test_faults_on_spark(spark: Any) -> None:
    homes = ruleset(
        "facts: {homes: {count: household, min: 1}, area: {quantity: km^2, step: 0.01}}\n"
        "indicators: {x: {require: {basic: homes >= 2 households}}, y: {require: {basic: area >= 1 km^2}}}\n"
    )
    given = pl.DataFrame({"id": ["a", "b"], "homes": [0, 3], "area": [float("nan"), 1.234]})
    with pytest.raises(FrameError) as raised:
        homes.frame(SparkFrames(spark).made(given), key="id")
    assert str(raised.value) == (
        "error[SR506]: `homes` is below its least value 1 household in 1 row; it is `a`: `0`\n"
        "help: check the numbers and their unit; the bound stands in the ruleset\n\n"
        "error[SR507]: `area` is NaN or infinite in 1 row; it is `a`: `nan`\n"
        "help: make it null where it is not known\n\n"
        "error[SR508]: `area` is finer than its step of 0.01 km^2 in 1 row; it is `b`: `1.234`\n"
        "help: give what was measured, in whole steps"
    )


@pytest.mark.filterwarnings("ignore")
def test_nothing_runs_on_spark_before_the_result_is_asked_for(spark: Any) -> None:
    """The check collects its rows of totals; the assessment itself starts no job."""
    homes = ruleset("facts: {homes: {count: household}}\nindicators: {x: {require: {basic: homes >= 2 households}}}\n")
    frames = SparkFrames(spark)
    checked = homes.frame(frames.made(pl.DataFrame({"homes": [1, 2, None]})))
    tracker = spark.sparkContext.statusTracker()
    spark.sparkContext.setJobGroup("assessment", "assessment")
    result = homes.assess_frame(checked)
    assert tracker.getJobIdsForGroup("assessment") == []
    assert sorted(result.columns) == ["basic", "basic.x", "homes", "problems", "tier"]
    assert sorted(frames.back(result)["basic.x"]) == ["met", "not_met", "undetermined"]
    assert len(tracker.getJobIdsForGroup("assessment")) >= 1


@pytest.mark.filterwarnings("ignore")
def test_untidy_frames_on_spark(spark: Any) -> None:
    frames, houses = SparkFrames(spark), ruleset(HOUSES)
    given = frames.made(pl.DataFrame(GIVEN))
    assert faults(lambda: made().frame(given.selectExpr("*", "1 AS area"))) == (
        "error[SR707]: the frame has 2 columns `area`\nhelp: rename or drop all but one"
    )
    assert faults(lambda: made().assess_frame(given.selectExpr("*", "1 AS TIER"))) == (
        "error[SR706]: the frame has a column `TIER` already\n"
        "help: rename or drop it: the result has a column of this name"
    )
    nobody, members = frames.made(COMMUNITIES.head(0)), frames.made(MEMBERS.head(0))
    checked = houses.frame(nobody, key="id", collections={"buildings": members})
    assert frames.back(houses.assess_frame(checked)).height == 0
    numbered = frames.made(COMMUNITIES.with_columns(id=pl.Series([1, 2, 3])))
    assert faults(lambda: houses.frame(numbered, key="id", collections={"buildings": members})) == (
        "error[SR705]: the members of `buildings`: `id` is a column of `String`, that of the communities of `Int64`\n"
        "help: give both the same type"
    )


@pytest.mark.filterwarnings("ignore")
def test_the_page_says_what_runs_on_spark(spark: Any) -> None:
    """What all indicators decide is decided at once: a query takes long to plan."""
    frames = SparkFrames(spark)
    wanted = {bare(row[1]): row[-1] for row in rows()}
    together = [rule for rule, cell in wanted.items() if cell == "yes" and "indicators" not in rule]
    assert len(together) > 20
    assert says(frames, *together) == "yes"
    alone = {rule: cell for rule, cell in wanted.items() if rule not in together}
    assert {rule: says(frames, rule) for rule in alone} == alone


@pytest.mark.parametrize("frame", [TOWNS, LARGE], ids=["towns", "large"])
def test_an_overview_is_that_of_a_polars_frame(spark: Any, frame: pl.DataFrame) -> None:
    found = overview(ruleset(TOWN), SparkFrames(spark).made(frame), key="name")
    assert plain(found) == plain(overview(ruleset(TOWN), frame, key="name"))
