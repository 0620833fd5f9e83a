"""The command that proves properties of a ruleset for all communities: ``verify``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.text import Text as Line

from smartrules import analysis, catalog
from smartrules.analysis.proofs.verification import Verdict, Verification
from smartrules.cli.app import NOT_REACHED, OPEN, REACHED, AnswerFormat, LangOption, language_of
from smartrules.cli.printing import print_text, say, table_of
from smartrules.cli.reading import CASES, cases_for, path_of
from smartrules.reports import proofs as report
from smartrules.values import Language

_STYLES = {
    Verdict.REFUTED: "bold red",
    Verdict.UNKNOWN: "bold yellow",
    Verdict.NOT_ENCODED: "bold yellow",
    Verdict.NOT_TO_HAND: "bold",
}
_MOST_SECONDS, _MOST_MEMBERS = 3600, 12


def verify(
    ruleset: Annotated[str, typer.Argument(metavar="RULESET", help="A ruleset: standard@edition or path.")],
    equivalent_to: Annotated[
        str | None,
        typer.Option(
            "--equivalent-to", metavar="OTHER", help="Another ruleset, of which it is asked whether it says the same."
        ),
    ] = None,
    cases: Annotated[
        Path | None,
        typer.Option("--cases", metavar="FOLDER", help="Case files; by default `cases` beside the ruleset."),
    ] = None,
    seconds: Annotated[
        int, typer.Option("--seconds", min=1, max=_MOST_SECONDS, help="The most time for one question.")
    ] = 5,
    members: Annotated[
        int, typer.Option("--members", min=1, max=_MOST_MEMBERS, help="How many members a collection has at most.")
    ] = 3,
    form: Annotated[AnswerFormat, typer.Option("--format", help="What is printed.")] = AnswerFormat.TEXT,
    lang: LangOption = None,
) -> int:
    """Prove what holds of a ruleset for all communities, or show one of which it does not hold.

    Each tier can be reached and missed, and implies the one below; every requirement can be met and missed; no two
    contradict; no indicator decides nothing; no denominator is zero while the indicator applies; what is declared better
    never loses anything; the cases agree. `docs/verify.md` says what each means.

    What is refuted is shown by a facts document, which `smartrules assess FACTS` reads, with `-r RULESET` where the ruleset is
    not in the catalog.

    The exit code is 0 where all is proved, 1 where something is refuted, 3 where something is unknown or not encoded.
    """
    path = path_of(ruleset)
    rules = catalog.load_file(path)
    other = None if equivalent_to is None else catalog.load_file(path_of(equivalent_to))
    there = cases is not None or (path.parent / CASES).is_dir()
    given = [case for _, case in cases_for(rules, path, cases)] if there else []
    found = analysis.verify(rules, other=other, cases=given, seconds=seconds, members=members)
    match form:
        case AnswerFormat.JSON:
            say(found.to_json(indent=2))
        case AnswerFormat.MARKDOWN:
            print_text(report.as_markdown(found, language_of(lang)))
        case AnswerFormat.TEXT:
            _print(found, language_of(lang))
    if found.refuted:
        return NOT_REACHED
    return OPEN if found.open else REACHED


def _print(found: Verification, language: Language) -> None:
    title, *bounds = report.heading(found, language)
    say(Line(title, style="bold"))
    for line in bounds:
        say(line)
    table = table_of(report.columns(language))
    for row in report.rows(found, language):
        table.add_row(*map(escape, row))
    say(table)
    for line in report.accepted(found, language):
        say(line)
    for entry in report.entries(found, language):
        say(Line(entry.head, style=_STYLES[entry.verdict]))
        for line in entry.rest:
            say(f"  {line}")
        for document, claims in entry.witnesses:
            for line in document.splitlines():
                say(f"    {line}")
            say(f"  {claims}")
    say(report.summary(found, language))
