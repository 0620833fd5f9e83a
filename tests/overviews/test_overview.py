"""What an overview says of a population, against what is counted by hand and by the reference."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartrules.engines.columns.surveyed import Alone
from smartrules.expr.text import phrase
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, UNDETERMINED, Outcome
from smartrules.reports import overview
from smartrules.reports.overviews.overview import Distribution, Overview, Sides
from smartrules.testing import facts_from
from tests.frames import KEY, frame_of
from tests.overviews.towns import FRAMES, LARGE, TOWN, TOWNS
from tests.rulesets import ROOT, ruleset

ORDER = (MET, NOT_MET, NOT_APPLICABLE, UNDETERMINED)


@pytest.fixture(scope="module")
def towns() -> Overview:
    return overview(ruleset(TOWN), TOWNS, key="name")


def of(found: Overview, title: str) -> Distribution:
    """Return the distribution of a number by what the reference calls it."""
    edition = found.ruleset.edition
    return next(one for one in found.distributions if phrase(one.number.exact.node, edition, "en") == title)


def near(sides: Sides) -> tuple[list[tuple[str, Fraction]], list[tuple[str, Fraction]]]:
    before, behind = (
        [(one.community.key, one.value) for one in side] for side in (sides.nearest_before, sides.nearest_behind)
    )
    return before, behind


def test_how_many_communities_have_which_outcome(towns: Overview) -> None:
    counts = towns.counts
    assert (counts.rows, counts.problems) == (12, 1)
    assert {place: tuple(found[one] for one in ORDER) for place, found in counts.outcomes.items()} == {
        ("low", "coverage"): (7, 2, 0, 3),
        ("low", "nearness"): (8, 2, 0, 2),
        ("low", "supply"): (8, 1, 2, 1),
        ("low", None): (4, 4, 0, 4),
        ("high", "coverage"): (4, 5, 0, 3),
        ("high", "nearness"): (8, 2, 0, 2),
        ("high", "supply"): (8, 1, 2, 1),
        ("high", None): (2, 6, 0, 4),
    }
    assert counts.reached == {None: 8, "low": 2, "high": 2}


def test_how_many_communities_one_indicator_alone_keeps_from_a_tier(towns: Overview) -> None:
    assert towns.alone == {
        "low": {"coverage": Alone(1, 2), "nearness": Alone(1, 1), "supply": Alone(1, 0)},
        "high": {"coverage": Alone(3, 2), "nearness": Alone(0, 1), "supply": Alone(1, 0)},
    }


def test_a_share_on_and_beside_its_thresholds(towns: Overview) -> None:
    rate = of(towns, "coverage rate")
    assert rate.known == 9
    assert rate.scale is not None
    assert (rate.scale.low, rate.scale.high, rate.scale.step) == (65, 100, 5)
    #      65       70       75 80 85       90       95    100
    assert rate.bars == (2, 2, 0, 0, 1, 2, 2)
    at_70, at_90 = rate.sides
    assert (at_70.before, at_70.on, at_70.behind) == (2, 1, 6)
    assert near(at_70) == (
        [("b", Fraction(699, 1000)), ("j", Fraction(2, 3))],
        [
            ("a", Fraction(7, 10)),
            ("c", Fraction(701, 1000)),
            ("l", Fraction(899, 1000)),
            ("d", Fraction(9, 10)),
            ("e", Fraction(9, 10)),
        ],
    )
    assert (at_90.before, at_90.on, at_90.behind) == (5, 2, 2)
    assert near(at_90) == (
        [
            ("l", Fraction(899, 1000)),
            ("c", Fraction(701, 1000)),
            ("a", Fraction(7, 10)),
            ("b", Fraction(699, 1000)),
            ("j", Fraction(2, 3)),
        ],
        [("d", Fraction(9, 10)), ("e", Fraction(9, 10)), ("k", Fraction(19, 20)), ("f", Fraction(1))],
    )


def test_less_is_better_and_the_threshold_itself_is_on_the_side_that_is_met(towns: Overview) -> None:
    distance = of(towns, "distance")
    assert distance.known == 10
    assert distance.scale is not None
    assert (distance.scale.low, distance.scale.high, distance.scale.step) == (Fraction(1, 2), 3, Fraction(1, 4))
    #      0.5   0.75   1   1.25   1.5   1.75   2 2.25 2.5 2.75 3; 2 itself stands before the cut at 2
    assert distance.bars == (1, 0, 3, 0, 1, 3, 1, 0, 0, 1)
    (at_2,) = distance.sides
    assert (at_2.before, at_2.on, at_2.behind) == (5, 3, 2)
    before, behind = near(at_2)
    assert [key for key, _ in before] == ["a", "b", "l", "e", "d"]
    assert behind == [("c", Fraction(2010)), ("j", Fraction(3000))]


def test_whole_numbers_have_a_bar_each_and_who_is_not_asked_is_near_no_threshold(towns: Overview) -> None:
    shops = of(towns, "number of shops")
    assert shops.known == 11
    assert shops.bars == (1, 1, 1, 4, 1, 2, 0, 0, 0, 1)
    (at_3,) = shops.sides
    assert (at_3.before, at_3.on, at_3.behind) == (3, 4, 4)
    before, behind = near(at_3)
    assert before == [("d", 2)]  # `e` and `j` have fewer, and too few households to be asked
    assert behind == [("a", 3), ("b", 3), ("c", 3), ("l", 3), ("k", 4)]


def test_whether_an_indicator_applies_is_a_threshold_of_its_own(towns: Overview) -> None:
    households = of(towns, "number of households")
    #      0  101  200                    …                    1000: above 100 begins with 101, and no bar crosses that
    assert households.bars == (2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 7)
    (at_100,) = households.sides
    assert at_100.threshold.applies
    assert (at_100.before, at_100.on, at_100.behind) == (1, 1, 8)
    before, behind = near(at_100)
    assert before == [("e", 100), ("j", 3)]
    assert [key for key, _ in behind] == ["f", "a", "b", "c", "d"]


def test_who_contradicts_the_declarations(towns: Overview) -> None:
    (found,) = towns.contradictory
    assert (found[0].key, found[0].row, found[1]) == ("i", 8, "connected is more than households")


def test_the_table_has_the_first_and_all_that_are_named(towns: Overview) -> None:
    assert [one.community.key for one in towns.listed] == list("abcdefghijkl")
    few = overview(ruleset(TOWN), TOWNS, key="name", listed=2, nearest=1)
    # `b`, `a` and `l`, `d` beside 70 % and 90 %, `c` beside 2 km, `e` and `f` beside 100 households, `i` contradicts itself.
    assert [one.community.key for one in few.listed] == list("abcdefil")
    judged = few.listed[-2]
    assert (judged.tier, judged.problems) == (None, "connected is more than households")
    assert set(judged.outcomes.values()) == {UNDETERMINED}
    assert [one.tier for one in few.listed] == [0, None, None, None, 1, 1, None, 0]


def test_without_a_key_rows_name_communities() -> None:
    found = overview(ruleset(TOWN), TOWNS, nearest=1)
    assert [(one.community.key, one.community.row) for one in found.distributions[0].sides[0].nearest_before] == [
        (None, 1)
    ]


@pytest.mark.parametrize("kind", FRAMES)
def test_more_than_64_bits_are_compared_exactly_everywhere(kind: str) -> None:
    found = overview(ruleset(TOWN), FRAMES[kind](LARGE), key="name")
    assert plain(found) == plain(overview(ruleset(TOWN), LARGE, key="name"))
    values = [Fraction(row["connected"], row["households"]) for row in LARGE.iter_rows(named=True)]
    at_70 = of(found, "coverage rate").sides[0]
    less = sum(value < Fraction(7, 10) for value in values)
    assert (at_70.before, at_70.on, at_70.behind) == (less, sum(v == Fraction(7, 10) for v in values), 40 - less)


@pytest.mark.parametrize("kind", FRAMES)
def test_every_kind_of_frame_says_the_same(kind: str, towns: Overview) -> None:
    # In another order, since keys and not rows decide who is named first.
    frame = FRAMES[kind](TOWNS.sort("shops", "name", descending=[True, False]))
    found = overview(ruleset(TOWN), frame, key="name")
    assert plain(found) == plain(towns)
    assert found.to_html() == towns.to_html()


def plain(found: Overview) -> Any:
    """Return what an overview says, without the numbers of rows."""
    return (
        found.counts,
        found.alone,
        [(one.known, one.scale, one.bars, [near(side) for side in one.sides]) for one in found.distributions],
        [(one.key, problem) for one, problem in found.contradictory],
        [(one.community.key, one.tier, one.outcomes, one.problems) for one in found.listed],
    )


def test_a_frame_that_was_checked_is_taken_as_it_is(towns: Overview) -> None:
    rules = ruleset(TOWN)
    assert plain(overview(rules, rules.frame(TOWNS, key="name"))) == plain(towns)


def test_of_one_tier_there_is_no_highest() -> None:
    found = overview(ruleset(TOWN), TOWNS, key="name", tiers=["high"])
    assert found.tiers == ("high",)
    assert found.counts.reached == {}
    assert [one.tier for one in found.listed] == [None] * 12
    assert [str(side.threshold.at) for side in of(found, "coverage rate").sides] == ["90 %"]


def test_nobody_at_all() -> None:
    found = overview(ruleset(TOWN), TOWNS.head(0), key="name")
    assert found.counts.rows == 0
    assert [one.scale for one in found.distributions] == [None] * 4
    assert "没有社区有此数值" in found.to_html()


def test_a_score_has_its_thresholds_in_the_rule_of_its_tier() -> None:
    rules = ruleset(
        """\
        standard: scored
        edition: "1"
        tiers: {good: {rule: "total >= 60 points"}, best: {rule: "total >= 90 points"}}
        facts: {a: {kind: flag}, b: {kind: flag}}
        scores: {total: {value: "sum(indicators, points)", unit: point, title: {zh: 总分, en: total}}}
        indicators:
          one: {require: {good: a}, points: 60 points}
          two: {require: {good: b}, points: 40 points}
        """
    )
    frame = pl.DataFrame({"a": [True, True, False, None], "b": [True, False, True, True]})
    found = overview(rules, frame)
    good, best = found.distributions
    assert (good.number.exact.tier, best.number.exact.tier) == ("good", "best")
    assert [(one.before, one.on, one.behind) for one in (*good.sides, *best.sides)] == [(1, 1, 1), (2, 0, 1)]
    assert found.alone == {}


def test_without_the_extra_the_overview_is_there_and_its_page_says_what_to_install() -> None:
    program = """
