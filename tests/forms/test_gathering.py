"""Many forms become one frame, which is assessed as each of them would be; what cannot be read is listed."""

from __future__ import annotations

import importlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from attrs import evolve
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import smartrules as sr
from smartrules import reports
from smartrules.cli import run
from smartrules.documents.given import document_of, written_document
from smartrules.engines.columns import gathered
from smartrules.facts import Community, Facts
from smartrules.reports.forms.writing import write_form
from smartrules.ruleset import Ruleset
from smartrules.testing import facts_from
from tests.forms.filling import QILI, SHANDONG, filled, opened, saved

HOMES = sr.load("docs/examples/safe-homes/ruleset.yaml")
GREEN = sr.load("docs/examples/green-community.yaml")


def named(ruleset: Ruleset, name: str, facts: Any) -> Facts:
    return evolve(ruleset.facts(facts), community=Community(name, f"{name}社区"))


def put(folder: Path, ruleset: Ruleset, name: str, facts: Any) -> Path:
    path = folder / f"{name}.xlsx"
    path.write_bytes(write_form(ruleset, named(ruleset, name, facts)))
    return path


def outcomes(ruleset: Ruleset, gathered: reports.gathering.Gathered) -> list[dict[str, str]]:
    checked = ruleset.frame(gathered.frame, key=gathered.key, collections=gathered.collections)
    return [dict(row) for row in ruleset.assess_frame(checked).to_dicts()]


@pytest.mark.once
@pytest.mark.parametrize("ruleset", [HOMES, GREEN], ids=lambda one: one.name)
def test_a_frame_of_forms_is_assessed_as_each_of_them(ruleset: Ruleset, tmp_path: Path) -> None:
    @settings(max_examples=6, phases=(Phase.explicit, Phase.generate))
    @given(st.lists(facts_from(ruleset), min_size=1, max_size=4))
    def check(known: list[Facts]) -> None:
        shutil.rmtree(tmp_path)
        tmp_path.mkdir()
        for number, facts in enumerate(known):
            put(tmp_path, ruleset, f"c{number}", facts)
        found = reports.gather(ruleset, tmp_path)
        assert found.unread == ()
        assert [one.community for one in found.communities] == [
            Community(f"c{n}", f"c{n}社区") for n in range(len(known))
        ]
        for row, facts in zip(outcomes(ruleset, found), found.communities, strict=True):
            for tier, by_indicator in ruleset.outcomes(facts).items():
                for indicator, outcome in by_indicator.items():
                    assert row[f"{tier}.{indicator}"] == outcome.value

    check()


