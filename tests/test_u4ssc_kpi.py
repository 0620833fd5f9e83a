"""The u4ssc-kpi ruleset against what the page of the standard says: formulas, levels, points, scores, one city's figures."""

from __future__ import annotations

from typing import Any

import pytest

import smartrules as sr
from smartrules import catalog
from smartrules.assessment import Basis, TierAssessment
from smartrules.reports.requirement import about_tier
from smartrules.reports.text import completion
from smartrules.units import unit
from smartrules.values import Quantity
from tests.rulesets import ROOT

U4SSC = ROOT / "rulesets" / "u4ssc-kpi" / "2022"
RULESET = catalog.load_file(U4SSC / "ruleset.yaml")
KARMOY = U4SSC / "examples" / "karmoy.yaml"

#: The number and the page of each indicator whose formula is to hand.
PUBLISHED = {
    "household_internet": ("EC:ICT:ICT:1C", "M23"),
    "fixed_broadband": ("EC:ICT:ICT:2C", "M24"),
    "smart_electricity_meters": ("EC:ICT:ES:1C", "V44"),
    "open_data": ("EC:ICT:PS:1A", "V51"),
    "e_government": ("EC:ICT:PS:2A", "V52"),
    "electricity_access": ("EC:I:ES:3C", "V77"),
    "air_pollution": ("EN:EN:AQ:1C", "M73"),
    "school_enrolment": ("SC:EH:ED:2C", "V118"),
    "physicians": ("SC:EH:H:3C", "M104"),
}
#: The verified figures of Karmøy for 2020, in percent.
VERIFIED = {
    "household_internet": "97.00",
    "fixed_broadband": "84.51",
    "smart_water_meters": "27.27",
    "water_monitoring": "9.98",
    "basic_water": "100.00",
    "potable_water": "97.07",
    "water_loss": "35.42",
    "wastewater_collection": "81.57",
    "household_sanitation": "100.00",
    "drainage_monitoring": "0.00",
}
LEVELS = ["level_1", "level_2", "level_3", "level_4", "level_5"]
#: Lower is better, and how that scores is not to hand.
UNSCORED = {"air_pollution", "water_loss"}


def level_1(**document: Any) -> TierAssessment:
    return RULESET.assess({"facts": {}} | document)["level_1"]


def test_each_indicator_has_its_number_its_type_and_its_page() -> None:
    listed = RULESET.edition.indicator_by_id
    assert list(listed) == [*PUBLISHED, *(name for name in VERIFIED if name not in PUBLISHED)]
    documents = {"M": "U4SSC collection methodology 2017", "V": "U4SSC verification manual 2022"}
    for name, (number, mark) in PUBLISHED.items():
        source = RULESET.edition.source_of(name)
        assert source is not None
        assert (listed[name].number, source.document, source.page, source.mark) == (
            number,
            documents[mark[0]],
            mark[1:],
            mark,
        )
        # The last letter of the number is the type: core or advanced.
        assert listed[name].optional == (tuple(LEVELS) if number[-1] == "A" else ()), name


def test_what_is_known_from_one_city_alone_says_so_and_is_not_mandatory() -> None:
    for name in (name for name in VERIFIED if name not in PUBLISHED):
        indicator, source = RULESET.edition.indicator_by_id[name], RULESET.edition.source_of(name)
        assert source is not None
        assert source.note is not None
        assert (indicator.number, source.document, indicator.optional) == (
            None,
            "verified figures, Karmøy 2020",
            tuple(LEVELS),
        )
        assert "formula, number and type not to hand" in source.note
        assert name not in RULESET.edition.measure_by_id


def test_the_verified_figures_of_karmoy() -> None:
    assessed = RULESET.assess(KARMOY)
    found = assessed["level_1"]
    for name, figure in VERIFIED.items():
        shown = figure.removesuffix(".00")
        assert found[name].outcome is sr.Outcome.MET
        assert completion(found[name], "en").endswith(f": {shown} %"), name
    assert {name for name, finding in found.items() if finding.outcome is sr.Outcome.UNDETERMINED} == {
        name for name in PUBLISHED if name not in VERIFIED
    }
    assert found["household_internet"].basis is Basis.STATED
    assert assessed.facts.claims == {}
    assert all(finding.points is None for finding in found.values())  # its targets are not to hand
    assert set(found.scores.values()) == {None}


