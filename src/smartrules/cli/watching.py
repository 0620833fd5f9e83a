"""The command over events as they come: ``watch``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from smartrules.cli.app import NOT_REACHED, REACHED, Format, LangOption, language_of
from smartrules.cli.printing import print_error, print_text, say_beside
from smartrules.cli.reading import ruleset_of
from smartrules.diagnostics import SmartrulesError

if TYPE_CHECKING:
    from smartrules.live import Change, Event


def watch(
    ruleset: Annotated[
        str, typer.Argument(metavar="RULESET", help="A ruleset: standard@edition, standard, alias or path.")
    ],
    events: Annotated[
        str, typer.Argument(metavar="[EVENTS]", help="A file of events, one a line; by default -, standard input.")
    ] = "-",
    store: Annotated[
        str | None,
        typer.Option(
            "--store",
            metavar="STORE",
            help="Where events are kept: a file, made where there is none, or the address of a database. Without it nothing "
            "is kept.",
        ),
    ] = None,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="Pass over a line that is refused, instead of ending there.")
    ] = False,
    form: Annotated[Format, typer.Option("--format", help="What is printed.")] = Format.JSON,
    lang: LangOption = None,
) -> int:
    """Watch communities: read events, and print the changes of findings and tiers that they make, one a line.

    An event is a line of JSON: {"community": "qili", "assert": {"households": 3461}}. In the place of "assert" stands
    "retract" with a list of ids, or "forget" with true; "when" says its time, "2024-05-06T12:00:00Z", else it is now.

    After a change stand the reactions of the ruleset that it makes, each a line with the key "reaction".

    Each change is printed as soon as its event is taken, and kept where there is a store; a line that is refused is reported on
    standard error. With a store another run goes on where this one ended, however it ended, and first prints the changes
    that may not have been printed.

    The exit code is 0 where every line was taken, 1 where --keep-going passed over one, 2 where a line was refused.
    """
    from smartrules import live  # other commands need nothing of it
    from smartrules.live.lines import lines_of, read_event, sentence, write_line

    rules, language = ruleset_of(ruleset), language_of(lang)
    refused = False
    with _opened(events) as (stream, name):
        printed = _Printed(write_line if form is Format.JSON else lambda told: sentence(told, rules.edition, language))
        monitor = live.Monitor(rules, on_change=printed.told, on_event=printed.told, store=store)
        try:
            with closing(monitor), monitor:  # also where what is owed cannot be told
                for line in lines_of(stream, name):
                    try:
                        read_event(line).give(monitor)
                    except SmartrulesError as error:
                        if not keep_going or error.diagnostics[0].at is None:
                            raise
                        if refused:
                            say_beside("")
                        print_error(error)
                        refused = True
        except _Unprinted as unprinted:
            raise unprinted.error from None
    return NOT_REACHED if refused else REACHED


@contextmanager
def _opened(path: str) -> Iterator[tuple[BinaryIO, str]]:
    """Open the events, and say what messages call them."""
    if path == "-":
        yield sys.stdin.buffer, "<standard input>"
        return
    with ExitStack() as held:
        try:
            stream = held.enter_context(Path(path).open("rb"))
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            message, hint = f"the file cannot be read: {reason.lower()}", "check the path and its rights"
            raise SmartrulesError.of("SR114", message, hint, file=path) from None
        yield stream, path


class _Unprinted(BaseException):
    """Something that could not be printed: an interruption to a monitor, which then does not take its change for told."""

    def __init__(self, error: Exception) -> None:
        super().__init__(error)
        self.error = error


class _Printed:
    """Prints what is told, each at once."""

    def __init__(self, line_of: Callable[[Change | Event], str]) -> None:
        self._line_of = line_of

    def told(self, told: Change | Event) -> None:
        try:
            print_text(self._line_of(told) + "\n")
        except BrokenPipeError as error:
            raise _Unprinted(error) from None
        except OSError as error:
            # Python would fail again when it closes the stream.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            reason = (error.strerror or str(error)).lower()
            message, hint = f"standard output cannot be written: {reason}", "see to where it goes, and begin again"
            raise _Unprinted(SmartrulesError.of("SR606", message, hint)) from None
