"""The conformance corpus through every engine; the reference evaluator is the first of them."""

from pathlib import Path

import pytest

from smartrules.diagnostics import Log, RulesetError, Text
from smartrules.documents.canonical import fingerprint
from smartrules.documents.cases import Case, read_case_list
from smartrules.documents.compiled import compile_edition, read_compiled
from smartrules.documents.given import document_of
from smartrules.documents.ruleset import read_ruleset_tree
from smartrules.documents.tree import Table
from smartrules.documents.yaml import read_tree
from smartrules.facts import Facts
from smartrules.live import Monitor
from smartrules.ruleset import Ruleset
from smartrules.testing.cases import differences
from tests.solving import disagreements

CORPUS = Path(__file__).parent / "conformance"


def read_corpus_file(path: Path) -> tuple[Ruleset, tuple[Case, ...]]:
    """Return the ruleset and the cases of a file; anything else in it is a fault."""
    log = Log(Text(path.name, path.read_text("utf-8")))
    tree = read_tree(log.text, log)
    assert isinstance(tree, Table), log.errors
    assert [entry.key for entry in tree.entries] == ["ruleset", "cases"]
    edition = read_ruleset_tree(tree.entries[0].value, log)
    if edition is None:
        raise RulesetError(log.errors)
    cases = read_case_list(edition, tree.entries[1].value, log, path)
    if log.errors:
        raise RulesetError(log.errors)
    return Ruleset(edition, fingerprint(edition)), cases


def _corpus() -> list[object]:
    return [
        pytest.param(ruleset, case, id=f"{path.stem}: {case.name}")
        for path in sorted(CORPUS.glob("*.yaml"))
        for ruleset, cases in [read_corpus_file(path)]
        for case in cases
    ]


@pytest.mark.parametrize(("ruleset", "case"), _corpus())
def test_the_reference_evaluator_says_what_the_corpus_expects(ruleset: Ruleset, case: Case) -> None:
    assert differences(ruleset, case) == []


@pytest.mark.parametrize(("ruleset", "case"), _corpus())
def test_the_compiled_engine_says_what_the_reference_says(ruleset: Ruleset, case: Case) -> None:
    assert ruleset.outcomes(case.facts) == ruleset.assess(case.facts).outcomes()


@pytest.mark.parametrize(("ruleset", "case"), _corpus())
def test_the_solver_says_what_the_reference_says(ruleset: Ruleset, case: Case) -> None:
    assert disagreements(ruleset, case.facts) == []


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_monitor_says_what_the_reference_says_from_one_case_to_the_next(path: Path) -> None:
    ruleset, cases = read_corpus_file(path)
    with Monitor(ruleset) as monitor:
        for case in cases:
            known = monitor.facts("a") if "a" in monitor.communities() else Facts(ruleset.name)
            names = {*known.facts, *known.stated, *known.collections, *known.not_reported, "on"}
            if known.facts or known.stated or known.collections:
                monitor.retract("a", names)
            monitor.assert_facts("a", document_of(ruleset.edition, case.facts))
            expected = ruleset.assess(case.facts)
            assert monitor.outcomes("a") == expected.outcomes(), case.name
            assert monitor.tiers("a") == {tier: part.outcome for tier, part in expected.items()}, case.name


@pytest.mark.parametrize(("ruleset", "case"), _corpus())
def test_an_assessment_of_the_corpus_comes_back_from_its_json(ruleset: Ruleset, case: Case) -> None:
    assessment = ruleset.assess(case.facts)
    assert ruleset.read_assessment(assessment.to_json()) == assessment


@pytest.mark.parametrize(("ruleset", "case"), _corpus())
def test_every_finding_of_the_corpus_is_explained_in_both_languages(ruleset: Ruleset, case: Case) -> None:
    for tier in ruleset.assess(case.facts).values():
        for finding in tier.values():
            for language in ("zh", "en"):
                assert finding.explain(language).splitlines()


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_compiled_ruleset_of_the_corpus_is_the_same(path: Path) -> None:
    ruleset, _ = read_corpus_file(path)
    found = read_compiled(compile_edition(ruleset.edition, b"document"), b"document")
    assert found == (ruleset.edition, ruleset.fingerprint)
