"""The command: what it prints and where, its exit codes, and that no input ends in a traceback."""

from __future__ import annotations

import fcntl
import io
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import unicodedata
from pathlib import Path
from textwrap import dedent

import pytest

import smartrules
from smartrules import catalog
from smartrules.cli import run
from tests.rulesets import QILI, ROOT, SHANDONG, shandong

RULESET = str(SHANDONG / "ruleset.yaml")
MISSING = """\
facts:
  platform_data_unified: true
  property_platform_connected: true
  scenarios: [childcare, education, medical]
  convenience_needed: true
  highrise_buildings: 0
"""

#: A small ruleset and facts for it, so that everything printed of them can be written down here.
SMALL = """\
standard: small
edition: "1"
title: {zh: 小标准, en: Small standard}
source: {document: 甲字1号}
tiers: {low: {title: {zh: 低, en: Low}}, high: {title: {zh: 高, en: High}}}
facts:
  part: {count: household, at_most: whole, title: {zh: 部分户数, en: some households}}
  whole: {count: household, min: 1, title: {zh: 总户数, en: all households}}
  gated: {kind: flag, title: {zh: 封闭式小区, en: the quarter is gated}}
indicators:
  first:
    number: "1"
    title: {zh: 覆盖, en: Coverage}
    measures: {rate: {value: part / whole, unit: "%", title: {zh: 覆盖率, en: coverage}}}
    require: {low: rate >= 70 %, high: rate >= 90 %}
  second: {number: "2", title: {zh: 封闭, en: Gates}, require: {low: gated}}
"""


@pytest.fixture(autouse=True)
def _english_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COLUMNS", "LC_MESSAGES", "LANG", "SMARTRULES_PATH", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.yaml").write_text(SMALL, "utf-8")
    return tmp_path


@pytest.fixture
def complete(tmp_path: Path) -> str:
    """Return the path of the example with what it leaves open filled in."""
    path = tmp_path / "complete.yaml"
    path.write_text(QILI.read_text("utf-8").replace("facts:\n", MISSING, 1), "utf-8")
    return str(path)


