"""Reactions as a ruleset declares them: what is read, shown, inherited, and taken away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

import smartrules as sr
from smartrules import catalog
from smartrules.analysis.lint import lint
from smartrules.diagnostics import Text
from smartrules.documents.canonical import fingerprint
from smartrules.documents.ruleset import read_ruleset, read_ruleset_mapping
from smartrules.expr.nodes import Literal
from smartrules.reports.contents import contents
from smartrules.reports.requirement import about, about_tier
from smartrules.standard import Edition, Reaction, Source, Title
from smartrules.units import unit
from smartrules.values import Language

HOMES = """\
standard: homes
edition: "1"
source: {document: 甲字1号}
tiers:
  basic: {title: {zh: 基础型, en: Basic}}
  best: {title: {zh: 示范型, en: Best}, rule: "every indicator: met"}
  top: {title: {zh: 最高型, en: Top}, requirements: unknown}
groups:
  safety: {zh: 安全, en: Safety}
  gates: {zh: 出入, en: Gates}
facts:
  households: {count: household, min: 1}
  online: {count: household, at_most: households}
  gated: {kind: flag}
  lit: {kind: flag}
collections:
  quarters: {each: quarter, facts: {guarded: {kind: flag}}}
measures:
  coverage: {value: online / households, unit: "%"}
indicators:
  cameras: {group: safety, title: {zh: 监控, en: Cameras}, require: {basic: coverage >= 90 %}}
  gates: {group: safety, title: {zh: 门禁, en: Gates}, require: {basic: gated}}
  guards: {title: {zh: 门卫, en: Guards}, require: {basic: "every quarter: guarded", best: "every quarter: guarded and lit"}}
reactions:
  cameras_lost: {lost: cameras, title: {zh: 监控失守, en: Cameras lost}, source: {clause: "7"}}
  guards_reached: {reached: guards, tier: best}
  basic_lost: {lost: basic, title: {zh: 基础型失守}}
  any_tier_reached: {reached: [basic, best, top]}
  safety_lost: {lost: safety}
  several_lost: {lost: {indicator: [gates, guards], group: safety}, at_least: 2, within: 30 days, tier: basic}
  two_at_any_time: {lost: [cameras, guards], at_least: 2}
  out_of_date: {stale: [households, coverage, quarters], after: 12 个月, title: {zh: 数据过期, en: Figures out of date}}
"""


def days(number: int, word: str = "day") -> Literal:
    return Literal(number, unit(word))


def test_a_reaction_is_read_with_all_that_it_says() -> None:
    edition = read_ruleset(HOMES)
    assert edition.reactions == (
        Reaction(
            "cameras_lost",
            "lost",
            indicators=("cameras",),
            title=Title("监控失守", "Cameras lost"),
            source=Source(clause="7"),
        ),
        Reaction("guards_reached", "reached", indicators=("guards",), tier="best"),
        Reaction("basic_lost", "lost", tiers=("basic",), title=Title("基础型失守")),
        Reaction("any_tier_reached", "reached", tiers=("basic", "best", "top")),
        Reaction("safety_lost", "lost", groups=("safety",)),
        Reaction(
            "several_lost",
            "lost",
            indicators=("gates", "guards"),
            groups=("safety",),
            tier="basic",
            at_least=2,
            within=days(30),
        ),
        Reaction("two_at_any_time", "lost", indicators=("cameras", "guards"), at_least=2),
        Reaction(
            "out_of_date",
            "stale",
            facts=("households", "coverage", "quarters"),
            after=days(12, "month"),
            title=Title("数据过期", "Figures out of date"),
        ),
    )
    assert list(edition.reaction_by_id)[:2] == ["cameras_lost", "guards_reached"]


def test_the_indicators_of_a_group_count_as_named_each_once_in_the_order_of_the_standard() -> None:
    edition = read_ruleset(HOMES)
    watched = {name: edition.watched(reaction) for name, reaction in edition.reaction_by_id.items()}
    assert watched["safety_lost"] == ("cameras", "gates")
    assert watched["several_lost"] == ("cameras", "gates", "guards")
    assert watched["two_at_any_time"] == ("cameras", "guards")
    assert watched["basic_lost"] == watched["out_of_date"] == ()


def test_a_reaction_of_plain_values_is_that_of_the_document() -> None:
    mapping = {
        "standard": "tiny",
        "edition": "1",
        "tiers": {"basic": None},
        "facts": {"a": {"kind": "flag"}, "b": {"kind": "flag"}},
        "indicators": {"i": {"require": {"basic": "a"}}, "j": {"require": {"basic": "b"}}},
        "reactions": {
            "lost": {"lost": ["i", "j"], "at_least": 2, "within": "30 days", "tier": "basic"},
            "old": {"stale": "a", "after": "1 year"},
        },
    }
    text = """\
