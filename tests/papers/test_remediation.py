"""What a report says is to be mended: what must change, what else would do, and what stays open."""

from __future__ import annotations

from io import BytesIO

import pytest
from docx import Document

import smartrules as sr
from smartrules import reports
from smartrules.values import Language
from tests.papers.made import AT, acceptance_of
from tests.rulesets import ruleset

EITHER = ruleset("""
standard: either
edition: "1"
tiers: {basic: {title: {zh: 基础型, en: Basic}, rule: "some indicator: met"}}
facts:
  shops: {count: shop, title: {zh: 商店数, en: number of shops}}
  halls: {count: building, title: {zh: 会堂数, en: number of halls}}
indicators:
  shops: {title: {zh: 商店, en: Shops}, require: {basic: shops >= 2 shops}}
  halls: {title: {zh: 会堂, en: Halls}, require: {basic: halls >= 1 building}}
""")


FEW_SHOPS = {
    "on": "2024-06-01",
    "facts": {
        "quarter_kind": "old",
        "service_station": True,
        "service_station_area": "620 m²",
        "kindergarten_classes": 9,
        "kindergarten_floor_area": "3150 m²",
        "kindergarten_land": "4400 m²",
        "childcare_area": "240 m²",
        "day_care_area": "280 m²",
        "health_station_area": "150 m²",
        "supermarket_area": "30 m²",
        "small_shops": 1,
        "age_friendly_terminals": False,
    },
}


@pytest.mark.parametrize(
    ("standard", "tier", "zh", "en"),
    [
        (
            "shandong-smart-community",
            "basic",
            "没有发现不达标的指标；是否须整改，待无法判定的指标判定后才能确定。",
            "No indicator is found not met; whether anything must be mended stays open until what is undetermined is decided.",
        ),
        (
            "shandong-smart-community",
            "growing",
            "没有发现不达标的指标；是否须整改，待无法判定的指标判定、成长型的具体要求收录后才能确定。",
            "No indicator is found not met; whether anything must be mended stays open until what is undetermined is decided "
            "and what Growing requires is to hand.",
        ),
        (
            "u4ssc-kpi",
            "level_1",
            "没有发现不达标的指标；无法判定的指标不影响一级（按家庭互联网接入），无须为达到该等级整改。",
            "No indicator is found not met; what is undetermined does not matter to Level 1 (by Household Internet Access), "
            "for which nothing must be mended.",
        ),
        (
            "complete-community",
            "a",
            "不达标的指标不影响A级，无须整改。",
            "A does not need the indicators that are not met.",
        ),
    ],
)
def test_what_is_to_be_mended_stays_open_with_what_is_undetermined(standard: str, tier: str, zh: str, en: str) -> None:
    paper = acceptance_of(standard, tier=tier)
    assert paper.context("zh").remediation == zh
    assert paper.context("en").remediation == en


def test_there_is_nothing_to_mend_where_nothing_is_open() -> None:
    paper = reports.acceptance(EITHER.assess({"facts": {"shops": 2, "halls": 1}}), at=AT)
    assert paper.context("zh").remediation == "没有不达标的指标，无须整改。"
    assert paper.context("en").remediation == "There is nothing to mend: no indicator is missed."


def test_it_stays_open_too_where_the_tier_may_do_without_what_is_not_met() -> None:
    paper = reports.acceptance(EITHER.assess({"facts": {"shops": 0}}), at=AT)
    assert paper.context("zh").remediation == (
        "达到基础型不必改变不达标的指标；是否须整改，待无法判定的指标判定后才能确定。"
    )
    assert paper.context("en").remediation == (
        "Basic can be reached without the indicators that are not met; whether anything must be mended stays open until what "
        "is undetermined is decided."
    )


def test_another_way_that_the_plan_knows_is_not_kept_back() -> None:
    paper = reports.acceptance(sr.load("complete-community@trial").assess(FEW_SHOPS), at=AT)
    chinese, english = paper.context("zh"), paper.context("en")
    assert chinese.remediation == "不达标的指标须作下列1项改变，或改用其后所列的另一种办法。"
    assert [one.change for one in chinese.steps] == ["小型商店数增加1家（1家→2家）"]
    assert chinese.alternatives == ("另一种办法，代替第1项：综合超市面积增加270平方米（30平方米→300平方米）",)
    assert english.remediation == (
        "The indicators that are not met take 1 change, or another way that stands after it."
    )
    assert [one.change for one in english.steps] == ["1 more small shop (1 → 2)"]
    assert english.alternatives == (
        "Another way, in place of 1: area of the supermarket: 270 m^2 more (30 m^2 → 300 m^2)",
    )
    word = "".join(one.text for one in Document(BytesIO(paper.to_docx("zh"))).paragraphs)
    for text in (paper.to_markdown("zh"), paper.to_html("zh"), word):
        assert chinese.alternatives[0] in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_number_is_written_in_one_way_in_the_table_and_in_what_is_to_be_mended(language: Language) -> None:
    context = acceptance_of("example-city-smart-community").context(language)
    (step,) = context.steps
    assert (
        step.change
        == {
            "zh": "具备千兆接入能力的家庭数增加100户（1500户→1600户，共2000户）",
            "en": "100 more households with gigabit access (1500 → 1600 of 2000)",
        }[language]
    )
    completion = context.groups[0].rows[0].completion
    assert {"zh": "1500／2000户", "en": "1500 of 2000 households"}[language] in completion
