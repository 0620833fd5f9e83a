"""The command ``verify``: what it prints in each form, its exit codes, and what it refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from smartrules import analysis, catalog
from smartrules.analysis.proofs.verification import Property, Verdict
from smartrules.cli import run
from smartrules.documents.schemas import Document
from smartrules.documents.schemas.verification import PROPERTIES, VERDICTS
from smartrules.engines.solving.found import NotEncodedError
from smartrules.outcome import Outcome
from smartrules.testing.cases import cases_of
from tests.editing import faults, validator
from tests.rulesets import ROOT, ruleset, shandong

RULESET = """\
standard: homes
edition: "1"
tiers: {low: , high: }
facts:
  homes: {count: household, min: 1}
  wired: {count: household, at_most: homes}
indicators:
  network: {require: {low: 10 * wired >= 7 * homes, high: wired / homes >= 65 %}}
"""
CLEAN = RULESET.replace("65 %", "75 %")


@pytest.fixture(autouse=True)
def _english_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COLUMNS", "LC_MESSAGES", "LANG", "LC_ALL", "SMARTRULES_PATH", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a ruleset of nested tiers and one without, in which the command runs."""
    (tmp_path / "loose.yaml").write_text(RULESET, encoding="utf-8")
    (tmp_path / "clean.yaml").write_text(CLEAN, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_is_refuted_is_shown_by_a_community(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", "loose.yaml"]) == 1
    out = capsys.readouterr().out
    assert out.endswith(
        dedent("""\
        refuted: tiers_nested high>low.network: a community meets high and not low
          of a ruleset outside the catalog, a facts document is read with `smartrules assess FACTS -r RULESET`
            ruleset: homes@1
            facts:
              homes: 3
              wired: 2
          the reference finds: high met, low not met
        13 statements: 12 proved, 1 refuted
        """)
    )


def test_it_is_said_in_chinese_where_that_is_asked_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", "loose.yaml", "--lang", "zh"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [
        "homes@1：对所有社区的证明",
        "所有数据已知的社区；每个集合最多3个成员；每个问题最多5秒",
    ]
    assert "已否定：tiers_nested high>low.network：有社区满足high而不满足low" in lines
    assert lines[-2:] == ["  参考引擎：high达标，low不达标", "共13项：已证明12项，已否定1项"]


def test_a_ruleset_of_which_all_is_proved_ends_with_zero(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", "clean.yaml", "--members", "2", "--seconds", "7"]) == 0
    lines = capsys.readouterr().out.splitlines()
    bounds = "communities of which all facts are known; at most 2 members in a collection; at most 7 s a question"
    assert lines[1] == bounds
    assert lines[-1] == "all of it is proved"


def test_markdown_has_a_table_and_the_facts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", "loose.yaml", "--format", "md"]) == 1
    out = capsys.readouterr().out
    assert "| each tier implies the one below |  | 1 |  |  |  |\n" in out
    assert "```yaml\nruleset: homes@1\nfacts:\n  homes: 3\n  wired: 2\n```\n" in out


def test_json_is_valid_and_its_facts_read_back(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", "loose.yaml", "--format", "json"]) == 1
    plain = json.loads(capsys.readouterr().out)
    assert faults(validator(Document.VERIFICATION), plain) == []
    (refuted,) = [proof for proof in plain["proofs"] if proof["verdict"] == "refuted"]
    assert refuted["id"] == "tiers_nested high>low.network"
    assert refuted["witnesses"] == [
        {
            "facts": {"ruleset": "homes@1", "facts": {"homes": 3, "wired": 2}},
            "found": [
                {"ruleset": "homes@1", "tier": "high", "indicator": None, "outcome": "met"},
                {"ruleset": "homes@1", "tier": "low", "indicator": None, "outcome": "not_met"},
            ],
        }
    ]
    found = ruleset(RULESET).assess(refuted["witnesses"][0]["facts"])
    assert [tier.outcome.value for tier in found.tiers] == ["not_met", "met"]


def test_another_ruleset_is_compared(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", "clean.yaml", "--equivalent-to", "loose.yaml"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "compared with homes@1" in lines
    assert "refuted: equivalent high.network: a community is found otherwise by the two rulesets" in lines
    assert "refuted: equivalent low.network: a community is found otherwise by the two rulesets" not in lines


def test_cases_stand_beside_the_ruleset(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "cases").mkdir()
    (folder / "cases" / "one.yaml").write_text(
        "cases:\n  - {name: half, facts: {homes: 2, wired: 1}, expect: {tiers: {low: met}}}\n", encoding="utf-8"
    )
    assert run(["verify", "clean.yaml"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "cases: 1" in lines
    place = lines.index("refuted: cases_consistent half low: the cases “half” contradict the rules, or each other")
    assert lines[place + 1] == "  the rules find otherwise than the case expects"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--seconds", "0"], "greater than or equal to 1"),
        (["--members", "99"], "less than or equal to 12"),
        (["--cases", "nowhere"], "there is no case in `nowhere`"),
        (["--equivalent-to", "no-such-standard@1"], "no-such-standard"),
    ],
)
def test_a_wrong_call_ends_with_two(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert run(["verify", "clean.yaml", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_without_z3_it_is_said_what_to_install(folder: Path) -> None:
    program = (
        "import sys; sys.modules['z3'] = None; from smartrules.cli import run; sys.exit(run(['verify', 'clean.yaml']))"
    )
    environment = {"PYTHONPATH": str(ROOT / "src"), "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 2
    assert done.stderr == (
        "error[SR604]: rules are proved with the package `z3`, which is not installed\n"
        "help: install it: `pip install 'smartrules[verify]'`\n"
    )


def test_the_schema_names_what_there_is() -> None:
    assert list(PROPERTIES) == [one.value for one in Property]
    assert list(VERDICTS) == [one.value for one in Verdict]


def test_the_seed_is_proved_clean() -> None:
    found = analysis.verify(shandong())
    assert found.refuted == ()
    assert found.open == ()
    assert [proof.id for proof in found.of(Verdict.NOT_TO_HAND)] == [
        "tier_reachable growing",
        "tier_reachable benchmark",
    ]
    assert {name.value: dict(counts) for name, counts in found.counts().items()} == {
        "tier_reachable": {"proved": 1, "not_to_hand": 2},
        "tier_missable": {"proved": 1},
        "can_be_met": {"proved": 22},
        "can_be_missed": {"proved": 22},
        "no_contradiction": {"proved": 2},
        "decides_something": {"proved": 22},
        "no_zero_denominator": {"proved": 11},
    }


def test_a_question_that_takes_too_long_is_unknown() -> None:
    """Whether x³ + y³ = z³ has a solution in whole numbers above zero is more than the solver is told in its time."""
    hard = ruleset("""\
        facts: {x: {count: household, min: 1}, y: {count: household, min: 1}, z: {count: household, min: 1}}
        indicators:
          fermat: {require: {basic: "x * x * x + y * y * y = z * z * z"}}
        """)
    found = analysis.verify(hard, seconds=1)
    assert [proof.id for proof in found.of(Verdict.UNKNOWN)][:2] == ["tier_reachable basic", "can_be_met basic.fermat"]
    assert found.refuted == ()
    assert found.to_plain()["seconds"] == "1"


def test_what_is_not_encoded_is_named_and_never_proved(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*rest: object) -> None:
        raise NotEncodedError("a quotient")

    monkeypatch.setattr("smartrules.engines.solver.reckon", refused)
    assert run(["verify", "clean.yaml"]) == 3
    out = capsys.readouterr().out
    assert "not encoded: can_be_met high.network: of the rule this is not encoded: a quotient\n" in out
    # That `homes` is above zero is seen from its declaration alone.
    assert out.splitlines()[-1] == "12 statements: 1 proved, 11 not encoded"


def test_a_witness_of_which_the_reference_finds_otherwise_is_no_finding(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smartrules.analysis.proofs.prover.Prover.outcome", lambda *rest: Outcome.UNDETERMINED)
    assert run(["verify", "loose.yaml"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith(
        "error[SR941]: the solver says that `low` is met of a community, and it is undetermined\n"
    )


def test_the_direction_of_what_is_made_of_members_is_not_encoded() -> None:
    made = ruleset("""\
        facts: {a: {kind: flag}, tall: {count: building, better: more, from: "count(buildings where storeys >= 19 storeys)"}}
        collections: {buildings: {each: building, facts: {storeys: {count: storey}}}}
        indicators:
          it: {require: {basic: tall <= 1 building}}
        """)
    (proof,) = [one for one in analysis.verify(made).proofs if one.stated is Property.MONOTONE]
    assert (proof.verdict, proof.node) == (Verdict.NOT_ENCODED, "`better` of `tall`, which is made of members")


@pytest.mark.parametrize(
    ("name", "refuted"),
    [
        ("shandong-smart-community", []),
        ("example-city-smart-community", []),
        ("gigabit-city", []),
        ("complete-community", []),
        ("u4ssc-kpi", ["decides_something level_1.air_pollution", "decides_something level_1.water_loss"]),
    ],
)
def test_what_is_packaged_is_clean_with_its_cases_or_what_it_leaves_is_named(name: str, refuted: list[str]) -> None:
    (path,) = (ROOT / "rulesets" / name).glob("*/ruleset.yaml")
    rules = catalog.load_file(path)
    found = analysis.verify(rules, cases=[case for _, case in cases_of(rules, path.parent / "cases")], seconds=60)
    assert [proof.id for proof in found.refuted] == refuted
    assert found.open == ()
    assert found.cases > 20


def test_two_of_which_only_one_ever_applies_do_not_contradict() -> None:
    apart = ruleset("""\
        facts: {quarter: {choice: {new: , old: }}, width: {quantity: m, max: 9 m, step: 0.1 m}}
        indicators:
          of_new: {applies: quarter is new, require: {basic: width >= 5 m}}
          of_old: {applies: quarter is old, require: {basic: width < 5 m}}
        """)
    assert analysis.verify(apart).refuted == ()


UNRELATED = """\
standard: ponds
edition: "1"
tiers: {low: , top: }
facts:
  homes: {count: household, min: 1}
  ponds: {kind: flag}
  fish: {kind: flag}
indicators:
  water: {require: {low: fish}}
"""


def test_what_only_one_of_two_rulesets_has_is_one_line_for_each_sort(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "ponds.yaml").write_text(UNRELATED, encoding="utf-8")
    call = ["verify", "clean.yaml", "--equivalent-to", "ponds.yaml"]
    assert run(call) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if "only in" in line] == [
        "refuted: declared_alike: facts only in homes@1: wired",
        "refuted: declared_alike: facts only in ponds@1: ponds, fish",
        "refuted: equivalent: indicators only in homes@1: low.network",
        "refuted: equivalent: indicators only in ponds@1: low.water",
        "refuted: equivalent: tiers only in homes@1: high",
        "refuted: equivalent: tiers only in ponds@1: top",
    ]
    assert run([*call, "--lang", "zh", "--format", "md"]) == 1
    out = capsys.readouterr().out
    assert "- 已否定：declared\\_alike：只在ponds@1中有的数据：ponds、fish\n" in out
    assert "- 已否定：equivalent：只在homes@1中有的等级：high\n" in out
    assert run([*call, "--format", "json"]) == 1
    plain = json.loads(capsys.readouterr().out)
    assert faults(validator(Document.VERIFICATION), plain) == []
    assert {one["id"]: one["only_in"] for one in plain["proofs"] if one["only_in"] is not None} == {
        "declared_alike wired": "ruleset",
        "declared_alike ponds": "other",
        "declared_alike fish": "other",
        "equivalent low.network": "ruleset",
        "equivalent low.water": "other",
        "equivalent high": "ruleset",
        "equivalent top": "other",
    }


def test_two_rulesets_of_one_name_are_told_apart(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "more.yaml").write_text(CLEAN.replace("facts:\n", "facts:\n  ponds: {kind: flag}\n"), encoding="utf-8")
    assert run(["verify", "clean.yaml", "--equivalent-to", "more.yaml"]) == 1
    assert "refuted: declared_alike: facts only in homes@1 (the other): ponds\n" in capsys.readouterr().out


def test_it_is_said_how_the_first_community_is_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", "loose.yaml"]) == 1
    said = "  of a ruleset outside the catalog, a facts document is read with `smartrules assess FACTS -r RULESET`"
    lines = capsys.readouterr().out.splitlines()
    assert lines.count(said) == 1
    assert lines[lines.index(said) + 1] == "    ruleset: homes@1"
    (folder / "w.yaml").write_text("ruleset: homes@1\nfacts: {homes: 3, wired: 2}\n", encoding="utf-8")
    assert run(["assess", "w.yaml", "-r", "loose.yaml", "--lang", "zh"]) != 2
    assert run(["verify", "--help"]) == 0
    assert "-r RULESET" in " ".join(capsys.readouterr().out.split())
