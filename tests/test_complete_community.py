"""The complete-community ruleset against its table: what each tier asks for, each figure, and what the copy leaves open."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import smartrules as sr
from smartrules import catalog
from smartrules.reports.requirement import about
from smartrules.reports.text import verdict
from tests.rulesets import LETTERS, ROOT

COMPLETE = ROOT / "rulesets" / "complete-community" / "trial"
RULESET = catalog.load_file(COMPLETE / "ruleset.yaml")
LIUYIN = COMPLETE / "examples" / "liuyin.yaml"

#: Item of the table, the indicator that it is, and its mark at A, AA and AAA: ● required, ○ optional.
TABLE = [
    ("社区综合服务站", "service_station", "●●●"),
    ("幼儿园", "kindergarten", "●●●"),
    ("托育", "childcare", "●●●"),
    ("日间照料中心", "day_care_centre", "○●●"),
    ("养老用地", "elderly_land", "●●●"),
    ("适老化智能终端", "age_friendly_terminals", "○○●"),
    ("卫生服务站", "health_station", "●●●"),
    ("综合超市", "supermarket", "●●●"),
]

#: Everything that the table asks for, exactly on each figure, in a new quarter.
ENOUGH: dict[str, Any] = {
    "quarter_kind": "new",
    "service_station": True,
    "kindergarten_classes": 6,
    "kindergarten_floor_area": "2200 m²",
    "kindergarten_land": "3500 m²",
    "childcare_area": "200 m²",
    "day_care_area": "350 m²",
    "population": 6000,
    "elderly_land": "600 m²",
    "age_friendly_terminals": True,
    "health_station_area": "150 m²",
    "supermarket_area": "300 m²",
}

#: Each fact a trifle below its figure, or absent, and the indicator that then fails.
TOO_LITTLE = [
    ("service_station", False, "service_station"),
    ("kindergarten_classes", 5, "kindergarten"),
    ("kindergarten_floor_area", "2199.999 m²", "kindergarten"),
    ("kindergarten_land", "3499.999 m²", "kindergarten"),
    ("childcare_area", "199.999 m²", "childcare"),
    ("day_care_area", "349.999 m²", "day_care_centre"),
    ("elderly_land", "599.999 m²", "elderly_land"),
    ("age_friendly_terminals", False, "age_friendly_terminals"),
    ("health_station_area", "149.999 m²", "health_station"),
    ("supermarket_area", "299.999 m²", "supermarket"),
]


def test_each_item_is_required_or_optional_at_each_tier_as_the_table_marks_it() -> None:
    assert [indicator.id for indicator in RULESET.edition.indicators] == [name for _, name, _ in TABLE]
    for place, tier in enumerate(("a", "aa", "aaa")):
        wanted = [name for _, name, marks in TABLE if marks[place] == "●"]
        assert list(RULESET.edition.mandatory(tier)) == wanted
        assessed = RULESET.assess({})[tier]
        assert [name for name in assessed if not assessed[name].optional] == wanted


def test_every_source_names_the_item_and_the_edition_says_that_the_issuer_is_not_shown() -> None:
    for item, name, _ in TABLE:
        found = RULESET.edition.source_of(name)
        assert found is not None
        assert (found.document, found.clause) == ("绿色完整居住社区创建标准（试行）", item)
    own = RULESET.edition.source
    assert own is not None
    assert own.note == (
        "据文档分享网站的公开副本（文档号505084914），副本未载明发布机关 / "
        "from a public copy on a document-sharing site, document 505084914, which does not show the issuer"
    )


def test_exactly_on_every_figure_the_highest_tier_is_reached() -> None:
    assessed = RULESET.assess(ENOUGH)
    assert assessed.tier == "aaa"
    assert {finding.outcome for finding in assessed["aaa"].values()} == {sr.Outcome.MET}
    assert [str(assessed["aaa"][name].margin) for name in ("childcare", "elderly_land", "health_station")] == [
        "0 m^2",
        "0 m^2/person",
        "0 m^2",
    ]


@pytest.mark.parametrize(("fact", "value", "failing"), TOO_LITTLE, ids=[fact for fact, _, _ in TOO_LITTLE])
def test_a_trifle_less_fails_its_item_alone_and_every_tier_that_requires_it(
    fact: str, value: Any, failing: str
) -> None:
    assessed = RULESET.assess(ENOUGH | {fact: value})
    assert [name for name, finding in assessed["aaa"].items() if finding.outcome is not sr.Outcome.MET] == [failing]
    assert assessed["aaa"][failing].outcome is sr.Outcome.NOT_MET
    marks = {name: marks for _, name, marks in TABLE}[failing]
    assert [found.outcome for found in assessed.tiers] == [
        sr.Outcome.NOT_MET if mark == "●" else sr.Outcome.MET for mark in marks
    ]
    assert assessed.tier == {"●●●": None, "○●●": "a", "○○●": "aa"}[marks]


@pytest.mark.parametrize("fact", [fact for fact, _, _ in TOO_LITTLE])
def test_what_is_missing_leaves_open_the_tiers_that_require_it(fact: str) -> None:
    assessed = RULESET.assess({name: value for name, value in ENOUGH.items() if name != fact})
    failing = next(indicator for name, _, indicator in TOO_LITTLE if name == fact)
    assert (assessed["aaa"][failing].outcome, assessed["aaa"][failing].missing) == (sr.Outcome.UNDETERMINED, (fact,))
    marks = {name: marks for _, name, marks in TABLE}[failing]
    assert [found.outcome for found in assessed.tiers] == [
        sr.Outcome.UNDETERMINED if mark == "●" else sr.Outcome.MET for mark in marks
    ]


@pytest.mark.parametrize(
    ("quarter", "supermarket", "shops", "outcome"),
    [
        *((kind, "300 m²", shops, "m") for kind in ("new", "old", "other", None) for shops in (0, 2, None)),
        *((kind, "299 m²", shops, "x") for kind in ("new", "other") for shops in (0, 2, 3, None)),
        ("old", "299 m²", 1, "x"),
        ("old", "299 m²", 2, "m"),
        ("old", "299 m²", 3, "m"),
        ("old", "299 m²", 4, "m"),
        ("old", "299 m²", None, "?"),
        (None, "299 m²", 1, "x"),
        (None, "299 m²", 2, "?"),
        ("old", None, 2, "m"),
        ("old", None, 1, "?"),
        ("new", None, 2, "?"),
        (None, None, None, "?"),
    ],
)
def test_shops_stand_for_a_supermarket_in_an_old_quarter_only(
    quarter: str | None, supermarket: str | None, shops: int | None, outcome: str
) -> None:
    given_facts = {"quarter_kind": quarter, "supermarket_area": supermarket, "small_shops": shops}
    found = RULESET.assess({"facts": {name: value for name, value in given_facts.items() if value is not None}})
    assert found["a"]["supermarket"].outcome is LETTERS[outcome]


_ENDS = ["0", "49.999", "50", "50.001", "75", "99.999", "100", "100.001", "400"]


@given(st.lists(st.sampled_from(_ENDS), max_size=6), st.sampled_from(["new", "old", "other"]))
def test_shops_as_records_are_counted_as_a_reader_of_the_row_counts_them(areas: list[str], quarter: str) -> None:
    document = {
        "facts": {"quarter_kind": quarter, "supermarket_area": "0 m²"},
        "collections": {"shops": [{"area": f"{area} m²"} for area in areas]},
    }
    of_the_size = [area for area in areas if 50 <= Fraction(area) <= 100]
    wanted = sr.Outcome.MET if quarter == "old" and len(of_the_size) >= 2 else sr.Outcome.NOT_MET
    assert RULESET.assess(document)["a"]["supermarket"].outcome is wanted


def test_a_number_of_shops_that_the_records_contradict_is_refused() -> None:
    records = {"shops": [{"id": "east", "area": "50 m²"}, {"id": "hall", "area": "101 m²"}]}
    assert RULESET.facts({"facts": {"small_shops": 1}, "collections": records}).value("small_shops") == 1
    with pytest.raises(sr.FactsError, match="SR516"):
        RULESET.facts({"facts": {"small_shops": 2}, "collections": records})


@pytest.mark.parametrize(
    ("quarter", "land", "outcome"),
    [
        ("new", "499.9 m²", "x"),
        ("new", "500 m²", "m"),
        ("new", None, "?"),
        ("old", "0 m²", "-"),
        ("old", None, "-"),
        ("other", "0 m²", "-"),
        ("other", None, "-"),
        (None, "500 m²", "m"),
        (None, "499.9 m²", "?"),
    ],
)
def test_land_for_the_elderly_is_asked_of_new_quarters_only(
    quarter: str | None, land: str | None, outcome: str
) -> None:
    given_facts = {"quarter_kind": quarter, "population": 5000, "elderly_land": land}
    found = RULESET.assess({name: value for name, value in given_facts.items() if value is not None})
    assert found["a"]["elderly_land"].outcome is LETTERS[outcome]


@given(st.none() | st.decimals(min_value=0, max_value=5000, places=2))
def test_advice_never_fails_and_never_satisfies(area: Any) -> None:
    advised = {} if area is None else {"service_station_area": f"{area} m²"}
    for there, wanted in ((True, sr.Outcome.MET), (False, sr.Outcome.NOT_MET), (None, sr.Outcome.UNDETERMINED)):
        station = {} if there is None else {"service_station": there}
        found = RULESET.assess({"facts": advised | station})["a"]["service_station"]
        assert (found.outcome, found.missing) == (wanted, () if there is not None else ("service_station",))


@pytest.mark.parametrize(
    ("area", "says"),
    [
        ("799 m²", "not met (1 m^2 short of the threshold)"),
        ("800 m²", "met (exactly on the threshold)"),
        ("801 m²", "met (1 m^2 better than the threshold)"),
        (None, "undetermined"),
    ],
)
def test_the_explanation_says_how_the_advice_stands(area: str | None, says: str) -> None:
    facts = {"service_station": True} | ({} if area is None else {"service_station_area": area})
    lines = RULESET.assess(facts)["a"]["service_station"].explain("en").splitlines()
    assert lines[0] == "Service station: met"
    assert f"    advised: floor area of the service station is at least 800 m^2: {says}" in lines


def test_the_example_reaches_a_and_not_aa_because_of_the_day_care_centre() -> None:
    assessed = RULESET.assess(LIUYIN)
    assert assessed.tier == "a"
    assert assessed["aa"].explain("en") == (
        "AA: not met\n  every mandatory indicator must be met\n    Day-care centre: not met"
    )
    assert assessed["a"].explain("zh") == "A级：达标\n  全部必达项均须达标"
    assert verdict(assessed, "en")[:4] == [
        "A: met (5 met, 0 not met, 1 not applicable, 0 undetermined; 2 optional, 0 of them met)",
        "AA: not met (5 met, 1 not met, 1 not applicable, 0 undetermined; 1 optional, 0 of them met)",
        "AAA: not met (5 met, 2 not met, 1 not applicable, 0 undetermined)",
        "highest tier reached: A",
    ]
    assert verdict(assessed, "zh")[1] == (
        "AA级：不达标（5项达标，1项不达标，1项不适用，0项无法判定；另有可选项1项，其中0项达标）"
    )


def test_the_supermarket_and_its_alternative_are_said_in_both_languages() -> None:
    indicator = RULESET.indicator("supermarket")
    assert about(RULESET.edition, indicator, "zh")[3:] == [
        "  A级 (a)：满足其一：（1）综合超市面积不低于300平方米；"
        "（2）（同时满足：（1）小区类别为老旧小区；（2）小型商店数不少于2家）",
        "    any of (supermarket_area >= 300 m^2, all of (quarter_kind is old, small_shops >= 2 shops))",
        "  事实 quarter_kind [不可改变的单选：new、old、other]：小区类别（何为新建、何为老旧，所见副本未载明；整个社区只取一类）",
        "  事实 supermarket_area [量值 平方米]：综合超市面积（有多处的取最大的一处，没有的为0）",
        "  事实 small_shops [数量 家]：小型商店数 = 面积不低于50平方米且不高于100平方米的商店的数量",
        "  事实 shops.area [量值 平方米]：面积",
    ]
    assert about(RULESET.edition, indicator, "en")[3:] == [
        "  A (a): any of: (1) area of the supermarket is at least 300 m^2; "
        "(2) (all of: (1) the quarter is old; (2) number of small shops is at least 2 shops)",
        "    any of (supermarket_area >= 300 m^2, all of (quarter_kind is old, small_shops >= 2 shops))",
        "  fact quarter_kind [fixed choice: new, old, other]: the quarter "
        "(what makes a quarter new or old, the copy does not say; one answer for the whole community)",
        "  fact supermarket_area [quantity m^2]: area of the supermarket "
        "(of the largest where there are several, 0 where there is none)",
        "  fact small_shops [count shop]: number of small shops = "
        "number of shops where area is at least 50 m^2 and is at most 100 m^2",
        "  fact shops.area [quantity m^2]: area",
    ]
