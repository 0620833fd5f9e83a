"""The columns engine on Spark: a real session in local mode, on the conformance corpus."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.frames import Frames, expected
from tests.test_columns import corpus, in_frames
from tests.test_conformance import CORPUS

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
