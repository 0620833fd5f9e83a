"""Findings in words: the whole text of each kind of reason, in Chinese and in English."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest

from smartrules.reports.requirement import about
from tests.rulesets import QILI, ruleset, shandong

SMALL = ruleset(
    """
    source: {document: 甲字1号}
    facts:
      part: {count: household, at_most: whole, title: {zh: 部分户数, en: some households}}
      whole: {count: household, title: {zh: 总户数, en: all households}}
      gated: {kind: flag, title: {zh: 小区为封闭式, en: the quarter is gated}}
      services: {set: {meals: {zh: 助餐, en: meals}, baths: {zh: 助浴, en: bathing}}, title: {zh: 服务, en: services}}
      opened: {kind: date, title: {zh: 开通日期, en: opening date}}
    measures:
      coverage: {value: part / whole, unit: "%", title: {zh: 覆盖率, en: coverage}}
    indicators:
      it:
        number: "1"
        title: {zh: 指标, en: Indicator}
        applies: gated
        require: {basic: coverage >= 70 %}
        source: {clause: 三, page: "4"}
      sets: {title: {zh: 多项, en: Sets}, require: {basic: "any of (services includes all of (meals, baths), not gated)"}}
      days: {require: {basic: opened <= 2023-01-01}}
    """
)


def explained(indicator: str, facts: dict[str, Any], language: Any) -> str:
    return SMALL.assess(facts)["basic"][indicator].explain(language)


@pytest.mark.parametrize(
    ("indicator", "facts", "chinese", "english"),
    [
        (
            "it",
            {"part": 2422, "whole": 3461, "gated": True},
            """\
            1 指标：不达标
              依据：甲字1号 § 三 p. 4
              适用条件：小区为封闭式：成立
              覆盖率不低于70%：不达标（距阈值差0.0202…个百分点）
                覆盖率 = 部分户数 ÷ 总户数 = 2422户 ÷ 3461户 = 69.9797…%""",
            """\
            1 Indicator: not met
              source: 甲字1号 § 三 p. 4
              applies where the quarter is gated: it does
              coverage is at least 70 %: not met (0.0202… percentage points short of the threshold)
                coverage = some households ÷ all households = 2422 households ÷ 3461 households = 69.9797… %""",
        ),
        (
            "it",
            {"part": 7, "whole": 10, "gated": False},
            """\
            1 指标：不适用
              依据：甲字1号 § 三 p. 4
              适用条件：小区为封闭式：不成立""",
            """\
            1 Indicator: not applicable
              source: 甲字1号 § 三 p. 4
              applies where the quarter is gated: it does not""",
        ),
        (
            "it",
            {"part": 0, "whole": 0, "gated": True},
            """\
            1 指标：无法判定
              依据：甲字1号 § 三 p. 4
              适用条件：小区为封闭式：成立
              覆盖率不低于70%：无法判定
                覆盖率 = 部分户数 ÷ 总户数 = 0户 ÷ 0户 = 未知
                分母为零：部分户数 ÷ 总户数""",
            """\
            1 Indicator: undetermined
              source: 甲字1号 § 三 p. 4
              applies where the quarter is gated: it does
              coverage is at least 70 %: undetermined
                coverage = some households ÷ all households = 0 households ÷ 0 households = unknown
                the denominator is zero: some households ÷ all households""",
        ),
        (
            "sets",
            {"services": ["meals"]},
            """\
            多项：无法判定
              依据：甲字1号
              缺少：小区为封闭式（gated）
              满足其一：无法判定
                服务包括助餐、助浴：不达标
                  服务：助餐
                  其中未有：助浴
                不得属于下列情形：无法判定
                  小区为封闭式：无法判定""",
            """\
            Sets: undetermined
              source: 甲字1号
              missing: the quarter is gated (gated)
              any of: undetermined
                services include meals and bathing: not met
                  services: meals
                  without: bathing
                not: undetermined
                  the quarter is gated: undetermined""",
        ),
        (
            "sets",
            {"services": []},
            None,
            """\
            Sets: undetermined
              source: 甲字1号
              missing: the quarter is gated (gated)
              any of: undetermined
                services include meals and bathing: not met
                  services: none
                  without: meals, bathing
                not: undetermined
                  the quarter is gated: undetermined""",
        ),
        (
            "days",
            {"opened": "2022-12-25"},
            """\
            days：达标
              依据：甲字1号
              开通日期不晚于2023年1月1日：达标（优于阈值7天）
                开通日期：2022-12-25""",
            """\
            days: met
              source: 甲字1号
              opening date is not after 2023-01-01: met (7 days better than the threshold)
                opening date: 2022-12-25""",
        ),
    ],
)
def test_a_finding_says_every_reason(indicator: str, facts: dict[str, Any], chinese: str | None, english: str) -> None:
    if chinese is not None:
        assert explained(indicator, facts, "zh") == dedent(chinese)
    assert explained(indicator, facts, "en") == dedent(english)


def test_a_finding_on_a_stated_figure_says_so() -> None:
    found = SMALL.assess({"facts": {"gated": True, "part": 7}, "stated": {"coverage": "70 %"}})["basic"]["it"]
    assert found.explain("zh") == dedent("""\
        1 指标：达标
          依据：甲字1号 § 三 p. 4
          适用条件：小区为封闭式：成立
          覆盖率不低于70%：达标（恰好在阈值上）
            覆盖率 = 70%（据填报的比率，无分项数据）""")


def test_english_is_the_language_where_none_is_asked_for() -> None:
    found = SMALL.assess({"gated": False})["basic"]["it"]
    assert found.explain() == found.explain("en")


def test_a_requirement_is_printed_from_the_rule() -> None:
    found = SMALL.assess({})["basic"]
    assert found["it"].requirement("zh") == "小区为封闭式的，覆盖率不低于70%"
    assert found["it"].requirement("en") == "where the quarter is gated, coverage is at least 70 %"
    assert found["sets"].requirement("zh") == "满足其一：（1）服务包括助餐、助浴；（2）不属于“小区为封闭式”的情形"


def test_every_finding_of_the_example_is_explained_in_both_languages() -> None:
    for tier in shandong().assess(QILI).values():
        for finding in tier.values():
            for language in ("zh", "en"):
                lines = finding.explain(language).split("\n")
                assert lines[0].startswith(f"{finding.indicator.number} ")
                assert all(line.startswith("  ") and line == line.rstrip() for line in lines[1:])
                # Nothing is printed by its id where it has a title, but for the facts that have to be supplied.
                text = "\n".join(line for line in lines if "缺少" not in line and "missing" not in line)
                assert not [fact.id for fact in shandong().edition.facts if "_" in fact.id and fact.id in text]


#: A count that is made of a collection, one without the word for its members in its title, and an optional indicator.
MADE = ruleset(
    """
    tiers: {basic: {title: {zh: 基础型, en: Basic}}, best: {title: {zh: 最高型, en: Best}}}
    facts:
      high:
        count: building
        from: count(buildings where storeys >= 19 storeys)
        title: {zh: 高层楼栋数, en: high buildings}
        definition: {zh: 不含在建, en: those under construction left out}
    collections:
      buildings:
        each: building
        title: {zh: 住宅楼, en: residential building}
        facts: {storeys: {count: storey, title: {zh: 层数, en: storeys}}}
      lifts:
        each: lift
        title: {zh: 电梯, en: elevator}
        facts: {age: {quantity: year, title: {zh: 年限, en: age}}}
    indicators:
      towers:
        title: {zh: 高层, en: Towers}
        optional: [basic]
        require: {basic: high <= 1 building}
      lifts: {title: {zh: 电梯, en: Lifts}, require: {basic: count(lifts) >= 1 lift}}
    """
)


def test_a_fact_made_of_a_collection_says_what_it_is_and_asks_for_the_facts_of_the_members() -> None:
    towers = MADE.indicator("towers")
    assert about(MADE.edition, towers, "en")[2:] == [
        "  Basic (basic): high buildings is at most 1 building",
        "    high <= 1 building",
        "  optional for: Basic",
        "  fact high [count building]: high buildings = "
        "number of residential buildings where storeys is at least 19 storeys (those under construction left out)",
        "  fact buildings.storeys [count storey]: storeys",
    ]
    assert about(MADE.edition, towers, "zh")[4:] == [
        "  在以下等级为可选项：基础型",
        "  事实 high [数量 栋]：高层楼栋数 = 层数不少于19层的住宅楼的数量（不含在建）",
        "  事实 buildings.storeys [数量 层]：层数",
    ]


def test_a_finding_shows_what_a_fact_is_made_of_where_it_is_made_and_not_where_it_is_given() -> None:
    members = {"buildings": [{"id": "b1", "storeys": 20}, {"id": "b2"}, {"id": "b3"}]}
    found = MADE.assess({"collections": members})["basic"]["towers"]
    assert found.explain("en").splitlines()[2:] == [
        "  high buildings is at most 1 building: undetermined",
        "    high buildings = number of residential buildings where storeys is at least 19 storeys"
        " = unknown, from 1 building to 3 buildings",
        "      b2: storeys is at least 19 storeys: undetermined",
        "      b3: storeys is at least 19 storeys: undetermined",
    ]
    assert MADE.read_assessment(MADE.assess({"collections": members}).to_json())["basic"]["towers"] == found
    known = MADE.assess({"collections": {"buildings": members["buildings"][:1]}})["basic"]["towers"]
    assert known.explain("zh").splitlines()[-1] == "    高层楼栋数 = 层数不少于19层的住宅楼的数量 = 1栋"
    assert MADE.assess({"high": 1})["basic"]["towers"].explain("zh").splitlines()[-1] == "    高层楼栋数：1栋"


def test_the_english_title_of_a_collection_is_put_in_the_plural() -> None:
    assert MADE.edition.members_word("buildings") == MADE.edition.members_word("building") == "residential buildings"
    assert MADE.edition.members_word("lifts") == "elevators"
    assert MADE.edition.collection_word("buildings", "en") == "residential building"
    assert MADE.edition.graded.members_word("indicators") == "indicators"