def write(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(dedent(text), "utf-8")
    return name


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Return the exit code of a call, what it printed, and what it complained of."""
    code = run(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


# --- assess --------------------------------------------------------------------------------------------------------


def test_the_example_is_undetermined_and_says_what_to_supply(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = printed(capsys, "assess", str(QILI), "--lang", "zh")
    assert (code, err) == (3, "")
    lines = out.splitlines()
    assert lines[:2] == ["山东省智慧社区建设指标（shandong-smart-community@2022）", "七里社区，2023-11-25"]
    begin = lines.index("待补充的事实：")
    assert [line.split(":")[0].strip() for line in lines[begin + 1 :] if line.startswith("  ")] == [
        "platform_data_unified",
        "property_platform_connected",
        "scenarios",
        "highrise_buildings",
        "highrise_buildings_monitored",
    ]
    assert [line for line in lines if line.startswith("基础型：")] == [
        "基础型：无法判定（19项达标，0项不达标，1项不适用，2项无法判定）"
    ]
    assert f"规则指纹：{shandong().fingerprint}" in lines
    assert all(line == line.rstrip() for line in lines)


def test_supplied_with_what_is_missing_the_example_reaches_its_tier(
    capsys: pytest.CaptureFixture[str], complete: str
) -> None:
    code, out, _ = printed(capsys, "assess", complete)
    assert code == 0
    assert "highest tier reached: Basic" in out.splitlines()
    assert "Basic: met (20 met, 0 not met, 2 not applicable, 0 undetermined)" in out.splitlines()


@pytest.mark.parametrize(
    ("facts", "tier", "code"),
    [
        ("{part: 7, whole: 10, gated: true}", None, 0),
        ("{part: 7, whole: 10, gated: true}", "low", 0),
        ("{part: 7, whole: 10, gated: true}", "high", 1),
        ("{part: 9, whole: 10, gated: true}", "high", 0),
        ("{part: 6, whole: 10, gated: true}", None, 1),
        ("{part: 9, whole: 10, gated: false}", "high", 1),
        ("{part: 6, whole: 10}", None, 1),
        ("{part: 7, whole: 10}", None, 3),
        ("{part: 7, whole: 10}", "high", 1),
        ("{part: 9, whole: 10}", "high", 3),
        ("{gated: true}", None, 3),
        ("{part: 7, whole: 10, gated: true}", "top", 2),
        ("{part: 11, whole: 10}", None, 2),
    ],
)
def test_the_exit_code_says_whether_the_asked_tier_is_reached(
    capsys: pytest.CaptureFixture[str], small: Path, facts: str, tier: str | None, code: int
) -> None:
    path = write(small, "facts.yaml", f"facts: {facts}\n")
    asked = [] if tier is None else ["--tier", tier]
    found, out, err = printed(capsys, "assess", path, "-r", "small.yaml", *asked)
    assert found == code
    assert (out == "") == (code == 2)
    assert (err == "") == (code != 2)


def test_all_that_is_printed_of_an_assessment(capsys: pytest.CaptureFixture[str], small: Path) -> None:
    path = write(small, "facts.yaml", "community: {id: q, name: 七里}\non: 2023-11-25\nfacts: {part: 7, whole: 10}\n")
    code, out, _ = printed(capsys, "assess", path, "-r", "small.yaml", "--lang", "en")
    fingerprint = smartrules.load("./small.yaml").fingerprint
    assert code == 3
    assert out == dedent(f"""\
        Small standard (small@1)
        七里, 2023-11-25

        no.  indicator  outcome       facts                                     basis
        1    Coverage   met           coverage: 70 %; exactly on the threshold  facts
        2    Gates      undetermined  missing: gated                            no facts

        facts to supply:
          gated: 封闭式小区 / the quarter is gated
        Low: undetermined (1 met, 0 not met, 0 not applicable, 1 undetermined)
        High: not met (0 met, 1 not met, 0 not applicable, 1 undetermined)
        highest tier reached: none
        ruleset fingerprint: {fingerprint}
        """)
    code, out, _ = printed(capsys, "assess", path, "-r", "small.yaml", "--lang", "zh")
    assert code == 3
    assert out == dedent(f"""\
        小标准（small@1）
        七里，2023-11-25

        序号  二级指标  结论      完成情况                   依据
        1     覆盖      达标      覆盖率：70%；恰好在阈值上  事实数据
        2     封闭      无法判定  缺少：gated                无数据

        待补充的事实：
          gated: 封闭式小区 / the quarter is gated
        低：无法判定（1项达标，0项不达标，0项不适用，1项无法判定）
        高：不达标（0项达标，1项不达标，0项不适用，1项无法判定）
        已达到的最高等级：无
        规则指纹：{fingerprint}
        """)


def test_the_json_form_is_that_of_the_library(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = printed(capsys, "assess", str(QILI), "--format", "json")
    assert code == 3
    assert out == shandong().assess(QILI).to_json(indent=2) + "\n"
    assert json.loads(out)["tiers"][0]["outcome"] == "undetermined"
    assert shandong().read_assessment(out) == shandong().assess(QILI)


@pytest.mark.parametrize(
    "name",
    ["shandong-smart-community@2022", "shandong-smart-community", "鲁数发〔2022〕16号", RULESET, None],
    ids=["edition", "standard", "alias", "path", "named in the facts"],
)
def test_the_ruleset_is_named_in_any_way(capsys: pytest.CaptureFixture[str], name: str | None) -> None:
    asked = [] if name is None else ["-r", name]
    code, out, _ = printed(capsys, "assess", str(QILI), "--format", "json", *asked)
    assert code == 3
    assert json.loads(out)["ruleset"]["fingerprint"] == shandong().fingerprint


def test_facts_come_from_standard_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(QILI.read_bytes())))
    code, out, _ = printed(capsys, "assess", "-", "--format", "json")
    assert code == 3
    assert out == shandong().assess(QILI).to_json(indent=2) + "\n"


def test_a_fault_in_standard_input_names_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"facts: {housholds: 5}\n")))
    code, out, err = printed(capsys, "assess", "-", "-r", RULESET)
    assert (code, out) == (2, "")
    assert err == (
        "error[SR501]: the ruleset declares no fact `housholds`\n"
        " --> <standard input>:1:9\n"
        "  |\n"
        "1 | facts: {housholds: 5}\n"
        "  |         ^^^^^^^^^\n"
        "help: did you mean `households`?\n"
    )


def test_the_language_is_that_of_the_locale_unless_another_is_asked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    chinese, english = "山东省智慧社区建设指标（", "Shandong smart-community indicators ("

    def first_line(*more: str) -> str:
        return printed(capsys, "assess", str(QILI), *more)[1].splitlines()[0]

    for locale, begins in (("zh_CN.UTF-8", chinese), ("zh", chinese), ("en_GB.UTF-8", english), ("C", english)):
        monkeypatch.setenv("LC_ALL", locale)
        assert first_line().startswith(begins)
        assert first_line("--lang", "zh").startswith(chinese)
        assert first_line("--lang", "en").startswith(english)


# --- check, list, show, explain, test ------------------------------------------------------------------------------


def test_a_ruleset_and_facts_without_a_fault_are_said_to_be_so(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = printed(capsys, "check", RULESET, str(QILI))
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        f"{RULESET}: shandong-smart-community@2022, 22 indicators, 48 facts, 3 tiers, nothing wrong",
        f"{QILI}: 28 facts and 8 stated measures for shandong-smart-community@2022, nothing wrong",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "facts: {part: 7, whole: 10}\n",
        '{"facts": {"part": 7, "whole": 10}}',
        '{\n"on": null, "facts":\n{"part": 7, "whole": 10}}',
    ],
)
def test_a_document_with_nothing_but_facts_is_checked_as_facts(
    capsys: pytest.CaptureFixture[str], small: Path, text: str
) -> None:
    path = write(small, "facts.yaml", text)
    code, out, err = printed(capsys, "check", path, "-r", "small.yaml")
    assert (code, err) == (0, "")
    assert out == "facts.yaml: 2 facts and 0 stated measures for small@1, nothing wrong\n"


@pytest.mark.parametrize("name", ["shandong-smart-community", "鲁数发〔2022〕16号"])
@pytest.mark.parametrize("command", ["check", "test"])
def test_a_ruleset_is_named_as_everywhere(capsys: pytest.CaptureFixture[str], command: str, name: str) -> None:
    assert printed(capsys, command, name)[0] == 0


@pytest.mark.parametrize("name", ["nowhere", "nowhere@1"])
@pytest.mark.parametrize("command", ["check", "test", "mutate", "verify"])
def test_a_ruleset_that_is_nowhere_is_said_so(capsys: pytest.CaptureFixture[str], command: str, name: str) -> None:
    assert printed(capsys, command, name) == (
        2,
        "",
        f"error[SR601]: the catalog has no ruleset `{name}`\n"
        "help: `smartrules list` shows the catalog; a document is named by its path\n",
    )


def test_a_ruleset_is_checked_by_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = printed(capsys, "check", "shandong-smart-community@2022")
    assert code == 0
    assert out.startswith("shandong-smart-community@2022: shandong-smart-community@2022, 22 indicators, ")


def test_a_doubtful_ruleset_gets_its_warnings(capsys: pytest.CaptureFixture[str], small: Path) -> None:
    write(small, "small.yaml", SMALL.replace(", min: 1", "").replace("source: {document: 甲字1号}\n", ""))
    code, out, err = printed(capsys, "check", "small.yaml")
    assert code == 1
    assert {line.split(":")[0] for line in err.splitlines() if line.startswith("warning")} == {
        "warning[SR412]",
        "warning[SR451]",
    }
    assert out.endswith(" warnings\n")


def test_every_document_is_checked_though_one_has_faults(capsys: pytest.CaptureFixture[str], small: Path) -> None:
    write(small, "bad.yaml", SMALL.replace("gated}}", "gatd}}"))
    code, out, err = printed(capsys, "check", "bad.yaml", "absent.yaml", "small.yaml")
    assert code == 2
    assert [line for line in err.splitlines() if line.startswith("error")] == [
        "error[SR206]: nothing declares `gatd`",
        "error[SR114]: there is no such file",
    ]
    assert out == "small.yaml: small@1, 2 indicators, 3 facts, 2 tiers, nothing wrong\n"


def test_the_catalog_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = printed(capsys, "list")
    assert (code, err) == (0, "")
    assert re.findall(r"^\S+@\S+", out, re.MULTILINE) == [entry.name for entry in catalog.entries()]
    assert out.splitlines()[0].split() == ["ruleset", "title", "tiers", "indicators", "in", "force", "aliases"]
    assert "shandong-smart-community@2022" in out
    assert "2022-01-01 – …" in out


def test_an_indicator_is_explained(capsys: pytest.CaptureFixture[str], small: Path) -> None:
    code, out, _ = printed(capsys, "explain", "1", "-r", "small.yaml", "--lang", "en")
    assert code == 0
    lines = out.splitlines()
    assert lines[0] == "1 Coverage / 覆盖 (first)"
    assert "  Low (low): coverage is at least 70 %" in lines
    assert "    rate >= 70 %" in lines
    code, out, _ = printed(capsys, "explain", "second", "-r", "small.yaml", "--lang", "zh")
    assert code == 0
    assert out.splitlines()[0] == "2 封闭 / Gates (second)"


@pytest.mark.parametrize(
    ("facts", "tier", "code"),
    [
        ("{part: 7, whole: 10}", "low", 0),
        ("{part: 7, whole: 10}", "high", 1),
        ("{part: 7}", "low", 3),
    ],
)
def test_a_finding_is_explained_with_the_exit_code_of_its_outcome(
    capsys: pytest.CaptureFixture[str], small: Path, facts: str, tier: str, code: int
) -> None:
    path = write(small, "facts.yaml", f"facts: {facts}\n")
    found, out, _ = printed(capsys, "explain", "first", "-f", path, "-r", "small.yaml", "--tier", tier, "--lang", "zh")
    assert found == code
    rules = smartrules.load("./small.yaml")
    assert out == rules.assess(path)[tier]["first"].explain("zh") + "\n"


def test_a_ruleset_is_shown_in_full(capsys: pytest.CaptureFixture[str], small: Path) -> None:
    code, out, err = printed(capsys, "show", "./small.yaml")
    assert (code, err) == (0, "")
    assert smartrules.load("./small.yaml").fingerprint in out


@pytest.mark.parametrize("name", [entry.name for entry in catalog.entries()])
def test_a_packaged_ruleset_is_checked_and_its_cases_pass(capsys: pytest.CaptureFixture[str], name: str) -> None:
    code, out, err = printed(capsys, "check", name)
    assert (code, err) == (0, "")
    assert out.endswith(", nothing wrong\n")
    code, out, _ = printed(capsys, "test", name)
    assert code == 0
    assert re.fullmatch(rf"{name}: \d+ passed, 0 failed\n", out)


@pytest.mark.once
@pytest.mark.parametrize("name", [entry.name for entry in catalog.entries()])
def test_the_cases_of_a_packaged_ruleset_pin_every_side(capsys: pytest.CaptureFixture[str], name: str) -> None:
    code, out, _ = printed(capsys, "test", name, "--cover")
    assert code == 0
    pinned, all_ = re.findall(r"boundary coverage: (\d+) of (\d+) sides", out)[0]
    assert pinned == all_


@pytest.mark.parametrize(
    "document", sorted(ROOT.glob("rulesets/*/*/examples/*.yaml")), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_a_packaged_example_is_checked(capsys: pytest.CaptureFixture[str], document: Path) -> None:
    code, out, err = printed(capsys, "check", str(document))
    assert (code, err) == (0, "")
    assert out.endswith(", nothing wrong\n")


@pytest.mark.parametrize("document", ["ruleset", "facts", "cases", "assessment"])
def test_a_schema_is_printed(capsys: pytest.CaptureFixture[str], document: str) -> None:
    assert run(["schema", document]) == 0
    printed = capsys.readouterr().out
    assert printed == (ROOT / "rulesets" / "schemas" / f"{document}.schema.json").read_text("utf-8")
    assert json.loads(printed)["title"] == f"smartrules {document}"


def test_a_schema_for_a_ruleset_is_written_with_the_line_that_names_it(
    capsys: pytest.CaptureFixture[str], small: Path
) -> None:
    assert run(["schema", "facts", "-r", "small.yaml", "-o", "facts.schema.json"]) == 0
    assert capsys.readouterr().out == (
        "facts.schema.json: smartrules facts for small@1\n"
        "begin a document beside it with the line `# yaml-language-server: $schema=facts.schema.json`\n"
    )
    written = json.loads((small / "facts.schema.json").read_text("utf-8"))
    assert written["properties"]["facts"]["properties"]["part"]["title"] == "部分户数 / some households"
    assert run(["schema", "facts", "-r", "small.yaml"]) == 0
    assert json.loads(capsys.readouterr().out) == written
    assert sorted(path.name for path in small.iterdir()) == ["facts.schema.json", "small.yaml"]


def test_a_schema_of_assessments_names_no_line_for_yaml(capsys: pytest.CaptureFixture[str], small: Path) -> None:
    assert run(["schema", "assessment", "-o", "a.json"]) == 0
    assert capsys.readouterr().out == "a.json: smartrules assessment\n"


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (".", "error[SR606]: this is a directory, not a file\n  --> .\nhelp: name a file in it\n"),
        (
            "none/x.json",
            "error[SR606]: its directory does not exist\n  --> none/x.json\nhelp: make it first, or name another\n",
        ),
        (
            "small.yaml/x.json",
            "error[SR606]: its directory does not exist\n  --> small.yaml/x.json\nhelp: make it first, or name another\n",
        ),
    ],
)
def test_a_file_that_cannot_be_written_gets_one_short_message(
    capsys: pytest.CaptureFixture[str], small: Path, file: str, said: str
) -> None:
    assert run(["schema", "facts", "-o", file]) == 2
    assert capsys.readouterr() == ("", said)
    assert [path.name for path in small.iterdir()] == ["small.yaml"]


def test_a_file_that_is_there_keeps_its_rights_and_stays_whole_when_it_cannot_be_written(
    capsys: pytest.CaptureFixture[str], small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = small / "facts.schema.json"
    file.write_text("old", "utf-8")
    file.chmod(0o640)
    link = small / "link.json"
    link.symlink_to(file)

    def full(path: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        assert run(["schema", "facts", "-o", "link.json"]) == 2
    said = "error[SR606]: the file cannot be written: no space left on device\n"
    assert capsys.readouterr().err.startswith(said)
    assert file.read_text("utf-8") == "old"
    assert run(["schema", "facts", "-o", "link.json"]) == 0
    assert link.is_symlink()
    assert json.loads(file.read_text("utf-8"))["title"] == "smartrules facts"
    assert file.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in small.iterdir()) == ["facts.schema.json", "link.json", "small.yaml"]


def test_an_ascii_pipe_gets_the_whole_schema() -> None:
    command = [sys.executable, "-m", "smartrules", "schema", "facts", "-r", RULESET]
    own = {**os.environ, "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, capture_output=True, env=own, check=True)
    assert done.stdout.isascii()
    assert "社区家庭总数" in json.loads(done.stdout)["properties"]["facts"]["properties"]["households"]["title"]


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, "--version") == (0, f"smartrules {smartrules.__version__}\n", "")


@pytest.mark.parametrize(
    "command",
    [[], ["assess"], ["new"], ["check"], ["fmt"], ["list"], ["show"], ["explain"], ["schema"], ["test"]],
    ids=str,
)
def test_every_command_has_help(capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    code, out, err = printed(capsys, *command, "--help")
    assert (code, err) == (0, "")
    assert out.lstrip().startswith(" ".join(["Usage: smartrules", *command]))


@pytest.mark.parametrize(
    "arguments",
    [
        ["assess"],
        ["assess", "a", "b"],
        ["assess", str(QILI), "--lang", "fr"],
        ["assess", str(QILI), "--format", "pdf"],
        ["assess", str(QILI), "--teir", "basic"],
        ["asses", str(QILI)],
        ["check"],
        ["explain"],
        ["schema"],
        ["schema", "rules"],
        ["schema", "ruleset", "-r", "shandong-smart-community@2022"],
    ],
    ids=" ".join,
)
def test_a_wrong_call_is_said_to_be_one(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    code, out, err = printed(capsys, *arguments)
    assert (code, out) == (2, "")
    assert "Usage: smartrules" in err
    assert "Traceback" not in err


# --- documents that are none ---------------------------------------------------------------------------------------

_BAD_FILES = {
    "absent.yaml": (None, "SR114"),
    "folder": ("", "SR114"),
    "binary.yaml": (b"PK\x03\x04\x00\x00\x00", "SR102"),
    "gbk.yaml": ("社区: 七里".encode("gbk"), "SR102"),
    "empty.yaml": (b"", "SR103"),
    "blank.yaml": (b" \n\n", "SR103"),
    "broken.yaml": (b"facts: [1", "SR101"),
    "list.yaml": (b"- 1\n", "SR111"),
}


@pytest.mark.parametrize("command", [["assess"], ["check"], ["explain", "1", "-f"]], ids=lambda c: c[0])
@pytest.mark.parametrize("name", _BAD_FILES)
def test_a_file_that_is_no_document_gets_one_short_message(
    capsys: pytest.CaptureFixture[str], small: Path, name: str, command: list[str]
) -> None:
    content, expected = _BAD_FILES[name]
    if content == "":
        (small / name).mkdir()
    elif content is not None:
        assert isinstance(content, bytes)
        (small / name).write_bytes(content)
    code, out, err = printed(capsys, *command, name, "-r", "small.yaml")
    assert (code, out) == (2, "")
    assert [line[:12] for line in err.splitlines() if line.startswith("error")] == [f"error[{expected}]"]
    assert len(err.splitlines()) <= 7
    assert name in err
    assert "Traceback" not in err


def test_where_no_ruleset_is_named_the_standards_of_the_catalog_are(
    capsys: pytest.CaptureFixture[str], small: Path
) -> None:
    *first, last = (
        "`complete-community`",
        "`example-city-smart-community`",
        "`gigabit-city`",
        "`shandong-smart-community`",
        "`u4ssc-kpi`",
    )
    known = f"{', '.join(first)} or {last}"
    assert printed(capsys, "explain", "1") == (
        2,
        "",
        f"error[SR601]: no ruleset is named\nhelp: name one with `-r`: {known}\n",
    )
    path = write(small, "facts.yaml", "facts: {part: 7, whole: 10}\n")
    for call in (["assess", path], ["check", path], ["explain", "first", "-f", path]):
        assert printed(capsys, *call) == (
            2,
            "",
            "error[SR601]: no ruleset is named for the facts in `facts.yaml`\n"
            f"help: name one with `-r`, or under `ruleset:` in the facts: {known}\n",
        )


def test_a_ruleset_that_is_not_there_gets_one_short_message(capsys: pytest.CaptureFixture[str]) -> None:
    for name, begins in (("absent.yaml", "error[SR114]: "), ("zzz", "error[SR601]: ")):
        code, out, err = printed(capsys, "assess", str(QILI), "-r", name)
        assert (code, out) == (2, "")
        assert err.startswith(begins)
        assert err.count("error") == 1


def test_an_indicator_that_is_not_there_gets_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = printed(capsys, "explain", "wired", "-r", RULESET)
    assert code == 2
    assert err.startswith("error[SR603]: `shandong-smart-community@2022` has no indicator `wired`\nhelp: ")


# --- as a program of its own ---------------------------------------------------------------------------------------


def program(*arguments: str, env: dict[str, str] | None = None, **more: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "smartrules", *arguments],
        capture_output=True,
        env={**os.environ, "LC_ALL": "C.UTF-8", **(env or {})},
        timeout=120,
        check=False,
        **more,  # type: ignore[call-overload]
    )


def test_a_pipe_gets_no_escape_codes_and_no_trailing_space() -> None:
    done = program("assess", str(QILI), "--lang", "zh")
    assert (done.returncode, done.stderr) == (3, b"")
    assert b"\x1b" not in done.stdout
    assert [line for line in done.stdout.decode().splitlines() if line != line.rstrip()] == []


def test_an_ascii_pipe_gets_question_marks_and_no_traceback() -> None:
    done = program("assess", str(QILI), "--lang", "zh", env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert (done.returncode, done.stderr) == (3, b"")
    assert b"shandong-smart-community@2022" in done.stdout
    assert done.stdout.isascii()


def test_an_error_in_ascii_has_no_traceback(tmp_path: Path) -> None:
    path = tmp_path / "社区.yaml"
    path.write_text("facts: {社区家庭: 5}\n", "utf-8")
    done = program("assess", str(path), "-r", RULESET, env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"error[SR501]: the ruleset declares no fact `????`\n")


@pytest.mark.parametrize("arguments", [["assess", str(QILI), "--format", "json"], ["list"]], ids=["long", "short"])
def test_a_reader_that_leaves_early_is_left_in_peace(arguments: list[str]) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "smartrules", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=120) == 0


@pytest.mark.parametrize("absent", ["rich", "typer"])
def test_without_its_extra_the_command_says_what_to_install(absent: str) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sys; sys.modules[{absent!r}] = None; from smartrules.__main__ import main; sys.exit(main())",
            "list",
        ],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "the `smartrules` command needs its extra: pip install 'smartrules[cli]'\n"


# --- on a terminal -------------------------------------------------------------------------------------------------


def on_terminal(*arguments: str, columns: int, env: dict[str, str] | None = None) -> tuple[int, str]:
    """Return the exit code of the command on a terminal of its own, and what it shows there."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    inherited = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "CI")}
    process = subprocess.Popen(
        [sys.executable, "-m", "smartrules", *arguments],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env={**inherited, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", **(env or {})},
        cwd=ROOT,
    )
    os.close(follower)
    shown = b""
    while True:
        try:
            part = os.read(leader, 65536)
        except OSError:  # how Linux says that the other end is closed
            break
        if not part:
            break
        shown += part
    os.close(leader)
    return process.wait(timeout=120), shown.decode().replace("\r\n", "\n")


def width(text: str) -> int:
    """Return how many columns a text takes on a terminal: two for each wide character."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in ("W", "F") else 1
        for sign in text
    )


_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
_OUTCOMES = {
    "zh": re.compile(r"(?<=  )(达标|不达标|不适用|无法判定)(?= |$)"),
    "en": re.compile(r"(?<=  )(met|not met|not applicable|undetermined)(?= |$)"),
}


@pytest.mark.parametrize(("language", "heading"), [("zh", "结论"), ("en", "outcome")])
def test_on_a_terminal_the_columns_of_wide_characters_stand_below_each_other(language: str, heading: str) -> None:
    code, shown = on_terminal("assess", str(QILI), "--lang", language, columns=160)
    assert code == 3
    lines = [_ESCAPES.sub("", line) for line in shown.splitlines()]
    (head,) = (line for line in lines if heading in line and ("序号" in line or "no." in line))
    column = width(head[: head.index(heading)])
    rows = [line for line in lines if re.match(r"\d+ ", line)]
    assert [row.split()[0] for row in rows] == [str(number) for number in range(1, 23)]
    for row in rows:
        found = _OUTCOMES[language].search(row)
        assert found is not None, row
        assert width(row[: found.start()]) == column, row
    assert max(width(line) for line in lines if line in rows) <= 160


def test_on_a_terminal_outcomes_have_their_colours() -> None:
    _, shown = on_terminal("assess", str(QILI), "--lang", "zh", columns=160)
    assert re.search(r"\x1b\[32m达标", shown)
    assert re.search(r"\x1b\[33m无法判定", shown)
    assert re.search(r"\x1b\[2m不适用", shown)


def test_on_a_narrow_terminal_no_row_is_wider_than_it() -> None:
    code, shown = on_terminal("assess", str(QILI), "--lang", "zh", columns=60)
    assert code == 3
    lines = [_ESCAPES.sub("", line) for line in shown.splitlines()]
    begin = next(index for index, line in enumerate(lines) if line.startswith("序号") or "二级" in line)
    end = lines.index("", begin)
    assert max(width(line) for line in lines[begin:end]) <= 60


def test_on_a_terminal_that_wants_no_colour_there_is_none() -> None:
    _, shown = on_terminal("assess", str(QILI), "--lang", "zh", columns=160, env={"NO_COLOR": "1"})
    assert re.search(r"\x1b\[3\dm", shown) is None


def test_on_a_terminal_an_error_is_marked(tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text("facts: {社区: 1, housholds: 5}\n", "utf-8")
    code, shown = on_terminal("assess", str(path), "-r", RULESET, columns=200)
    assert code == 2
    plain = _ESCAPES.sub("", shown)
    assert "\x1b[1;31m" in shown
    assert "1 | facts: {社区: 1, housholds: 5}\n  |                  ^^^^^^^^^\n" in plain


# --- facts that name their ruleset by its path, and folders -------------------------------------------------------

POND = """\
standard: pond-homes
edition: "1"
tiers: {basic: }
facts: {cameras: {count: camera}}
indicators: {it: {require: {basic: cameras >= 2 cameras}}}
"""


@pytest.fixture
def pond(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with `v/c3.yaml`, facts of it beside it and outside, in which the command runs."""
    (tmp_path / "v" / "rules").mkdir(parents=True)
    (tmp_path / "v" / "c3.yaml").write_text(POND, "utf-8")
    (tmp_path / "v" / "rules" / "ruleset.yaml").write_text(POND, "utf-8")
    write(tmp_path, "facts.yaml", "ruleset: v/c3.yaml\nfacts: {cameras: 2}\n")
    write(tmp_path, "v/beside.yaml", "ruleset: ./c3.yaml\nfacts: {cameras: 2}\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "call",
    [
        ["facts.yaml"],
        ["facts.yaml", "-r", "v/c3.yaml"],
        ["facts.yaml", "-r", "./v/../v/c3.yaml"],
        ["v/beside.yaml"],
        ["v/beside.yaml", "-r", "v/c3.yaml"],
    ],
)
def test_facts_may_name_their_ruleset_by_its_path(
    pond: Path, capsys: pytest.CaptureFixture[str], call: list[str]
) -> None:
    code, _, err = printed(capsys, "assess", *call)
    assert (code, err) == (0, "")


@pytest.mark.parametrize("other", ["v/rules/ruleset.yaml", RULESET])
def test_facts_of_another_path_are_refused(pond: Path, capsys: pytest.CaptureFixture[str], other: str) -> None:
    code, _, err = printed(capsys, "assess", "facts.yaml", "-r", other)
    assert code == 2
    assert err.startswith("error[SR514]: these facts are for `v/c3.yaml`, the ruleset is ")


@pytest.mark.parametrize("call", [["assess", "facts.yaml", "-r"], ["verify"], ["test"], ["explain", "it", "-r"]])
@pytest.mark.parametrize("name", ["rules", "./rules", "rules/"])
def test_a_folder_is_no_ruleset_and_its_document_is_named(
    pond: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, call: list[str], name: str
) -> None:
    write(pond / "v", "facts.yaml", "facts: {cameras: 2}\n")
    monkeypatch.chdir(pond / "v")
    code, out, err = printed(capsys, *call, name)
    assert (code, out) == (2, "")
    folder = name.rstrip("/")
    assert err == (
        f"error[SR601]: `{folder}` is a folder, and a ruleset is a document\nhelp: its document is `rules/ruleset.yaml`\n"
    )
    (pond / "v" / "rules" / "ruleset.yaml").unlink()
    assert "help: name a document in it by its path\n" in printed(capsys, *call, name)[2]
