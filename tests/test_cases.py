"""Every packaged ruleset against its own cases, whose expectations are literals from the standard's text."""

from pathlib import Path

import pytest

import smartrules as sr
from smartrules import catalog
from smartrules.documents.cases import Case, read_cases
from smartrules.testing.cases import Difference, cases_of, differences

FOLDERS = [entry.path.parent for entry in catalog.entries()]


def _all_cases() -> list[object]:
    found = []
    for folder in FOLDERS:
        ruleset = catalog.load_file(folder / catalog.DOCUMENT_NAME)
        for path, case in cases_of(ruleset, folder / "cases"):
            found.append(pytest.param(ruleset, case, id=f"{ruleset.name} {path.stem}: {case.name}"))
    return found


@pytest.mark.parametrize(("ruleset", "case"), _all_cases())
def test_the_ruleset_says_what_the_case_expects(ruleset: sr.Ruleset, case: Case) -> None:
    assert differences(ruleset, case) == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: f"{folder.parent.name}@{folder.name}")
def test_every_indicator_has_a_case_for_each_outcome_it_can_have(folder: Path) -> None:
    ruleset = catalog.load_file(folder / catalog.DOCUMENT_NAME)
    seen: dict[str, set[str]] = {}
    for _, case in cases_of(ruleset, folder / "cases"):
        for outcomes in case.indicators.values():
            for name, outcome in outcomes.items():
                seen.setdefault(name, set()).add(outcome.value)
    for indicator in ruleset.edition.indicators:
        if all(part.origin is not None for part in (indicator, *indicator.requirements)):
            continue  # the ruleset that it comes from pins it
        wanted = {"met", "not_met", "undetermined"} | ({"not_applicable"} if indicator.applies is not None else set())
        assert seen[indicator.id] >= wanted, indicator.id


def test_a_case_that_is_wrong_says_what_was_expected_and_what_was_found(tmp_path: Path) -> None:
    ruleset = sr.load("shandong-smart-community@2022")
    path = tmp_path / "cases" / "wrong.yaml"
    path.parent.mkdir()
    path.write_text(
        """\
cases:
  - name: all of it wrong
    facts: {households: 10, gigabit_households: 7}
    expect:
      tier: basic
      tiers: {basic: met}
      indicators: {basic: {wired_broadband: not_met}}
      missing: {basic: {innovation: []}}
      values: {gigabit_coverage: 71 %, coverage_5g: 80 %}
""",
        encoding="utf-8",
    )
    (case,) = read_cases(ruleset.edition, path)
    assert differences(ruleset, case) == [
        Difference("tier", "basic", "none"),
        Difference("basic", "met", "undetermined"),
        Difference("basic.wired_broadband", "not_met", "met"),
        Difference("basic.innovation missing", "nothing", "innovative_scenarios"),
        Difference("gigabit_coverage", "71 %", "70 %"),
        Difference("coverage_5g", "80 %", "unknown"),
    ]


def test_a_case_file_with_faults_names_all_of_them(tmp_path: Path) -> None:
    ruleset = sr.load("shandong-smart-community@2022")
    path = tmp_path / "cases" / "bad.yaml"
    path.parent.mkdir()
    path.write_text(
        """\
ruleset: shandong-smart-community@2023
cases:
  - name: first
    from: ../../../etc/passwd
    without: [household]
    expect: {tier: basics, tires: {}}
  - name: second
    facts: {households: ten}
    expect:
      tiers: {basic: passed}
      indicators: {basic: {wired_broadbant: met}}
      missing: {basic: {innovation: [innovative_scenario]}}
      values: {gigabit_coverage: 70, coverage_5g: [80 %]}
  - name: first
    expect: {}
""",
        encoding="utf-8",
    )
    with pytest.raises(sr.RulesetError) as caught:
        read_cases(ruleset.edition, path)
    assert [(d.code, d.at.line if d.at else None) for d in caught.value.diagnostics] == [
        ("SR514", 1),
        ("SR114", 4),
        ("SR515", 5),
        ("SR515", 6),
        ("SR109", 6),
        ("SR207", 8),
        ("SR513", 10),
        ("SR515", 11),
        ("SR515", 12),
        ("SR504", 13),
        ("SR111", 13),
        ("SR403", 14),
        ("SR110", 15),
    ]
