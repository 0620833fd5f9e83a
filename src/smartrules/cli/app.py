"""The command itself: its options and its exit codes."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from smartrules import __version__
from smartrules.cli.printing import say
from smartrules.values import Language, own_language

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


class AnswerFormat(StrEnum):
    """The forms in which an answer about rules or facts is printed."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "md"


class Lang(StrEnum):
    """The languages of the output."""

    ZH = "zh"
    EN = "en"


RulesetOption = Annotated[
    str | None,
    typer.Option("-r", "--ruleset", metavar="RULESET", help="A ruleset: standard@edition, standard, alias or path."),
]
LangOption = Annotated[Lang | None, typer.Option("--lang", help="Language of the output; by default the locale's.")]


def _version(asked: bool) -> None:
    if asked:
        say(f"smartrules {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


def language_of(lang: Lang | None) -> Language:
    """Return the language that a call asks for, else that of whoever calls."""
    if lang is None:
        return own_language()
    return "zh" if lang is Lang.ZH else "en"
