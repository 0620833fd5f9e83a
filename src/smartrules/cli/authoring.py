"""Commands of an author: ``check``, ``fmt``, ``test``."""

from __future__ import annotations

import re
from difflib import unified_diff
from pathlib import Path
from typing import Annotated

import typer

from smartrules import catalog
from smartrules.analysis.lint import lint
from smartrules.analysis.placing import doubtful_placing
from smartrules.cli.app import NOT_REACHED, REACHED, WRONG, RulesetOption
from smartrules.cli.printing import counted, print_diagnostic, print_error, print_text, say
from smartrules.cli.reading import cases_for, facts_and_ruleset, is_facts, is_form_file, path_of, text_of
from smartrules.diagnostics import Fault, NotFoundError, SmartrulesError, Text
from smartrules.documents.format import format_document
from smartrules.documents.writing import replace_text
from smartrules.documents.yaml import read_text
from smartrules.testing.cases import differences
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


def fmt(
    documents: Annotated[
        list[str],
        typer.Argument(
            metavar="DOCUMENT…",
            help="Ruleset, facts or case documents; of a folder all *.yaml in it; - reads standard input and prints.",
        ),
    ],
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing: list the documents that would change; exit code 1 if any.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Write nothing: print what would change, line by line; exit code 1 if any.")
    ] = False,
) -> int:
    """Lay out ruleset, facts and case documents in the one way in which all of them are.

    Indentation, spaces, quotation marks and the signs in expressions become those of the documents that come with
    smartrules. Comments, lines, the order of keys, names and units stay as you wrote them, and so does what the document
    says. A document with faults in its YAML or its expressions is not touched; all of them are reported.

    Try first what would change: smartrules fmt --diff ruleset.yaml
    """
    if "-" in documents and len(documents) > 1:
        raise typer.BadParameter("`-` stands alone: standard input is one document", param_hint="DOCUMENT…")
    code = REACHED
    changed = kept = 0
    for name in documents:
        paths = _documents_in(name)
        if not paths:
            print_error(NotFoundError.of("SR114", f"there is no document in `{name}`", "its name must end in `.yaml`"))
            code = WRONG
        for path in paths:
            try:
                before, after = _laid_out(path)
                if not (check or diff):
                    _put(path, before, after)
            except SmartrulesError as error:
                print_error(error)
                code = WRONG
                continue
            if diff:
                print_text(_difference(before, after, path))
            if check and before != after:
                say(path)
            changed, kept = changed + (before != after), kept + (before == after)
    if check or diff:
        return max(code, NOT_REACHED if changed else REACHED)
    if documents != ["-"]:
        say(f"{changed} laid out, {kept} as {'it was' if kept == 1 else 'they were'}")
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
    found = cases_for(rules, path, cases)
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


def _documents_in(name: str) -> list[str]:
    """Return what is named: of a folder the documents in it and in the folders below it, but in no hidden one."""
    folder = Path(name)
    if name == "-" or not folder.is_dir():
        return [name]
    found = [path for path in sorted(folder.rglob("*.yaml")) if path.is_file()]
    return [str(p) for p in found if not any(part.startswith(".") for part in p.relative_to(folder).parts)]


def _laid_out(name: str) -> tuple[str, str]:
    """Return a document before and after it is laid out."""
    if name == "-":
        before, shown = text_of(name)
        return before, format_document(before, shown)
    try:
        before = read_text(Path(name))
    except Fault as fault:
        raise SmartrulesError.of(fault.code, fault.message, fault.help, file=name) from None
    return before, format_document(before, name)


def _put(name: str, before: str, after: str) -> None:
    """Write a document that was laid out, where it changed; one from standard input is printed."""
    if name == "-":
        print_text(after)
    elif before != after:
        try:
            replace_text(Path(name), after)
        except Fault as fault:
            raise SmartrulesError.of(fault.code, fault.message, fault.help, file=name) from None
        say(f"{name}: laid out")


def _difference(before: str, after: str, name: str) -> str:
    """Return what changes as a unified diff, empty where nothing does."""
    rows = [re.split(r"(?<=\n)", text) for text in (before, after)]
    old, new = ([row for row in text if row] for text in rows)
    lines = unified_diff(old, new, name, name)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _check_facts(name: str, ruleset: str | None) -> int:
    rules, given = facts_and_ruleset(name, ruleset)
    facts, stated = counted(len(given.facts), "fact"), counted(len(given.stated), "stated measure")
    say(f"{name}: {facts} and {stated} for {rules.name}, nothing wrong")
    return REACHED


def _check(name: str, ruleset: str | None) -> int:
    """Check one document and return its exit code."""
    path = Path(name)
    if path.suffix.lower() == ".xlsx" and is_form_file(path):
        return _check_facts(name, ruleset)
    if not path.is_dir():  # of which nothing says that it was meant to be a ruleset
        path = path_of(name)
    try:
        text = read_text(path)
    except Fault as fault:
        raise SmartrulesError.of(fault.code, fault.message, fault.help, file=name) from None
    if is_facts(text):
        return _check_facts(name, ruleset)
    edition = catalog.load_file(path).edition
    warnings = [*lint(edition, Text(str(path), text)), *doubtful_placing(path, edition)]
    for warning in warnings:
        print_diagnostic(warning)
    parts = ((edition.indicators, "indicator"), (edition.facts, "fact"), (edition.tiers, "tier"))
    counts = ", ".join(counted(len(found), one) for found, one in parts)
    what = counted(len(warnings), "warning") if warnings else "nothing wrong"
    say(f"{name}: {edition.name}, {counts}, {what}")
    return NOT_REACHED if warnings else REACHED
