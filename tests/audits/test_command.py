"""The command ``audit``: what it prints in each form, its exit codes, and what it refuses."""

from __future__ import annotations

import io
import json
from pathlib import Path
from textwrap import dedent

import pytest
from markdown_it import MarkdownIt

from smartrules.cli import run
from smartrules.documents.schemas import Document
from tests.audits.small import SMALL
from tests.editing import faults, validator
from tests.rulesets import QILI

FACTS = """\
ruleset: {ruleset}
community: {{id: elm, name: 榆园}}
on: 2024-06-01
facts: {{homes: 1000, wired: 696, lit: 600}}
stated: {{guarded_share: 60 %}}
claims: {{wires: met, lights: met}}
"""


@pytest.fixture(autouse=True)
def _english_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COLUMNS", "LC_MESSAGES", "LANG", "LC_ALL", "SMARTRULES_PATH", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the small ruleset and facts for it, in which the command runs."""
    (tmp_path / "ruleset.yaml").write_text(SMALL, encoding="utf-8")
    facts = dedent(FACTS).format(ruleset="small@1")
    (tmp_path / "facts.yaml").write_text(facts, encoding="utf-8")
    (tmp_path / "good.yaml").write_text("facts: {garden: true}\nclaims: {}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_observations_are_printed_with_severity_code_place_and_remedy(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["audit", "facts.yaml", "-r", "ruleset.yaml"]) == 1
    assert capsys.readouterr().out == dedent("""\
        Small standard (small@1)
        榆园, 2024-06-01
        Low: not met

        error[SR912]: 1 Wires: claimed met, and the facts say not met, 0.4 percentage points short of the threshold; required: wired share is at least 70 %; given: homes 1000 households; wired homes 696 households
          --> facts.yaml:6:17, 4:16, 4:29
          help: correct the claim, or the facts where they are wrong
        warning[SR922]: 3 Gates rests on a figure stated without counts: guarded share 60 %
          --> facts.yaml:5:25
          help: supply the counts: quarters (gates); guarded quarters (guarded)
        note[SR916]: 5 indicators have no claim, while 2 have one: 3 Gates; 4 Greenery; 6 Nights; 7 Company; 8 Alarms
          help: claim each, or say why not
        note[SR927]: 3 Gates: a figure is exactly on the threshold: guarded share 60 %
          --> facts.yaml:5:25
          help: see that each was measured; to be on the threshold is enough
        note[SR923]: 4 of the values that decide have no evidence: homes; wired homes; lit homes; guarded share
          --> facts.yaml:4:16, 4:29, 4:39, 5:25
          help: name it under `evidence`, or see it where it is kept
        note[SR923]: 2 values have no day, and may be older than 6 months: homes; wired homes
          --> facts.yaml:4:16, 4:29
          help: write under `observed` the day on which each was so
        found: 1 error, 1 warning, 4 notes
    """)


def test_the_answer_is_in_chinese_where_that_is_asked_for(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "facts.yaml", "-r", "ruleset.yaml", "--lang", "zh"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[:7] == [
        "小标准（small@1）",
        "榆园，2024-06-01",
        "初级：不达标",
        "",
        "错误[SR912]：1 通网：自报达标，据事实不达标，距阈值差0.4个百分点；要求：通网率不低于70%；所填：户数1000户；通网户数696户",
        "  --> facts.yaml:6:17、4:16、4:29",
        "  建议：按事实更正自报结论；事实填错的，更正事实",
    ]
    assert lines[-1] == "审核所见：错误1项，警告1项，提示4项"


def test_markdown_is_a_table(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "facts.yaml", "-r", "ruleset.yaml", "--format", "md", "--lang", "en"]) == 1
    assert capsys.readouterr().out.splitlines()[:10] == [
        "# Audit: 榆园",
        "",
        "- Small standard (small@1)",
        "- 榆园, 2024-06-01",
        "- Low: not met",
        "",
        "| severity | code | place | what is found | what to do |",
        "| --- | --- | --- | --- | --- |",
        "| error | SR912 | facts.yaml:6:17, 4:16, 4:29 | 1 Wires: claimed met, and the facts say not met, 0.4 percentage "
        "points short of the threshold; required: wired share is at least 70 %; given: homes 1000 households; wired "
        "homes 696 households | correct the claim, or the facts where they are wrong |",
        "| warning | SR922 | facts.yaml:5:25 | 3 Gates rests on a figure stated without counts: guarded share 60 % | "
        "supply the counts: quarters (gates); guarded quarters (guarded) |",
    ]


def test_json_is_valid_and_says_everything_exactly(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "facts.yaml", "-r", "ruleset.yaml", "--format", "json", "--evidence-within", "3 months"]) == 1
    plain = json.loads(capsys.readouterr().out)
    assert faults(validator(Document.AUDIT), plain) == []
    observations = plain.pop("observations")
    fingerprint = plain["ruleset"].pop("fingerprint")
    assert len(fingerprint) == 64
    assert plain == {
        "format": "smartrules-audit",
        "version": 1,
        "ruleset": {"standard": "small", "edition": "1"},
        "tier": "low",
        "outcome": "not_met",
        "community": {"id": "elm", "name": "榆园"},
        "on": "2024-06-01",
        "file": "facts.yaml",
        "evidence_within": "3 months",
        "counts": {"error": 1, "warning": 2, "note": 3},
    }
    assert observations[0] == {
        "code": "SR912",
        "severity": "error",
        "message": {
            "zh": "1 通网：自报达标，据事实不达标，距阈值差0.4个百分点；要求：通网率不低于70%；所填：户数1000户；通网户数696户",
            "en": "1 Wires: claimed met, and the facts say not met, 0.4 percentage points short of the threshold; "
            "required: wired share is at least 70 %; given: homes 1000 households; wired homes 696 households",
        },
        "remedy": {
            "zh": "按事实更正自报结论；事实填错的，更正事实",
            "en": "correct the claim, or the facts where they are wrong",
        },
        "indicators": ["wires"],
        "places": [{"line": 6, "column": 17}, {"line": 4, "column": 16}, {"line": 4, "column": 29}],
        "figures": [
            {
                "name": "homes",
                "value": {"number": "1000", "unit": "household"},
                "written": "1000",
                "line": 4,
                "column": 16,
            },
            {
                "name": "wired",
                "value": {"number": "696", "unit": "household"},
                "written": "696",
                "line": 4,
                "column": 29,
            },
        ],
        "claimed": "met",
        "found": "not_met",
        "margin": {"number": "-0.4", "unit": "%"},
    }
    stated = next(one for one in observations if one["code"] == "SR922")
    assert stated["figures"] == [
        {
            "name": "guarded_share",
            "value": {"number": "60", "unit": "%"},
            "written": "60 %",
            "line": 5,
            "column": 25,
        }
    ]
    assert stated["missing"] == ["gates", "guarded"]


