"""What must hold of every ruleset that is begun: it passes all that an author can run over it."""

from __future__ import annotations

from pathlib import Path

from smartrules import catalog
from smartrules.analysis.lint import lint
from smartrules.analysis.placing import doubtful_placing
from smartrules.diagnostics import Text, display_width
from smartrules.documents.facts import read_facts_file
from smartrules.documents.format import format_document
from smartrules.engines.exact import disagreements
from smartrules.ruleset import Ruleset
from smartrules.testing.cases import cases_of, differences
from smartrules.testing.coverage import coverage


def checked(folder: Path) -> Ruleset:
    """Return the ruleset of a folder that passes `check` and `test --cover`, as do its examples; `fmt` changes nothing."""
    path = folder / "ruleset.yaml"
    for document in folder.rglob("*.yaml"):
        assert format_document(document.read_text("utf-8")) == document.read_text("utf-8")
    ruleset = catalog.load_file(path)
    assert [str(one) for one in lint(ruleset.edition, Text(str(path), path.read_text("utf-8")))] == []
    assert [str(one) for one in doubtful_placing(path, ruleset.edition)] == []
    cases = cases_of(ruleset, folder / "cases")
    assert [f"{case.name}: {wrong}" for _, case in cases for wrong in differences(ruleset, case)] == []
    boundaries = coverage(ruleset, (case for _, case in cases))
    assert boundaries
    assert [str(one) for one in boundaries if one.open] == []
    examples = list((folder / "examples").glob("*.yaml"))
    assert examples
    for example in examples:
        facts = read_facts_file(ruleset.edition, example, disagreements=disagreements)
        assert facts.facts
    return ruleset


def wide_lines(folder: Path) -> list[str]:
    """Return the lines of a folder's documents that take more than 120 columns."""
    lines = [line for path in sorted(folder.rglob("*.yaml")) for line in path.read_text("utf-8").splitlines()]
    return [line for line in lines if display_width(line) > 120]