def test_what_cannot_be_read_is_listed_and_the_rest_is_there(tmp_path: Path) -> None:
    forms = tmp_path / "forms"
    (forms / "below").mkdir(parents=True)
    put(forms, GREEN, "elm", {"facts": {"households": 1260}})
    put(forms / "below", GREEN, "oak", {"facts": {"households": 1}})
    shutil.copy(forms / "elm.xlsx", forms / "elm-again.xlsx")
    (forms / "broken.xlsx").write_bytes(b"PK\x03\x04")
    (forms / "nameless.xlsx").write_bytes(write_form(GREEN))
    (forms / "other.xlsx").write_bytes(write_form(HOMES))
    (forms / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    (forms / "wrong.xlsx").write_bytes(
        filled(write_form(GREEN, named(GREEN, "ash", {})), [("fact:households", 0), ("fact:garden", "x")])
    )
    (forms / "~$elm.xlsx").write_bytes(b"")
    (forms / "notes.txt").write_text("no form")
    seen: list[int] = []
    found = reports.gather(GREEN, forms, progress=seen.append)
    assert seen == list(range(1, 9))
    assert found.frame.select("community", "community.name", "households").rows() == [("oak", "oak社区", 1)]
    assert [(one.path.relative_to(forms).as_posix(), [d.code for d in one.diagnostics]) for one in found.unread] == [
        ("broken.xlsx", ["SR522"]),
        ("elm-again.xlsx", ["SR535"]),
        ("elm.xlsx", ["SR535"]),
        ("nameless.xlsx", ["SR534"]),
        ("old.xls", ["SR521"]),
        ("other.xlsx", ["SR514"]),
        ("wrong.xlsx", ["SR506", "SR529"]),
    ]
    assert str(found.unread[2].diagnostics[0]) == (
        f"error[SR535]: another form is of the community `elm` too: {forms / 'elm-again.xlsx'}\n"
        f"  --> {forms / 'elm.xlsx'}\n"
        "help: keep one of the two, or correct the id of one"
    )


def test_a_number_that_a_frame_cannot_hold_is_listed(tmp_path: Path) -> None:
    put(tmp_path, GREEN, "elm", {"facts": {"households": 10**19}})
    found = reports.gather(GREEN, tmp_path)
    assert [str(d) for one in found.unread for d in one.diagnostics] == [
        "error[SR703]: `households` is 10000000000000000000, which a column of numbers cannot hold exactly\n"
        f"  --> {tmp_path / 'elm.xlsx'}\n"
        "help: give it as it was measured, with fewer digits"
    ]


def test_nothing_to_gather_is_a_message(tmp_path: Path) -> None:
    with pytest.raises(sr.NotFoundError) as caught:
        reports.gather(GREEN, tmp_path)
    assert str(caught.value) == (
        "error[SR536]: there is no form to gather\nhelp: name files, or a folder with workbooks (.xlsx)"
    )
    with pytest.raises(sr.NotFoundError, match="no such file or folder"):
        reports.gather(GREEN, tmp_path / "nowhere")


@pytest.mark.once
def test_several_processes_read_as_one(tmp_path: Path) -> None:
    form = write_form(GREEN, named(GREEN, "c", {"facts": {"households": 5}}))
    for number in range(70):
        (tmp_path / f"{number:02}.xlsx").write_bytes(filled(form, [("community:id", f"c{number}")]))
    (tmp_path / "70.xlsx").write_bytes(form[:500])
    alone, together = (reports.gather(GREEN, tmp_path, processes=number) for number in (1, 2))
    assert together.frame.equals(alone.frame)
    assert together.unread == alone.unread
    assert len(together.communities) == 70


# --- the commands --------------------------------------------------------------------------------------------------


def test_a_form_goes_from_template_to_assessment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["template", SHANDONG, "-o", "form.xlsx", "--facts", str(QILI), "--lang", "zh"]) == 0
    assert capsys.readouterr().out == f"form.xlsx: the form of {SHANDONG}\n"
    assert run(["assess", str(QILI), "--lang", "en"]) == 3
    expected = capsys.readouterr().out
    assert run(["assess", "form.xlsx", "--lang", "en"]) == 3
    assert capsys.readouterr().out == expected
    for command in (
        ["gap", "form.xlsx"],
        ["audit", "form.xlsx"],
        ["explain", "6", "-f", "form.xlsx"],
        ["questions", "form.xlsx"],
    ):
        assert run(command) in (0, 1, 3), command
    assert run(["check", "form.xlsx"]) == 0
    assert capsys.readouterr().out.endswith(
        f"form.xlsx: 28 facts and 8 stated measures for {SHANDONG}, nothing wrong\n"
    )
    form = Path("form.xlsx").read_bytes()
    assert run(["template", SHANDONG, "-o", "form.xlsx", "--facts", "form.xlsx"]) == 2
    assert Path("form.xlsx").read_bytes() == form
    assert capsys.readouterr().err == (
        "error[SR606]: `form.xlsx` is read while this is written\n  --> form.xlsx\nhelp: name another file\n"
    )
    assert run(["template", SHANDONG, "-o", "form.xls"]) == 2


def test_forms_are_gathered_and_assessed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    ruleset = Path("homes.yaml")
    shutil.copy(Path(__file__).parents[2] / "docs/examples/safe-homes/ruleset.yaml", ruleset)
    forms = Path("forms")
    forms.mkdir()
    linden = {
        "facts": {"households": 1000, "alarm_households": 700},
        "collections": {"buildings": [{"id": "b1", "storeys": 24}]},
    }
    put(forms, HOMES, "linden", linden)
    (forms / "plane.yaml").write_text(
        written_document({**document_of(HOMES.edition, HOMES.facts(linden)), "community": {"id": "plane"}}),
        encoding="utf-8",
    )
    (forms / "broken.xlsx").write_bytes(b"PK\x03\x04")
    call = ["gather", "forms", "forms/plane.yaml", "-r", "homes.yaml", "-o", "facts.jsonl", "--faults", "faults.csv"]
    assert run(call) == 1
    told = capsys.readouterr()
    assert told.out == (
        "facts.jsonl: 2 of 3 communities for safe-homes@2024\n"
        "facts.quarters.jsonl: 0 members of `quarters`\n"
        "facts.buildings.jsonl: 2 members of `buildings`\n"
        "assess them: smartrules assess facts.jsonl -r homes.yaml --key community --collection "
        "quarters=facts.quarters.jsonl --collection buildings=facts.buildings.jsonl\n"
    )
    assert told.err == (
        "error[SR522]: the workbook is damaged: its end is missing\n"
        f"  --> {forms / 'broken.xlsx'}\n"
        "help: open it in an office program, save it again, or send it again\n\n"
    )
    assert Path("faults.csv").read_text(encoding="utf-8") == (
        "file,place,code,message,help\n"
        'forms/broken.xlsx,"",SR522,the workbook is damaged: its end is missing,'
        '"open it in an office program, save it again, or send it again"\n'
    )
    assert run(["gather", "forms/linden.xlsx", "-r", "homes.yaml", "-o", "facts.parquet"]) == 0
    assess = capsys.readouterr().out.splitlines()[-1].removeprefix("assess them: smartrules ").split()
    assert run(assess) == 0
    assert run(["gather", "forms", "-r", "homes.yaml", "-o", "forms/linden.xlsx"]) == 2


