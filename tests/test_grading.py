"""How findings make a tier: rules of tiers, optional indicators, points, scores, and what is not reported."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartrules import catalog
from smartrules.diagnostics import AssessmentError, NotFoundError
from smartrules.outcome import MET, NOT_MET, UNDETERMINED, Outcome
from smartrules.reports.requirement import about, about_tier
from smartrules.reports.text import completion, verdict
from smartrules.ruleset import Ruleset
from smartrules.units import unit
from smartrules.values import Quantity
from tests.rulesets import GRADED, ROOT, ruleset, shandong

STAR = ROOT / "docs" / "examples" / "star-homes"
POINT, PERCENT = unit("point"), unit("%")


def star() -> Ruleset:
    return catalog.load_file(STAR / "ruleset.yaml")


def maple(**changes: Any) -> dict[str, Any]:
    facts = {
        "households": 200,
        "alarm_households": 160,
        "accident": False,
        "lifts": False,
        "quiet_nights": "70 %",
        "garden": True,
        "reading_room": True,
    }
    return {name: value for name, value in (facts | changes).items() if value is not None}


def test_points_and_scores_of_an_assessment() -> None:
    three = star().assess(maple())["three"]
    assert {name: finding.points for name, finding in three.items()} == {
        "accidents": None,
        "alarms": Quantity(30, POINT),
        "lifts": None,
        "quiet": Quantity(15, POINT),
        "garden": Quantity(10, POINT),
        "reading_room": Quantity(10, POINT),
    }
    assert three["lifts"].full_points is None
    assert three["quiet"].full_points == Quantity(30, POINT)
    assert three.scores == {
        "total": Quantity(65, POINT),
        "comfort": Quantity(35, POINT),
        "rate": Quantity(Fraction(6500, 90), PERCENT),
    }
    assert three.outcome is MET


def test_what_is_optional_is_said_of_each_tier() -> None:
    assessed = star().assess(maple())
    assert [tier for tier in assessed if assessed[tier]["garden"].optional] == ["listed", "five"]
    assert [tier for tier in assessed if assessed[tier]["quiet"].optional] == ["listed", "three", "five"]
    assert star().edition.mandatory("listed") == ("accidents", "alarms", "lifts")


def test_the_level_of_an_indicator_is_the_highest_tier_at_which_it_passes() -> None:
    assessed = star().assess(maple())
    assert [assessed.level(name) for name in ("accidents", "quiet", "lifts")] == ["five", "three", "five"]
    assert star().assess(maple(quiet_nights=None)).level("quiet") is None
    assert star().assess(maple(quiet_nights="80 %")).level("quiet") == "five"
    assert shandong().assess({"households": 10, "gigabit_households": 10}).level("wired_broadband") == "basic"
    with pytest.raises(NotFoundError) as caught:
        assessed.level("gardn")
    assert str(caught.value) == (
        "error[SR603]: `star-homes@2024` has no indicator `gardn`\nhelp: did you mean `garden`?"
    )


_PARTLY_TO_HAND = """
    tiers: {one: , two: , three: {rule: "every indicator where id is led: met"}}
    facts: {share: {share: "%"}, other: {share: "%", title: {zh: 另一比率, en: other share}}}
    indicators:
      led: {require: {one: reported(share), two: share >= 30 %, three: share >= 50 %}}
      it:
        title: {zh: 指标, en: Indicator}
        points: {value: "first of (other < 33 % then 1 point, otherwise 2 points)", of: 2 points}
        require: {one: reported(other), two: "all of (reported(other), unknown)"}
    """


def test_a_level_that_is_not_to_hand_is_not_reached_and_its_points_still_count() -> None:
    assessed = ruleset(_PARTLY_TO_HAND).assess({"facts": {"share": "100 %", "other": "100 %"}})
    assert [(assessed.level(name), assessed.tier) for name in ("led", "it")] == [("three", "one"), ("one", "one")]
    assert [tier.outcome for tier in assessed.tiers] == [MET, UNDETERMINED, MET]
    two = assessed["two"]["it"]
    assert (two.outcome, two.missing, two.requirements_known, two.points) == (
        UNDETERMINED,
        (),
        False,
        Quantity(2, POINT),
    )
    assert assessed["one"]["it"].requirements_known
    assert two.explain("zh") == (
        "指标：无法判定\n"
        "  同时满足：无法判定\n"
        "    已报告另一比率：达标\n"
        "      另一比率：100%\n"
        "    具体要求未收录：无法判定"
    )
    assert [completion(two, language) for language in ("zh", "en")] == [
        "另一比率：100%；具体要求未收录",
        "other share: 100 %; what is required is not to hand",
    ]


def test_an_indicator_that_counts_a_collection_names_it_among_what_it_asks() -> None:
    rules = ruleset(
        """
        facts: {a: {kind: flag}}
        collections:
          rivers:
            each: position
            title: {zh: 河流, en: river}
            facts: {depth: {quantity: m, title: {zh: 水深, en: depth}}}
        indicators: {it: {require: {basic: "all of (count(rivers) >= 1 position, every rivers: depth >= 1 m)"}}}
        """
    )
    indicator = rules.indicator("it")
    assert about(rules.edition, indicator, "zh")[4:] == [
        "  事实 rivers.depth [量值 米]：水深",
        "  集合 rivers [处]：河流",
    ]
    assert about(rules.edition, indicator, "en")[4:] == [
        "  fact rivers.depth [quantity m]: depth",
        "  collection rivers [position]: river",
    ]


def test_what_is_not_reported_fails_whatever_else_is_required() -> None:
    assessed = ruleset(_PARTLY_TO_HAND).assess({"facts": {"share": "40 %"}, "not_reported": ["other"]})
    assert (assessed.level("it"), assessed["two"]["it"].outcome) == (None, NOT_MET)
    assert assessed["two"]["it"].requirements_known


def test_a_tier_is_explained_with_the_scores_that_it_names_and_no_others() -> None:
    edition = star().edition
    five = about_tier(edition, edition.tier_by_id["five"], "en")
    assert five == [
        "Five stars / 五星级 (five)",
        "  ruleset: star-homes@2024",
        "  reached where: all of: (1) every indicator where it is mandatory: it is met; (2) number of indicators where "
        "(all of: (1) it is optional; (2) it is met) is at least 2 indicators; (3) share of the points is at least 90 %",
        "    all of (every indicator where mandatory: met, count(indicators where all of (optional, met)) >= 2 indicators, "
        "rate >= 90 %)",
        "  score rate [%]: share of the points = sum of points over indicators where it is reported ÷ sum of full points "
        "over indicators where it is reported",
    ]
    three = about_tier(edition, edition.tier_by_id["three"], "zh")
    assert [line.partition("：")[0] for line in three[4:]] == ["  得分 total [point]", "  得分 comfort [point]"]


@pytest.mark.parametrize(
    ("incidents", "points"), [(0, 10), (3, 4), (5, 0), (6, 0), (1000, 0)], ids=lambda number: str(number)
)
def test_points_are_never_less_than_nothing(incidents: int, points: int) -> None:
    rules = ruleset(
        """
        facts: {incidents: {count: incident}}
        indicators:
          it:
            points: {value: 10 points - 2 points * incidents / 1 incident, of: 10 points}
            require: {basic: incidents <= 3 incidents}
        """
    )
    assert rules.assess({"incidents": incidents})["basic"]["it"].points == Quantity(points, POINT)


def test_points_are_never_more_than_the_most() -> None:
    rules = ruleset(
        """
        facts: {trees: {count: item}}
        indicators: {it: {points: {value: trees / 1 item * 1 point, of: 10 points}, require: {basic: trees >= 1 item}}}
        """
    )
    earned = [rules.assess({"trees": trees})["basic"]["it"].points for trees in (9, 10, 11)]
    assert earned == [Quantity(9, POINT), Quantity(10, POINT), Quantity(10, POINT)]


def test_a_tier_with_a_rule_names_what_would_decide_it() -> None:
    five = star().assess(maple(accident=None, alarm_households=200, quiet_nights="95 %"))["five"]
    assert five.outcome is UNDETERMINED
    assert five.missing == ("accident",)
    assert star().assess(maple(reading_room=None, alarm_households=100, quiet_nights="50 %"))["three"].missing == ()


def test_a_tier_without_a_rule_asks_for_nothing_that_is_optional() -> None:
    listed = star().assess(maple(garden=None, reading_room=None, quiet_nights=None))["listed"]
    assert listed["garden"].outcome is UNDETERMINED
    assert (listed.outcome, listed.missing) == (MET, ())


def test_a_tier_without_a_rule_is_explained_by_the_mandatory_indicators_in_its_way() -> None:
    listed = star().assess(maple(alarm_households=None, accident=True, garden=False))["listed"]
    assert listed.explain("en").splitlines()[:-3] == [  # the last three are the scores
        "Listed: not met",
        "  every mandatory indicator must be met",
        "    1 Accidents: not met",
        "    2 Smoke alarms: undetermined",
    ]
    assert listed.explain("zh").splitlines()[:-3] == [
        "入围：不达标",
        "  全部必达项均须达标",
        "    1 责任事故：不达标",
        "    2 烟感报警：无法判定",
    ]
    reached = star().assess(maple(garden=False))["listed"].explain("en").splitlines()
    assert reached[:-3] == ["Listed: met", "  every mandatory indicator must be met"]


def test_the_verdict_counts_what_is_optional_apart() -> None:
    assessed = star().assess(maple(garden=False))
    assert verdict(assessed, "en")[:2] == [
        "Listed: met (2 met, 0 not met, 1 not applicable, 0 undetermined; 3 optional, 2 of them met)",
        "Three stars: not met (2 met, 1 not met, 1 not applicable, 0 undetermined; 2 optional, 2 of them met)",
    ]
    assert (
        verdict(assessed, "zh")[0]
        == "入围：达标（2项达标，0项不达标，1项不适用，0项无法判定；另有可选项3项，其中2项达标）"
    )


def test_what_is_not_reported_is_named_and_nobody_waits_for_it() -> None:
    assessed = star().assess({"facts": maple(quiet_nights=None), "not_reported": ["quiet_nights"]})
    listed, five = assessed["listed"]["quiet"], assessed["five"]["quiet"]
    assert (listed.outcome, listed.not_reported, listed.missing) == (NOT_MET, ("quiet_nights",), ())
    assert (five.outcome, five.not_reported, five.missing) == (UNDETERMINED, ("quiet_nights",), ())
    assert assessed["three"].missing == ()
    assert assessed["three"].scores["rate"] == Quantity(Fraction(5000, 60), PERCENT)


def test_a_measure_is_not_reported_although_its_counts_are_missing() -> None:
    rules = ruleset(
        """
        facts: {part: {count: household, at_most: whole}, whole: {count: household, min: 1}}
        measures: {rate: {value: part / whole, unit: "%"}}
        indicators: {told: {require: {basic: reported(rate)}}, it: {require: {basic: rate >= 50 %}}}
        """
    )

    def found(document: dict[str, Any]) -> list[Outcome]:
        return list(rules.outcomes({"facts": {}, **document})["basic"].values())

    assert found({}) == [UNDETERMINED, UNDETERMINED]
    assert found({"not_reported": ["rate"]}) == [NOT_MET, UNDETERMINED]
    assert found({"not_reported": ["part"], "facts": {"whole": 3}}) == [NOT_MET, UNDETERMINED]
    assert found({"not_reported": ["part"], "facts": {"whole": None}}) == [NOT_MET, UNDETERMINED]
    assert found({"not_reported": ["part"]}) == [NOT_MET, UNDETERMINED]
    assert found({"not_reported": ["whole"], "facts": {"part": 3}}) == [NOT_MET, UNDETERMINED]
    assert found({"not_reported": ["part", "whole"]}) == [NOT_MET, UNDETERMINED]
    assert found({"not_reported": ["part", "whole"], "stated": {"rate": "50 %"}}) == [MET, MET]
    assert found({"facts": {"part": 1, "whole": 2}}) == [MET, MET]
    assessed = rules.assess({"facts": {}, "not_reported": ["rate"]})
    assert assessed["basic"]["it"].explain() == (
        "it: undetermined\n"
        "  not reported: rate (rate)\n"
        "  rate is at least 50 %: undetermined\n"
        "    rate = part ÷ whole = unknown ÷ unknown = unknown"
    )
    assert rules.read_assessment(assessed.to_json()) == assessed


_OPEN_SHARE = "share(shops, open or a >= 1 person) * 1 person >= b"
_ONE_SHOP = {"collections": {"shops": [{"id": "one", "open": False}]}}


@pytest.mark.parametrize(
    ("rule", "document", "outcome", "missing", "not_reported"),
    [
        # What is not reported is never known, whatever else comes.
        ("a + b >= 1 person", {"not_reported": ["a"]}, UNDETERMINED, (), ("a",)),
        ("b >= a", {"not_reported": ["a"]}, UNDETERMINED, (), ("a",)),
        ("round(a / b, 1 %) * 2 >= 50 %", {"not_reported": ["b"]}, UNDETERMINED, (), ("b",)),
        ("a / b >= 50 %", {"not_reported": ["a"], "facts": {"b": 0}}, UNDETERMINED, (), ("a",)),
        # What decides whether it is asked at all is missing all the same.
        (
            "first of (flag then a, otherwise b) + b >= 1 person",
            {"not_reported": ["a"]},
            UNDETERMINED,
            ("b", "flag"),
            (),
        ),
        (
            "first of (flag or a >= 1 person then b, otherwise b) + c >= 1 person",
            {"not_reported": ["a"], "facts": {"b": 1}},
            UNDETERMINED,
            ("c", "flag"),
            ("a",),
        ),
        # Of a share something is known all the same, and what it is compared with may decide.
        (_OPEN_SHARE, _ONE_SHOP | {"not_reported": ["a"]}, UNDETERMINED, ("b",), ("a",)),
        (_OPEN_SHARE, _ONE_SHOP | {"not_reported": ["a"], "facts": {"b": 2}}, NOT_MET, (), ()),
        ("a >= 1 person or b >= 1 person", {"not_reported": ["a"]}, UNDETERMINED, ("b",), ("a",)),
        ("a >= 1 person or b >= 1 person", {"not_reported": ["a"], "facts": {"b": 1}}, MET, (), ()),
    ],
)
def test_nothing_is_missing_for_a_number_of_which_a_part_is_not_reported(
    rule: str, document: dict[str, Any], outcome: Outcome, missing: tuple[str, ...], not_reported: tuple[str, ...]
) -> None:
    rules = ruleset(
        f"""
        facts: {{a: {{count: person}}, b: {{count: person}}, c: {{count: person}}, flag: {{kind: flag}}}}
        collections: {{shops: {{each: shop, facts: {{open: {{kind: flag}}}}}}}}
        indicators: {{it: {{require: {{basic: "{rule}"}}}}}}
        """
    )
    found = rules.assess({"facts": {}} | document)["basic"]["it"]
    assert (found.outcome, found.missing, found.not_reported) == (outcome, missing, not_reported)


def test_a_tier_is_explained_with_its_rule_and_its_scores() -> None:
    three = star().assess(maple(quiet_nights=None, lifts=True, lifts_inspected=False))["three"]
    assert three.explain("en") == (
        "Three stars: undetermined\n"
        "  missing: share of quiet nights (quiet_nights)\n"
        "  all of: undetermined\n"
        "    total is at least 60 points: undetermined\n"
        "      total = sum of points over indicators = unknown, from 50 points to 80 points\n"
        "    points for comfort is at least 15 points: met\n"
        "      points for comfort = sum of points over indicators where the group is Comfort"
        " = unknown, from 20 points to 50 points\n"
        "  share of the points = sum of points over indicators where it is reported ÷ sum of full points over indicators"
        " where it is reported = unknown, from 50 points to 80 points ÷ unknown, from 70 points to 100 points"
        " = unknown, from 50 % to 114.2857… %"
    )
    assert three.explain("zh").splitlines()[:4] == [
        "三星级：无法判定",
        "  缺少：夜间噪声达标天数占比（quiet_nights）",
        "  同时满足：无法判定",
        "    总分不少于60分：无法判定",
    ]


def test_a_tier_without_a_rule_and_one_that_is_not_to_hand_are_explained() -> None:
    assessed = shandong().assess({})
    lines = assessed["basic"].explain().splitlines()
    assert lines[:3] == [
        "Basic: undetermined",
        "  every mandatory indicator must be met",
        "    1 Wired broadband: undetermined",
    ]
    assert len(lines) == 2 + len(assessed["basic"])
    assert assessed["growing"].explain("zh") == "成长型：无法判定\n  该等级的具体要求未收录"


_FACTS = st.fixed_dictionaries(
    {},
    optional={
        "households": st.just(4),
        "alarm_households": st.integers(0, 4),
        "accident": st.booleans(),
        "lifts": st.booleans(),
        "lifts_inspected": st.booleans(),
        "quiet_nights": st.sampled_from(["59 %", "60 %", "80 %"]),
        "garden": st.booleans(),
        "reading_room": st.booleans(),
    },
)


@st.composite
def _documents(draw: st.DrawFn) -> dict[str, Any]:
    facts = draw(_FACTS)
    absent = [name for name in ("quiet_nights", "garden", "lifts") if name not in facts]
    return {"facts": facts, "not_reported": [name for name in absent if draw(st.booleans())]}


@pytest.mark.once
@given(_documents())
def test_an_assessment_with_points_is_the_same_after_json(document: dict[str, Any]) -> None:
    rules = star()
    assessed = rules.assess(document)
    text = assessed.to_json()
    again = rules.read_assessment(text)
    assert again == assessed
    assert again.to_json() == text
    assert again["five"].explain("zh") == assessed["five"].explain("zh")


_WHOLE = {
    "households": 4,
    "alarm_households": 3,
    "accident": False,
    "lifts": True,
    "lifts_inspected": True,
    "quiet_nights": "80 %",
    "garden": True,
    "reading_room": True,
}
_SETTLED = (MET, NOT_MET)


@pytest.mark.once
@given(_documents(), _FACTS)
def test_what_comes_to_be_known_never_turns_a_tier_or_a_score(document: dict[str, Any], more: dict[str, Any]) -> None:
    """A tier that is decided stays so, and a score that is known, whatever else becomes known later."""
    known = document["facts"]
    later = {**_WHOLE, **more, **known}
    for name in document["not_reported"]:
        later.pop(name)
    before = star().assess(document)
    after = star().assess({"facts": later, "not_reported": document["not_reported"]})
    for name, tier in before.items():
        if tier.outcome in _SETTLED:
            assert after[name].outcome is tier.outcome
        for score, value in tier.scores.items():
            assert value is None or after[name].scores[score] == value
        for score, derivation in tier.scored.items():
            found = after[name].scores[score]
            for bound, below in zip(derivation.bounds or (), (True, False), strict=False):
                if bound is not None and found is not None:
                    assert bound <= found.root if below else found.root <= bound


def _changed(plain: dict[str, Any], *path: Any, to: Any) -> str:
    part: Any = plain
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = to
    return json.dumps(plain)


@pytest.mark.parametrize(
    ("path", "to"),
    [
        (("tiers", 1, "rule"), None),
        (("tiers", 1, "rule", "rule"), "total >= 6 points"),
        (("tiers", 1, "scores"), {}),
        (("tiers", 1, "scores", "total"), None),
        (("tiers", 1, "scores", "total", "value"), {"number": "1", "unit": "%"}),
        (("tiers", 1, "findings", 1, "earned"), None),
        (("tiers", 1, "findings", 1, "earned", "value", "number"), "many"),
        (("not_reported",), ["nothing"]),
        (("not_reported",), "garden"),
    ],
)
def test_an_assessment_with_points_that_was_changed_is_refused(path: tuple[Any, ...], to: Any) -> None:
    plain = star().assess(maple()).to_plain()
    with pytest.raises(AssessmentError):
        star().read_assessment(_changed(plain, *path, to=to))


def test_the_json_form_of_a_tier_with_a_rule() -> None:
    rules = ruleset(GRADED)
    plain = rules.assess({"gated": True, "households": 10, "solar_households": 9})
    best = json.loads(plain.to_json())["tiers"][1]
    assert {key: best[key] for key in ("tier", "outcome", "missing")} == {
        "tier": "best",
        "outcome": "met",
        "missing": [],
    }
    assert best["scores"]["total"]["bounds"] == [{"number": "9", "unit": "point"}, {"number": "14", "unit": "point"}]
    solar, other = best["findings"]
    assert (solar["optional"], solar["points"], solar["full_points"]) == (
        False,
        {"number": "9", "unit": "point"},
        {"number": "10", "unit": "point"},
    )
    assert (other["optional"], other["points"], other["full_points"], other["earned"]) == (
        True,
        None,
        {"number": "5", "unit": "point"},
        None,
    )
    assert best["rule"]["parts"][1]["parts"] == [
        {"rule": "mandatory", "outcome": "met", "member": "solar"},
        {"rule": "met", "outcome": "met", "member": "solar"},
        {"rule": "mandatory", "outcome": "not_met", "member": "other"},
    ]


def test_a_zero_denominator_behind_a_tier_comes_back_from_json() -> None:
    rules = ruleset(
        """
        tiers: {basic: {rule: "every indicator: met"}}
        facts: {part: {count: household}, whole: {count: household}}
        indicators: {it: {require: {basic: part / whole >= 50 %}}}
        """
    )
    assessed = rules.assess({"part": 0, "whole": 0})
    assert [str(type(cause).__name__) for cause in assessed["basic"].derivation.causes] == ["ZeroDenominator"]  # type: ignore[union-attr]
    assert rules.read_assessment(assessed.to_json()) == assessed


def test_the_example_of_the_pages_passes_its_cases() -> None:
    from smartrules.testing.cases import cases_of, differences

    cases = cases_of(star(), Path(STAR / "cases"))
    assert [case.name for _, case in cases if differences(star(), case)] == []
    assert len(cases) == 22
