"""What is wrong, where, and what to do about it.

Every fault that a person can cause becomes a `Diagnostic`: a stable code, one sentence in the domain's words, a help
line, and the place with its line shown and underlined. Readers of documents collect them all and raise one
`SmartrulesError`; what has no place yet (a unit, a number) raises a `Fault`, which the reader turns into a diagnostic.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from enum import StrEnum
from itertools import islice
from typing import Self

from attrs import field, frozen

from smartrules.codes import CODES as CODES


class Severity(StrEnum):
    """How much a diagnostic matters: an error stops the document, a warning does not; only audits have notes."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@frozen
class Span:
    """A stretch of one line: its line and column, counted from 1, and its width in characters."""

    line: int
    column: int
    width: int = 1

    @property
    def place(self) -> str:
        """The place as a reader looks it up: line and column."""
        return f"{self.line}:{self.column}"

    @property
    def number(self) -> str:
        """The number that stands before the line where it is shown."""
        return str(self.line)


@frozen
class CellSpan(Span):
    """A cell of a workbook; line, column and width say where it stands in the workbook written out as text.

    Attributes:
        sheet: the name of its sheet.
        cell: its name there: ``D7``.
    """

    sheet: str = ""
    cell: str = ""

    @property
    def place(self) -> str:
        """The place as a reader looks it up, and as a formula names it: ``基础设施!D7``, ``'2 (a)'!D7``."""
        name = self.sheet
        if not (name.isidentifier()):
            name = "'" + name.replace("'", "''") + "'"
        return f"{name}!{self.cell}"

    @property
    def number(self) -> str:
        """The number of its row."""
        return self.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def plain(text: str) -> str:
    """Return a text as a terminal may show it: each character that is no visible one, and each control, replaced."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == " " else "\N{REPLACEMENT CHARACTER}" for c in text)


def _sentence(text: str) -> str:
    return plain(text if len(text) <= _LONGEST_SENTENCE else text[: _LONGEST_SENTENCE - 1] + "…")


# What a message quotes is shortened where it is quoted; this is for what slips through.
_LONGEST_SENTENCE = 600
_LONGEST_NAME = 400


@frozen
class Diagnostic:
    """One fault: what is wrong, where, and what to do.

    Attributes:
        code: a key of `CODES`.
        message: one sentence, lower case, the user's words in backticks.
        help: the remedy in one sentence, or an empty text where the message says it all.
        file: the document's name, or None where the text came from the program itself.
        at: the place in that document, or None where the fault is the whole document's.
        line: the text of the line at that place.
    """

    code: str
    message: str = field(converter=_sentence)
    help: str = field(default="", converter=_sentence)
    file: str | None = None
    at: Span | None = None
    line: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        return self.render()

    def render(self) -> str:
        """Return the message as several lines: code, place, the line with what is meant underlined, help."""
        rows = [f"{self.severity.value}[{self.code}]: {self.message}"]
        file = self.file if self.file is None or len(self.file) <= _LONGEST_NAME else "…" + self.file[-_LONGEST_NAME:]
        file = None if file is None else plain(file)
        if self.at is None:
            if file is not None:
                rows.append(f"  --> {file}")
        else:
            number = self.at.number
            gutter = " " * len(number)
            rows.append(f"{gutter}--> {file or '<text>'}:{plain(self.at.place)}")
            if self.line:
                shown, mark = _underline(self.line, self.at)
                rows += [f"{gutter} |", f"{number} | {shown}", f"{gutter} | {mark}"]
        if self.help:
            rows.append(f"help: {self.help}")
        return "\n".join(rows)


class Fault(ValueError):
    """A fault in a piece of text that does not know its place yet.

    Attributes:
        offset: where in the text the fault begins, in characters.
        width: how many characters it covers, or None for all the rest.
    """

    def __init__(self, code: str, message: str, help: str = "", *, offset: int = 0, width: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.help = help
        self.offset = offset
        self.width = width

    def __str__(self) -> str:
        return f"[{self.code}] {self.message}" + (f"\nhelp: {self.help}" if self.help else "")


class SmartrulesError(Exception):
    """The one family of errors that a host application has to catch.

    Attributes:
        diagnostics: all faults found, in the order of the document.
    """

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics: tuple[Diagnostic, ...] = tuple(diagnostics)
        super().__init__(self.diagnostics)

    def __str__(self) -> str:
        return "\n\n".join(d.render() for d in self.diagnostics)

    @classmethod
    def of(cls, code: str, message: str, help: str = "", *, file: str | None = None) -> Self:
        """Return an error with one diagnostic that has no place in a document."""
        return cls([Diagnostic(code, message, help, file)])


class RulesetError(SmartrulesError):
    """A ruleset document that cannot be used."""


class FactsError(SmartrulesError):
    """A facts document, or a mapping of facts, that cannot be used."""


class FrameError(SmartrulesError):
    """A frame that does not hold what a ruleset asks, or a ruleset that a frame cannot decide exactly."""


class MissingExtraError(SmartrulesError, ImportError):
    """A part of the library whose packages are not installed; an `ImportError`, as other libraries raise there."""


class MonitorError(SmartrulesError):
    """A call that a monitor of communities cannot take: it is closed, or the call does not fit what came before."""


class StoreError(SmartrulesError):
    """A store of events that cannot be used, or an event that it cannot keep."""


class NotFoundError(SmartrulesError, KeyError):
    """A ruleset, edition, tier, indicator or file that is not there; a `KeyError`, so that mappings of tiers have `get`."""


class AssessmentError(SmartrulesError):
    """An assessment that cannot be read back, or belongs to another ruleset."""


class RulesetWarning(UserWarning):
    """A ruleset that a host would want to know of, though the call it made went well.

    Attributes:
        diagnostic: what is wrong, and what to do.
    """

    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic
        super().__init__(diagnostic.render())


@frozen
class Text:
    """A document's text with its name: where diagnostics find the line they show."""

    name: str | None
    content: str = field(repr=False)
    _starts: list[int] = field(factory=list, init=False, repr=False, eq=False)
    _shown: dict[int, str] = field(factory=dict, init=False, repr=False, eq=False)

    @property
    def starts(self) -> list[int]:
        """Where each line begins; a line ends with a line feed, a carriage return, or both."""
        if not self._starts:
            self._starts.append(0)
            self._starts.extend(match.end() for match in re.finditer(r"\r\n|\n|\r", self.content))
        return self._starts

    def line(self, number: int) -> str:
        """Return a line, counted from 1, or an empty text where there is none."""
        starts = self.starts
        if not 1 <= number <= len(starts):
            return ""
        if number not in self._shown:  # the faults of one line share it
            end = starts[number] if number < len(starts) else len(self.content)
            self._shown.clear()
            self._shown[number] = self.content[starts[number - 1] : end].rstrip("\r\n")
        return self._shown[number]

    def span(self, start: int, end: int) -> Span:
        """Return the place of ``content[start:end]``, on the line where it begins."""
        number = bisect_right(self.starts, start)
        begin = self.starts[number - 1]
        stop = max(begin + len(self.line(number)), start + 1)
        return Span(number, start - begin + 1, max(1, min(end, stop) - start))


