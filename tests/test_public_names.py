"""The public names: what `smartrules` offers, that each is there, and that each says what it is."""

from __future__ import annotations

import inspect

import pytest

import smartrules
from smartrules import diagnostics

PUBLIC = [
    "Assessment",
    "AssessmentError",
    "Basis",
    "Diagnostic",
    "Facts",
    "FactsError",
    "Finding",
    "FrameError",
    "MissingExtraError",
    "MonitorError",
    "NotFoundError",
    "Outcome",
    "Quantity",
    "Ruleset",
    "RulesetError",
    "RulesetWarning",
    "SmartrulesError",
    "StoreError",
    "TierAssessment",
    "load",
]


def test_the_public_names_are_these() -> None:
    assert smartrules.__all__ == PUBLIC


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_is_there_and_says_what_it_is(name: str) -> None:
    value = getattr(smartrules, name)
    assert value.__name__ == name
    assert value.__module__.startswith("smartrules.")
    assert inspect.getdoc(value)
    assert getattr(smartrules, name) is value


def test_the_public_names_are_listed() -> None:
    assert set(PUBLIC) <= set(dir(smartrules))
    assert dir(smartrules) == sorted(dir(smartrules))


def test_all_of_the_public_names_can_be_imported_at_once() -> None:
    names: dict[str, object] = {}
    exec("from smartrules import *", names)
    assert set(PUBLIC) <= set(names)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"^module 'smartrules' has no attribute 'Rulesets'$"):
        _ = smartrules.Rulesets  # type: ignore[attr-defined]


def test_the_version_is_a_release_number() -> None:
    assert [part.isdecimal() for part in smartrules.__version__.split(".")] == [True, True, True]


@pytest.mark.parametrize("name", ["RulesetError", "FactsError", "NotFoundError", "AssessmentError", "StoreError"])
def test_every_error_is_of_the_one_family(name: str) -> None:
    error = getattr(smartrules, name)
    assert issubclass(error, smartrules.SmartrulesError)
    raised = error.of("SR601", "nothing is there", "look elsewhere")
    assert str(raised) == "error[SR601]: nothing is there\nhelp: look elsewhere"
    assert raised.diagnostics == (smartrules.Diagnostic("SR601", "nothing is there", "look elsewhere"),)


def test_errors_are_of_the_kinds_that_python_code_expects() -> None:
    assert issubclass(smartrules.NotFoundError, LookupError)


def test_every_code_has_its_number_and_says_one_thing() -> None:
    for code, meaning in diagnostics.CODES.items():
        assert code[:2] == "SR"
        assert code[2:].isdecimal()
        assert len(code) == 5
        assert meaning == meaning.strip(". ")
    assert len(set(diagnostics.CODES.values())) == len(diagnostics.CODES)


def test_the_contract_of_the_readme_in_one_breath() -> None:
    ruleset = smartrules.load("shandong-smart-community@2022")
    facts = ruleset.facts({"households": 3461, "gigabit_households": 2423})
    assessment = ruleset.assess(facts)
    finding = assessment["basic"]["wired_broadband"]
    assert isinstance(ruleset, smartrules.Ruleset)
    assert isinstance(facts, smartrules.Facts)
    assert isinstance(assessment, smartrules.Assessment)
    assert isinstance(assessment["basic"], smartrules.TierAssessment)
    assert isinstance(finding, smartrules.Finding)
    assert finding.basis is smartrules.Basis.COUNTED
    assert isinstance(finding.margin, smartrules.Quantity)
    assert finding.outcome is smartrules.Outcome.MET
    assert ruleset.outcomes(facts)["basic"]["wired_broadband"] == "met"
    assert ruleset.read_assessment(assessment.to_json()) == assessment


def test_answers_are_found_under_analysis() -> None:
    from smartrules import analysis

    for name in analysis.__all__:
        value = getattr(analysis, name)
        assert value.__name__ == name
        assert inspect.getdoc(value)
    assert dir(analysis) == sorted(dir(analysis))
    with pytest.raises(AttributeError, match="has no attribute 'nobody'"):
        _ = analysis.nobody
