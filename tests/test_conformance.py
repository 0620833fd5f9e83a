"""The conformance corpus through every engine; the reference evaluator is the first of them."""

from pathlib import Path

import pytest

from smartrules.diagnostics import Log, RulesetError, Text
from smartrules.documents.canonical import fingerprint
from smartrules.documents.cases import Case, read_case_list
from smartrules.documents.ruleset import read_ruleset_tree
from smartrules.documents.tree import Table
from smartrules.documents.yaml import read_tree
from smartrules.ruleset import Ruleset
from smartrules.testing.cases import differences

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
