"""What is printed of a plan and of questions: two languages, JSON by its schema, Markdown, documents that can be handed on."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from smartrules.analysis import gap, next_questions
from smartrules.cli import run
from smartrules.diagnostics import shorten
from smartrules.documents.given import written_document
from smartrules.documents.schemas import Document, general_schema
from smartrules.facts import Evidence
from smartrules.reports.gaps import plan_lines, plan_markdown
from smartrules.reports.questions import question_lines
from tests.gaps.test_plans import HEXI, of
from tests.rulesets import QILI, ROOT, rule, ruleset, shandong

COSTS = ROOT / "docs" / "examples" / "hexi-costs.yml"

EVERY_KIND = """\
tiers: {basic: {title: {zh: 基础型, en: Basic}}}
facts:
  whole: {quantity: km^2, step: 0.01, fixed: true, title: {zh: 总面积, en: total area}}
  green: {quantity: km^2, step: 0.01, at_most: whole, title: {zh: 绿地面积, en: green area}}
  lamps: {count: device, title: {zh: 路灯数, en: number of lamps}}
  garden: {kind: flag, title: {zh: 设有花园, en: there is a garden}}
  bins: {set: {paper: {zh: 纸类, en: paper}, glass: {zh: 玻璃, en: glass}}, title: {zh: 分类收集, en: separate bins}}
  water: {choice: {river: {zh: 河, en: a river}, lake: {zh: 湖, en: a lake}}, title: {zh: 水体, en: water}}
  audit: {kind: date, title: {zh: 核查日期, en: day of the audit}}
  events: {rate: event/year, title: {zh: 活动频次, en: frequency of events}}
collections:
  lifts: {each: lift, title: {zh: 电梯, en: lift}, facts: {watched: {kind: flag, title: {zh: 受监测, en: it is watched}}}}
indicators:
  all:
    number: "1"
    title: {zh: 全部, en: All of it}
    measures: {quiet: {value: lamps / lamps, unit: "%", when_zero: undetermined, title: {zh: 安静率, en: quietness}}}
    require:
      basic:
        all of:
          - green / whole >= 30 %
          - lamps <= 1 device
          - garden
          - bins includes all of (paper, glass)
          - water is lake
          - audit >= 2024-03-01
          - events >= 2 event/year
          - "every lift: watched"
"""
KNOWN: dict[str, Any] = {
    "community": {"id": "x", "name": "临水"},
    "facts": {
        "whole": "10 km^2",
        "green": "1.5 km^2",
        "lamps": 3,
        "garden": False,
        "bins": ["paper"],
        "water": "river",
        "audit": "2024-02-29",
        "events": "1 event/year",
    },
    "collections": {"lifts": [{"id": "A", "watched": False}]},
}


def test_every_kind_of_change_is_said_in_english() -> None:
    plan = of(ruleset(EVERY_KIND), KNOWN)
    assert plan_lines(plan, "en") == [
        "临水: what is lacking for Basic, small@1",
        "8 changes reach it; every way was gone through, and no plan is smaller.",
        "  1. green area: 1.5 km^2 more (1.5 km^2 → 3 km^2 of 10 km^2)",
        "     for 1 All of it",
        "  2. 2 fewer lamps (3 → 1)",
        "     for 1 All of it",
        "  3. there is a garden: no → yes",
        "     for 1 All of it",
        "  4. separate bins: add glass",
        "     for 1 All of it",
        "  5. water: a river → a lake",
        "     for 1 All of it",
        "  6. day of the audit: 2024-02-29 → 2024-03-01 (1 day later)",
        "     for 1 All of it",
        "  7. frequency of events: 1 event/year more (1 event/year → 2 events/year)",
        "     for 1 All of it",
        "  8. lift A: it is watched: no → yes",
        "     for 1 All of it",
    ]


def test_every_kind_of_change_is_said_in_chinese() -> None:
    plan = of(ruleset(EVERY_KIND), KNOWN)
    assert [line for line in plan_lines(plan, "zh") if "涉及" not in line] == [
        "临水达到基础型的差距（small@1）",
        "共8项改变即可达到；已穷尽各种办法，没有更小的方案。",
        "  1. 绿地面积增加1.5平方公里（1.5平方公里→3平方公里，共10平方公里）",
        "  2. 路灯数减少2台（3台→1台）",
        "  3. 设有花园：否→是",
        "  4. 分类收集增加：玻璃",
        "  5. 水体：河→湖",
        "  6. 核查日期：2024-02-29→2024-03-01（推迟1天）",
        "  7. 活动频次增加1次/年（1次/年→2次/年）",
        "  8. 电梯 A: 受监测：否→是",
    ]


def test_what_must_be_known_is_said() -> None:
    plan = of(ruleset(EVERY_KIND), {"collections": {"lifts": []}}, alternatives=False)
    assert [line for line in plan_lines(plan, "en")[2:] if "for 1" not in line] == [
        "  1. must first be known: total area; the plan rests on 0.01 km^2",
        "  2. green area: must be known, and be at least 30 % of the total area",
        "  3. must first be known: number of lamps; the plan rests on 0 devices",
        "  4. must be known, and yes: there is a garden",
        "  5. separate bins: must be known, with paper, glass",
        "  6. water: must be known, and be a lake",
        "  7. day of the audit: must be known, and be 2024-03-01",
        "  8. frequency of events: must be known, and be at least 2 events/year",
    ]


CAMERAS = """\
tiers: {basic: {title: {zh: 基础型, en: Basic}}}
facts:
  cameras: {count: camera, title: {zh: 摄像机总数, en: number of cameras}}
  online: {count: camera, at_most: cameras, title: {zh: 在线数, en: number of cameras online}}
  tagged: {count: camera, at_most: cameras, title: {zh: 合规数, en: number of cameras tagged}}
  level: {count: camera, title: {zh: 备用数, en: number of spare cameras}}
