"""Commands of an author: ``check``, ``test``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from smartrules import catalog
from smartrules.analysis.lint import lint
from smartrules.cli.app import NOT_REACHED, REACHED, WRONG, RulesetOption
from smartrules.cli.printing import print_diagnostic, print_error, say
from smartrules.cli.reading import facts_and_ruleset, is_facts, path_of
from smartrules.diagnostics import Fault, NotFoundError, SmartrulesError, Text
from smartrules.documents.yaml import read_text
from smartrules.testing.cases import cases_of, differences
from smartrules.testing.coverage import coverage, share


def check(
    documents: Annotated[list[str], typer.Argument(metavar="DOCUMENT…", help="Ruleset or facts documents.")],
    ruleset: RulesetOption = None,
) -> int:
    """Check ruleset and facts documents: every fault with its place and remedy, then what is doubtful."""
    code = REACHED
    for name in documents:
        try:
            code = max(code, _check(name, ruleset))
        except SmartrulesError as error:
            print_error(error)
            code = WRONG
    return code


def run_cases(
    ruleset: Annotated[str, typer.Argument(metavar="RULESET", help="A ruleset: standard@edition or path.")],
    cases: Annotated[
        Path | None,
        typer.Option("--cases", metavar="FOLDER", help="Case files; by default `cases` beside the ruleset."),
    ] = None,
    cover: Annotated[bool, typer.Option("--cover", help="List the sides of each threshold that no case pins.")] = False,
) -> int:
    """Run a ruleset's case files: facts with the outcomes that the standard's text gives them."""
    path = path_of(ruleset)
    rules = catalog.load_file(path)
    folder = cases or path.parent / "cases"
    found = cases_of(rules, folder)
    if not found:
        raise NotFoundError.of("SR114", f"there is no case in `{folder}`", "write case files there: `cases/*.yaml`")
    failed = 0
    for file, case in found:
        wrong = differences(rules, case)
        failed += bool(wrong)
        if wrong:
            say(f"FAILED {file}:{case.at.line if case.at else 1}: {case.name}")
            for difference in wrong:
                say(f"  {difference}")
    say(f"{rules.name}: {len(found) - failed} passed, {failed} failed")
    if not cover:
        return NOT_REACHED if failed else REACHED
    boundaries = coverage(rules, (case for _, case in found))
    for boundary in boundaries:
        if boundary.open:
            line = f"{path}:{boundary.at.line}:{boundary.at.column}: " if boundary.at is not None else ""
            say(f"{line}{boundary}")
    pinned, all_ = share(boundaries)
    say(f"boundary coverage: {pinned} of {all_} sides of {len(boundaries)} thresholds and statements")
    return NOT_REACHED if failed or pinned < all_ else REACHED


def _check(name: str, ruleset: str | None) -> int:
    """Check one document and return its exit code."""
    path = path_of(name)
    try:
        text = read_text(path)
    except Fault as fault:
        raise SmartrulesError.of(fault.code, fault.message, fault.help, file=name) from None
    if is_facts(text):
        rules, given = facts_and_ruleset(str(path), ruleset)
        facts, stated = _counted(len(given.facts), "fact"), _counted(len(given.stated), "stated measure")
        say(f"{name}: {facts} and {stated} for {rules.name}, nothing wrong")
        return REACHED
    edition = catalog.load_file(path).edition
    warnings = [*lint(edition, Text(str(path), text)), *catalog.doubtful_validity(path)]
    for warning in warnings:
        print_diagnostic(warning)
    parts = ((edition.indicators, "indicator"), (edition.facts, "fact"), (edition.tiers, "tier"))
    counts = ", ".join(_counted(len(found), one) for found, one in parts)
    what = _counted(len(warnings), "warning") if warnings else "nothing wrong"
    say(f"{name}: {edition.name}, {counts}, {what}")
    return NOT_REACHED if warnings else REACHED


def _counted(number: int, one: str) -> str:
    return f"{number} {one}" if number == 1 else f"{number} {one}s"
