"""The supplement that an author begins with: it restates a threshold where that is safe, else it adds an indicator."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from smartrules import catalog
from smartrules.authoring.answers import Answers
from smartrules.authoring.folder import write_folder
from smartrules.authoring.supplement import supplement
from smartrules.ruleset import Ruleset
from smartrules.standard import Source, Title
from smartrules.values import Language
from tests.authoring.checked import checked, wide_lines
from tests.rulesets import GREEN, ROOT

COUNTY = Answers(
    standard="county",
    edition="2025",
    title=Title("某县补充规定", "County supplement"),
    source="某县〔2025〕1号",
    effective_from=date(2025, 1, 1),
)

BASE = """\
standard: base
edition: "1"
source: {document: base}
tiers: {low: , high: , top: {requirements: unknown}}
facts:
  part: {count: household, at_most: whole}
  whole: {count: household, min: 1}
  other: {kind: flag}
indicators:
  rest: {require: {low: other, high: part >= 1 household}}
  covered:
    number: "7"
    measures: {rate: {value: part / whole, unit: "%"}}
    require: {low: rate >= 70 %, high: rate >= 81 %}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SMARTRULES_PATH", str(tmp_path))
    return tmp_path


def begun(folder: Path, base: str | None = None, answers: Answers = COUNTY) -> tuple[Ruleset, Path]:
    """Return the checked supplement to a base that is given as a text, by default to the packaged ruleset."""
    name = "shandong-smart-community@2022"
    if base is not None:
        name = "base@1"
        path = folder / "base" / "1" / "ruleset.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(base, "utf-8")
    place = folder / answers.standard / answers.edition
    write_folder(place, supplement(answers, catalog.load(name).edition))
    return checked(place), place


def stated(ruleset: Ruleset) -> list[str]:
    """Return what a supplement states itself, as `<tier>.<indicator>`."""
    return [
        f"{requirement.tier}.{indicator.id}"
        for indicator in ruleset.edition.indicators
        for requirement in indicator.requirements
        if requirement.origin is None
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_of_the_packaged_ruleset_the_first_share_is_restated_half_way_to_all(folder: Path, language: Language) -> None:
    answers = Answers(standard="county", edition="2025", language=language, source="某县〔2025〕1号")
    ruleset, place = begun(folder, answers=answers)
    assert stated(ruleset) == ["basic.wired_broadband"]
    assert ruleset.edition.source_of("wired_broadband") == Source("某县〔2025〕1号", "1")
    assert len(ruleset.edition.indicators) == 22
    assert wide_lines(place) == []
    text = (place / "ruleset.yaml").read_text("utf-8")
    assert [line for line in text.splitlines() if not line.lstrip().startswith("#")] == [
        "standard: county",
        'edition: "2025"',
        "extends: shandong-smart-community@2022",
        "source: {document: 某县〔2025〕1号}",
        "",
        "indicators:",
        "  wired_broadband:",
        "    require:",
        "      basic: gigabit_coverage >= 85 %",
        '    source: {clause: "1"}',
    ]
    assert "70 %" in text
    assert {"zh": "虚构", "en": "invented"}[language] in text


def test_the_highest_tier_that_states_a_threshold_is_restated(folder: Path) -> None:
    ruleset, place = begun(folder, BASE)
    assert stated(ruleset) == ["high.covered"]
    assert "      high: rate >= 90 %\n" in (place / "ruleset.yaml").read_text("utf-8")
    assert "  whole: 400\n  part: 360\n" in (place / "examples" / "example.yaml").read_text("utf-8")
    assert "name: 7, high, exactly 90 %" in (place / "cases" / "cases.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("high: rate >= 81 %", "high: rate >= 99 %"),
        ("high: rate >= 81 %", "high: rate > 81 %"),
        ("high: rate >= 81 %", "high: rate >= 81.5 %"),
        ("high: rate >= 81 %", "high: rate >= 810 ‰"),
        ("high: rate >= 81 %", "high: rate >= 81 % and other"),
        ("value: part / whole", "value: part / (whole + 1 household)"),
        ('    number: "7"\n', "    applies: other\n"),
        (", at_most: whole", ", at_most: whole, max: 300"),
        (", at_most: whole", ", at_most: whole, min: 90"),
        (", at_most: whole", ", at_most: whole, step: 2"),
        (", at_most: whole", ""),
        ("min: 1}", "min: 1, max: 200}"),
        ("min: 1}", "min: 101}"),
        ("min: 1}", "min: 1, step: 30}"),
    ],
)
def test_where_no_threshold_is_safe_an_indicator_is_added(folder: Path, old: str, new: str) -> None:
    assert BASE.count(old) == 1
    ruleset, _ = begun(folder, BASE.replace(old, new))
    assert stated(ruleset) == ["low.waste_sorting"]


def test_a_count_that_is_made_of_a_collection_is_left_alone(folder: Path) -> None:
    base = BASE.replace(
        "facts:\n", "collections:\n  homes: {each: household, facts: {wired: {kind: flag}}}\nfacts:\n", 1
    )
    base = base.replace("whole: {count: household, min: 1}", "whole: {count: household, min: 1, from: count(homes)}")
    base = base.replace("at_most: whole}", "at_most: whole, from: count(homes where wired)}")
    assert stated(begun(folder, base)[0]) == ["low.waste_sorting"]


def test_what_is_added_takes_no_name_of_the_base_and_its_lowest_known_tier(folder: Path) -> None:
    base = """\
standard: base
edition: "1"
source: {document: base}
tiers: {lost: {requirements: unknown}, "null": }
facts:
  households: {kind: flag}
  sorting_share: {kind: flag}
collections:
  sorting_households: {each: quarter, facts: {sorting_households_2: {kind: flag}}}
indicators:
  waste_sorting: {require: {"null": households or sorting_share}}
"""
    ruleset, place = begun(folder, base)
    assert stated(ruleset) == ["null.waste_sorting_2"]
    assert "      sorting_share_2:\n        value: sorting_households_3 / households_2\n" in (
        place / "ruleset.yaml"
    ).read_text("utf-8")
    assert wide_lines(place) == []


def test_a_ruleset_with_everything_in_it_can_be_supplemented(folder: Path) -> None:
    base = GREEN.replace("green-quarters", "base").replace('"2024"', '"1"')
    assert stated(begun(folder, base)[0]) == ["basic.waste_sorting"]


DOCUMENTS = [
    *sorted((ROOT / "rulesets").glob("*/*/ruleset.yaml")),
    *sorted((ROOT / "docs" / "examples").glob("*/ruleset.yaml")),
    *sorted((ROOT / "docs" / "examples").glob("*-community.yaml")),
]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_ruleset_of_the_project_can_be_supplemented(folder: Path, path: Path) -> None:
    base = catalog.load_file(path).edition
    place = folder / base.standard.id / base.id / "ruleset.yaml"
    place.parent.mkdir(parents=True)
    place.write_bytes(path.read_bytes())
    county = folder / "county" / "2025"
    write_folder(county, supplement(COUNTY, base))
    assert len(stated(checked(county))) == 1


def test_a_supplement_can_be_supplemented(folder: Path) -> None:
    begun(folder, BASE)
    place = folder / "town" / "1"
    write_folder(place, supplement(Answers(standard="town", edition="1"), catalog.load("county@2025").edition))
    assert stated(checked(place)) == ["high.covered"]
    assert "rate >= 95 %" in (place / "ruleset.yaml").read_text("utf-8")
