"""What another edition or threshold changes: counted as the reference would, in one pass, and said in two languages."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import dask.dataframe
import duckdb
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.io.plugins import register_io_source

from smartrules.analysis import impact, sweep, with_threshold
from smartrules.analysis.impacts import Impact
from smartrules.analysis.thresholds import alterations, read_values, thresholds
from smartrules.cli import run
from smartrules.diagnostics import NotFoundError, RulesetError, SmartrulesError
from smartrules.expr.text import source
from smartrules.outcome import Outcome
from smartrules.ruleset import Ruleset
from smartrules.units import unit
from smartrules.values import Quantity
from tests.rulesets import ruleset

OLD = """\
standard: town
edition: "2023"
tiers: {low: {title: {zh: 低, en: Low}}, high: {title: {zh: 高, en: High}}}
facts:
  households: {count: household, min: 1}
  connected: {count: household, at_most: households}
  gated: {kind: flag}
  services: {set: {meals: , bathing: , visits: }}
  ph: {quantity: "km^2"}
indicators:
  coverage:
    number: "1"
    title: {zh: 覆盖, en: Coverage}
    measures: {rate: {value: connected / households, unit: "%", title: {zh: 覆盖率, en: coverage}}}
    require: {low: rate >= 70 %, high: rate >= 90 %}
  care:
    number: "2"
    title: {zh: 服务, en: Care}
    applies: households >= 100 households
    require: {low: "all of (gated, count(services) >= 2 kinds)"}