#: How many errors of one document are found before its reader gives up.
MOST_ERRORS = 50


class Log:
    """The diagnostics of one document as they are found.

    With more than `MOST_ERRORS` errors reading ends with an error of the given family: nobody reads more, and to look
    for what each of a hundred thousand misspelt names could mean takes a hostile document's time.
    """

    def __init__(self, text: Text, family: type[SmartrulesError] = RulesetError) -> None:
        self.text = text
        self.family = family
        self.diagnostics: list[Diagnostic] = []
        self._errors = 0

    def add(
        self,
        at: Span | None,
        code: str,
        message: str,
        help: str = "",
        *,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Note a fault at a place of the document.

        Raises:
            SmartrulesError: of the log's family, with all errors so far, where there are too many.
        """
        if severity is Severity.ERROR:
            self._errors += 1
            if self._errors > MOST_ERRORS:
                more = f"there are more than {MOST_ERRORS} faults, and the rest is not shown"
                last = Diagnostic("SR115", more, "correct these first", self.text.name)
                raise self.family([*self.errors, last])
        line = self.text.line(at.line) if at is not None else ""
        self.diagnostics.append(Diagnostic(code, message, help, self.text.name, at, line, severity))

    def add_fault(self, at: Span | None, fault: Fault) -> None:
        """Note a fault whose place is a whole span."""
        self.add(at, fault.code, fault.message, fault.help)

    def add_fault_in(self, fault: Fault) -> None:
        """Note a fault whose place is its own stretch of the document."""
        end = fault.offset + (fault.width or len(self.text.content))
        self.add_fault(self.text.span(fault.offset, end), fault)

    @property
    def errors(self) -> list[Diagnostic]:
        """The errors so far, in the order of the document."""
        return in_order(d for d in self.diagnostics if d.severity is Severity.ERROR)

    @property
    def warnings(self) -> list[Diagnostic]:
        """The warnings so far, in the order of the document."""
        return in_order(d for d in self.diagnostics if d.severity is Severity.WARNING)


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return diagnostics in the order of the file, those without a place first, each said once."""
    unique = dict.fromkeys(diagnostics)
    return sorted(unique, key=lambda d: (d.at.line, d.at.column) if d.at else (0, 0))


# Nobody misspells a longer word, and among more words there is no time to look for the nearest.
_LONGEST_WORD = 60
_MOST_WORDS = 500


def did_you_mean(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """Return a help sentence with the nearest known word, or an empty text where none is near."""
    near = nearest(word, known, cutoff)
    return "" if near is None else f"did you mean `{near}`?"


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return the known word that is meant by a misspelt one, or None where none is near."""
    if not 0 < len(word) <= _LONGEST_WORD:
        return None
    words = [one for one in islice(known, _MOST_WORDS) if one != word and len(one) <= _LONGEST_WORD]
    folded = _folded(word)
    for one in words:
        if _folded(one) == folded:
            return one
    return next(iter(get_close_matches(word, words, n=1, cutoff=cutoff)), None)


def _folded(word: str) -> str:
    return "".join(c for c in word.casefold() if c.isalnum())


def one_of(words: Sequence[str], limit: int = 12) -> str:
    """Return words as a list for a help line: `a`, `b` or `c`; the rest is counted where there are many."""
    return _listed(words, "or", limit)


def all_of(words: Sequence[str], limit: int = 12) -> str:
    """Return words as a list for a help line: `a`, `b` and `c`; the rest is counted where there are many."""
    return _listed(words, "and", limit)


def _listed(words: Sequence[str], joint: str, limit: int) -> str:
    shown = [f"`{shorten(w)}`" for w in words[:limit]]
    if len(words) > limit:
        return ", ".join(shown) + f" … ({len(words)} in all)"
    return ", ".join(shown[:-1]) + f" {joint} " + shown[-1] if len(shown) > 1 else "".join(shown)


def shorten(text: str, limit: int = 60) -> str:
    """Return a text as a message may quote it: on one line and not longer than ``limit`` characters."""
    flat = plain(" ".join(text[: 10 * limit].split()))
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def display_width(text: str) -> int:
    """Return how many terminal columns a text takes; a Chinese character takes two."""
    return sum(
        0 if unicodedata.category(c) in ("Mn", "Me") else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


_WINDOW = 120


def _underline(line: str, at: Span) -> tuple[str, str]:
    """Return a line as shown, cut to a window round the place where it is long, and the marks below it."""
    start = min(at.column - 1, len(line))
    end = min(start + max(at.width, 1), len(line))
    left = 0 if start < _WINDOW else start - 40
    right = min(len(line), left + _WINDOW)
    head, tail = ("…" if left else ""), ("…" if right < len(line) else "")

    def clean(text: str) -> str:
        return "".join(c if c.isprintable() else " " for c in text)

    shown = head + clean(line[left:right]) + tail
    before = head + clean(line[left:start])
    marked = clean(line[start : min(end, right)])
    return shown.rstrip(), " " * display_width(before) + "^" * max(display_width(marked), 1)