import sys
sys.modules["jinja2"] = sys.modules["markupsafe"] = None
import smartrules as sr
from smartrules import reports
from tests.overviews.towns import TOWN, TOWNS
from tests.rulesets import ROOT, ruleset
found = reports.overview(ruleset(TOWN), TOWNS, key="name")
assert found.counts.rows == 12
try:
    found.to_html()
except sr.SmartrulesError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, cwd=ROOT)
    assert (done.stdout, done.stderr) == (
        "error[SR604]: documents need the package `jinja2`, which is not installed\n"
        "help: install it: `pip install 'smartrules[reports]'`\n",
        "",
    )


# --- against the reference -----------------------------------------------------------------------------------------


@given(st.lists(facts_from(ruleset(TOWN)), min_size=1, max_size=12))
def test_the_counts_are_those_of_the_outcomes_one_by_one(communities: list[Any]) -> None:
    rules = ruleset(TOWN)
    found = overview(rules, frame_of(rules, communities), key=KEY)
    counted: dict[tuple[str, str], Counter[Outcome]] = {}
    for facts in communities:
        for tier, outcomes in rules.outcomes(facts).items():
            for name, outcome in outcomes.items():
                counted.setdefault((tier, name), Counter())[outcome] += 1
    for place, counts in found.counts.outcomes.items():
        if place[1] is not None:
            assert {outcome: number for outcome, number in counts.items() if number} == counted[(place[0], place[1])]
    reached = Counter(rules.assess(facts).tier for facts in communities)
    assert {tier: number for tier, number in found.counts.reached.items() if number} == reached


