"""How a difference is worded: what was and what is, in both languages, in lists that can be told apart."""

from __future__ import annotations

import pytest

from smartrules.analysis import diff
from smartrules.reports.diffs import DiffReport
from smartrules.ruleset import Ruleset
from smartrules.values import Language
from tests.rulesets import rule, ruleset

LISTS = "kept: {kind: flag, title: {zh: 人、地、事、物动态更新, en: 'people, places and matters are kept up'}}\nlit: {kind: flag}"


def lines(old: Ruleset, new: Ruleset, language: Language) -> list[str]:
    return [line.strip() for line in DiffReport(diff(old, new), language).lines()]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", "社区（人、地、事、物动态更新：是；lit：否），旧版达标，新版不达标。"),
        (
            "en",
            "a community (people, places and matters are kept up: yes; lit: no) passes the old edition and fails the new one.",
        ),
    ],
)
def test_facts_whose_titles_are_lists_are_told_apart(language: Language, said: str) -> None:
    found = lines(rule("any of (kept, lit)", LISTS), rule("all of (kept, lit)", LISTS), language)
    assert [line for line in found if line.endswith(said)]


def test_the_title_of_a_tier_is_a_word_for_one_itself() -> None:
    text = "tiers: {{basic: {{title: {{zh: 基础型}}}}, top: }}\nfacts: {{lit: {{kind: flag}}, kept: {{kind: flag}}}}\nindicators: {{it: {{require: {{basic: '{}'}}}}}}\n"
    found = lines(ruleset(text.format("lit")), ruleset(text.format("all of (lit, kept)")), "zh")
    assert "基础型（basic）：更难达到；社区（lit：是、kept：否），旧版达到，新版达不到。" in found
    assert "等级top：更难达到；社区（lit：是、kept：否），旧版达到，新版达不到。" in found


def test_a_month_below_a_stroke_is_no_number_of_months() -> None:
    (said,) = [
        line
        for line in lines(
            rule("talks >= 1 event/month", "talks: {rate: event/month}"),
            rule("talks >= 2 events/month", "talks: {rate: event/month}"),
            "zh",
        )
        if line.startswith("it：")
    ]
    assert said == "it：basic要求提高：“talks不少于2次/月”，原为1次/月；社区（talks1次/月），旧版达标，新版不达标。"


@pytest.mark.parametrize(
    ("language", "said"), [("zh", "选项增加扫地，减少暖"), ("en", "members gained sweeping and lost heating")]
)
def test_members_are_called_by_their_titles_in_the_edition_that_has_them(language: Language, said: str) -> None:
    facts = "paid: {{set: {{water: {{zh: 水, en: water}}, {}}}}}"
    found = lines(
        rule("paid includes all of (water)", facts.format("heating: {zh: 暖, en: heating}")),
        rule("paid includes all of (water)", facts.format("sweeping: {zh: 扫地, en: sweeping}")),
        language,
    )
    assert [line for line in found if said in line]


CITED = """
    aliases: {0}
    source: {{document: {1}}}
    tiers: {{basic: {{title: {{zh: 基础型, en: Basic}}}}, good: {{title: {{zh: 良好型, en: Good}}}}}}
    facts: {{lit: {{kind: flag}}}}
    indicators:
      it:
        require: {{basic: {{rule: lit{2}}}, good: lit}}
        source: {{clause: "1"}}
"""


@pytest.mark.parametrize(
    ("language", "heading", "indicator"),
    [
        ("zh", "规则集：别名增加丙号，减少乙号；依据由“甲号”改为“丁号”", "it：基础型的依据由“§ 1”改为“§ 1.2 p. 3”"),
        (
            "en",
            "the edition: aliases gained 丙号 and lost 乙号; source “甲号” becomes “丁号”",
            "it: source at Basic “§ 1” becomes “§ 1.2 p. 3”",
        ),
    ],
)
def test_aliases_and_sources_are_shown_as_they_were_and_are(language: Language, heading: str, indicator: str) -> None:
    found = lines(
        ruleset(CITED.format("[甲号, 乙号]", "甲号", "")),
        ruleset(CITED.format("[甲号, 丙号]", "丁号", ", source: {clause: '1.2', page: '3'}")),
        language,
    )
    assert heading in found
    assert indicator in found


def test_a_tier_at_which_more_is_stated_cites_nothing_new_by_that() -> None:
    found = ruleset(CITED.format("[]", "甲号", "").replace(", good: lit", ""))
    other = ruleset(CITED.format("[]", "甲号", ""))
    assert [detail.key for change in diff(found, other).changes for detail in change.details] == ["require"]


SHARES = """
    homes: {count: household, min: 1, title: {zh: 户数, en: homes}}
    cameras: {count: camera, title: {zh: 摄像机, en: cameras}}
    gates: {count: position, title: {zh: 大门, en: gates}}
    lit: {kind: flag, title: {zh: 有照明, en: there is light}}
    kept: {kind: flag, title: {zh: 有人值守, en: there is a guard}}
"""
FIVE = "{0} of (homes >= 10 households, cameras >= {1} cameras, gates >= {2} positions, lit{3})"


@pytest.mark.parametrize(
    ("before", "after", "english", "chinese"),
    [
        (
            FIVE.format("all", 5, 2, ""),
            FIVE.format("all", 6, 3, ""),
            [
                "stricter at basic: cameras is at least 6 cameras rather than 5 cameras; gates is at least 3 positions rather than 2 positions;"
            ],
            ["basic要求提高：“摄像机不少于6路”，原为5路；“大门不少于3处”，原为2处；"],
        ),
        (
            FIVE.format("all", 5, 2, ""),
            FIVE.format("all", 6, 2, ", kept"),
            ["stricter at basic: cameras is at least 6 cameras rather than 5 cameras; also: there is a guard;"],
            ["basic要求提高：“摄像机不少于6路”，原为5路；增加“有人值守”；"],
        ),
        (
            FIVE.format("all", 5, 2, ", kept"),
            FIVE.format("all", 5, 2, ""),
            ["looser at basic: no longer: there is a guard;"],
            ["basic要求放宽：减少“有人值守”；"],
        ),
        (
            FIVE.format("any", 5, 2, ""),
            FIVE.format("any", 5, 2, ", kept"),
            ["looser at basic: also enough: there is a guard;"],
            ["basic要求放宽：满足其一即可的，增加“有人值守”；"],
        ),
        (
            "at least 1 of (lit, kept)",
            "at least 2 of (lit, homes >= 5 households)",
            [
                "stricter at basic: at least 2 of: (1) there is light; (2) homes is at least 5 households",
                "rather than at least 1 of: (1) there is light; (2) there is a guard;",
            ],
            [
                "basic要求提高：由“至少满足其中1项：（1）有照明；（2）有人值守”",
                "改为“至少满足其中2项：（1）有照明；（2）户数不少于5户”；",
            ],
        ),
    ],
)
def test_of_lists_the_parts_that_differ_are_said(
    before: str, after: str, english: list[str], chinese: list[str]
) -> None:
    old, new = rule(before, SHARES), rule(after, SHARES)
    for language, expected in (("en", english), ("zh", chinese)):
        found = lines(old, new, language)
        place = next(number for number, line in enumerate(found) if line.startswith(("it: ", "it：")))
        said = [line.removeprefix("it: ").removeprefix("it：") for line in found[place : place + len(expected)]]
        assert said[:-1] == expected[:-1]
        assert said[-1].startswith(expected[-1])
