"""The ``smartrules`` command: parse, call, print.

Exit codes: 0 the asked tier is reached, or nothing is wrong; 1 it is not reached, or something was found; 2 a wrong call
or a bad document; 3 undetermined.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from io import TextIOWrapper
from typing import Any, cast

import typer

from smartrules.cli import (
    assessing,
    audits,
    authoring,
    beginning,
    browsing,
    communities,
    diffs,
    forms,
    gaps,
    mutating,
    proofs,
    reporting,
    schemas,
    watching,
)
from smartrules.cli.app import REACHED, WRONG, app
from smartrules.cli.printing import print_diagnostic, print_error
from smartrules.diagnostics import RulesetWarning, SmartrulesError

__all__ = ["app", "run"]

# In the order in which `--help` lists them.
for name, command in (
    ("assess", assessing.assess),
    ("audit", audits.audit),
    ("new", beginning.new),
    ("check", authoring.check),
    ("fmt", authoring.fmt),
    ("list", browsing.list_rulesets),
    ("show", browsing.show),
    ("explain", assessing.explain),
    ("gap", gaps.gap),
    ("questions", gaps.questions),
    ("diff", diffs.diff),
    ("template", forms.template),
    ("gather", forms.gather),
    ("impact", communities.impact),
    ("mutate", mutating.mutate),
    ("report", reporting.report),
    ("schema", schemas.schema),
    ("test", authoring.run_cases),
    ("verify", proofs.verify),
    ("watch", watching.watch),
):
    app.command(name)(command)


def run(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code; no input ends in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):
            # A terminal that cannot show Chinese gets question marks, not a traceback.
            cast("TextIOWrapper", stream).reconfigure(errors="replace")
    call: Callable[..., Any] = typer.main.get_command(app)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always", RulesetWarning)
            warnings.showwarning = _show_warning
            code = call(args=arguments, prog_name="smartrules", standalone_mode=False)
        sys.stdout.flush()
    except SmartrulesError as error:
        print_error(error)
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


def _show_warning(message: Warning | str, *rest: Any, **options: Any) -> None:
    """Print what the library warns of as every other diagnostic; any other warning is for a developer's eyes."""
    if isinstance(message, RulesetWarning):
        print_diagnostic(message.diagnostic)