standard: tiny
edition: "1"
tiers: {basic: }
facts: {a: {kind: flag}, b: {kind: flag}}
indicators: {i: {require: {basic: a}}, j: {require: {basic: b}}}
reactions:
  lost: {lost: [i, j], at_least: 2, within: 30 days, tier: basic}
  old: {stale: a, after: 1 year}
"""
    assert fingerprint(read_ruleset_mapping(mapping)) == fingerprint(read_ruleset(text))


def test_reactions_decide_nothing() -> None:
    edition = read_ruleset(HOMES)
    ruleset = sr.Ruleset(edition, fingerprint(edition))
    plain = read_ruleset(HOMES[: HOMES.index("reactions:")])
    without = sr.Ruleset(plain, fingerprint(plain))
    facts = {"households": 10, "online": 9, "gated": True, "lit": False}
    assert ruleset.outcomes(facts) == without.outcomes(facts)


def test_reactions_that_can_come_raise_no_warning_but_for_the_tier_that_is_not_to_hand() -> None:
    warnings = lint(read_ruleset(HOMES), Text(None, HOMES))
    assert [(one.code, one.message) for one in warnings if one.code in ("SR457", "SR458")] == [
        ("SR457", "the reaction `any_tier_reached` waits in vain for the tier `top`: what it requires is not to hand")
    ]


# --- shown -----------------------------------------------------------------------------------------------------------


def _shown(edition: Edition, language: Language) -> str:
    lines = contents(edition, "…", language)
    return "\n".join(lines[lines.index({"en": "reactions:", "zh": "触发事件："}[language]) :]) + "\n"


def test_reactions_are_shown_in_english() -> None:
    assert _shown(read_ruleset(HOMES), "en") == dedent("""\
        reactions:
          cameras_lost [cameras lost]: Cameras lost  (§ 7)
          guards_reached [guards reached at best]: guards_reached
          basic_lost [tier basic lost]: 基础型失守
          any_tier_reached [any of tier basic, tier best, tier top reached]: any_tier_reached
          safety_lost [any of group safety lost]: safety_lost
          several_lost [at least 2 of gates, guards, group safety lost within 30 days at basic]: several_lost
          two_at_any_time [at least 2 of cameras, guards lost]: two_at_any_time
          out_of_date [households, coverage, quarters older than 12 months]: Figures out of date
        """)


def test_reactions_are_shown_in_chinese() -> None:
    assert _shown(read_ruleset(HOMES), "zh") == dedent("""\
        触发事件：
          cameras_lost [cameras不再达标]：监控失守  （§ 7）
          guards_reached [按best，guards达标]：guards_reached
          basic_lost [等级basic不再达标]：基础型失守
          any_tier_reached [等级basic、等级best、等级top中任一达标]：any_tier_reached
          safety_lost [一级指标safety中任一不再达标]：safety_lost
          several_lost [按basic，30天内gates、guards、一级指标safety中至少2项不再达标]：several_lost
          two_at_any_time [cameras、guards中至少2项不再达标]：two_at_any_time
          out_of_date [households、coverage、quarters已超过12个月]：数据过期
        """)


def test_an_indicator_is_explained_with_the_reactions_to_it() -> None:
    edition = read_ruleset(HOMES)
    assert about(edition, edition.indicator_by_id["gates"], "en")[-2:] == [
        "  reaction safety_lost [any of group safety lost]: safety_lost",
        "  reaction several_lost [at least 2 of gates, guards, group safety lost within 30 days at basic]: several_lost",
    ]
    assert next(line for line in about(edition, edition.indicator_by_id["cameras"], "zh") if "触发事件" in line) == (
        "  触发事件 cameras_lost [cameras不再达标]：监控失守"
    )


@pytest.mark.parametrize(
    ("tier", "told"),
    [
        ("basic", ["basic_lost [tier basic lost]: 基础型失守"]),
        ("best", []),
        ("top", []),
    ],
)
def test_a_tier_is_explained_with_the_reactions_to_it(tier: str, told: list[str]) -> None:
    edition = read_ruleset(HOMES)
    lines = about_tier(edition, edition.tier_by_id[tier], "en")
    shown = [*told, "any_tier_reached [any of tier basic, tier best, tier top reached]: any_tier_reached"]
    assert lines[-len(shown) :] == [f"  reaction {one}" for one in shown]
    assert sum("reaction" in line for line in lines) == len(shown)


# --- inherited -------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("SMARTRULES_PATH", str(tmp_path))
    (tmp_path / "homes" / "1").mkdir(parents=True)
    (tmp_path / "homes" / "1" / "ruleset.yaml").write_text(HOMES, "utf-8")
    yield tmp_path
    catalog._added.clear()


def _over(text: str) -> Edition:
    head = 'standard: over\nedition: "2"\nextends: homes@1\nsource: {document: 乙字2号}\n'
    return read_ruleset(head + text, "over.yaml", find=lambda name: sr.load(name).edition)


def test_reactions_are_inherited_with_the_document_in_which_they_stand(folder: Path) -> None:
    edition = _over("reactions:\n  lit_lost: {lost: guards}\n")
    base = sr.load("homes@1").edition
    assert [one.id for one in edition.reactions] == [*(one.id for one in base.reactions), "lit_lost"]
    assert {one.origin for one in edition.reactions[:-1]} == {"homes@1"}
    assert edition.reactions[-1].origin is None
    assert edition.reactions[0].source == Source("甲字1号", "7")
    assert edition.reactions[0].title == base.reactions[0].title


def test_a_reaction_is_replaced_as_a_whole_in_its_place(folder: Path) -> None:
    edition = _over("reactions:\n  cameras_lost: {reached: cameras}\n")
    assert edition.reactions[0] == Reaction("cameras_lost", "reached", indicators=("cameras",))
    assert len(edition.reactions) == 8


def test_a_reaction_can_be_taken_away(folder: Path) -> None:
    edition = _over("remove: {reactions: [any_tier_reached, basic_lost]}\n")
    kept = ["cameras_lost", "guards_reached", "safety_lost", "several_lost", "two_at_any_time", "out_of_date"]
    assert [one.id for one in edition.reactions] == kept


def test_a_group_means_the_indicators_that_it_has_in_the_ruleset_that_inherits_the_reaction(folder: Path) -> None:
    edition = _over("indicators:\n  light: {group: safety, require: {basic: lit}}\n")
    assert edition.watched(edition.reaction_by_id["safety_lost"]) == ("cameras", "gates", "light")


def test_the_compiled_form_of_an_extension_keeps_where_its_reactions_are_from(folder: Path) -> None:
    path = folder / "over" / "2" / "ruleset.yaml"
    path.parent.mkdir(parents=True)
    path.write_text('standard: over\nedition: "2"\nextends: homes@1\n', "utf-8")
    read = sr.load(path).edition
    (path.parent / "ruleset.compiled.json").write_text(catalog.compile_file(path), "utf-8")
    assert sr.load(path).edition == read
    assert [one.origin for one in sr.load(path).edition.reactions] == ["homes@1"] * 8


def _faults(text: str) -> list[str]:
    with pytest.raises(sr.RulesetError) as caught:
        _over(text)
    return [one.render() for one in caught.value.diagnostics]


def test_an_inherited_reaction_must_still_fit_what_is_left(folder: Path) -> None:
    assert _faults(
        "remove: {indicators: [gates, cameras], measures: coverage, collections: quarters}\ntiers: {low: }\n"
        "indicators: {guards: {require: {low: gated}}, lights: {require: {low: lit}}}\n"
    ) == [
        "error[SR417]: the reaction `cameras_lost` of `homes@1` no longer fits: there is no indicator `cameras`\n"
        " --> over.yaml:3:10\n  |\n3 | extends: homes@1\n  |          ^^^^^^^\nhelp: restate it, or remove it too",
        *(
            f"error[SR417]: the reaction `{name}` of `homes@1` no longer fits: {why}\n"
            " --> over.yaml:3:10\n  |\n3 | extends: homes@1\n  |          ^^^^^^^\nhelp: restate it, or remove it too"
            for name, why in [
                ("guards_reached", "there is no tier `best`"),
                ("basic_lost", "there is no tier `basic`"),
                ("any_tier_reached", "there is no tier `basic`"),
                ("any_tier_reached", "there is no tier `best`"),
                ("any_tier_reached", "there is no tier `top`"),
                ("several_lost", "there is no indicator `gates`"),
                ("several_lost", "there is no tier `basic`"),
                ("two_at_any_time", "there is no indicator `cameras`"),
                ("out_of_date", "there is no fact, no measure and no collection `coverage`"),
                ("out_of_date", "there is no fact, no measure and no collection `quarters`"),
            ]
        ),
    ]


def test_a_fault_of_a_reaction_of_its_own_is_said_once(folder: Path) -> None:
    assert _faults("reactions:\n  all_lost: {lost: [cameras, guards], at_least: 3}\n") == [
        "error[SR208]: `at_least` of the reaction `all_lost` asks for 3, and the reaction names 2 things\n"
        " --> over.yaml:6:49\n  |\n6 |   all_lost: {lost: [cameras, guards], at_least: 3}\n"
        "  |                                                 ^\nhelp: write a number from 1 to 2"
    ]


def test_what_is_doubtful_in_an_inherited_reaction_is_the_matter_of_the_ruleset_that_states_it(folder: Path) -> None:
    edition = _over("reactions:\n  again: {lost: cameras}\n")
    assert [(one.code, one.message) for one in lint(edition, Text(None, "")) if one.code in ("SR457", "SR458")] == [
        ("SR458", "the reactions `cameras_lost` and `again` wait for the same")
    ]


def test_an_inherited_number_must_not_be_above_what_is_left_of_a_group(folder: Path) -> None:
    (folder / "homes" / "1" / "ruleset.yaml").write_text(
        HOMES[: HOMES.index("reactions:")] + "reactions:\n  both_lost: {lost: safety, at_least: 2}\n", "utf-8"
    )
    assert _faults("remove: {indicators: [gates]}\n") == [
        "error[SR417]: the reaction `both_lost` of `homes@1` no longer fits: "
        "its `at_least` asks for 2, and the reaction names one thing\n"
        " --> over.yaml:3:10\n  |\n3 | extends: homes@1\n  |          ^^^^^^^\nhelp: restate it, or remove it too"
    ]


def test_a_reaction_may_have_the_name_of_what_it_waits_for() -> None:
    text = HOMES.replace("  cameras_lost:", "  cameras:").replace("  guards_reached:", "  every:")
    assert [one.id for one in read_ruleset(text).reactions][:2] == ["cameras", "every"]