def test_the_command_reads_with_several_processes(tmp_path: Path) -> None:
    form = write_form(GREEN, named(GREEN, "c", {"facts": {"households": 5}}))
    for number in range(64):
        (tmp_path / f"{number:02}.xlsx").write_bytes(
            form if number < 2 else filled(form, [("community:id", f"c{number}")])
        )
    call = [sys.executable, "-m", "smartrules", "gather", str(tmp_path), "-r", "docs/examples/green-community.yaml"]
    done = subprocess.run([*call, "-o", str(tmp_path / "facts.csv")], capture_output=True, text=True, timeout=300)
    assert done.returncode == 1
    assert done.stdout.splitlines()[0] == f"{tmp_path}/facts.csv: 62 of 64 communities for green-community@2024"
    assert done.stderr.count("error[SR535]") == 2


def test_a_form_names_a_ruleset_of_the_catalog_and_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("homes.xlsx").write_bytes(write_form(HOMES))
    assert run(["assess", "homes.xlsx"]) == 2
    assert capsys.readouterr().err == (
        "error[SR601]: the catalog has no ruleset `safe-homes@2024`, which the form is for\n"
        "  --> homes.xlsx\n"
        "help: name the ruleset or its document with `-r`\n"
    )
    for name in ("../homes.yaml", None):
        book = opened(write_form(HOMES))
        book["smartrules-form"]["B2"] = name
        Path("homes.xlsx").write_bytes(saved(book))
        assert run(["assess", "homes.xlsx"]) == 2
        assert capsys.readouterr().err.startswith("error[SR601]: no ruleset is named for the facts in `homes.xlsx`\n")


def test_without_their_packages_forms_say_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    form = write_form(GREEN, named(GREEN, "elm", {"facts": {"households": 5}}))
    for name in [name for name in sys.modules if name.startswith("smartrules.reports.forms.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    making = importlib.import_module("smartrules.reports.forms.making")
    with pytest.raises(sr.MissingExtraError) as caught:
        making.form(GREEN)
    assert str(caught.value) == (
        "error[SR604]: forms are written by the package `openpyxl`, which is not installed\n"
        "help: install it: `pip install 'smartrules[reports]'`"
    )
    assert GREEN.read_facts(form).value("households") == 5, "reading needs no package"


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_would_become_a_formula_is_not_written_as_csv(begin: str, tmp_path: Path) -> None:
    frame = pl.DataFrame({"community": ["a"], "community.name": [f"{begin}1+1"], "households": [-1]})
    for ending in ("csv", "tsv"):
        with pytest.raises(sr.FrameError) as caught:
            gathered.write(frame, tmp_path / f"out.{ending}")
        assert caught.value.diagnostics[0].code == "SR541"
        assert not (tmp_path / f"out.{ending}").exists()
    for ending in ("parquet", "jsonl", "xlsx"):
        gathered.write(frame, tmp_path / f"out.{ending}")
    gathered.write(frame.with_columns(pl.lit("a=1").alias("community.name")), tmp_path / "out.csv")


def test_a_formula_says_where_it_can_be_written(tmp_path: Path) -> None:
    with pytest.raises(sr.FrameError) as caught:
        gathered.write(pl.DataFrame({"community": ["=1+1"]}), tmp_path / "out.csv")
    assert str(caught.value) == (
        "error[SR541]: `community` holds `=1+1`, which an office program would run as a formula\n"
        f"  --> {tmp_path / 'out.csv'}\n"
        "help: write Parquet, JSON lines or .xlsx, where it stays a text"
    )


def test_nothing_is_written_where_the_members_cannot_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(Path(__file__).parents[2] / "docs/examples/safe-homes/ruleset.yaml", "homes.yaml")
    put(tmp_path, HOMES, "linden", {"facts": {}, "collections": {"buildings": [{"id": "=1+1", "storeys": 24}]}})
    assert run(["gather", "linden.xlsx", "-r", "homes.yaml", "-o", "facts.csv"]) == 2
    assert "error[SR541]: `member.id` holds `=1+1`" in capsys.readouterr().err
    assert not list(tmp_path.glob("*.csv"))
