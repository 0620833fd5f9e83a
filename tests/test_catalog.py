"""The catalog: rulesets by name, edition, alias and path, in the edition in force on a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from smartrules import catalog
from smartrules.diagnostics import NotFoundError, RulesetError, shorten
from tests.rulesets import SHANDONG, shandong

NAME = "shandong-smart-community@2022"


def _document(standard: str, edition: str, effective: str = "", alias: str = "") -> str:
    return (
        f"standard: {standard}\nedition: '{edition}'\n"
        + (f"effective: {effective}\n" if effective else "")
        + (f"aliases: [{alias}]\n" if alias else "")
        + "tiers: {basic: }\nfacts: {a: {kind: flag}}\nindicators: {it: {require: {basic: a}}}\n"
    )


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a catalog of its own: three editions of one standard, and a standard that is always in force."""
    for standard, edition, effective, alias in (
        ("green", "2020", "{from: 2020-01-01, until: 2021-12-31}", "绿字1号"),
        ("green", "2022", "{from: 2022-01-01}", "绿字1号"),
        ("green", "2024", "{from: 2024-07-01}", "绿字9号"),
        ("timeless", "1", "", ""),
    ):
        path = tmp_path / standard / edition / "ruleset.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(_document(standard, edition, effective, alias), "utf-8")
    (tmp_path / "green" / "notes.txt").write_text("no ruleset", "utf-8")
    (tmp_path / "green" / "2023").mkdir()
    monkeypatch.setattr(catalog, "packaged_folder", lambda: tmp_path)
    monkeypatch.delenv("SMARTRULES_PATH", raising=False)
    return tmp_path


def refusal(name: str | Path, on: date | None = None) -> str:
    with pytest.raises(NotFoundError) as caught:
        catalog.load(name, on=on)
    return str(caught.value)


# --- the packaged ruleset ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "shandong-smart-community@2022",
        "shandong-smart-community",
        "鲁数发〔2022〕16号",
        "数字强省办发〔2022〕4号",
        "鲁数发〔2022〕16号@2022",
        SHANDONG / "ruleset.yaml",
        str(SHANDONG / "ruleset.yaml"),
    ],
    ids=str,
)
def test_the_packaged_ruleset_is_found_by_each_of_its_names(name: str | Path) -> None:
    found = catalog.load(name)
    assert (found.name, found.fingerprint, found.edition) == (NAME, shandong().fingerprint, shandong().edition)


