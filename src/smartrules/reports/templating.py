"""Templates → documents: the texts of a document by a template of the library, or by one of a bureau.

Every fault of a template becomes a diagnostic with its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from smartrules.diagnostics import Diagnostic, Fault, SmartrulesError, Span, did_you_mean, shorten
from smartrules.reports.formats import PaperFormat
from smartrules.reports.sandbox import Sandbox, TooMuch, bounded

# Behind the sandbox, which says what to install where Jinja is not.
from jinja2 import TemplateNotFound, TemplateSyntaxError, UndefinedError  # isort: skip
from jinja2.exceptions import SecurityError  # isort: skip

#: The largest template that is read, in bytes.
MOST_BYTES = 2_000_000


@cache
def sandboxed(form: PaperFormat) -> Sandbox:
    """Return the environment in which templates of a form are rendered.

    In HTML and DOCX every text is escaped as markup, unless it is `markupsafe.Markup`; in Markdown as Markdown, unless it
    is `Written`.
    """
    return Sandbox(form)


# --- texts -----------------------------------------------------------------------------------------------------------


def rendered(name: str, context: Mapping[str, Any], form: PaperFormat) -> str:
    """Return a document by a template that comes with the library.

    Args:
        name: of the file in `smartrules.reports.sandbox.FOLDER`.
        context: what the template gets, by name.
    """
    with bounded():
        return sandboxed(form).get_template(name).render(context)


def rendered_by(template: Path, context: Mapping[str, Any], form: PaperFormat) -> str:
    """Return a document in HTML or Markdown by a template of the caller.

    Raises:
        SmartrulesError: SR954 to SR958, with the place.
    """
    file = str(template)
    text = _text_of(template)
    with of_template(file, text, context), bounded():
        environment = sandboxed(form)
        code = environment.compile(text, name=None, filename=file)
        made = environment.template_class.from_code(environment, code, environment.make_globals(None))
        return made.render(context)


def bytes_of(template: Path) -> bytes:
    """Return what the file of a template holds.

    Raises:
        SmartrulesError: SR114, SR954.
    """
    try:
        with template.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SmartrulesError.of(
            "SR114", f"the template cannot be read: {reason}", "check its path and rights", file=str(template)
        ) from None
    if len(content) > MOST_BYTES:
        message = f"the template has more than {MOST_BYTES:,} bytes"
        raise SmartrulesError.of("SR954", message, "no real one is so large: give another", file=str(template))
    return content


def _text_of(template: Path) -> str:
    try:
        return bytes_of(template).decode("utf-8-sig")
    except UnicodeDecodeError:
        hint = "save it as UTF-8; a Word document is given with `--format docx`"
        raise SmartrulesError.of("SR954", "the template is no UTF-8 text", hint, file=str(template)) from None


# --- faults ----------------------------------------------------------------------------------------------------------

_QUOTED = re.compile(r"asks for `([^`]*)`, which this document")


@contextmanager
def of_template(file: str, text: str, context: Mapping[str, Any]) -> Iterator[None]:
    """Turn what goes wrong in a template into an error with its place.

    Args:
        file: what messages call it.
        text: of the template, to show the line.
        context: what it gets, for a hint.

    Raises:
        SmartrulesError: SR955 to SR958.
    """
    try:
        yield
    except (SmartrulesError, Fault):
        raise
    except Exception as error:
        raise SmartrulesError([_diagnostic(error, file, text, context)]) from None


def _diagnostic(error: Exception, file: str, text: str, context: Mapping[str, Any]) -> Diagnostic:
    code, message, hint = told(error, context)
    number = line_of(error, file)
    lines = text.splitlines()
    if number is None or not 1 <= number <= len(lines):
        return Diagnostic(code, message, hint, file)
    line = lines[number - 1]
    begin = len(line) - len(line.lstrip())
    return Diagnostic(code, message, hint, file, Span(number, begin + 1, max(1, len(line.strip()))), line)


def told(error: Exception, context: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return code, message and help of what went wrong in a template."""
    said = shorten(getattr(error, "message", None) or str(error) or type(error).__name__, 300).rstrip(".")
    said = said[:1].lower() + said[1:]
    if isinstance(error, TemplateNotFound):
        name = shorten(str(error.name or ""))
        return "SR957", f"the template includes `{name}`, which does not come with the library", _SANDBOX
    if isinstance(error, TemplateSyntaxError):
        if said.startswith("a template "):
            return "SR957", said, _SANDBOX
        hint = (
            "`docs/reports.md` lists what it may use"
            if "named" in said
            else "correct it; `docs/reports.md` has an example"
        )
        return "SR955", f"the template cannot be read: {said}", hint
    if isinstance(error, UndefinedError):
        asked = _QUOTED.search(said)
        near = did_you_mean(asked.group(1), context) if asked else ""
        return "SR956", said, near or "`docs/reports.md` lists the names that each document has"
    if isinstance(error, SecurityError):
        return "SR957", said, _SANDBOX
    if isinstance(error, TooMuch | RecursionError | MemoryError | OverflowError):
        what = said if isinstance(error, TooMuch) else "the template goes deeper, or counts further, than any real one"
        return "SR958", what, "look for a loop or a macro that does not end"
    return "SR957", f"the template cannot be filled in: {said}", "correct what stands there"


_SANDBOX = "a template only shows the texts that it gets: `docs/reports.md` says what it may use"


def line_of(error: Exception, file: str) -> int | None:
    """Return the line of a template in which an error came up, the innermost."""
    if isinstance(error, TemplateSyntaxError):
        return error.lineno
    found, at = None, error.__traceback__
    while at is not None:
        if at.tb_frame.f_code.co_filename == file:
            found = at.tb_lineno
        at = at.tb_next
    return found
