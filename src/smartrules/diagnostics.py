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

#: Every code with what it says in general. A code never changes its meaning; a retired one is not used again.
CODES: dict[str, str] = {
    "SR101": "the text is no YAML",
    "SR102": "the file is not UTF-8 text",
    "SR103": "the document is empty",
    "SR104": "a key stands twice in one mapping",
    "SR105": "a YAML tag, which rulesets and facts never need",
    "SR106": "a YAML anchor or alias, which rulesets and facts never need",
    "SR107": "more than one YAML document in a file",
    "SR108": "the document is larger or deeper than any real one",
    "SR109": "a key that this place does not know",
    "SR110": "a key that must be there is missing",
    "SR111": "a value of another shape than this place takes",
    "SR112": "a name that cannot be used",
    "SR113": "a date that is none",
    "SR114": "the file cannot be read",
    "SR115": "more faults than a message can show",
    "SR116": "an expression that a comma inside `{ }` or `[ ]` ends too early",
    "SR201": "an expression that cannot be read",
    "SR202": "a parenthesis without its partner",
    "SR203": "a comparison chained in a way that has no meaning",
    "SR204": "`and` and `or` mixed without parentheses",
    "SR205": "an expression longer or deeper than any real one",
    "SR206": "a name that nothing declares",
    "SR207": "a number that cannot be read, or is too long to be meant",
    "SR208": "`at least k of` with a k that its list cannot give",
    "SR251": "a unit that is not known",
    "SR252": "a unit that cannot be read",
    "SR253": "a unit without an exact size",
    "SR301": "two numbers of different dimensions compared, added or subtracted",
    "SR302": "a value of one kind where another kind is needed",
    "SR303": "a bare number where a unit is needed",
    "SR304": "a member in a rule that the set or choice does not have",
    "SR305": "a measure whose value does not have the measure's unit",
    "SR306": "something that is no requirement where one is needed",
    "SR307": "measures that are defined by each other in a circle",
    "SR308": "a division by zero that stands in the rule itself",
    "SR401": "a tier that the standard does not name",
    "SR402": "the tiers and their requirements are out of order",
    "SR403": "one name for two things",
    "SR404": "a group that the standard does not name",
    "SR405": "`at_most` names something that cannot bound this fact",
    "SR406": "a range without any value in it",
    "SR407": "a step or bound that does not fit the fact",
    "SR408": "an indicator that requires nothing",
    "SR409": "a tier that requires nothing",
    "SR410": "two indicators with one number",
    "SR411": "an edition that ends before it begins",
    "SR412": "a requirement without a source",
    "SR415": "a ruleset that cannot be extended",
    "SR416": "something to remove that the extended ruleset does not have",
    "SR417": "an inherited measure, rule or reaction that no longer fits",
    "SR418": "a reaction to something that the ruleset does not have",
    "SR419": "a reaction whose parts do not go together",
    "SR420": "a span of time that no reaction can wait for",
    "SR451": "a denominator that can be zero while the indicator applies",
    "SR452": "a requirement that always or never holds on the declared ranges",
    "SR453": "a fact or measure that no requirement uses",
    "SR454": "a tier that is easier than the one below it",
    "SR455": "a number made of members of which there may be none while the indicator applies",
    "SR456": "points that can be more than what the indicator is worth, or never as many",
    "SR457": "a reaction that waits in vain",
    "SR458": "two reactions that wait for the same",
    "SR501": "a fact that the ruleset does not declare",
    "SR502": "a fact of another kind than declared",
    "SR503": "a fact in a unit of another dimension than declared",
    "SR504": "a bare number where the fact needs its unit",
    "SR505": "a part larger than its whole",
    "SR506": "a fact out of its declared range",
    "SR507": "a number that is not finite",
    "SR508": "a fact written finer than its declared step",
    "SR509": "a count that is not whole",
    "SR510": "a member that the set or choice does not have",
    "SR511": "a stated measure that the ruleset does not define",
    "SR512": "a claim about an indicator that the ruleset does not have",
    "SR513": "a claim or expectation that is no outcome",
    "SR514": "facts written for another ruleset or edition",
    "SR515": "a tier, indicator or measure named in a case that the ruleset does not have",
    "SR516": "a count that the members of its collection contradict",
    "SR517": "a collection that the ruleset does not have",
    "SR518": "two members of a collection with one id",
    "SR519": "a fact that is given and said not to be reported",
    "SR520": "a workbook that is no form",
    "SR521": "a file that is no workbook of this kind, or is locked",
    "SR522": "a workbook that is damaged",
    "SR523": "a workbook that is larger than any form",
    "SR524": "a form that was made for other facts than the ruleset asks for",
    "SR525": "a row or column of a form that the ruleset does not have",
    "SR526": "two rows or columns of a form for one thing",
    "SR527": "a cell that holds an error",
    "SR528": "a formula that was never reckoned",
    "SR529": "a cell that can be read in two ways",
    "SR530": "a cell that is merged over several rows",
    "SR531": "answers of a form that contradict each other",
    "SR532": "a form, or a part of one, without what its cells are found by",
    "SR533": "facts that a form cannot hold",
    "SR534": "a form that does not say of which community it is, where many are gathered",
    "SR535": "two forms of one community",
    "SR536": "nothing to gather",
    "SR537": "a filled cell of a form that nothing reads",
    "SR538": "a row in the list of a collection that is no member",
    "SR539": "evidence, a note or a day in a form without the value that it is for",
    "SR540": "a number in a cell of which digits were lost",
    "SR541": "a text that would become a formula in a CSV file",
    "SR601": "a ruleset or edition that is not in the catalog",
    "SR602": "no edition in force on the date",
    "SR603": "a call that names something the ruleset does not have",
    "SR604": "a part of the library that is not installed",
    "SR605": "an assessment that does not belong to this ruleset",
    "SR606": "a file that would be written cannot be",
    "SR607": "rulesets that extend each other in a circle",
    "SR608": "editions of one standard that leave a day without any, or with two",
    "SR609": "a document that would say something else once it is laid out, which is a mistake of the library",
    "SR610": "a ruleset of the catalog that cannot be read",
    "SR611": "a folder of the catalog that is not there",
    "SR612": "a ruleset in folders of another name",
    "SR615": "a ruleset that would be begun is there already",
    "SR616": "a threshold that cannot be set, or a range of thresholds without values",
    "SR617": "facts of a wanted outcome that are not found",
    "SR618": "arguments of a call that do not go together",
    "SR619": "cases or laws that do not hold of their own ruleset, where they are asked of mutants",
    "SR701": "a column, or a frame of members, that is not there",
    "SR702": "a frame of a kind that is not known, or of another kind than its members'",
    "SR703": "a number that cannot be exact in a frame",
    "SR704": "a rule that frames cannot decide exactly",
    "SR705": "a key that does not name each community once",
    "SR706": "a column that the frame has already where a result would stand",
    "SR707": "a column of a name that a frame has twice, or that only columns of the library have",
    "SR708": "a column, or a frame of members, that is there and said to be absent",
    "SR801": "a monitor that is closed",
    "SR802": "a community that is not watched",
    "SR803": "a text that cannot be the id of a community",
    "SR804": "a time without a time zone",
    "SR805": "an event before one that its community had already",
    "SR806": "facts of another community than the one that they came for",
    "SR807": "a listener that is too slow for the changes",
    "SR808": "an event of a store that its ruleset does not take",
    "SR809": "a rule of a host that durable_rules would take and not match rightly",
    "SR810": "an argument of a monitor that is of another kind",
    "SR811": "a store of events that cannot be opened",
    "SR812": "a file or database that is no store of events, or a damaged one",
    "SR813": "a store of events that was made for another standard",
    "SR814": "a store of events that a newer version of the library made",
    "SR815": "a store of events that is in use already",
    "SR816": "a store of events that cannot be written or read",
    "SR817": "a store of events that is closed",
    "SR818": "an event that a store cannot keep",
    "SR821": "a text that is no JSON",
    "SR822": "a time that is none",
    "SR823": "an event that is several",
    "SR901": "a plan that is applied to other facts than those it was made for",
    "SR902": "a plan that is not there, applied",
    "SR903": "a cost that is no number",
    "SR904": "a cost of something that is no fact",
    "SR905": "a cost of a fact that nobody can change",
    "SR906": "a set or choice of which some members have no cost",
    "SR907": "a cost below zero",
    "SR911": "a claim that the facts leave undetermined",
    "SR912": "a claim of passing where the facts say not met",
    "SR913": "a claim of not met where the facts say that it passes",
    "SR914": "a claim that the facts put otherwise, while both pass",
    "SR915": "a claim of undetermined where the facts decide",
    "SR916": "indicators without a claim where others have one",
    "SR917": "claims of indicators of which nothing is required",
    "SR918": "a stated figure that its counts contradict",
    "SR919": "a stated figure that its counts give only cut off or rounded up",
    "SR920": "a stated figure on the other side of a threshold than its counts",
    "SR921": "a stated rate that no whole count can give",
    "SR922": "figures stated without the counts behind them",
    "SR923": "evidence, or the day of it, that is missing",
    "SR924": "evidence that is older than is allowed",
    "SR925": "a span of time that no evidence can be held to",
    "SR926": "evidence of a day after the one for which the facts hold",
    "SR927": "figures exactly on the threshold",
    "SR928": "several rates of one indicator that are the same figure",
    "SR929": "one number under facts that count different things",
    "SR941": "a witness of the solver of which the reference finds otherwise",
    "SR951": "a paper that begins on a day, where none is known",
    "SR952": "a notice without somewhere to object",
    "SR953": "a notice of days that no notice has",
    "SR954": "a template that is no document of its form",
    "SR955": "a template that cannot be read",
    "SR956": "a template that asks for a name that is not there",
    "SR957": "a template that does what it may not",
    "SR958": "a template that takes more than a document may take",
    "SR959": "a template of which comes no Word document",
    "SR961": "a page of more findings than a browser shows",
    "SR965": "a number of communities that no page names",
}


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
