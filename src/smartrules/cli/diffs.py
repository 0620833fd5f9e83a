"""The command that says what another edition changes: ``diff``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from smartrules import analysis, catalog
from smartrules.cli.app import NOT_REACHED, REACHED, AnswerFormat, LangOption, language_of
from smartrules.cli.communities import (
    AbsentOption,
    CollectionOption,
    KeyOption,
    OnOption,
    Options,
    check_communities,
    impact_of,
    print_impact,
)
from smartrules.cli.printing import print_text, say
from smartrules.reports.diffs import DiffReport

#: How many communities of a file are shown.
_EXAMPLES = 5


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The edition before: standard@edition, alias or path.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The edition after.")],
    frame: Annotated[
        Path | None,
        typer.Option(
            "-f", "--frame", metavar="FILE", help="A file of communities, to count whom it decides otherwise."
        ),
    ] = None,
    key: KeyOption = None,
    collection: CollectionOption = None,
    on: OnOption = None,
    absent: AbsentOption = None,
    form: Annotated[AnswerFormat, typer.Option("--format", help="What is printed.")] = AnswerFormat.TEXT,
    lang: LangOption = None,
) -> int:
    """Say what another edition decides otherwise: what is added, removed, stricter, looser, or the same in other words.

    Each change comes with a proof or with a community that shows it, as small as is found. Both editions were asked of it
    again, and it is printed as a facts document. With --format md it is a release note.

    \b
      smartrules diff OLD NEW
      smartrules diff OLD NEW --format md --lang zh
      smartrules diff OLD NEW --frame communities.csv

    The exit code is 0 where nothing decides otherwise, and 1 where something does.
    """
    given_of_file = {
        "--key": key is not None,
        "--collection": bool(collection),
        "--on": on is not None,
        "--absent": bool(absent),
    }
    for option, given in given_of_file.items():
        if given and frame is None:
            raise typer.BadParameter(
                "only a file of communities takes it: name one with --frame", param_hint=f"'{option}'"
            )
    options, language = Options.read(key, collection, on, absent), language_of(lang)
    before, after = catalog.load(old), catalog.load(new)
    if frame is not None:
        check_communities(str(frame))
    found = analysis.diff(before, after)
    counted = None if frame is None else impact_of(frame, before, after, options, tiers=None, examples=_EXAMPLES)
    report = DiffReport(found, language, counted)
    if form is AnswerFormat.JSON:
        plain = found.to_plain() if counted is None else {**found.to_plain(), "impact": counted.to_plain()}
        say(json.dumps(plain, ensure_ascii=False, indent=2))
    elif form is AnswerFormat.MARKDOWN:
        print_text(report.markdown())
    else:
        for line in report.lines():
            say(line)
        if counted is not None:
            say("")
            print_impact(counted, language)
    return NOT_REACHED if found.material else REACHED
