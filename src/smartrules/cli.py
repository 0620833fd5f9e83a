"""The ``smartrules`` command: parse, call, print.

Exit codes: 0 the asked tier is reached, or nothing is wrong; 1 it is not reached, or something was found; 2 a wrong call
or a bad document; 3 undetermined.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from enum import StrEnum
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any, cast

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text as Line

from smartrules import __version__, catalog
from smartrules.analysis.lint import lint
from smartrules.assessment import Assessment
from smartrules.diagnostics import (
    Diagnostic,
    Fault,
    Log,
    NotFoundError,
    Severity,
    SmartrulesError,
    Text,
    one_of,
)
from smartrules.documents import tree as document
from smartrules.documents.facts import named_ruleset, read_facts, read_facts_text
from smartrules.documents.yaml import decode, read_text, read_tree
from smartrules.engines import exact
from smartrules.facts import DOCUMENT_KEYS, Facts
from smartrules.outcome import Outcome
from smartrules.reports import text as report
from smartrules.reports.contents import contents
from smartrules.reports.requirement import about
from smartrules.ruleset import Ruleset
from smartrules.testing.cases import cases_of, differences
from smartrules.testing.coverage import coverage, share
from smartrules.values import Language

REACHED, NOT_REACHED, WRONG, OPEN = 0, 1, 2, 3

app = typer.Typer(
    name="smartrules",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Public indicator standards as exact, versioned, explainable rules.",
    epilog="Exit codes: 0 reached, or nothing wrong; 1 not reached, or something found; 2 a wrong call or a bad document; "
    "3 undetermined.",
)


class Format(StrEnum):
    """The forms in which an assessment is printed."""

    TEXT = "text"
    JSON = "json"


class Lang(StrEnum):
    """The languages of the output."""

    ZH = "zh"
    EN = "en"


def _own_language() -> Lang:
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return Lang.ZH if spoken.lower().startswith("zh") else Lang.EN


RulesetOption = Annotated[
    str | None,
    typer.Option("-r", "--ruleset", metavar="RULESET", help="A ruleset: standard@edition, standard, alias or path."),
]
LangOption = Annotated[Lang | None, typer.Option("--lang", help="Language of the output; by default the locale's.")]
FactsArgument = Annotated[
    str, typer.Argument(metavar="FACTS", help="A facts document (YAML or JSON); - reads standard input.")
]


@app.command()
def assess(
    facts: FactsArgument,
    ruleset: RulesetOption = None,
    tier: Annotated[
        str | None, typer.Option("--tier", metavar="TIER", help="The tier asked for; by default the lowest.")
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="What is printed.")] = Format.TEXT,
    lang: LangOption = None,
) -> int:
    """Assess a community's facts: every finding, and whether the asked tier is reached.

    The ruleset is the one that the facts document names under `ruleset:`, unless -r says another.
    """
    rules, given = _read(facts, ruleset)
    found = rules.assess(given)
    asked = tier or rules.edition.tiers[0].id
    code = _code(found, asked)
    if form is Format.JSON:
        _print(found.to_json(indent=2))
    else:
        _print_assessment(found, asked, _language(lang))
    return code


@app.command()
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
            _print_error(error)
            code = WRONG
    return code


@app.command("list")
def list_() -> int:
    """List the rulesets of the catalog."""
    table = _table(["ruleset", "title", "tiers", "indicators", "in force", "aliases"])
    for entry in catalog.entries():
        edition = catalog.load_file(entry.path).edition
        title = edition.standard.title
        since, until = edition.effective_from, edition.effective_until
        table.add_row(
            edition.name,
            " / ".join(text for text in (title.zh, title.en) if text),
            ", ".join(tier.id if tier.known else f"{tier.id} (unknown)" for tier in edition.tiers),
            str(len(edition.indicators)),
            f"{since or '…'} – {until or '…'}",
            ", ".join(edition.standard.aliases),
        )
    _print(table)
    return REACHED


@app.command()
def show(
    ruleset: Annotated[
        str, typer.Argument(metavar="RULESET", help="A ruleset: standard@edition, standard, alias or path.")
    ],
    lang: LangOption = None,
) -> int:
    """Show a ruleset in full: everything it holds, and where each part that it extends comes from."""
    rules = catalog.load(ruleset)
    _print("\n".join(contents(rules.edition, rules.fingerprint, _language(lang))))
    return REACHED


@app.command()
def explain(
    indicator: Annotated[str, typer.Argument(metavar="INDICATOR", help="An indicator by its id or number.")],
    ruleset: RulesetOption = None,
    facts: Annotated[
        str | None, typer.Option("-f", "--facts", metavar="FACTS", help="Explain the finding over these facts.")
    ] = None,
    tier: Annotated[str | None, typer.Option("--tier", metavar="TIER", help="The tier of the finding.")] = None,
    lang: LangOption = None,
) -> int:
    """Explain an indicator: what it requires and which facts it asks for; with --facts, its finding with every reason."""
    language = _language(lang)
    if facts is None:
        if Path(indicator).is_file() or indicator.endswith((".yaml", ".yml", ".json")):
            raise NotFoundError.of(
                "SR603",
                f"`{indicator}` is a file, not an indicator",
                "write `smartrules explain INDICATOR --facts FACTS`",
            )
        rules = _ruleset(ruleset)
        _print("\n".join(about(rules.edition, rules.indicator(indicator), language)))
        return REACHED
    rules, given = _read(facts, ruleset)
    found = rules.assess(given)[tier or rules.edition.tiers[0].id]
    finding = found[rules.indicator(indicator).id]
    _print(finding.explain(language))
    return {Outcome.NOT_MET: NOT_REACHED, Outcome.UNDETERMINED: OPEN}.get(finding.outcome, REACHED)


@app.command("test")
def run_cases(
    ruleset: Annotated[str, typer.Argument(metavar="RULESET", help="A ruleset: standard@edition or path.")],
    cases: Annotated[
        Path | None,
        typer.Option("--cases", metavar="FOLDER", help="Case files; by default `cases` beside the ruleset."),
    ] = None,
    cover: Annotated[bool, typer.Option("--cover", help="List the sides of each threshold that no case pins.")] = False,
) -> int:
    """Run a ruleset's case files: facts with the outcomes that the standard's text gives them."""
    path = _path_of(ruleset)
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
            _print(f"FAILED {file}:{case.at.line if case.at else 1}: {case.name}")
            for difference in wrong:
                _print(f"  {difference}")
    _print(f"{rules.name}: {len(found) - failed} passed, {failed} failed")
    if not cover:
        return NOT_REACHED if failed else REACHED
    boundaries = coverage(rules, (case for _, case in found))
    for boundary in boundaries:
        if boundary.open:
            line = f"{path}:{boundary.at.line}:{boundary.at.column}: " if boundary.at is not None else ""
            _print(f"{line}{boundary}")
    pinned, all_ = share(boundaries)
    _print(f"boundary coverage: {pinned} of {all_} sides of {len(boundaries)} thresholds and statements")
    return NOT_REACHED if failed or pinned < all_ else REACHED


def _version(asked: bool) -> None:
    if asked:
        _print(f"smartrules {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


# --- reading -------------------------------------------------------------------------------------------------------


def _ruleset(name: str | None) -> Ruleset:
    """Return the ruleset of a name, or the only one of the catalog."""
    if name is not None:
        return catalog.load(name)
    known = catalog.entries()
    if len({entry.standard for entry in known}) == 1:
        return catalog.load(known[0].standard)
    raise NotFoundError.of(
        "SR601", "no ruleset is named", f"name one with -r: {one_of([entry.name for entry in known])}"
    )


def _read(path: str, name: str | None) -> tuple[Ruleset, Facts]:
    """Return the facts of a document and the ruleset they are for."""
    text, shown = _text_of(path)
    rules = _ruleset(name or named_ruleset(text, shown))
    return rules, read_facts(rules.edition, text, shown, disagreements=exact.disagreements)


def _text_of(path: str) -> tuple[str, str]:
    if path == "-":
        try:
            return decode(sys.stdin.buffer.read()), "<standard input>"
        except Fault as fault:
            raise SmartrulesError.of(fault.code, fault.message, fault.help, file="<standard input>") from None
    return read_facts_text(Path(path)), path


def _check(name: str, ruleset: str | None) -> int:
    """Check one document and return its exit code."""
    path = _path_of(name)
    try:
        text = read_text(path)
    except Fault as fault:
        raise SmartrulesError.of(fault.code, fault.message, fault.help, file=name) from None
    if _is_facts(text):
        rules, given = _read(str(path), ruleset)
        _print(
            f"{name}: {len(given.facts)} facts and {len(given.stated)} stated measures for {rules.name}, nothing wrong"
        )
        return REACHED
    edition = catalog.load_file(path).edition
    warnings = [*lint(edition, Text(str(path), text)), *catalog.doubtful_validity(path)]
    for warning in warnings:
        _print_diagnostic(warning)
    counts = f"{len(edition.indicators)} indicators, {len(edition.facts)} facts, {len(edition.tiers)} tiers"
    what = "nothing wrong" if not warnings else "1 warning" if len(warnings) == 1 else f"{len(warnings)} warnings"
    _print(f"{name}: {edition.name}, {counts}, {what}")
    return NOT_REACHED if warnings else REACHED


def _path_of(name: str) -> Path:
    """Return the path of a ruleset that is named by its path or by standard@edition."""
    path = Path(name)
    if path.exists() or "@" not in name:
        return path
    return next((entry.path for entry in catalog.entries() if entry.name == name), path)


def _is_facts(text: str) -> bool:
    """Return whether a document is one of facts rather than a ruleset, by its top-level keys."""
    log = Log(Text(None, text))
    with suppress(SmartrulesError):
        tree = read_tree(log.text, log)
        keys = {entry.key for entry in tree.entries} if isinstance(tree, document.Table) else set()
        return bool(keys & set(DOCUMENT_KEYS)) and not keys & {"standard", "indicators", "tiers", "edition"}
    return False


def _code(found: Assessment, asked: str) -> int:
    """Return the exit code: the asked tier is reached when it and all below it are met."""
    outcomes = [found[asked].outcome]
    for tier in found.tiers:
        if tier.tier.id == asked:
            break
        outcomes.append(tier.outcome)
    if Outcome.NOT_MET in outcomes:
        return NOT_REACHED
    return OPEN if Outcome.UNDETERMINED in outcomes else REACHED


# --- printing ------------------------------------------------------------------------------------------------------

_PIPE_WIDTH = 140
_COLOURS = {
    Outcome.MET: "green",
    Outcome.NOT_MET: "red",
    Outcome.NOT_APPLICABLE: "dim",
    Outcome.UNDETERMINED: "yellow",
}


def _language(lang: Lang | None) -> Language:
    return "zh" if (lang or _own_language()) is Lang.ZH else "en"


def _console(stream: Any) -> Console:
    width = None if stream.isatty() or os.environ.get("COLUMNS") else _PIPE_WIDTH
    return Console(file=stream, width=width, highlight=False, emoji=False, soft_wrap=False)


def _print(what: str | Line | Table) -> None:
    if isinstance(what, Table):
        console = _console(sys.stdout)
        with console.capture() as capture:
            console.print(what)
        sys.stdout.write("\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n")
    elif isinstance(what, Line):
        _console(sys.stdout).print(what, soft_wrap=True)
    else:
        sys.stdout.write(what + "\n")


def _table(columns: Iterable[str]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for index, column in enumerate(columns):
        table.add_column(escape(column), overflow="fold", no_wrap=index == 0)
    return table


def _print_assessment(found: Assessment, asked: str, language: Language) -> None:
    tier = found[asked]
    for line in report.heading(found, language):
        _print(Line(line, style="bold"))
    _print("")
    if tier.findings:
        table = _table(report.columns(language))
        for row in report.rows(tier, language):
            table.add_row(
                row.number,
                escape(row.title),
                Line(row.outcome_word, style=_COLOURS[row.outcome]),
                escape(row.facts),
                row.basis,
            )
        _print(table)
        _print("")
    for line in report.to_supply(tier, language):
        _print(line)
    for line in report.verdict(found, language):
        _print(line)


def _print_error(error: SmartrulesError) -> None:
    for index, diagnostic in enumerate(error.diagnostics):
        if index:
            sys.stderr.write("\n")
        _print_diagnostic(diagnostic)


def _print_diagnostic(diagnostic: Diagnostic) -> None:
    console = _console(sys.stderr)
    if not console.is_terminal:
        sys.stderr.write(diagnostic.render() + "\n")
        return
    colour = "red" if diagnostic.severity is Severity.ERROR else "yellow"
    for line in diagnostic.render().splitlines():
        marked = line.lstrip().startswith("| ") and set(line.strip("| ")) == {"^"}
        style = colour if marked else f"bold {colour}" if line.startswith(diagnostic.severity.value) else ""
        console.print(Line(line, style=style), soft_wrap=True)


# --- running -------------------------------------------------------------------------------------------------------


def run(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code; no input ends in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):
            # A terminal that cannot show Chinese gets question marks, not a traceback.
            cast("TextIOWrapper", stream).reconfigure(errors="replace")
    call: Callable[..., Any] = typer.main.get_command(app)
    try:
        code = call(args=arguments, prog_name="smartrules", standalone_mode=False)
        sys.stdout.flush()
    except SmartrulesError as error:
        _print_error(error)
        return WRONG
    except (BrokenPipeError, SystemExit):  # the latter is what typer makes of the former
        # The reader has seen enough; Python would complain again when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return REACHED
    except typer.Abort:
        return WRONG
    except Exception as error:
        if hasattr(error, "show") and hasattr(error, "exit_code"):  # a wrong call, in click's words
            error.show()
            return int(error.exit_code)
        raise
    return code if isinstance(code, int) else REACHED