indicators:
  it: {require: {basic: "all of (online / cameras >= 90 %, tagged = cameras)"}}
  spare: {require: {basic: 2 cameras <= level <= 5 cameras}}
"""


def test_a_number_that_is_only_assumed_is_not_said_to_be_asked_for() -> None:
    plan = of(ruleset(CAMERAS), {})
    assert [line for line in plan_lines(plan, "en")[2:] if " for " not in line] == [
        "  1. must first be known: number of cameras; the plan rests on 1 camera",
        "  2. number of cameras online: must be known, and be at least 90 % of the number of cameras",
        "  3. number of cameras tagged: must be known, and equal the number of cameras",
        "  4. must first be known: number of spare cameras; the plan rests on 2 cameras",
    ]
    assert [line for line in plan_lines(plan, "zh")[2:] if "涉及" not in line] == [
        "  1. 须先查明：摄像机总数；本方案按1路计",
        "  2. 在线数须先查明，且不少于摄像机总数的90%",
        "  3. 合规数须先查明，且与摄像机总数相等",
        "  4. 须先查明：备用数；本方案按2路计",
    ]


def test_a_number_that_may_be_more_is_said_to_be_the_least() -> None:
    plan = of(ruleset(CAMERAS), {"cameras": 10, "level": 3})
    assert [line for line in plan_lines(plan, "en")[2:] if " for " not in line] == [
        "  1. number of cameras online: must be known, and be at least 9 of 10 cameras",
        "  2. number of cameras tagged: must be known, and be 10 of 10 cameras",
    ]
    assert plan_lines(plan, "zh")[2] == "  1. 在线数须先查明，且至少为9路，共10路"
    Draft7Validator(general_schema(Document.GAP)).validate(json.loads(plan.to_json()))
    assert [step.room for step in plan.steps] == ["at_least", "exactly"]


def test_what_cannot_be_and_what_is_already_are_said() -> None:
    one = rule("p >= 3 cameras", "w: {count: camera, fixed: true}\np: {count: camera, at_most: w}")
    assert plan_lines(of(one, {"w": 2, "p": 1}), "en") == [
        "What is lacking for basic, small@1",
        "it cannot be reached, whatever is changed:",
        "  it: nobody can change w",
    ]
    assert plan_lines(of(one, {"w": 2, "p": 1}), "zh")[1:] == ["无论怎样改变都不能达到：", "  it：w不可改变"]
    assert plan_lines(of(one, {"w": 3, "p": 3}), "en")[1:] == ["it is reached already: nothing has to change."]
    early = of(
        rule("any of (a + b >= 5 cameras, a >= 9 cameras)", "a: {count: camera}\nb: {count: camera}"),
        {"a": 0, "b": 0},
        most=1,
    )
    assert plan_lines(early, "en")[1:] == [
        "no plan was found in 1 place of the search, and there may be one:",
        "  it: no way was found",
    ]


def test_one_change_reaches_it() -> None:
    assert plan_lines(of(rule("p >= 3 cameras", "p: {count: camera}"), {"p": 1}), "en")[1] == (
        "1 change reaches it; every way was gone through, and no plan is smaller."
    )


def test_what_cannot_be_together_is_named_with_its_tiers() -> None:
    one = ruleset(
        """\
        tiers: {basic: {title: {zh: 基础型, en: Basic}}, best: {title: {zh: 标杆型, en: Best}}}
        facts: {p: {count: camera}}
        indicators:
          it:
            title: {zh: 摄像机, en: Cameras}
            require: {basic: p <= 2 cameras, best: p >= 3 cameras}
        """
    )
    plan = of(one, {"p": 5}, "best")
    assert (
        plan_lines(plan, "en")[2]
        == "  Cameras (Basic), Cameras (Best): each could be met alone, and not all of them together"
    )
    assert plan_lines(plan, "zh")[2] == "  摄像机（基础型）、摄像机（标杆型）：各项单独都能达标，但不能同时达标"
    Draft7Validator(general_schema(Document.GAP)).validate(json.loads(plan.to_json()))


def test_other_ways_have_one_heading_in_markdown() -> None:
    text = plan_markdown(of(shandong(), HEXI), "zh").replace("\\", "")
    assert "## 另一种办法\n\n- 代替第2项：\n" in text
    assert text.count("另一种办法") == 1


def test_a_plan_in_markdown_holds_the_facts_after_it() -> None:
    text = plan_markdown(of(shandong(), HEXI, costs=COSTS), "en")
    assert text.startswith(
        "# Hexi community: what is lacking for Basic, shandong-smart-community@2022\n\n6 changes reach it"
    )
    assert (
        "| 1 | 212 more households with gigabit access (2,211 → 2,423 of 3,461) | 1 Wired broadband | 63.6 |"
        in text.replace("\\", "")
    )
    assert "- all of it costs 333.6 kCNY" in text
    document = text.partition("```yaml\n")[2].partition("\n```")[0]
    assert shandong().assess(shandong().read_facts(document)).tier == "basic"


@pytest.mark.parametrize("facts", [QILI, HEXI])
def test_the_json_of_a_plan_is_of_its_schema_and_its_facts_reach_the_tier(facts: Path) -> None:
    plain = json.loads(of(shandong(), facts, costs=COSTS).to_json())
    Draft7Validator(general_schema(Document.GAP)).validate(plain)
    assert (plain["format"], plain["version"], plain["status"]) == ("smartrules-gap", 1, "planned")
    assert shandong().assess(plain["facts"]).tier == "basic"
    nothing = json.loads(of(shandong(), facts, "growing").to_json())
    Draft7Validator(general_schema(Document.GAP)).validate(nothing)
    assert nothing["facts"] is None


def test_a_step_in_json_says_what_it_changes_exactly() -> None:
    plain = json.loads(of(shandong(), HEXI, costs=COSTS).to_json())
    assert plain["steps"][0] == {
        "fact": "gigabit_households",
        "kind": "count",
        "now": 2211,
        "needed": 2423,
        "difference": {"number": "212", "unit": "household"},
        "days": None,
        "added": [],
        "removed": [],
        "others": [],
        "assumed": False,
        "room": "exactly",
        "share": None,
        "indicators": ["wired_broadband"],
        "cost": "63.6",
    }


def test_the_command_hands_on_facts_that_reach_the_tier(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    after = tmp_path / "after.yaml"
    assert run(["gap", str(HEXI), "--tier", "basic", "-o", str(after), "--lang", "en"]) == 1
    assert capfd.readouterr().out.startswith("Hexi community: what is lacking for Basic")
    assert run(["assess", str(after), "--tier", "basic", "--lang", "en"]) == 0
    assert run(["gap", str(after), "--lang", "en"]) == 0
    capfd.readouterr()
    assert run(["gap", str(HEXI), "-o", "-"]) == 1
    assert capfd.readouterr().out == after.read_text(encoding="utf-8")


def test_the_command_does_not_write_over_what_it_reads(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    community, costs = tmp_path / "hexi.yaml", tmp_path / "costs.yaml"
    for path, source in ((community, HEXI), (costs, COSTS)):
        path.write_text(source.read_text("utf-8"), "utf-8")
    link = tmp_path / "link.yaml"
    link.symlink_to(community)
    for output, read in ((community, community), (link, community), (costs, costs)):
        assert run(["gap", str(community), "--costs", str(costs), "-o", str(output)]) == 2
        said = f"error[SR606]: `{shorten(str(read))}` is read while this is written\n  --> {output}\nhelp: name another file\n"
        assert capfd.readouterr().err == said
    assert community.read_text("utf-8") == HEXI.read_text("utf-8")
    assert costs.read_text("utf-8") == COSTS.read_text("utf-8")


def test_the_facts_after_a_plan_are_printed_with_their_evidence() -> None:
    one = ruleset(EVERY_KIND)
    shown = {"evidence": ["普查表", "航拍"], "observed": date(2024, 3, 1), "note": "含屋顶: 绿化, {全部}"}
    given = {
        **KNOWN,
        "facts": {**KNOWN["facts"], "whole": {"value": "10 km^2", **shown}, "lamps": {"value": 3, **shown}},
        "stated": {"quiet": {"value": "40 %", "note": "估计"}},
        "collections": {"lifts": [{"id": "A", "watched": False}, {"watched": {"value": True, "evidence": "合同"}}]},
    }
    known = one.facts(given)
    plan = gap(one, known, "basic")
    after = plan.apply(known)
    again = one.read_facts(written_document(plan.document()))
    assert again.facts["whole"].evidence == known.facts["whole"].evidence == Evidence(*_as_evidence(shown))
    assert again.collections["lifts"][1].facts["watched"].evidence == Evidence(("合同",))
    assert (
        again.facts["lamps"].evidence == Evidence()
    )  # it changes: what showed the old value shows the new one no more
    assert {name: fact.evidence for name, fact in again.facts.items()} == {
        name: fact.evidence for name, fact in after.facts.items()
    }
    qili = shandong().facts(QILI)
    text = written_document(of(shandong(), QILI).document())
    assert "elderly_share: {value: 20 %, note: 未给出人数；表中“超过／未超过30%”未划去其一}" in text
    assert shandong().read_facts(text).stated["elderly_share"].evidence == qili.stated["elderly_share"].evidence


def _as_evidence(shown: dict[str, Any]) -> tuple[tuple[str, ...], date, str]:
    return tuple(shown["evidence"]), shown["observed"], shown["note"]


def test_the_command_ends_as_it_says(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["gap", str(QILI), "--format", "json"]) == 3  # it does nothing but make facts known
    Draft7Validator(general_schema(Document.GAP)).validate(json.loads(capfd.readouterr().out))
    said = {
        "en": "it cannot be planned: what Growing requires is not to hand",
        "zh": "无法拟定方案：成长型的要求未收录",
    }
    for language, line in said.items():
        assert run(["gap", str(QILI), "--tier", "growing", "--lang", language]) == 3
        assert capfd.readouterr().out.splitlines()[1:] == [line]
        assert run(["gap", str(QILI), "--tier", "growing", "--lang", language, "--format", "md"]) == 3
        assert capfd.readouterr().out.splitlines()[1:] == ["", line]
    assert run(["gap", str(QILI), "--tier", "growing", "--format", "json"]) == 3
    assert json.loads(capfd.readouterr().out)["status"] == "unknown"
    assert run(["gap", str(QILI), "--tier", "basik"]) == 2
    assert run(["gap", str(HEXI), "--format", "md", "--lang", "zh", "--costs", str(COSTS)]) == 1
    assert capfd.readouterr().out.startswith("# Hexi community达到基础型的差距")
    assert run(["gap", str(HEXI), "--costs", "nowhere.yaml"]) == 2
    assert "SR114" in capfd.readouterr().err


# --- questions -----------------------------------------------------------------------------------------------------


def test_the_fact_that_settles_most_is_asked_first() -> None:
    one = ruleset(
        """\
        facts: {a: {kind: flag}, b: {kind: flag}, c: {kind: flag}, d: {kind: flag}}
        indicators:
          one: {require: {basic: a and b}}
          two: {require: {basic: b and c}}
          three: {require: {basic: d}}
        """
    )
    asked = next_questions(one, {})
    # b has a half of two indicators, d the whole of one: equal, and b is declared first. Then a, c and d are alone.
    assert [(q.fact, q.indicators, q.settles) for q in asked] == [
        ("b", ("one", "two"), ()),
        ("a", ("one",), ("one",)),
        ("c", ("two",), ("two",)),
        ("d", ("three",), ("three",)),
    ]
    assert asked.tier == "basic"
    assert next_questions(one, {"d": False}).asked == ()  # the tier is missed whatever the others are
    assert next_questions(one, dict.fromkeys("abcd", True)).tier is None


def test_qili_is_asked_for_its_buildings_first() -> None:
    asked = next_questions(shandong(), QILI, "basic")
    assert [question.fact for question in asked] == [
        "highrise_buildings",
        "highrise_buildings_monitored",
        "platform_data_unified",
        "property_platform_connected",
        "scenarios",
    ]
    Draft7Validator(general_schema(Document.QUESTIONS)).validate(json.loads(asked.to_json()))
    assert question_lines(asked, "zh")[:3] == [
        "七里社区待查明的事实，最先能判定基础型的在前（shandong-smart-community@2022）",
        "  1. 19层及以上住宅楼数（highrise_buildings）",
        "     涉及：14 高空抛物监测",
    ]


def test_the_command_asks(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["questions", str(QILI), "--lang", "en"]) == 3
    assert capfd.readouterr().out.splitlines()[1].endswith("(highrise_buildings)")
    assert run(["questions", str(HEXI), "--lang", "en"]) == 0
    assert capfd.readouterr().out == "there is nothing to ask: what is known settles shandong-smart-community@2022.\n"
    assert run(["questions", str(QILI), "--format", "md", "--lang", "zh"]) == 3
    assert "| 序号 | 事实 | 可判定 | 涉及 |" in capfd.readouterr().out
    assert run(["questions", str(QILI), "--format", "json"]) == 3
    assert json.loads(capfd.readouterr().out)["format"] == "smartrules-questions"
    assert gap(shandong(), QILI, "basic").steps


def test_a_tier_whose_requirements_are_not_to_hand_is_not_called_settled(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    after = tmp_path / "after.yaml"
    run(["gap", str(HEXI), "-o", str(after)])
    capfd.readouterr()
    said = {
        "en": "Basic is settled; Growing: what it requires is not to hand\n",
        "zh": "基础型已有结论；成长型的要求未收录\n",
    }
    for language, line in said.items():
        assert run(["questions", str(after), "--tier", "growing", "--lang", language]) == 3
        assert capfd.readouterr().out == line
        assert run(["questions", str(after), "--lang", language]) == 0  # as `assess` of no tier is
        assert capfd.readouterr().out == line
    assert run(["questions", str(after), "--tier", "basic", "--lang", "en"]) == 0
    assert capfd.readouterr().out == "there is nothing to ask: what is known settles Basic.\n"
    assert run(["questions", str(HEXI), "--tier", "growing", "--lang", "en"]) == 0
    assert capfd.readouterr().out == "there is nothing to ask: what is known settles Growing.\n"
    found = json.loads(next_questions(shandong(), str(after), "benchmark").to_json())
    Draft7Validator(general_schema(Document.QUESTIONS)).validate(found)
    assert (found["tier"], found["wanted"], found["not_to_hand"]) == (None, "benchmark", "growing")


def test_questions_say_why_they_settle_another_tier() -> None:
    asked = next_questions(shandong(), QILI, "growing")
    assert asked.tier == "basic"
    assert question_lines(asked, "en")[1] == (
        "Growing takes Basic first, which is still open; Growing: what it requires is not to hand"
    )
    assert question_lines(asked, "zh")[1] == "要判定成长型，须先判定基础型；成长型的要求未收录"


def test_an_open_tier_that_no_fact_settles_is_not_called_settled() -> None:
    one = rule("all of (p >= 3 cameras, unknown)", "p: {count: camera}")
    asked = next_questions(one, {"p": 3})
    assert (asked.asked, asked.is_open) == ((), True)
    assert question_lines(asked, "en") == ["basic is open, and no fact that could be asked for settles it."]
