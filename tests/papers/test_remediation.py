"""What a report says is to be mended: what must change, what else would do, and what stays open."""

from __future__ import annotations

import pytest

from smartrules import reports
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
