"""The command `diff`: what it prints in each form and language, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from smartrules import catalog
from smartrules.analysis import diff
from smartrules.analysis.diffs.answer import JSON_VERSION, Effect
from smartrules.analysis.diffs.pairs import Reason
from smartrules.analysis.diffs.rulings import Doubt, Subject, Verdict
from smartrules.cli import run
from smartrules.diagnostics import FactsError, Log, Text
from smartrules.documents.schemas import Document, general_schema
from smartrules.documents.yaml import read_tree
from smartrules.reports.diffs import DiffReport
from smartrules.ruleset import Ruleset
from tests.editing import faults, validator
from tests.rulesets import ROOT, rule

ELM = ROOT / "docs" / "examples" / "elm-homes"
OLD, NEW = str(ELM / "2024" / "ruleset.yaml"), str(ELM / "2025-draft" / "ruleset.yaml")
PAIR = ["shandong-smart-community@2022", "example-city-smart-community@2023"]


def called(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = run(["diff", *arguments])
    return code, capsys.readouterr().out


def test_a_supplement_is_told_from_what_it_extends(capsys: pytest.CaptureFixture[str]) -> None:
    code, printed = called(capsys, *PAIR, "--lang", "en")
    assert code == 1
    assert printed.splitlines()[:16] == [
        "shandong-smart-community@2022 → example-city-smart-community@2023",
        "Added 1, stricter 1, tiers 1, facts and other parts 3, editorial 1.",
        "",
        "Added",
        "  23 Lift monitoring: required at Basic: where number of residential lifts is at least 1 lift, monitoring coverage "
        "of residential lifts is at least 60 %; a community (monitoring coverage of residential lifts 0 %) fails it.",
        "",
        "Stricter",
        "  1 Wired broadband: stricter at Basic: gigabit-fibre household coverage is at least 80 % rather than 70 %; "
        "a community (gigabit-fibre household coverage 75 %) passes the old edition and fails the new one.",
        "",
        "Tiers",
        "  tier Basic (basic): harder to reach; the community of witness 3 reaches it in the old edition and does not "
        "reach it in the new one.",
        "",
        "Facts and other parts",
        "  fact number of residential lifts (lifts): added",
        "  fact number of residential lifts under monitoring (lifts_monitored): added",
        "  measure monitoring coverage of residential lifts (lift_monitoring_coverage): added",
    ]


def test_the_same_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    code, printed = called(capsys, *PAIR, "--lang", "zh")
    assert code == 1
    assert printed.splitlines()[:11] == [
        "shandong-smart-community@2022 → example-city-smart-community@2023",
        "新增1项，提高1项，等级1项，事实与其他3项，编辑性变动1项。",
        "",
        "新增",
        "  23 电梯运行监测：基础型新增要求：“住宅电梯总数不少于1部的，住宅电梯运行监测覆盖率不低于60%”；"
        "社区（住宅电梯运行监测覆盖率0%）不达标。",
        "",
        "提高",
        "  1 有线宽带网络：基础型要求提高：“家庭千兆光纤网络覆盖率不低于80%”，原为70%；"
        "社区（家庭千兆光纤网络覆盖率75%），旧版达标，新版不达标。",
        "",
        "等级",
        "  基础型（basic）：更难达到；见证3的社区，旧版达到，新版达不到。",
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_markdown_is_a_release_note(capsys: pytest.CaptureFixture[str], language: str) -> None:
    code, printed = called(capsys, OLD, NEW, "--format", "md", "--lang", language)
    assert code == 1
    tokens = MarkdownIt("commonmark").enable("table").parse(printed)
    headings = [tokens[place + 1].content for place, token in enumerate(tokens) if token.type == "heading_open"]
    assert headings[0] == "elm-homes@2024 → elm-homes@2025-draft"
    expected = {
        "en": [
            "Added",
            "Removed",
            "Stricter",
            "Looser",
            "Stricter for some, looser for others",
            "Written otherwise, decided alike",
            "Tiers",
            "Facts and other parts",
            "Editorial",
            "Witnesses",
        ],
        "zh": [
            "新增",
            "取消",
            "提高",
            "放宽",
            "有宽有严",
            "文字有变而结论相同",
            "等级",
            "事实与其他",
            "编辑性变动",
            "见证",
        ],
    }
    assert headings[1:] == expected[language]
    assert sum(token.type == "table_open" for token in tokens) == 6
    assert not [token for token in tokens if token.type in ("html_block", "html_inline")]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_witness_that_is_printed_can_be_fed_back(language: Any) -> None:
    old, new = catalog.load(OLD), catalog.load(NEW)
    found = diff(old, new)
    tokens = MarkdownIt("commonmark").enable("table").parse(DiffReport(found, language).markdown())
    documents = [token.content for token in tokens if token.type == "fence"]
    named = {old.name: old, new.name: new}
    read = 0
    for text in documents:
        said = next(
            (line.removeprefix("ruleset: ") for line in text.splitlines() if line.startswith("ruleset: ")), None
        )
        for ruleset in named.values() if said is None else [named[said]]:
            ruleset.read_facts(text)
            read += 1
    asked = [one for witness in found.witnesses for one in (witness.before, witness.after) if one.outcome is not None]
    assert read == len(asked)


def test_what_is_printed_of_a_fact_that_an_edition_does_not_have_is_refused_there() -> None:
    found = diff(catalog.load(OLD), catalog.load(NEW))
    lifts = next(witness for witness in found.witnesses if "lifts" in witness.new["facts"])
    with pytest.raises(FactsError, match="lifts"):
        found.old.facts({**lifts.new, "ruleset": found.old.name})


def test_json_is_valid_and_says_what_the_answer_holds(capsys: pytest.CaptureFixture[str]) -> None:
    code, printed = called(capsys, OLD, NEW, "--format", "json")
    plain = json.loads(printed)
    assert code == 1
    assert faults(validator(Document.DIFF), plain) == []
    found = diff(catalog.load(OLD), catalog.load(NEW))
    assert plain == json.loads(found.to_json())
    assert plain["material"] is True
    fibre = next(one for one in plain["changes"] if one["new"] == "fibre")
    assert fibre["rulings"] == [
        {
            "of": "requirement",
            "tiers": ["basic"],
            "verdict": "stricter",
            "before": "fibre_share >= 70 %",
            "after": "fibre_share >= 80 %",
            "doubt": None,
            "witnesses": [
                {
                    side: {
                        "facts_document": {"ruleset": name, "facts": {"homes": 4, "fibre_homes": 3}},
                        "outcome": outcome,
                        "missing": [],
                        "value": None,
                    }
                    for side, name, outcome in (
                        ("old", "elm-homes@2024", "met"),
                        ("new", "elm-homes@2025-draft", "not_met"),
                    )
                }
            ],
        }
    ]


def test_the_schema_has_the_words_of_the_answer() -> None:
    schema = general_schema(Document.DIFF)
    definitions = schema["definitions"]
    assert schema["properties"]["version"]["const"] == JSON_VERSION
    assert definitions["change"]["properties"]["effect"]["enum"] == [*Effect]
    assert definitions["change"]["properties"]["because"]["enum"] == [*Reason, None]
    ruling = definitions["ruling"]["properties"]
    assert set(ruling["verdict"]["enum"]) == {*Verdict}
    assert ruling["of"]["enum"] == [*Subject]
    assert ruling["doubt"]["enum"] == [*Doubt, None]


def test_the_schema_has_every_key_that_is_written() -> None:
    plain = diff(catalog.load(OLD), catalog.load(NEW)).to_plain()
    definitions = general_schema(Document.DIFF)["definitions"]
    rulings = [ruling for change in plain["changes"] for ruling in change["rulings"]]
    witnesses = [witness for ruling in rulings for witness in ruling["witnesses"]]
    for described, seen in (
        (definitions["ruleset"], [plain["old"], plain["new"]]),
        (definitions["change"], plain["changes"]),
        (definitions["ruling"], rulings),
        (definitions["witness"], witnesses),
        (definitions["said"], [side for witness in witnesses for side in witness.values()]),
    ):
        for one in seen:
            assert one.keys() == described["properties"].keys() == {*described["required"]}


def test_wording_alone_is_no_material_change(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    text = Path(OLD).read_text("utf-8").replace("Night patrols", "Patrols").replace('number: "6"', 'number: "7"')
    other = tmp_path / "elm-homes.yaml"
    other.write_text(text, "utf-8")
    code, printed = called(capsys, OLD, str(other), "--lang", "en")
    assert (code, printed) == (
        0,
        "elm-homes@2024 → elm-homes@2024\n"
        "No material change. Editorial 1.\n\n"
        "Editorial\n"
        "  7 Patrols: number 6 becomes 7; title “Night patrols” becomes “Patrols”\n",
    )


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "whether a community cannot change it no becomes yes; which is better none becomes more"),
        ("zh", "是否不由社区改变由否改为是；何者更好由无改为越多越好"),
    ],
)
def test_what_plans_and_proofs_ask_of_a_fact_is_no_material_change(language: Any, said: str) -> None:
    old = rule("x >= 3 households", "x: {count: household}")
    found = diff(old, rule("x >= 3 households", "x: {count: household, fixed: true, better: more}"))
    assert found.material == ()
    assert said in DiffReport(found, language).markdown()


def test_a_title_of_the_other_language_is_shown_where_that_is_another_one(capsys: pytest.CaptureFixture[str]) -> None:
    _, printed = called(capsys, OLD, NEW, "--lang", "zh")
    assert "  5 夜间巡逻：序号由6改为5；名称由“Night patrols”改为“Patrols at night”\n" in printed


def test_of_one_edition_nothing_differs(capsys: pytest.CaptureFixture[str]) -> None:
    assert called(capsys, OLD, OLD, "--lang", "en") == (
        0,
        "elm-homes@2024 → elm-homes@2024\nThe editions are the same, and so are their fingerprints.\n",
    )
    assert called(capsys, OLD, OLD, "--lang", "zh")[1].splitlines()[1] == "两版相同，指纹一致。"


def test_a_wrong_call_ends_with_two(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", "shandong-smart-community", "nowhere@2022"]) == 2
    assert "SR601" in capsys.readouterr().err
    assert run(["diff", OLD]) == 2
    capsys.readouterr()
    assert run(["diff", OLD, NEW, "--frame", OLD]) == 2
    assert "SR114" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "written"),
    [("--key", "id"), ("--collection", "a=b.csv"), ("--on", "2024-01-01"), ("--absent", "area")],
)
def test_how_a_file_is_read_is_refused_where_there_is_none(
    capsys: pytest.CaptureFixture[str], option: str, written: str
) -> None:
    assert run(["diff", OLD, NEW, option, written]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.endswith(
        f"Invalid value for '{option}': only a file of communities takes it: name one with --frame\n"
    )


def test_with_communities_it_counts_whom_it_decides_otherwise(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    pytest.importorskip("polars")
    file = tmp_path / "communities.csv"
    file.write_text(
        "id,homes,fibre_homes,residents,residents_60,care.meals,care.bathing,care.outings,reported,resolved,alarms,hydrants,"
        "garden,patrols,lifts,inspected_lifts\n"
        "elm,100,75,300,30,true,true,false,2024-05-01,2024-05-03,true,true,true,3,2,2\n"
        "oak,100,95,300,30,true,true,false,2024-05-01,2024-05-03,true,true,true,3,2,2\n",
        "utf-8",
    )
    code, printed = called(capsys, OLD, NEW, "-f", str(file), "--key", "id", "--lang", "en")
    assert code == 1
    assert "decided otherwise: 1 of 2 communities" in printed
    code, printed = called(capsys, OLD, NEW, "-f", str(file), "--key", "id", "--format", "json")
    plain = json.loads(printed)
    assert faults(validator(Document.DIFF), plain) == []
    assert (plain["impact"]["communities"], plain["impact"]["changed"]) == (2, 1)
    code, printed = called(capsys, OLD, NEW, "-f", str(file), "--key", "id", "--format", "md", "--lang", "zh")
    assert "## 社区\n\n结论有变化的社区：1个，共2个\n" in printed


def test_an_indented_witness_is_a_document_too(
    capsys: pytest.CaptureFixture[str], shandong_and_city: tuple[Ruleset, Ruleset]
) -> None:
    _, printed = called(capsys, *PAIR, "--lang", "en")
    text = printed.partition("# 2: ")[2].partition("\n")[2].partition("\n\n")[0]
    log = Log(Text(None, text), FactsError)
    assert read_tree(log.text, log) is not None
    assert shandong_and_city[0].read_facts(text).facts["households"].value == 4