@pytest.mark.parametrize(
    ("share", "level"),
    [
        ("0 %", 1),
        ("29.99 %", 1),
        ("30 %", 2),
        ("49.99 %", 2),
        ("50 %", 3),
        ("69.99 %", 3),
        ("70 %", 4),
        ("89.99 %", 4),
        ("90 %", 5),
        ("100 %", 5),
    ],
)
def test_the_level_of_household_internet_is_the_tier(share: str, level: int) -> None:
    assessed = RULESET.assess({"stated": {"household_internet_share": share}})
    assert assessed.tier == assessed.level("household_internet") == f"level_{level}"


def test_no_other_indicator_is_above_level_1_whatever_its_figure_is() -> None:
    everything = {
        "stated": {
            "household_internet_share": "100 %",
            "fixed_broadband_share": "200 %",
            "smart_electricity_meter_share": "100 %",
            "open_data_share": "100 %",
            "electricity_access_share": "100 %",
            "enrolment_rate": "120 %",
            "physicians_per_100k": "900 人/十万人",
        },
        "facts": {"datasets_published": 900, "electronic_services": 900}
        | {name: "100 %" for name in VERIFIED if name not in PUBLISHED},
        "collections": {"pollutants": [{"name": "PM2.5", "annual_mean": "1 µg/m³"}]},
    }
    assessed = RULESET.assess(everything)
    levels = {name: assessed.level(name) for name in RULESET.edition.indicator_by_id}
    assert levels.pop("household_internet") == "level_5"
    assert set(levels.values()) == {"level_1"}
    for tier in LEVELS[1:]:
        others = [finding for name, finding in assessed[tier].items() if name != "household_internet"]
        assert {(f.outcome, f.missing, f.requirements_known) for f in others} == {
            (sr.Outcome.UNDETERMINED, (), False),
        }


def test_a_tier_says_whose_level_it_is() -> None:
    for tier, numeral in zip(RULESET.edition.tiers, "12345", strict=True):
        assert tier.title.en == f"Level {numeral} (by Household Internet Access)"
        assert about_tier(RULESET.edition, tier, "en")[2:] == [
            "  reached where: every indicator where the indicator is Household Internet Access: it is met",
            "    every indicator where id is household_internet: met",
        ]


@pytest.mark.parametrize(
    ("attained", "points"),
    [
        ("0 %", 1),
        ("32.99 %", 1),
        ("33 %", 2),
        ("65.99 %", 2),
        ("66 %", 3),
        ("94.99 %", 3),
        ("95 %", 4),
        ("100 %", 4),
        ("150 %", 4),
    ],
)
def test_points_go_by_the_share_of_the_target(attained: str, points: int) -> None:
    scored = [name for name in RULESET.edition.indicator_by_id if name not in UNSCORED]
    found = level_1(stated={f"{name}_attainment": attained for name in scored})
    assert {name: found[name].points for name in scored} == dict.fromkeys(scored, Quantity(points, unit("point")))


def test_what_is_better_when_it_is_lower_has_no_points() -> None:
    assert {i.id for i in RULESET.edition.indicators if i.points is None} == UNSCORED
    for name in UNSCORED:
        source = RULESET.edition.source_of(name)
        assert source is not None
        assert source.note is not None
        assert "not to hand" in source.note


_FOUR = ("smart_water_meters", "basic_water", "potable_water", "drainage_monitoring")
_REST = ["water_monitoring", "water_loss", "wastewater_collection", "household_sanitation"]
_TARGETS = {f"{name}_target": "100 %" for name in _FOUR}


