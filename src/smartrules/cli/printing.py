"""What a command prints, and where."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text as Line

from smartrules.assessment import Assessment
from smartrules.diagnostics import Diagnostic, Severity, SmartrulesError
from smartrules.outcome import Outcome
from smartrules.reports import text as report
from smartrules.values import Language

_PIPE_WIDTH = 140
_COLOURS = {
    Outcome.MET: "green",
    Outcome.NOT_MET: "red",
    Outcome.NOT_APPLICABLE: "dim",
    Outcome.UNDETERMINED: "yellow",
}


def _console(stream: Any) -> Console:
    width = None if stream.isatty() or os.environ.get("COLUMNS") else _PIPE_WIDTH
    return Console(file=stream, width=width, highlight=False, emoji=False, soft_wrap=False)


def say(what: str | Line | Table) -> None:
    """Print to standard output."""
    if isinstance(what, Table):
        console = _console(sys.stdout)
        with console.capture() as capture:
            console.print(what)
        sys.stdout.write("\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n")
    elif isinstance(what, Line):
        _console(sys.stdout).print(what, soft_wrap=True)
    else:
        sys.stdout.write(what + "\n")


def say_beside(what: str) -> None:
    """Print to standard error, beside what may be read by a program."""
    sys.stderr.write(what + "\n")


def counted(number: int, one: str) -> str:
    """Return how many there are: `1 case`, `2 cases`."""
    return f"{number} {one}" if number == 1 else f"{number} {one}s"


def print_text(text: str) -> None:
    """Print a text as it is, in UTF-8 on every terminal, so that it can be put into a file."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()


def table_of(columns: Iterable[str]) -> Table:
    """Return an empty table with headings."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for index, column in enumerate(columns):
        table.add_column(escape(column), overflow="fold", no_wrap=index == 0)
    return table


def print_assessment(found: Assessment, asked: str, language: Language) -> None:
    """Print the findings of a tier, the facts to supply, and the verdict of every tier."""
    tier = found[asked]
    for line in report.heading(found, language):
        say(Line(line, style="bold"))
    say("")
    if tier.findings:
        columns = report.columns(tier.edition, language)
        table = table_of(columns)
        for row in report.rows(tier, language):
            cells = (
                row.number,
                escape(row.title),
                Line(row.outcome_word, style=_COLOURS[row.outcome]),
                escape(row.facts),
                row.basis,
                row.points,
            )
            table.add_row(*cells[: len(columns)])
        say(table)
        say("")
    for line in (*report.to_supply(tier, language), *report.scores(tier, language)):
        say(line)
    for line in report.verdict(found, language):
        say(line)


def print_error(error: SmartrulesError) -> None:
    """Print every diagnostic of an error to standard error."""
    for index, diagnostic in enumerate(error.diagnostics):
        if index:
            sys.stderr.write("\n")
        print_diagnostic(diagnostic)


def print_diagnostic(diagnostic: Diagnostic) -> None:
    """Print a diagnostic to standard error, in colours on a terminal."""
    console = _console(sys.stderr)
    if not console.is_terminal:
        sys.stderr.write(diagnostic.render() + "\n")
        return
    colour = "red" if diagnostic.severity is Severity.ERROR else "yellow"
    for line in diagnostic.render().splitlines():
        marked = line.lstrip().startswith("| ") and set(line.strip("| ")) == {"^"}
        style = colour if marked else f"bold {colour}" if line.startswith(diagnostic.severity.value) else ""
        console.print(Line(line, style=style), soft_wrap=True)
