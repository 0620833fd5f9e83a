"""The command that reads facts as a careful reader does: ``audit``."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text as Line

from smartrules import analysis
from smartrules.cli.app import NOT_REACHED, REACHED, AnswerFormat, LangOption, RulesetOption, language_of
from smartrules.cli.communities import is_file_of_communities
from smartrules.cli.printing import print_text, say
from smartrules.cli.reading import facts_and_ruleset
from smartrules.diagnostics import Severity
from smartrules.reports import audits as report

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "bold"}


def audit(
    facts: Annotated[
        str,
        typer.Argument(
            metavar="FACTS", help="A facts document (YAML or JSON) or a filled form (xlsx), - for standard input."
        ),
    ],
    ruleset: RulesetOption = None,
    tier: Annotated[
        str | None,
        typer.Option("--tier", metavar="TIER", help="The tier that the claims are held to; by default the lowest."),
    ] = None,
    evidence_within: Annotated[
        str | None,
        typer.Option(
            "--evidence-within",
            metavar="TIME",
            help="How old evidence may be on the day of the facts, such as `12 months`; by default as the ruleset says.",
        ),
    ] = None,
    form: Annotated[AnswerFormat, typer.Option("--format", help="What is printed.")] = AnswerFormat.TEXT,
    lang: LangOption = None,
) -> int:
    """Audit a community's facts: claims that they do not bear out, figures that cannot be, evidence that is missing.

    Each thing that is found has a code, a severity and its place: an error is contradicted by the facts, a warning cannot
    be relied on as it stands, a note is to be known. `docs/audit.md` lists them.

    The exit code is 0 where nothing above a note is found, else 1.
    """
    if is_file_of_communities(facts):
        raise typer.BadParameter("a facts document of one community is audited, not a file of many", param_hint="FACTS")
    rules, known = facts_and_ruleset(facts, ruleset)
    name = "<standard input>" if facts == "-" else facts
    found = analysis.audit(rules, known, tier=tier, evidence_within=evidence_within, name=name)
    language = language_of(lang)
    match form:
        case AnswerFormat.JSON:
            say(found.to_json(indent=2))
        case AnswerFormat.MARKDOWN:
            print_text(report.as_markdown(found, language))
        case AnswerFormat.TEXT:
            for line in report.heading(found, language):
                say(Line(line, style="bold"))
            say("")
            for entry in report.entries(found, language):
                say(Line(entry.head, style=_STYLES[entry.severity]))
                for line in entry.rest:
                    say(line)
            say(report.summary(found, language))
    return NOT_REACHED if found.worst in (Severity.ERROR, Severity.WARNING) else REACHED
