"""The command that writes the documents of an acceptance: ``report``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Protocol

import typer
from attrs import evolve, frozen

from smartrules import reports
from smartrules.assessment import Assessment
from smartrules.cli.app import REACHED, LangOption, RulesetOption, language_of
from smartrules.cli.assessing import code_of
from smartrules.cli.communities import (
    AbsentOption,
    CollectionOption,
    KeyOption,
    OnOption,
    Options,
    check_communities,
    is_file_of_communities,
    overview_of,
)
from smartrules.cli.printing import print_text, say_beside
from smartrules.cli.reading import check_output, facts_and_ruleset, ruleset_of
from smartrules.diagnostics import Fault, SmartrulesError
from smartrules.documents.writing import write_bytes
from smartrules.reports.formats import PaperFormat
from smartrules.values import Language, read_date


class Kind(StrEnum):
    """The documents that are written."""

    ACCEPTANCE = "acceptance"
    NOTICE = "notice"
    DOSSIER = "dossier"
    OVERVIEW = "overview"


@frozen
class Call:
    """What a call asks for, whatever the kind."""

    facts: str
    ruleset: str | None
    tier: str | None
    form: PaperFormat
    language: Language
    template: Path | None
    on: date | None
    days: int | None
    contact: str | None
    mended: tuple[str, ...]
    options: Options

    def assessed(self) -> tuple[Assessment, str]:
        """Return the assessment of the facts, and the asked tier.

        Raises:
            NotFoundError, FactsError: as `facts_and_ruleset`.
        """
        rules, known = facts_and_ruleset(self.facts, self.ruleset)
        found = rules.assess(known)
        return found, found.edition.tiers[0].id if self.tier is None else found[self.tier].tier.id


@frozen
class Made:
    """A document that was made.

    Attributes:
        content: what is written.
        code: the exit code.
        beside: what is said of it on standard error; empty where there is nothing to say.
    """

    content: str | bytes
    code: int
    beside: str = ""


class _Paper(Protocol):
    def to_docx(self, language: Language, template: Path | None) -> bytes: ...
    def to_html(self, language: Language, template: Path | None) -> str: ...
    def to_markdown(self, language: Language, template: Path | None) -> str: ...


def _made(call: Call, paper: _Paper, assessed: Assessment, tier: str) -> Made:
    writers: Mapping[PaperFormat, Callable[[Language, Path | None], str | bytes]] = {
        PaperFormat.DOCX: paper.to_docx,
        PaperFormat.HTML: paper.to_html,
        PaperFormat.MARKDOWN: paper.to_markdown,
    }
    return Made(writers[call.form](call.language, call.template), code_of(assessed, tier))


def _acceptance(call: Call) -> Made:
    found, tier = call.assessed()
    return _made(call, reports.acceptance(found, tier=tier, on=call.on, mended=call.mended), found, tier)


def _notice(call: Call) -> Made:
    found, tier = call.assessed()
    days = 5 if call.days is None else call.days
    paper = reports.notice(found, tier=tier, days=days, contact=call.contact, on=call.on)
    made = _made(call, paper, found, tier)
    return evolve(made, beside=_over(paper.first_day, paper.last_day))


def _today() -> date:
    return datetime.now(UTC).astimezone().date()  # by the clock of this place, as the time of assessment


def _over(first: date, last: date) -> str:
    """Return the note that the days of a notice were over before it was made; empty where they are not."""
    if last >= _today():
        return ""
    return f"note: the days of this notice are over: {first.isoformat()} to {last.isoformat()}; `--date` gives another first day"


def _overview(call: Call) -> Made:
    tiers = None if call.tier is None else [call.tier]
    found = overview_of(Path(call.facts), ruleset_of(call.ruleset), call.options, tiers=tiers)
    return Made(found.to_html(call.language), REACHED)


def _dossier(call: Call) -> Made:
    found, tier = call.assessed()
    page = reports.dossier(found, tier=None if call.tier is None else tier)
    return Made(page.to_html(call.language), code_of(found, tier))


@frozen
class _Sort:
    """How a kind is made.

    Attributes:
        make: makes it.
        takes: the options that not every kind has.
        forms: in which it can be written, the usual one first.
        of_many: whether it is made of a file of communities, rather than of one community's facts.
    """

    make: Callable[[Call], Made]
    takes: frozenset[str]
    forms: tuple[PaperFormat, ...]
    of_many: bool = False


_PAPER = (PaperFormat.MARKDOWN, PaperFormat.HTML, PaperFormat.DOCX)
_SORTS: dict[Kind, _Sort] = {
    Kind.ACCEPTANCE: _Sort(_acceptance, frozenset({"--date", "--mended", "--template"}), _PAPER),
    Kind.NOTICE: _Sort(_notice, frozenset({"--date", "--days", "--contact", "--template"}), _PAPER),
    Kind.DOSSIER: _Sort(_dossier, frozenset(), (PaperFormat.HTML,)),
    Kind.OVERVIEW: _Sort(
        _overview, frozenset({"--key", "--collection", "--on", "--absent"}), (PaperFormat.HTML,), of_many=True
    ),
}


def report(
    facts: Annotated[
        str,
        typer.Argument(
            metavar="FACTS",
            help="A facts document (YAML or JSON) or a filled form (xlsx), - for standard input; of an overview a file of communities.",
        ),
    ],
    kind: Annotated[Kind, typer.Option("--kind", help="The document that is written.")],
    ruleset: RulesetOption = None,
    tier: Annotated[
        str | None,
        typer.Option(
            "--tier", metavar="TIER", help="The tier asked for; by default the lowest, and all of them in an overview."
        ),
    ] = None,
    form: Annotated[
        PaperFormat | None,
        typer.Option(
            "--format", help="Its form; by default as OUT ends, then as TEMPLATE ends, else md, of a dossier html."
        ),
    ] = None,
    lang: LangOption = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="OUT", help="Write it into a file; Word documents need one."),
    ] = None,
    template: Annotated[
        Path | None,
        typer.Option("--template", metavar="TEMPLATE", help="A docx, html or md template in place of the library's."),
    ] = None,
    on: Annotated[
        str | None,
        typer.Option("--date", metavar="DATE", help="The day of acceptance; by default that of the facts."),
    ] = None,
    days: Annotated[
        int | None,
        typer.Option(
            "--days", metavar="DAYS", help="Of a notice: for how many days it is open, both ends counted; by default 5."
        ),
    ] = None,
    contact: Annotated[
        str | None, typer.Option("--contact", metavar="TEXT", help="Of a notice: where to object; it must be given.")
    ] = None,
    mended: Annotated[
        list[str] | None,
        typer.Option("--mended", metavar="TEXT", help="Of an acceptance: what was mended at once; repeatable."),
    ] = None,
    key: KeyOption = None,
    collection: CollectionOption = None,
    of_all: OnOption = None,
    absent: AbsentOption = None,
) -> int:
    """Write a document: an acceptance report, a notice to the public, a dossier page, or the overview of many communities.

    Its texts are printed from the rules and the facts, and its conclusion follows from the outcomes: what is undetermined is
    never agreed. The document is written whatever the outcome.

    The exit code is 0 where the tier is reached with all below it, 1 where it is not, and 3 where that is undetermined; of an
    overview it is 0.
    """
    sort = _SORTS[kind]
    given = {
        "--date": on is not None,
        "--days": days is not None,
        "--contact": contact is not None,
        "--mended": bool(mended),
        "--template": template is not None,
        "--key": key is not None,
        "--collection": bool(collection),
        "--on": of_all is not None,
        "--absent": bool(absent),
    }
    for option, is_given in given.items():
        if is_given and option not in sort.takes:
            raise typer.BadParameter(f"`--kind {kind.value}` does not take it", param_hint=f"'{option}'")
    if sort.of_many:
        check_communities(facts)
    elif is_file_of_communities(facts):
        raise typer.BadParameter("it is written of one community's facts, not of a file of many", param_hint="FACTS")
    chosen = _form_of(form, output, template, sort)
    if chosen is PaperFormat.DOCX and output is None:
        raise typer.BadParameter("a Word document is written into a file: name it with `-o`", param_hint="'--format'")
    options = Options.read(key, collection, of_all, absent)
    if output is not None:
        read = [Path(one) for one in (facts, ruleset) if one is not None and one != "-"]
        check_output(output, [*read, template, *options.collections.values()])
    call = Call(
        facts,
        ruleset,
        tier,
        chosen,
        language_of(lang),
        template,
        _day(on),
        days,
        contact,
        tuple(mended or ()),
        options,
    )
    made = sort.make(call)
    _put(made.content, output)
    if made.beside:
        say_beside(made.beside)
    return made.code


def _put(content: str | bytes, output: Path | None) -> None:
    """Print a document, or write it into a file.

    Raises:
        SmartrulesError: with the file that cannot be written.
    """
    if output is None:
        assert isinstance(content, str)
        print_text(content)
        return
    try:
        write_bytes(output, content if isinstance(content, bytes) else content.encode())
    except Fault as fault:
        raise SmartrulesError.of(fault.code, fault.message, fault.help, file=str(output)) from None


def _form_of(form: PaperFormat | None, output: Path | None, template: Path | None, sort: _Sort) -> PaperFormat:
    """Return the form that is asked for, by its option, else by the ending of a file."""
    if form is not None:
        if form not in sort.forms:
            known = ", ".join(one.value for one in sort.forms)
            raise typer.BadParameter(f"this kind is written as {known}", param_hint="'--format'")
        return form
    for option, path in (("'-o'", output), ("'--template'", template)):
        if path is None:
            continue
        found = next((one for one in sort.forms if path.suffix.lower() == f".{one.value}"), None)
        if found is None:
            known = ", ".join(f".{one.value}" for one in sort.forms)
            raise typer.BadParameter(
                f"`{path.name}` does not say its form: end it with {known}, or give `--format`", param_hint=option
            )
        return found
    return sort.forms[0]


def _day(written: str | None) -> date | None:
    if written is None:
        return None
    try:
        return read_date(written)
    except Fault as fault:
        raise typer.BadParameter(f"{fault.message}: {fault.help}", param_hint="'--date'") from None