_MOST = 10**15
ROWS = st.lists(
    st.tuples(
        st.one_of(st.integers(1, 12), st.integers(1, _MOST), st.none()),
        st.one_of(st.integers(0, 12), st.integers(0, _MOST), st.none()),
    ),
    min_size=1,
    max_size=30,
)


@given(ROWS)
def test_sides_bars_and_the_nearest_are_exact(rows: list[tuple[int | None, int | None]]) -> None:
    frame = pl.DataFrame(
        {
            "name": [f"{index:02}" for index in range(len(rows))],
            "households": pl.Series([row[0] for row in rows], dtype=pl.Int64),
            "connected": pl.Series([row[1] for row in rows], dtype=pl.Int64),
            "distance": pl.Series([None] * len(rows), dtype=pl.Decimal(18, 2)),
            "shops": pl.Series([None] * len(rows), dtype=pl.Int64),
        }
    )
    found = overview(ruleset(TOWN), frame, key="name", nearest=3)
    values = {
        f"{index:02}": Fraction(part, whole)
        for index, (whole, part) in enumerate(rows)
        if whole is not None and part is not None and part <= whole
    }
    rate = of(found, "coverage rate")
    assert rate.known == len(values)
    assert sum(rate.bars) == len(values)
    for sides, at in zip(rate.sides, (Fraction(7, 10), Fraction(9, 10)), strict=True):
        assert sides.before == sum(value < at for value in values.values())
        assert sides.on == sum(value == at for value in values.values())
        assert sides.behind == sum(value > at for value in values.values())
        below = sorted((at - value, key) for key, value in values.items() if value < at)[:3]
        above = sorted((value - at, key) for key, value in values.items() if value >= at)[:3]
        assert near(sides) == ([(key, at - d) for d, key in below], [(key, at + d) for d, key in above])
    if rate.scale is not None:
        cuts = [Fraction(cut.at) for cut in rate.scale.cuts]
        assert rate.bars == tuple(
            sum((low is None or value >= low) and (high is None or value < high) for value in values.values())
            for low, high in zip([None, *cuts], [*cuts, None], strict=True)
        )
