"""The command `report`: what it writes and where, what it refuses, its exit codes."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document

from smartrules.cli import run
from tests.papers.made import SHIPPED, TEXTS
from tests.rulesets import QILI, ROOT, SHANDONG

LIUYIN = next((SHIPPED["complete-community"].parent / "examples").iterdir())
CONTACT = ["--contact", "示例市智慧社区建设办公室（示例路1号）"]
ACCEPTANCE = ["--kind", "acceptance"]
NOTICE = ["--kind", "notice", *CONTACT]


def without_time(text: str) -> str:
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d\d:\d\d", "TIME", text)


def code_of(*arguments: str) -> int:
    return run(["report", *arguments])


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ([str(QILI), *ACCEPTANCE, "--lang", "zh"], "qili-acceptance.zh.md"),
        ([str(QILI), *NOTICE, "--lang", "en", "--format", "md", "--days", "5"], "qili-notice.en.md"),
        ([str(QILI), *NOTICE, "--lang", "zh", "--date", "2023-11-25"], "qili-notice.zh.md"),
        ([str(QILI), *ACCEPTANCE, "--tier", "growing", "--lang", "en"], "qili-acceptance-growing.en.md"),
    ],
)
def test_a_paper_is_printed_and_qili_is_undetermined(
    arguments: list[str], name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert code_of(*arguments) == 3
    assert without_time(capfd.readouterr().out) == without_time((TEXTS / name).read_text("utf-8"))


@pytest.mark.parametrize(("tier", "code"), [("a", 0), ("aa", 1), ("aaa", 1)])
def test_the_exit_code_says_whether_the_tier_is_reached(tier: str, code: int, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    assert code_of(str(LIUYIN), *ACCEPTANCE, "--tier", tier, "-o", str(out)) == code
    assert out.read_text("utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("kind", [ACCEPTANCE, NOTICE])
def test_the_ending_says_the_form(kind: list[str], tmp_path: Path) -> None:
    for ending in ("docx", "html", "md"):
        out = tmp_path / f"paper.{ending}"
        assert code_of(str(QILI), *kind, "-o", str(out), "--lang", "zh") == 3
        content = out.read_bytes()
        if ending == "docx":
            assert "七里社区" in Document(BytesIO(content)).paragraphs[0].text
        else:
            assert "七里社区" in content.decode()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["paper.docx", "paper.html", "paper.md"]


def test_a_template_says_the_form_too(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    own = tmp_path / "own.html"
    own.write_text("<p>{{ mended }}</p>", "utf-8")
    mended = ["--mended", "补贴标识", "--mended", "清理通道"]
    assert code_of(str(QILI), *ACCEPTANCE, "--template", str(own), "--lang", "zh", *mended) == 3
    assert capfd.readouterr().out == "<p>核验中立即整改：补贴标识；清理通道。</p>"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([*ACCEPTANCE, "--format", "docx"], "a Word document is written into a file: name it with `-o`"),
        ([*ACCEPTANCE, "--days", "5"], "`--kind acceptance` does not take it"),
        ([*ACCEPTANCE, "--contact", "x"], "`--kind acceptance` does not take it"),
        ([*NOTICE, "--mended", "x"], "`--kind notice` does not take it"),
        ([*ACCEPTANCE, "-o", "report.pdf"], "`report.pdf` does not say its form"),
        ([*ACCEPTANCE, "--template", "own.txt"], "`own.txt` does not say its form"),
        ([*ACCEPTANCE, "--date", "25.11.2023"], "`25.11.2023` is no date"),
        ([], "Missing option '--kind'"),
        (["--kind", "poem"], "'poem' is not one of 'acceptance', 'notice'"),
    ],
)
def test_a_wrong_call_is_refused(
    arguments: list[str],
    message: str,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert code_of(str(QILI), *arguments) == 2
    shown = re.sub(r"[│\s]+", " ", capfd.readouterr().err)
    assert message in shown
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            ["--kind", "notice"],
            "error[SR952]: a notice says where to object, and nothing is given\n"
            "help: give the office with `contact=`, on the command line `--contact`\n",
        ),
        (
            [*NOTICE, "--days", "0"],
            "error[SR953]: a notice is not open for 0 days\nhelp: give a whole number from 1 to 366\n",
        ),
        (
            [*ACCEPTANCE, "--template", "none.md"],
            "error[SR114]: the template cannot be read: no such file or directory\n  --> none.md\n"
            "help: check its path and rights\n",
        ),
        (
            [*ACCEPTANCE, "--tier", "best"],
            "error[SR603]: `shandong-smart-community@2022` has no tier `best`\n"
            "help: it has `basic`, `growing` and `benchmark`\n",
        ),
        (
            [*ACCEPTANCE, "-o", "nowhere/report.md"],
            "error[SR606]: its directory does not exist\n  --> nowhere/report.md\nhelp: make it first, or name another\n",
        ),
    ],
)
def test_a_call_that_cannot_be_answered_is_told_why(
    arguments: list[str],
    expected: str,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert code_of(str(QILI), *arguments) == 2
    assert capfd.readouterr().err == expected


def test_nothing_that_is_read_is_written_over(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    facts, own = tmp_path / "facts.md", tmp_path / "own.md"
    facts.write_text(QILI.read_text("utf-8"), "utf-8")
    own.write_text("{{ title }}", "utf-8")
    for path in (facts, own):
        before = path.read_bytes()
        given = [str(facts), *ACCEPTANCE, "-r", str(SHANDONG / "ruleset.yaml"), "--template", str(own), "-o", str(path)]
        assert code_of(*given) == 2
        assert path.read_bytes() == before
        assert "is read while this is written" in capfd.readouterr().err


def test_a_faulty_template_leaves_what_was_written(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    own, out = tmp_path / "own.md", tmp_path / "out.md"
    own.write_text("{{ titel }}", "utf-8")
    out.write_text("before", "utf-8")
    assert code_of(str(QILI), *ACCEPTANCE, "--template", str(own), "-o", str(out)) == 2
    assert out.read_text("utf-8") == "before"
    assert capfd.readouterr().err.startswith("error[SR956]: ")


def test_a_file_of_communities_has_no_acceptance(capfd: pytest.CaptureFixture[str]) -> None:
    assert code_of(str(ROOT / "many.parquet"), *ACCEPTANCE) == 2
    shown = re.sub(r"[│\s]+", " ", capfd.readouterr().err)
    assert "it is written of one community's facts, not of a file of many" in shown


def test_an_assessment_is_printed_as_markdown(capfd: pytest.CaptureFixture[str]) -> None:
    (baotou,) = (SHIPPED["gigabit-city"].parent / "examples").iterdir()
    assert run(["assess", str(baotou), "--format", "md", "--lang", "en"]) == 3
    assert capfd.readouterr().out == (TEXTS.parent / "baotou-assessed.en.md").read_text("utf-8")
    assert run(["assess", "many.parquet", "--format", "md"]) == 2
    shown = re.sub(r"[│\s]+", " ", capfd.readouterr().err)
    assert "of a file of communities there is text or json" in shown


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (date(2023, 11, 25), ""),
        (date(2023, 11, 29), ""),
        (
            date(2023, 11, 30),
            "note: the days of this notice are over: 2023-11-25 to 2023-11-29; `--date` gives another first day\n",
        ),
    ],
)
def test_a_notice_of_days_that_are_over_is_written_and_said_to_be(
    today: date, said: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("smartrules.cli.reporting._today", lambda: today)
    assert code_of(str(QILI), *NOTICE, "--lang", "zh") == 3
    written = capfd.readouterr()
    assert without_time(written.out) == without_time((TEXTS / "qili-notice.zh.md").read_text("utf-8"))
    assert written.err == said