@pytest.mark.parametrize(
    ("figures", "unreported", "points", "score"),
    [
        # The two scores that the city reports work out.
        (("20 %", "80 %", "98 %", "9.98 %"), (), (1, 3, 4, 1), "56.25"),
        (("70 %", "95 %", "33 %", None), ("drainage_monitoring",), (3, 4, 2, None), "75"),
        # Zero counts, not reported does not, without a benchmark neither does, and missing keeps it open.
        (("100 %", "100 %", "100 %", "0.00 %"), (), (4, 4, 4, 1), "81.25"),
        (("100 %", "100 %", "100 %", None), ("drainage_monitoring",), (4, 4, 4, None), "100"),
        (("100 %", "100 %", "100 %", "0.00 %"), ("drainage_monitoring_target",), (4, 4, 4, None), "100"),
        (("100 %", "100 %", "100 %", None), (), (4, 4, 4, None), None),
    ],
)
def test_the_score_of_what_is_reported_and_has_a_target(
    figures: tuple[str | None, ...],
    unreported: tuple[str, ...],
    points: tuple[int | None, ...],
    score: str | None,
) -> None:
    given = {name: figure for name, figure in zip(_FOUR, figures, strict=True) if figure is not None}
    targets = {name: target for name, target in _TARGETS.items() if name not in unreported}
    found = level_1(facts=given | targets, not_reported=[*_REST, *unreported])
    earned = [found[name].points for name in _FOUR]
    assert [None if one is None else one.number for one in earned] == list(points)
    assert str(found.scores["score_unnumbered"]) == ("None" if score is None else f"{score} %")


def test_an_indicator_that_is_not_reported_leaves_its_score_although_its_target_is_missing() -> None:
    found = level_1(
        facts={"basic_water": "50 %", "basic_water_target": "100 %"}, not_reported=[*_REST, *_FOUR[2:], _FOUR[0]]
    )
    assert str(found.scores["score_unnumbered"]) == "50 %"


def test_subscriptions_are_a_percentage_of_one_for_each_household() -> None:
    found = level_1(facts={"households": 200, "fixed_subscriptions": 230, "fixed_broadband_target": "115 %"})
    assert str(found["fixed_broadband"].points) == "4 points"
    assert found["fixed_broadband"].explain("en").splitlines()[-1] == (
        "    fixed broadband subscription rate = number of fixed broadband subscriptions ÷ number of households ÷ "
        "1 subscription/household = 230 subscriptions ÷ 200 households ÷ 1 subscription/household = 115 %"
    )


def test_physicians_are_counted_by_hundred_thousand_inhabitants() -> None:
    found = level_1(facts={"physicians": 140, "population": "4 万人"})["physicians"]
    assert [completion(found, language) for language in ("zh", "en")] == [
        "每十万人口医师数：350人/十万人",
        "number of physicians per 100 000 inhabitants: 350 persons/100,000 persons",
    ]


def test_what_may_exceed_its_whole_and_what_may_not() -> None:
    assert level_1(facts={"pupils": 1080, "school_age_population": 1000})["school_enrolment"].outcome is sr.Outcome.MET
    whole_of = {fact.id: fact.at_most for fact in RULESET.edition.facts if fact.at_most is not None}
    assert whole_of == {
        "households_online": "households",
        "smart_electricity_meters": "electricity_meters",
        "datasets_published": "datasets",
        "households_with_electricity": "households",
    }


def test_each_pollutant_that_is_listed_has_its_annual_mean() -> None:
    def found(*pollutants: dict[str, str]) -> tuple[sr.Outcome, tuple[str, ...]]:
        one = level_1(collections={"pollutants": list(pollutants)})["air_pollution"]
        return one.outcome, one.missing

    particles = {"id": "PM2.5", "annual_mean": "0.0084 mg/m³"}
    assert found(particles) == (sr.Outcome.MET, ())
    assert found(particles, {"id": "NO2"}) == (sr.Outcome.UNDETERMINED, ("pollutants.NO2.annual_mean",))
    assert found() == (sr.Outcome.NOT_MET, ())
    assert level_1()["air_pollution"].missing == ("pollutants",)
    unreported = level_1(not_reported=["pollutants_reported"])["air_pollution"]
    assert (unreported.outcome, unreported.missing, unreported.not_reported) == (
        sr.Outcome.NOT_MET,
        (),
        ("pollutants_reported",),
    )
