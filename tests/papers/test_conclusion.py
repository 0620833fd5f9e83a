"""The conclusion of an acceptance follows from the outcomes, whatever they are."""

from __future__ import annotations

from io import BytesIO
from itertools import product

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

import smartrules as sr
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, UNDETERMINED, Outcome
from smartrules.reports.papers.conclusion import Conclusion, Standing, conclude, conclusion_of
from smartrules.testing import facts_from
from smartrules.values import Language
from tests.papers.made import DAY, SHIPPED, acceptance_of, assessed, notice_of

AGREED, NOT_AGREED, OPEN, NOT_TO_HAND = Conclusion
STANDINGS = [*(Standing(outcome) for outcome in Outcome), Standing(UNDETERMINED, known=False)]


@pytest.mark.parametrize(
    ("standings", "expected"),
    [
        ([Standing(MET)], AGREED),
        ([Standing(NOT_MET)], NOT_AGREED),
        ([Standing(UNDETERMINED)], OPEN),
        ([Standing(NOT_APPLICABLE)], OPEN),
        ([Standing(UNDETERMINED, known=False)], NOT_TO_HAND),
        ([Standing(MET), Standing(MET)], AGREED),
        ([Standing(NOT_MET), Standing(MET)], NOT_AGREED),
        ([Standing(UNDETERMINED), Standing(MET)], OPEN),
        ([Standing(UNDETERMINED), Standing(NOT_MET)], NOT_AGREED),
        ([Standing(NOT_MET), Standing(UNDETERMINED, known=False)], NOT_AGREED),
        ([Standing(MET), Standing(UNDETERMINED, known=False)], NOT_TO_HAND),
        ([Standing(UNDETERMINED), Standing(UNDETERMINED, known=False)], NOT_TO_HAND),
        ([Standing(MET), Standing(UNDETERMINED, known=False), Standing(MET)], NOT_TO_HAND),
        ([], OPEN),
    ],
)
def test_what_is_concluded_of_tiers(standings: list[Standing], expected: Conclusion) -> None:
    assert conclude(standings) is expected


@pytest.mark.parametrize("number", [1, 2, 3])
def test_it_is_agreed_only_where_every_tier_is_known_and_met(number: int) -> None:
    for standings in product(STANDINGS, repeat=number):
        agreed = all(one.known and one.outcome is MET for one in standings)
        assert (conclude(standings) is AGREED) == agreed


def test_what_is_concluded_of_the_examples() -> None:
    found = {
        (standard, tier): conclusion_of(assessed(standard), tier).value
        for standard in SHIPPED
        for tier in assessed(standard)
    }
    assert found == {
        ("complete-community", "a"): "agreed",
        ("complete-community", "aa"): "not_agreed",
        ("complete-community", "aaa"): "not_agreed",
        ("example-city-smart-community", "basic"): "not_agreed",
        ("example-city-smart-community", "growing"): "not_agreed",
        ("example-city-smart-community", "benchmark"): "not_agreed",
        ("gigabit-city", "certified"): "open",
        ("shandong-smart-community", "basic"): "open",
        ("shandong-smart-community", "growing"): "not_to_hand",
        ("shandong-smart-community", "benchmark"): "not_to_hand",
        **{("u4ssc-kpi", f"level_{n}"): "agreed" for n in range(1, 6)},
    }


@pytest.mark.parametrize("standard", SHIPPED)
@settings(max_examples=10)
@given(data=st.data())
def test_no_paper_of_any_facts_agrees_unless_the_tier_is_reached(standard: str, data: st.DataObject) -> None:
    rules = sr.load(str(SHIPPED[standard]))
    found = rules.assess(data.draw(facts_from(rules)))
    tiers = list(found)
    reached = set() if found.tier is None else set(tiers[: tiers.index(found.tier) + 1])
    for tier in tiers:
        concluded = conclusion_of(found, tier)
        assert (concluded is AGREED) == (tier in reached)
        context = sr.reports.acceptance(found, tier=tier).context("zh")
        assert context.conclusion_id == concluded.value
        assert context.conclusion.startswith("同意") == (concluded is AGREED)
        english = sr.reports.notice(found, tier=tier, contact="x", on=DAY).context("en").conclusion
        assert english.endswith(" is agreed.") == (concluded is AGREED)


def test_a_tier_below_that_fails_decides_against_the_tier_above() -> None:
    context = acceptance_of("complete-community", tier="aaa").context("en")
    assert context.conclusion == (
        "Acceptance of 柳荫社区（虚构） by “Green complete residential community (trial)”, AAA, is not agreed: 1 indicator is "
        "not met at AA (Day-care centre); 2 indicators are not met (Day-care centre, Age-friendly terminals)."
    )


AGREED_BY_ITS_RULE = {
    "zh": (
        "资料足以判定二级（按家庭互联网接入）：能改变其结论的事实均已提供；未提供的事实不影响该等级，见“待补充的事实”。",
        "一级（按家庭互联网接入）：每个指标为家庭互联网接入的指标均须达标（已满足）；"
        "二级（按家庭互联网接入）：每个指标为家庭互联网接入的指标均须达标（已满足）",
        "达到条件",
    ),
    "en": (
        "Complete for deciding Level 2 (by Household Internet Access): every fact that could change what is concluded is given; "
        "those that are missing do not matter to it, and stand under “Facts to supply”.",
        "Level 1 (by Household Internet Access): every indicator where the indicator is Household Internet Access: it is met "
        "(fulfilled); Level 2 (by Household Internet Access): every indicator where the indicator is Household Internet Access: "
        "it is met (fulfilled)",
        "Reached where",
    ),
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_tier_that_is_agreed_by_a_rule_of_its_own_says_by_which(language: Language) -> None:
    file, rule, label = AGREED_BY_ITS_RULE[language]
    report, public = acceptance_of("u4ssc-kpi", tier="level_2"), notice_of("u4ssc-kpi", tier="level_2")
    assert report.context(language).conclusion_id == "agreed"
    assert report.context(language).file == file
    for paper in (report, public):
        assert paper.context(language).rule == rule
        word = [one.text for one in Document(BytesIO(paper.to_docx(language))).paragraphs]
        assert f"{label}{'：' if language == 'zh' else ': '}{rule}" in word
        assert f"- **{label}** {rule}" in paper.to_markdown(language).splitlines()
        assert f"<dt>{label}</dt><dd>{rule}</dd>" in paper.to_html(language)


def test_a_tier_of_indicators_alone_has_no_rule_of_its_own() -> None:
    paper = acceptance_of("shandong-smart-community")
    assert paper.context("zh").rule == ""
    assert "达到条件" not in paper.to_markdown("zh") + paper.to_html("zh")


def test_a_tier_of_which_the_requirements_are_not_to_hand_is_not_refused() -> None:
    paper = acceptance_of("shandong-smart-community", tier="growing")
    assert paper.context("zh").conclusion == (
        "暂不能同意七里社区通过《山东省智慧社区建设指标》成长型验收：基础型有2项指标无法判定"
        "（6 智慧社区综合信息平台、14 高空抛物监测）；成长型的具体要求未收录，待收录要求并重新评定后再作结论。"
    )
    assert " cannot be agreed until what is required is to hand and assessed: " in paper.context("en").conclusion
