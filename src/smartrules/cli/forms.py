"""The commands of forms: ``template`` writes one, ``gather`` makes one table of many."""

from __future__ import annotations

import os
import shlex
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from smartrules import catalog, reports
from smartrules.cli.app import NOT_REACHED, REACHED, RulesetOption
from smartrules.cli.printing import print_diagnostic, say, say_beside
from smartrules.cli.progress import shown_progress
from smartrules.cli.reading import check_output, facts_and_ruleset, is_form_file, named_by
from smartrules.diagnostics import Fault, SmartrulesError
from smartrules.documents.writing import write_bytes
from smartrules.engines import columns
from smartrules.reports.gathering import Gathered, forms_in


class FormLang(StrEnum):
    """The languages of a form."""

    ZH = "zh"
    EN = "en"
    BOTH = "both"


def template(
    ruleset: Annotated[
        str, typer.Argument(metavar="RULESET", help="A ruleset: standard@edition, standard, alias or path.")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FORM", help="Write the form here: form.xlsx.")],
    facts: Annotated[
        str | None,
        typer.Option("--facts", metavar="FACTS", help="Facts that are known, which the form then holds."),
    ] = None,
    lang: Annotated[FormLang, typer.Option("--lang", help="Language of the form.")] = FormLang.BOTH,
) -> int:
    """Write the form in which a community gives its facts: an Excel workbook with a cell for each.

    Every command that takes facts takes the filled form: `smartrules assess form.xlsx`.
    """
    if output.suffix.lower() != ".xlsx":
        raise typer.BadParameter("a form is a workbook: name a file that ends in .xlsx", param_hint="'--output'")
    check_output(output, [Path(one) for one in (facts, ruleset) if one is not None and one != "-"])
    rules = catalog.load(ruleset)
    known = None if facts is None else facts_and_ruleset(facts, ruleset)[1]
    content = reports.form(rules, known, language=lang.value)
    try:
        write_bytes(output, content)
    except Fault as fault:
        raise SmartrulesError.of(fault.code, fault.message, fault.help, file=str(output)) from None
    say(f"{output}: the form of {rules.name}")
    return REACHED


#: Of so many forms the faults are shown; a file holds them all.
_MOST_SHOWN = 20


def gather(
    forms: Annotated[
        list[Path],
        typer.Argument(metavar="FORMS", help="Folders of filled forms, and forms or facts documents by their names."),
    ],
    output: Annotated[
        Path,
        typer.Option(
            "-o", "--output", metavar="OUT", help="One row a community: parquet, csv, tsv, jsonl or xlsx by its ending."
        ),
    ],
    ruleset: RulesetOption = None,
    faults: Annotated[
        Path | None,
        typer.Option("--faults", metavar="FILE", help="Write what is wrong with forms into a table, by its ending."),
    ] = None,
) -> int:
    """Gather many filled forms into one table, which `smartrules assess` takes as a file of communities.

    The members of each collection are written beside it: facts.buildings.parquet beside facts.parquet. A form that cannot
    be read is left out and listed, and so are two forms of one community.

    The ruleset is the one that the first form is for, unless -r says another. The exit code is 0 where all forms were
    gathered, and 1 where some were not.
    """
    engine = columns.part("gathered")
    paths = forms_in(forms)
    rules = catalog.load(ruleset if ruleset is not None else _named(paths))
    members = {one.id: engine.beside(output, one.id) for one in rules.edition.collections}
    written = [output, *members.values(), *([] if faults is None else [faults])]
    engine.check_writable(written, paths)
    with shown_progress() as progress:
        progress.begin("reading forms", len(paths))
        found = reports.gather(rules, paths, progress=progress.at, processes=min(os.cpu_count() or 1, 8))
    if faults is not None:
        listed = [(str(one.path), fault) for one in found.unread for fault in one.diagnostics]
        engine.write(engine.unread(listed), faults, sources=paths)
    if found.communities:
        frames = {output: found.frame, **{path: found.collections[name] for name, path in members.items()}}
        for path, frame in frames.items():  # all of them, before any is written
            engine.check_content(frame, path)
        for path, frame in frames.items():
            engine.write(frame, path, sources=paths)
    _print_unread(found, faults)
    _print_gathered(found, output, members, ruleset)
    return NOT_REACHED if found.unread else REACHED


def _named(paths: list[Path]) -> str:
    """Return the ruleset that the first form is for; of facts documents, what the first says.

    Raises:
        NotFoundError: where none says one.
    """
    first = next((path for path in paths if is_form_file(path)), paths[0])
    return named_by(str(first))


def _print_unread(found: Gathered, faults: Path | None) -> None:
    for index, one in enumerate(found.unread[:_MOST_SHOWN]):
        for number, diagnostic in enumerate(one.diagnostics):
            if index or number:
                say_beside("")
            print_diagnostic(diagnostic)
    rest = len(found.unread) - _MOST_SHOWN
    if found.unread:
        say_beside("")
    if rest > 0:
        where = "`--faults FILE` lists them all" if faults is None else f"all are in {faults}"
        say_beside(f"and {rest:,} more forms that cannot be gathered; {where}")


def _print_gathered(found: Gathered, output: Path, members: dict[str, Path], ruleset: str | None) -> None:
    gathered, all_ = len(found.communities), len(found.communities) + len(found.unread)
    if not gathered:
        say(f"none of {all_:,} forms could be gathered, and nothing is written")
        return
    say(f"{output}: {gathered:,} of {all_:,} communities for {found.ruleset.name}")
    for name, path in members.items():
        say(f"{path}: {found.collections[name].height:,} members of `{name}`")
    command = ["smartrules", "assess", str(output), "-r", ruleset or found.ruleset.name, "--key", found.key]
    for name, path in members.items():
        command += ["--collection", f"{name}={path}"]
    say(f"assess them: {shlex.join(command)}")
