"""Where rulesets stand: the folders that name them, and the editions before and after them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import smartrules as sr
from smartrules import catalog
from smartrules.analysis.placing import validity_faults
from smartrules.cli import run
from smartrules.documents.ruleset import read_ruleset


def document(name: str, effective: str = "", alias: str = "") -> str:
    standard, edition = name.split("@")
    return (
        f"standard: {standard}\nedition: '{edition}'\n"
        + (f"effective: {{{effective}}}\n" if effective else "")
        + (f"aliases: [{alias}]\n" if alias else "")
        + "tiers: {basic: }\nfacts: {a: {kind: flag}}\nsource: {document: it}\n"
        + "indicators: {it: {require: {basic: a}}}\n"
    )


def write(folder: Path, place: str, text: str) -> Path:
    standard, edition = place.split("@")
    path = folder / standard / edition / "ruleset.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


@pytest.fixture
def packaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "packaged"
    folder.mkdir()
    monkeypatch.setattr(catalog, "packaged_folder", lambda: folder)
    monkeypatch.delenv("SMARTRULES_PATH", raising=False)
    return folder


@pytest.fixture
def own(tmp_path: Path, packaged: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    monkeypatch.setenv("SMARTRULES_PATH", str(folder))
    return folder


def checked(capsys: pytest.CaptureFixture[str], path: Path | str) -> tuple[int, str]:
    capsys.readouterr()
    code = run(["check", str(path)])
    return code, capsys.readouterr().err


# --- folders of another name ---------------------------------------------------------------------------------------


def misnamed(path: Path, line: str, column: int, number: int, folders: str, name: str, should: str) -> str:
    marks = " " * (column - 1) + "^" * (len(line) - column + 1)
    return (
        f"[SR612]: the folders name `{folders}`, and the document `{name}`\n"
        f" --> {path}:{number}:{column}\n  |\n{number} | {line}\n  | {marks}\n"
        f"help: name the folders as the document, `{should}/ruleset.yaml`, or the document as they are\n"
    )


@pytest.mark.parametrize(
    ("place", "name", "line", "column", "number"),
    [
        ("green@2024", "blue@2024", "standard: blue", 11, 1),
        ("green@2024", "green@2025", "edition: '2025'", 10, 2),
        ("green@2024", "blue@2025", "standard: blue", 11, 1),
    ],
)
def test_a_document_of_another_name_than_its_folders_is_warned_of_and_not_loaded_by_it(
    own: Path, capsys: pytest.CaptureFixture[str], place: str, name: str, line: str, column: int, number: int
) -> None:
    path = write(own, place, document(name))
    said = misnamed(path, line, column, number, place, name, name.replace("@", "/"))
    assert checked(capsys, path) == (1, "warning" + said)
    assert checked(capsys, place) == (1, "warning" + said)
    assert run(["explain", "it", "-r", place]) == 2
    assert capsys.readouterr().err == "error" + said
    with pytest.raises(sr.RulesetError) as caught:
        sr.load(place)
    assert str(caught.value) + "\n" == "error" + said
    with pytest.raises(sr.NotFoundError):
        sr.load(name)
    assert sr.load(path).name == name  # a path says what is meant


def test_a_document_of_another_name_is_not_picked_for_its_folders_or_its_alias(own: Path) -> None:
    write(own, "green@2020", document("green@2020", alias="绿字1号"))
    write(own, "green@2024", document("blue@2024", alias="绿字1号"))
    with pytest.warns(sr.RulesetWarning, match="the folders name `green@2024`, and the document `blue@2024`"):
        assert sr.load("green").name == "green@2020"
    with pytest.warns(sr.RulesetWarning, match="`green@2024` is passed over, because it cannot be read: the folders"):
        assert sr.load("绿字1号").name == "green@2020"


@pytest.mark.usefixtures("packaged")
@pytest.mark.parametrize(
    ("place", "name", "warned"),
    [
        ("green@2024", "green@2025", True),
        ("green@2024", "blue@2024", True),
        ("green@2024", "blue@2025", False),  # folders outside the catalog may be called anything
        ("green@2024", "green@2024", False),
    ],
)
def test_outside_the_catalog_folders_that_half_name_a_document_are_warned_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], place: str, name: str, warned: bool
) -> None:
    code, err = checked(capsys, write(tmp_path / "draft", place, document(name)))
    assert (code, "SR612" in err) == (int(warned), warned)


def test_a_document_of_another_name_cannot_be_extended(own: Path) -> None:
    path = write(own, "green@2024", document("blue@2024"))
    write(own, "city@1", "standard: city\nedition: '1'\nextends: green@2024\n")
    with pytest.raises(sr.RulesetError) as caught:
        sr.load("city@1")
    assert [(d.code, d.message) for d in caught.value.diagnostics] == [
        (
            "SR415",
            f"`green@2024` cannot be extended: the folders name `green@2024`, and the document `blue@2024` ({path}:1)",
        )
    ]


# --- gaps and overlaps ---------------------------------------------------------------------------------------------


def faults(*spans: tuple[str, str, str]) -> list[str]:
    editions = []
    for name, since, until in spans:
        effective = ", ".join(f"{key}: {day}" for key, day in (("from", since), ("until", until)) if day)
        editions.append(read_ruleset(document(f"green@{name}", effective)))
    return [message for *_, message in validity_faults(editions)]


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([("1", "2020-01-01", "2020-12-31"), ("2", "2021-01-01", "")], []),
        ([("2", "2021-01-01", ""), ("1", "2020-01-01", "2020-12-31")], []),
        (
            [("1", "2020-01-01", "2020-12-30"), ("2", "2021-01-01", "")],
            ["neither `green@1` nor `green@2` is in force on 2020-12-31"],
        ),
        (
            [("1", "2020-01-01", "2021-01-01"), ("2", "2021-01-01", "")],
            ["`green@1` and `green@2` are both in force on 2021-01-01"],
        ),
        ([("1", "", ""), ("2", "", "")], ["`green@1` and `green@2` are both in force on 0001-01-01"]),
        (  # what is in force for long covers a gap between two that it outlasts, and meets both
            [("1", "2020-01-01", "2029-12-31"), ("2", "2021-01-01", "2021-12-31"), ("3", "2023-01-01", "")],
            [
                "`green@1` and `green@2` are both in force on 2021-01-01",
                "`green@1` and `green@3` are both in force on 2023-01-01",
            ],
        ),
        (
            [("1", "2020-01-01", "2020-12-31"), ("2", "2021-02-01", "2022-12-31"), ("3", "2022-06-01", "")],
            [
                "neither `green@1` nor `green@2` is in force on 2021-01-01",
                "`green@2` and `green@3` are both in force on 2022-06-01",
            ],
        ),
    ],
)
def test_gaps_and_overlaps_of_validity_are_found(spans: list[tuple[str, str, str]], expected: list[str]) -> None:
    assert faults(*spans) == expected


def said(path: Path, *messages: str) -> str:
    help_line = "help: set `from` and `until` under `effective:`\n"
    return "".join(f"warning[SR608]: {message}\n  --> {path}\n{help_line}" for message in messages)


def test_the_editions_of_the_whole_catalog_are_compared(
    packaged: Path, own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first = write(packaged, "green@2020", document("green@2020", "from: 2020-01-01, until: 2020-12-31"))
    second = write(own, "green@2022", document("green@2022", "from: 2022-01-01, until: 2023-12-31"))
    plugin = tmp_path / "plugin" / "green_rules"
    third = write(plugin, "green@2023", document("green@2023", "from: 2023-07-01"))
    write(plugin, "blue@2021", document("blue@2021", "from: 2021-01-01"))
    (plugin / "__init__.py").touch()
    info = tmp_path / "plugin" / "green_rules-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: green-rules\nVersion: 1.0\n", "utf-8")
    (info / "entry_points.txt").write_text("[smartrules.rulesets]\ngreen = green_rules\n", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path / "plugin"))
    gap = "neither `green@2020` nor `green@2022` is in force on 2021-01-01"
    overlap = "`green@2022` and `green@2023` are both in force on 2023-07-01"
    assert checked(capsys, first) == (1, said(first, gap))
    assert checked(capsys, second) == (1, said(second, gap, overlap))
    assert checked(capsys, "green@2023") == (1, said(third, overlap))
    assert checked(capsys, "blue@2021") == (0, "")
    with pytest.raises(sr.NotFoundError) as caught:
        sr.load("green", on=date(2021, 6, 1))
    assert str(caught.value) == (
        "error[SR602]: no edition of `green` is in force on 2021-06-01\n"
        "help: there is `green@2020` from 2020-01-01 until 2020-12-31, `green@2022` from 2022-01-01 until 2023-12-31, "
        "`green@2023` from 2023-07-01"
    )
    assert sr.load("green", on=date(2023, 6, 30)).name == "green@2022"
    assert sr.load("green", on=date(2023, 7, 1)).name == sr.load("green", on=date(2024, 1, 1)).name == "green@2023"


def test_a_draft_is_compared_with_the_editions_beside_it_and_with_no_other_standard(
    packaged: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(packaged, "green@2019", document("green@2019", "from: 2019-01-01"))
    write(tmp_path / "draft", "green@2020", document("green@2020", "from: 2020-01-01, until: 2020-12-31"))
    write(tmp_path / "draft", "green@2021", document("blue@2021", "from: 2021-01-01, until: 2021-12-31"))
    write(tmp_path / "draft", "green@2022", "broken\n")
    path = write(tmp_path / "draft", "green@2023", document("green@2023", "from: 2023-01-01"))
    gap = "neither `green@2020` nor `green@2023` is in force on 2021-01-01"
    assert checked(capsys, path) == (1, said(path, gap))


def test_the_document_that_is_checked_counts_and_not_the_one_of_its_name_in_the_catalog(
    packaged: Path, own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(packaged, "green@2020", document("green@2020", "from: 2020-01-01, until: 2020-12-31"))
    write(packaged, "green@2021", document("green@2021", "from: 2021-02-01"))
    path = write(own, "green@2021", document("green@2021", "from: 2021-01-01"))
    assert checked(capsys, path) == (0, "")