"""
NEW = OLD.replace('"2023"', '"2024"').replace("rate >= 70 %, high: rate >= 90 %", "rate > 70 %, high: rate >= 80 %")

#: Communities: on the threshold, above it, far above it, below it, and with what is missing.
TOWNS = pl.DataFrame(
    {
        "name": ["a", "b", "c", "d", "e"],
        "households": [1000, 1000, 1000, 50, 1000],
        "connected": [700, 800, 900, 30, None],
        "gated": [True, True, True, False, True],
        "services.meals": [True, True, True, None, True],
        "services.bathing": [True, True, True, None, True],
        "services.visits": [False, False, True, None, False],
    }
)
M, X, N, U = Outcome.MET, Outcome.NOT_MET, Outcome.NOT_APPLICABLE, Outcome.UNDETERMINED

FRAMES: dict[str, Callable[[pl.DataFrame], Any]] = {
    "polars": lambda frame: frame,
    "polars lazy": lambda frame: frame.lazy(),
    "pandas": lambda frame: frame.to_pandas(),
    "pyarrow": lambda frame: frame.to_arrow(),
    "duckdb": lambda frame: duckdb.from_arrow(frame.to_arrow()),
    "dask": lambda frame: dask.dataframe.from_pandas(frame.to_pandas().convert_dtypes(), npartitions=2),
}


def message(error: pytest.ExceptionInfo[SmartrulesError]) -> str:
    return str(error.value)


# --- thresholds ----------------------------------------------------------------------------------------------------


def test_every_comparison_with_a_literal_is_a_threshold() -> None:
    found = ruleset(
        """\
        facts:
          a: {count: household}
          b: {count: household}
          share: {share: "%"}
          services: {set: {meals: , bathing: }}
          opened: {kind: date}
        measures:
          rate: {value: a / b, unit: "%"}
          graded: {value: "first of (share < 33 % then 1 point, otherwise 2 points)", unit: point}
        indicators:
          one: {require: {basic: "any of (rate >= 70 %, 5 households < b, not (3 kinds > count(services)))"}}
          two: {applies: "share != 0 %", require: {basic: "10 households <= a < b"}}
          three: {require: {basic: "all of (a >= b, opened >= 2022-01-01, truncate(graded, 1 point) >= 2 points)"}}
        """
    )
    assert thresholds(found.edition) == ["rate", "b", "services", "share", "a", "graded"]
    other = found
    for name, value in (
        ("rate", "75%"),
        ("b", "6 户"),
        ("services", "1 kind"),
        ("share", "50 ‰"),
        ("a", "11"),
        ("graded", "1 point"),
    ):
        other = with_threshold(other, name, value)
    rules = {name: source(rule) for name, rule in other.edition.rules("basic").items()}
    assert rules == {
        "one": "any of (rate >= 75 %, 6 households < b, not 1 kind > count(services))",
        "two": "11 households <= a < b when share != 50 ‰",
        "three": "all of (a >= b, opened >= 2022-01-01, truncate(graded, 1 point) >= 1 point)",
    }
    assert other.edition.measures == found.edition.measures
    assert (other.name, other.fingerprint != found.fingerprint) == (found.name, True)


def test_a_threshold_that_is_set_to_what_it_is_changes_nothing() -> None:
    old = ruleset(OLD)
    same = with_threshold(with_threshold(old, "households", "0.01 万户"), "services", Quantity(2, unit("kind")))
    assert same.edition.rules("low")["coverage"] == old.edition.rules("low")["coverage"]
    assert with_threshold(old, "services", "2 kinds") == old
    assert alterations(old.edition, with_threshold(old, "services", "2 kinds").edition) == []


def test_a_threshold_is_set_at_every_tier_and_as_often_as_it_stands() -> None:
    new = with_threshold(ruleset(OLD), "rate", "75 %")
    assert [
        (one.tier, one.indicator, source(one.before), source(one.after))
        for one in alterations(ruleset(OLD).edition, new.edition)
    ] == [  # type: ignore[arg-type]
        ("low", "coverage", "rate >= 70 %", "rate >= 75 %"),
        ("high", "coverage", "rate >= 90 %", "rate >= 75 %"),
    ]


def test_the_rule_of_a_tier_has_thresholds_too() -> None:
    found = ruleset(
        """\
        tiers: {basic: {rule: total >= 8 points}}
        facts: {gated: {kind: flag}}
        indicators:
          gates: {points: 10 points, require: {basic: gated}}
        scores:
          total: {value: "sum(indicators, points)", unit: point}
        """
    )
    other = with_threshold(found, "total", "11 points")
    frame = pl.DataFrame({"gated": [True, False]})
    changes = impact(found, other, frame).changes
    assert changes.outcomes["basic", None] == {(M, X): 1, (X, X): 1}
    assert changes.outcomes["basic", "gates"] == {(M, M): 1, (X, X): 1}
    assert [one.indicator for one in alterations(found.edition, other.edition)] == [None]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("rat", "75 %", "error[SR603]: `town@2023` has no `rat`\nhelp: did you mean `rate`?"),
        (
            "lifts",
            "75 %",
            "error[SR603]: `town@2023` has no `lifts`\nhelp: it has thresholds of `rate`, `households` or `services`",
        ),
        (
            "connected",
            "7",
            "error[SR603]: no rule compares `connected` with a number\n"
            "help: it has thresholds of `rate`, `households` or `services`",
        ),
        ("rate", "75", "error[SR303]: the threshold of `rate` needs its unit\nhelp: write `75 %`"),
        (
            "rate",
            "75 households",
            "error[SR301]: the threshold of `rate` is in `%`, not in `household`\nhelp: give it in `%`",
        ),
        (
            "rate",
            "much",
            "error[SR207]: `much` is no number\n"
            "help: write a decimal number, its unit behind it: `3461`, `6.3 km^2`, `90 %`",
        ),
        (
            "rate",
            "75 flurbs",
            "error[SR251]: unknown unit `flurbs`",
        ),
    ],
)
def test_a_threshold_that_cannot_be_set_is_refused(name: str, value: str, said: str) -> None:
    with pytest.raises((NotFoundError, RulesetError)) as error:
        with_threshold(ruleset(OLD), name, value)
    assert message(error).startswith(said)
    assert message(error) == said or "flurbs" in said


def test_one_number_is_never_both_bounds_of_a_range() -> None:
    found = ruleset(
        """\
        facts: {ph: {quantity: m}}
        indicators: {water: {require: {basic: 6 m <= ph <= 9 m}}}
        """
    )
    with pytest.raises(RulesetError) as error:
        with_threshold(found, "ph", "7 m")
    assert message(error) == (
        "error[SR616]: `6 m <= ph <= 9 m` has two bounds, and one number cannot be both\n"
        "help: write the other edition as a ruleset, and compare the two"
    )


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("60%..90%:15%", ["60 %", "75 %", "90 %"]),
        ("60 .. 90 % : 20", ["60 %", "80 %"]),
        ("0.5 km²..1 km²:10 公顷", ["0.5 km^2", "0.6 km^2", "0.7 km^2", "0.8 km^2", "0.9 km^2", "1 km^2"]),
        ("1..3:1", ["1", "2", "3"]),
        ("70%..70%:1%", ["70 %"]),
    ],
)
def test_a_range_of_values_is_exact_and_holds_both_ends(text: str, values: list[str]) -> None:
    assert [str(value) for value in read_values(text)] == values


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "60%..90%",
            "error[SR207]: `60%..90%` is no range of values\n"
            "help: write the first and last value and the step: `60 %..90 %:5 %`",
        ),
        (
            "60%:90%",
            "error[SR207]: `60%:90%` is no range of values\n"
            "help: write the first and last value and the step: `60 %..90 %:5 %`",
        ),
        (
            "90%..60%:5%",
            "error[SR616]: `90%..60%:5%` is a range without values\n"
            "help: the first value is the least, and the step is more than nothing",
        ),
        (
            "60%..90%:0%",
            "error[SR616]: `60%..90%:0%` is a range without values\n"
            "help: the first value is the least, and the step is more than nothing",
        ),
        (
            "0%..100%:0.1%",
            "error[SR616]: `0%..100%:0.1%` has 1,001 values\nhelp: 200 is the most; take a larger step",
        ),
        (
            "60%..90户:5%",
            "error[SR301]: the units of `60%..90户:5%` do not fit together\nhelp: give all in `household`",
        ),
        (
            "a..b:c",
            "error[SR207]: `a` is no number\n"
            "help: write a decimal number, its unit behind it: `3461`, `6.3 km^2`, `90 %`",
        ),
    ],
)
def test_a_range_that_cannot_be_read_is_refused(text: str, said: str) -> None:
    with pytest.raises(RulesetError) as error:
        read_values(text)
    assert message(error) == said


# --- impact --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FRAMES)
def test_what_changes_between_two_editions_is_counted_on_every_kind_of_frame(kind: str) -> None:
    found = impact(ruleset(OLD), ruleset(NEW), FRAMES[kind](TOWNS), key="name")
    changes = found.changes
    assert (changes.rows, changes.problems, changes.changed) == (5, (0, 0), 2)
    # 70 % was on the threshold and is no longer above it; 80 % now is enough for the high tier.
    assert changes.outcomes == {
        ("low", "coverage"): {(X, X): 1, (M, X): 1, (M, M): 2, (U, U): 1},
        ("low", "care"): {(M, M): 4, (N, N): 1},
        ("low", None): {(X, X): 1, (M, X): 1, (M, M): 2, (U, U): 1},
        ("high", "coverage"): {(X, X): 2, (X, M): 1, (M, M): 1, (U, U): 1},
        ("high", "care"): {(M, M): 4, (N, N): 1},
        ("high", None): {(X, X): 2, (X, M): 1, (M, M): 1, (U, U): 1},
    }
    assert changes.reached == {
        (None, None): 2,
        ("low", None): 1,
        ("low", "high"): 1,
        ("high", "high"): 1,
    }
    examples = sorted(changes.examples, key=lambda one: one.key)
    assert [(one.key, one.tier) for one in examples] == [("a", ("low", None)), ("b", ("low", "high"))]
    assert [one.row for one in examples] == ([None, None] if kind == "duckdb" else [0, 1])
    assert examples[0].outcomes == {("low", "coverage"): (M, X), ("low", None): (M, X)}
    assert examples[1].outcomes == {("high", "coverage"): (X, M), ("high", None): (X, M)}
    assert [(one.tier, one.indicator) for one in found.altered] == [("low", "coverage"), ("high", "coverage")]


def test_indicators_that_only_one_edition_has_are_named_and_not_compared() -> None:
    new = ruleset(NEW.partition("  care:")[0])
    found = impact(ruleset(OLD), new, TOWNS)
    assert [(one.tier, one.indicator, one.after is None) for one in found.altered] == [
        ("low", "coverage", False),
        ("low", "care", True),
        ("high", "coverage", False),
        ("high", "care", True),
    ]
    assert {place for place in found.changes.outcomes if place[1] == "care"} == set()


def test_editions_without_a_common_tier_are_refused() -> None:
    with pytest.raises(NotFoundError) as error:
        impact(ruleset(OLD), ruleset(OLD.replace("low:", "one:").replace("high:", "two:")), TOWNS)
    assert message(error) == (
        "error[SR603]: `town@2023` and `town@2023` have no tier in common\n"
        "help: the one has `low` or `high`, the other `one` or `two`"
    )


def test_editions_with_other_tiers_are_compared_by_those_that_both_have() -> None:
    found = impact(
        ruleset(OLD),
        ruleset(NEW.replace(", high: {title: {zh: 高, en: High}}", "").replace(", high: rate >= 80 %", "")),
        TOWNS,
    )
    assert {tier for tier, _ in found.changes.outcomes} == {"low"}
    assert found.changes.reached == {}


_FLAGS = st.none() | st.booleans()


@pytest.mark.once
@given(
    st.lists(
        st.tuples(st.integers(1, 12), st.none() | st.integers(0, 12), _FLAGS, _FLAGS, _FLAGS, _FLAGS),
        min_size=1,
        max_size=8,
    ),
    st.integers(0, 110),
    st.integers(0, 12),
)
def test_every_count_is_what_the_reference_gives_one_by_one(
    rows: list[tuple[Any, ...]], percent: int, households: int
) -> None:
    old = ruleset(OLD)
    new = with_threshold(with_threshold(old, "rate", f"{percent} %"), "households", f"{households} households")
    names = ("households", "connected", "gated", "services.meals", "services.bathing", "services.visits")
    kinds = [pl.Int64, pl.Int64, *[pl.Boolean] * 4]
    frame = pl.DataFrame(rows, schema=dict(zip(names, kinds, strict=True)), orient="row")
    changes = impact(old, new, frame, examples=100).changes
    expected: dict[Any, Counter[Any]] = {}
    reached: Counter[Any] = Counter()
    changed = bad = 0
    for whole, part, gated, *kinds_of in rows:
        before, after = (_assessed(one, whole, part, gated, kinds_of) for one in (old, new))
        for place, outcome in before[0].items():
            expected.setdefault(place, Counter())[outcome, after[0][place]] += 1
        reached[before[1], after[1]] += 1
        changed += before != after
        bad += (part is not None and part > whole) or (None in kinds_of and set(kinds_of) != {None})
    assert {place: Counter(moves) for place, moves in changes.outcomes.items()} == expected
    assert Counter(changes.reached) == reached
    assert (changes.rows, changes.changed, len(changes.examples)) == (len(rows), changed, changed)
    assert changes.problems == (bad, bad)


def _assessed(one: Ruleset, whole: int, part: int | None, gated: bool | None, kinds: list[bool | None]) -> Any:
    if part is not None and part > whole:  # what contradicts the declarations is undetermined
        places = [(tier, name) for tier in ("low", "high") for name in ("coverage", "care", None)]
        return dict.fromkeys(places, U), None
    facts: dict[str, Any] = {"households": whole}
    facts |= {"connected": part} if part is not None else {}
    facts |= {"gated": gated} if gated is not None else {}
    if None not in kinds:
        facts["services"] = [name for name, held in zip(("meals", "bathing", "visits"), kinds, strict=True) if held]
    found = one.assess(facts)
    outcomes: dict[Any, Outcome] = {}
    for tier in found.tiers:
        outcomes |= {(tier.tier.id, name): finding.outcome for name, finding in tier.findings.items()}
        outcomes[tier.tier.id, None] = tier.outcome
    return outcomes, found.tier


def test_an_impact_is_json_with_a_version() -> None:
    found = impact(ruleset(OLD), ruleset(NEW), TOWNS, key="name", tiers=["high"], examples=1)
    assert isinstance(found, Impact)
    plain = json.loads(found.to_json(indent=2))
    assert {key: plain[key] for key in ("format", "version", "communities", "changed", "reached")} == {
        "format": "smartrules-impact",
        "version": 1,
        "communities": 5,
        "changed": 1,
        "reached": [],
    }
    assert plain["old"] == {"standard": "town", "edition": "2023", "fingerprint": ruleset(OLD).fingerprint}
    assert plain["altered"] == [
        {"tier": "high", "indicator": "coverage", "before": "rate >= 90 %", "after": "rate >= 80 %"}
    ]
    assert plain["tiers"] == [
        {
            "tier": "high",
            "moves": [
                {"from": "not_met", "to": "not_met", "communities": 2},
                {"from": "not_met", "to": "met", "communities": 1},
                {"from": "met", "to": "met", "communities": 1},
                {"from": "undetermined", "to": "undetermined", "communities": 1},
            ],
        }
    ]
    assert plain["examples"] == [
        {
            "row": 1,
            "key": "b",
            "reached": None,
            "outcomes": [
                {"tier": "high", "indicator": "coverage", "from": "not_met", "to": "met"},
                {"tier": "high", "indicator": None, "from": "not_met", "to": "met"},
            ],
        }
    ]


# --- sweep ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FRAMES)
def test_a_sweep_counts_each_threshold_beside_the_ruleset_as_it_is(kind: str) -> None:
    found = sweep(ruleset(OLD), FRAMES[kind](TOWNS), "rate", read_values("60%..95%:10%"), tiers=["low"])
    assert [str(value) for value, _ in found.values] == ["60 %", "70 %", "80 %", "90 %"]
    assert [changes.outcomes for _, changes in found.values] == [
        {("low", "coverage"): {(X, M): 1, (M, M): 3, (U, U): 1}, ("low", None): {(X, M): 1, (M, M): 3, (U, U): 1}},
        {("low", "coverage"): {(X, X): 1, (M, M): 3, (U, U): 1}, ("low", None): {(X, X): 1, (M, M): 3, (U, U): 1}},
        {
            ("low", "coverage"): {(X, X): 1, (M, X): 1, (M, M): 2, (U, U): 1},
            ("low", None): {(X, X): 1, (M, X): 1, (M, M): 2, (U, U): 1},
        },
        {
            ("low", "coverage"): {(X, X): 1, (M, X): 2, (M, M): 1, (U, U): 1},
            ("low", None): {(X, X): 1, (M, X): 2, (M, M): 1, (U, U): 1},
        },
    ]
    assert [changes.changed for _, changes in found.values] == [1, 0, 1, 2]


def test_each_value_of_a_sweep_is_what_an_impact_of_it_would_be() -> None:
    old = ruleset(OLD)
    found = sweep(old, TOWNS, "rate", ["71 %", Quantity(Fraction(85), unit("%"))])
    for value, changes in found.values:
        alone = impact(old, with_threshold(old, "rate", value), TOWNS, examples=0).changes
        assert changes.outcomes == {place: alone.outcomes[place] for place in changes.outcomes}
        assert (changes.reached, changes.changed, changes.rows) == (alone.reached, alone.changed, 5)


@pytest.mark.parametrize("values", ["70%..70%:1%", "60%..90%:5%"])
def test_a_sweep_is_one_pass_whatever_the_number_of_values(values: str) -> None:
    scans = []

    def scan(
        columns: list[str] | None, predicate: pl.Expr | None, rows: int | None, size: int | None
    ) -> Iterator[pl.DataFrame]:
        scans.append(columns)
        frame = TOWNS if columns is None else TOWNS.select(columns)
        yield frame if predicate is None else frame.filter(predicate)

    frame = register_io_source(scan, schema=TOWNS.schema)
    sweep(ruleset(OLD), frame, "rate", read_values(values))
    assert len(scans) == 2  # the check that every sweep begins with, and the one pass


# --- the command ---------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("COLUMNS", "LC_MESSAGES", "LANG", "SMARTRULES_PATH", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.chdir(tmp_path)
    Path("old.yaml").write_text(OLD, "utf-8")
    Path("new.yaml").write_text(NEW, "utf-8")
    TOWNS.write_csv("towns.csv")
    TOWNS.write_parquet("towns.parquet")
    return tmp_path


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Return the exit code of a call, what it printed, and what it complained of."""
    code = run(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


def test_two_editions_are_compared(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    code, out, err = printed(capsys, "impact", "old.yaml", "new.yaml", "towns.csv", "--key", "name")
    assert (code, err) == (0, "")
    assert out == (
        "town@2023 → town@2024\n"
        "rules that differ:\n"
        "  Low, 1 Coverage: coverage is at least 70 % → coverage is more than 70 %\n"
        "  High, 1 Coverage: coverage is at least 90 % → coverage is at least 80 %\n"
        "decided otherwise: 2 of 5 communities\n"
        "\n"
        "tier                    no.  indicator   before   after    communities\n"
        "(highest tier reached)                   Low      none     1\n"
        "(highest tier reached)                   Low      High     1\n"
        "Low                          (the tier)  met      not met  1\n"
        "High                         (the tier)  not met  met      1\n"
        "Low                     1    Coverage    met      not met  1\n"
        "High                    1    Coverage    not met  met      1\n"
        "the first 2:\n"
        "  row 2 (a): (highest tier reached) Low → none; Low, 1 Coverage met → not met; Low met → not met\n"
        "  row 3 (b): (highest tier reached) Low → High; High, 1 Coverage not met → met; High not met → met\n"
    )


def test_a_threshold_is_set_in_chinese(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    call = ("impact", "old.yaml", "towns.parquet", "--set", "rate=71%", "--set", "services=3种", "--lang", "zh")
    code, out, err = printed(capsys, *call, "--tier", "low", "--examples", "1")
    assert (code, err) == (0, "")
    assert out == (
        "改动的规则：\n"
        "  低 1 覆盖：覆盖率不低于70% → 覆盖率不低于71%\n"
        "  低 2 服务：services不少于2种 → services不少于3种\n"
        "结论有变化的社区：3个，共5个\n"
        "\n"
        "等级  序号  二级指标  原结论    新结论  社区数\n"
        "低          （等级）  达标      不达标  2\n"
        "低          （等级）  无法判定  不达标  1\n"
        "低    1     覆盖      达标      不达标  1\n"
        "低    2     服务      达标      不达标  3\n"
        "前1例：\n"
        "  第0行：低 1 覆盖 达标 → 不达标；低 2 服务 达标 → 不达标；低 达标 → 不达标\n"
    )


def test_a_range_of_thresholds_is_a_table(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    code, out, err = printed(capsys, "impact", "old.yaml", "towns.csv", "--sweep", "rate=70..90%:10%", "--tier", "low")
    assert (code, err) == (0, "")
    assert out == (
        "town@2023, the threshold of coverage:\n"
        "threshold  1 Coverage: met  1 Coverage: not met  1 Coverage: undetermined  Low: met  Low: not met"
        "  Low: undetermined  changed\n"
        "70 %       3                1                    1                         3         1           "
        "  1                  0\n"
        "80 %       2                2                    1                         2         2           "
        "  1                  1\n"
        "90 %       1                3                    1                         1         3           "
        "  1                  2\n"
    )
    code, out, _ = printed(capsys, "impact", "old.yaml", "towns.csv", "--sweep", "rate=70..90%:10%", "--format", "json")
    plain = json.loads(out)
    assert (plain["format"], plain["name"]) == ("smartrules-sweep", "rate")
    assert [(one["value"], one["changed"]) for one in plain["values"]] == [("70 %", 2), ("80 %", 2), ("90 %", 2)]


def test_nothing_that_changes_is_said_so(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    code, out, err = printed(capsys, "impact", "old.yaml", "old.yaml", "towns.csv")
    assert (code, out, err) == (0, "decided otherwise: 0 of 5 communities\n", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["old.yaml", "towns.csv"],
            "Invalid value for RULESET [NEW] FILE: name OLD NEW FILE, or RULESET FILE with --set or --sweep\n",
        ),
        (
            ["old.yaml", "new.yaml", "towns.csv", "--set", "rate=1%"],
            "Invalid value for RULESET [NEW] FILE: name RULESET FILE with --set or --sweep\n",
        ),
        (["old.yaml", "towns.csv", "--set", "rate"], "Invalid value for '--set': `rate` is not `NAME=…`\n"),
        (
            ["old.yaml", "towns.csv", "--set", "rate=1%", "--sweep", "rate=1..2%:1%"],
            "Invalid value for '--sweep': --set and --sweep do not go together\n",
        ),
        (
            ["old.yaml", "towns.csv", "--sweep", "rat=1..2%:1%"],
            "error[SR603]: `town@2023` has no `rat`\nhelp: did you mean `rate`?\n",
        ),
        (
            ["old.yaml", "new.yaml", "--set", "rate=1%"],
            "error[SR114]: `new.yaml` is no file of communities\n"
            "help: name a file that ends in `.parquet`, `.csv`, `.tsv`, `.jsonl`, `.ndjson` or `.xlsx`\n",
        ),
    ],
)
def test_a_wrong_call_is_refused(
    capsys: pytest.CaptureFixture[str], folder: Path, arguments: list[str], said: str
) -> None:
    code, out, err = printed(capsys, "impact", *arguments)
    assert (code, out) == (2, "")
    assert err.endswith(said)


def test_a_column_of_text_that_two_editions_read_differently_is_refused(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    Path("new.yaml").write_text(
        NEW.replace("households: {count: household, min: 1}", "households: {count: wan_household}").replace(
            "connected: {count: household, at_most: households}", "connected: {count: wan_household}"
        ),
        "utf-8",
    )
    code, out, err = printed(capsys, "impact", "old.yaml", "new.yaml", "towns.csv")
    assert (code, out) == (2, "")
    assert err == (
        "error[SR502]: the editions do not declare `households` alike, so that a column of text cannot be read for both\n"
        "  --> towns.csv\n"
        "help: give a Parquet file, whose columns have types\n"
    )