def test_a_path_may_be_relative(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(SHANDONG)
    assert catalog.load("ruleset.yaml").name == catalog.load("./ruleset.yaml").name == NAME


def test_the_packaged_rulesets_are_listed() -> None:
    packaged = [entry for entry in catalog.entries() if entry.origin == "packaged"]
    assert [(e.standard, e.edition, e.name) for e in packaged] == [
        ("complete-community", "trial", "complete-community@trial"),
        ("example-city-smart-community", "2023", "example-city-smart-community@2023"),
        ("gigabit-city", "2022", "gigabit-city@2022"),
        ("shandong-smart-community", "2022", NAME),
        ("u4ssc-kpi", "2022", "u4ssc-kpi@2022"),
    ]
    assert all(entry.path.is_file() for entry in packaged)


@pytest.mark.parametrize(
    ("name", "on", "message"),
    [
        (
            "shandong-smart-comunity",
            None,
            "error[SR601]: the catalog has no ruleset `shandong-smart-comunity`\n"
            "help: did you mean `shandong-smart-community`?",
        ),
        (
            "zzz",
            None,
            "error[SR601]: the catalog has no ruleset `zzz`\n"
            "help: `smartrules list` shows the catalog; a document is named by its path",
        ),
        (
            "shandong-smart-community@2023",
            None,
            "error[SR601]: the catalog has no edition `2023` of `shandong-smart-community`\nhelp: its editions are `2022`",
        ),
        (
            "shandong-smart-community",
            date(2021, 12, 31),
            "error[SR602]: no edition of `shandong-smart-community` is in force on 2021-12-31\n"
            "help: there is `shandong-smart-community@2022` from 2022-01-01",
        ),
        (
            NAME,
            date(2021, 12, 31),
            "error[SR602]: no edition of `shandong-smart-community@2022` is in force on 2021-12-31\n"
            "help: there is `shandong-smart-community@2022` from 2022-01-01",
        ),
    ],
)
def test_what_the_catalog_does_not_have_is_said_so(name: str, on: date | None, message: str) -> None:
    assert refusal(name, on) == message


# --- editions in force ---------------------------------------------------------------------------------------------


def test_rulesets_are_listed_by_standard_and_edition(folder: Path) -> None:
    assert [entry.name for entry in catalog.entries()] == ["green@2020", "green@2022", "green@2024", "timeless@1"]
    assert next(entry.path for entry in catalog.entries()) == folder / "green" / "2020" / "ruleset.yaml"


@pytest.mark.parametrize(
    ("name", "on", "edition"),
    [
        ("green", date(2020, 1, 1), "2020"),
        ("green", date(2021, 12, 31), "2020"),
        ("green", date(2022, 1, 1), "2022"),
        ("green", date(2024, 6, 30), "2022"),
        ("green", date(2024, 7, 1), "2024"),
        ("green", date(2099, 1, 1), "2024"),
        ("绿字1号", date(2021, 1, 1), "2020"),
        ("绿字1号", date(2024, 12, 1), "2022"),
        ("绿字9号", date(2024, 12, 1), "2024"),
        ("green@2020", date(2021, 12, 31), "2020"),
        ("green@2022", date(2030, 1, 1), "2022"),
        ("timeless", date(1900, 1, 1), "1"),
        ("timeless", date(2900, 1, 1), "1"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_the_newest_edition_in_force_on_a_day_is_picked(name: str, on: date, edition: str) -> None:
    assert catalog.load(name, on=on).edition.id == edition


@pytest.mark.usefixtures("folder")
def test_without_a_day_the_edition_in_force_today_is_picked() -> None:
    assert catalog.load("green").edition == catalog.load("green", on=date.today()).edition
    assert catalog.load("green").edition.id == "2024"


@pytest.mark.usefixtures("folder")
def test_an_edition_that_is_named_needs_no_day() -> None:
    assert catalog.load("green@2020").edition.id == "2020"


@pytest.mark.parametrize(
    ("name", "on", "message"),
    [
        (
            "green",
            date(2019, 12, 31),
            "error[SR602]: no edition of `green` is in force on 2019-12-31\n"
            "help: there is `green@2020` from 2020-01-01 until 2021-12-31, `green@2022` from 2022-01-01, "
            "`green@2024` from 2024-07-01",
        ),
        (
            "green@2020",
            date(2022, 1, 1),
            "error[SR602]: no edition of `green@2020` is in force on 2022-01-01\n"
            "help: there is `green@2020` from 2020-01-01 until 2021-12-31",
        ),
        (
            "绿字9号",
            date(2022, 1, 1),
            "error[SR602]: no edition of `绿字9号` is in force on 2022-01-01\nhelp: there is `green@2024` from 2024-07-01",
        ),
        (
            "green@2021",
            None,
            "error[SR601]: the catalog has no edition `2021` of `green`\nhelp: its editions are `2020`, `2022` and `2024`",
        ),
        ("grean", None, "error[SR601]: the catalog has no ruleset `grean`\nhelp: did you mean `green`?"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_what_is_not_in_force_is_said_so(name: str, on: date | None, message: str) -> None:
    assert refusal(name, on) == message


def test_a_path_is_asked_for_its_day_too(folder: Path) -> None:
    path = folder / "green" / "2020" / "ruleset.yaml"
    assert catalog.load(path, on=date(2021, 1, 1)).name == "green@2020"
    assert refusal(path, date(2022, 1, 1)) == (
        "error[SR602]: no edition of `green@2020` is in force on 2022-01-01\n"
        "help: there is `green@2020` from 2020-01-01 until 2021-12-31"
    )


@pytest.mark.usefixtures("folder")
def test_an_edition_is_in_force_from_its_first_day_to_its_last() -> None:
    found = catalog.load("green@2020")
    day = timedelta(days=1)
    assert [found.in_force(on) for on in (date(2020, 1, 1), date(2021, 12, 31))] == [True, True]
    assert [found.in_force(on) for on in (date(2020, 1, 1) - day, date(2021, 12, 31) + day)] == [False, False]


# --- paths ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["absent.yaml", "./absent", "sub/absent.yml", "absent.json"])
def test_a_path_that_leads_nowhere_is_said_so(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RulesetError) as caught:
        catalog.load(name)
    assert str(caught.value) == (f"error[SR114]: there is no such file\n  --> {Path(name)}\nhelp: check the path")


def test_a_folder_is_no_ruleset(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError) as caught:
        catalog.load(tmp_path)
    assert str(caught.value) == (
        f"error[SR601]: `{shorten(str(tmp_path))}` is a folder, and a ruleset is a document\n"
        "help: name a document in it by its path"
    )
    with pytest.raises(RulesetError) as unread:
        catalog.load_file(tmp_path)
    assert [(d.code, d.file) for d in unread.value.diagnostics] == [("SR114", str(tmp_path))]


def test_a_document_with_faults_names_its_file(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(_document("own", "1").replace("{basic: a}", "{basic: b}"), "utf-8")
    with pytest.raises(RulesetError) as caught:
        catalog.load(path)
    (diagnostic,) = caught.value.diagnostics
    assert (diagnostic.code, diagnostic.file, diagnostic.at and diagnostic.at.line) == ("SR206", str(path), 5)
    assert diagnostic.line == "indicators: {it: {require: {basic: b}}}"


def test_a_ruleset_outside_the_catalog_is_used_as_any_other(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(_document("own", "1"), "utf-8")
    assert catalog.load(path).assess({"a": True}).tier == "basic"