def test_notes_alone_are_no_findings(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "good.yaml", "-r", "ruleset.yaml"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "found: 0 errors, 0 warnings, 1 note"


def test_nothing_is_said_to_be_found_where_nothing_is(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (files / "nothing.yaml").write_text("facts: {garden: }\n", encoding="utf-8")
    for language, says in (("en", "nothing found"), ("zh", "审核未见问题")):
        assert run(["audit", "nothing.yaml", "-r", "ruleset.yaml", "--lang", language]) == 0
        assert capsys.readouterr().out.splitlines()[-1] == says
        assert run(["audit", "nothing.yaml", "-r", "ruleset.yaml", "--lang", language, "--format", "md"]) == 0
        assert capsys.readouterr().out.splitlines()[-1] == says


def test_facts_from_standard_input_are_audited(
    files: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO((files / "facts.yaml").read_bytes())))
    assert run(["audit", "-", "-r", "ruleset.yaml"]) == 1
    assert "  --> <standard input>:6:17, 4:16, 4:29\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["facts.yaml", "--tier", "lowest"], "error[SR603]: `small@1` has no tier `lowest`"),
        (["facts.yaml", "--evidence-within", "1 moon"], "error[SR925]: `1 moon` is no span of time that evidence"),
        (["facts.yaml", "--evidence-within", "半年"], "help: write a span such as `6 months` or `6个月`"),
        (["none.yaml"], "error[SR114]: there is no such file"),
        (["facts.csv"], "a facts document of one community is audited, not a file of many"),
    ],
)
def test_a_wrong_call_is_refused(
    files: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (files / "facts.csv").write_text("homes\n3\n", encoding="utf-8")
    assert run(["audit", *arguments, "-r", "ruleset.yaml"]) == 2
    assert said in capsys.readouterr().err


def test_the_seeds_report_is_told_with_its_findings(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", str(QILI), "--lang", "zh"]) == 1
    out = capsys.readouterr().out
    assert out.endswith("审核所见：错误0项，警告6项，提示4项\n")
    assert out.count("\n警告[") == 6
    assert out.count("\n提示[") == 4


def test_markdown_reads_back_as_the_answer_says_it(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A title with signs of Markdown in it breaks no table."""
    odd = SMALL.replace("{zh: 通网, en: Wires}", '{zh: "通|网*", en: "Wires | <b>*"}')
    (files / "odd.yaml").write_text(odd, encoding="utf-8")
    assert run(["audit", "facts.yaml", "-r", "odd.yaml", "--format", "md", "--lang", "en"]) == 1
    html = MarkdownIt("commonmark").enable("table").render(capsys.readouterr().out)
    assert html.count("<tr>") == 1 + 6
    assert "<td>1 Wires | &lt;b&gt;*: claimed met, and the facts say not met" in html
