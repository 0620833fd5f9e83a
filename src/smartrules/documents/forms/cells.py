"""What people write into a cell → a value as a facts document gives it, whose declaration then has the last word.

A number stands in the unit of its row, or has a unit of its own behind it. What may be read in two ways is never decided here: it
is a message.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from functools import cache

from smartrules.diagnostics import Fault, Span, shorten
from smartrules.documents.forms.layout import CLAIMS, FormLanguage, claim_word, member_word, unit_word
from smartrules.documents.forms.workbook import Broken, Cell, ErrorValue
from smartrules.documents.tree import Scalar, Sequence, Tree
from smartrules.facts import wrong_kind
from smartrules.outcome import Outcome
from smartrules.standard import FactDeclaration, Measure, Member
from smartrules.units import PERCENT, Unit, halfwidth
from smartrules.units import unit as unit_named
from smartrules.values import Kind, Language, Number, read_number, simplest, write_number

YES_WORDS = frozenset(("是", "有", "yes", "y", "true", "√", "✓", "✔", "☑", "是 yes"))
NO_WORDS = frozenset(("否", "无", "没有", "no", "n", "false", "×", "✗", "✘", "否 no"))
NONE_WORDS = frozenset(("无", "没有", "none", "无 none"))
NOT_REPORTED_WORDS = frozenset(("未报", "不报", "未报告", "不报告", "nr", "n/r", "not reported"))
_LANGUAGES: tuple[FormLanguage, ...] = ("zh", "en", "both")


def shown(cell: Cell) -> str:
    """Return what a cell shows, for a message."""
    match cell.value:
        case ErrorValue(text):
            return text
        case Broken():
            return ""
        case bool():
            return "TRUE" if cell.value else "FALSE"
        case date():
            return cell.value.isoformat()
        case str():
            return " ".join(cell.value.split())
        case number:
            return f"{write_number(simplest(number * 100))}%" if cell.percent else write_number(number)


def check(cell: Cell) -> None:
    """Check that a cell has a value at all.

    Raises:
        Fault: SR527 or SR528; SR540 for a number of which digits were lost.
    """
    if isinstance(cell.value, int | Fraction) and abs(cell.value) >= 10**_KEPT:
        raise _too_long(cell)
    if not isinstance(cell.value, ErrorValue | Broken):
        return
    match cell.value:
        case ErrorValue(text):
            raise Fault(
                "SR527", f"the cell shows the error `{shorten(text)}`", "correct its formula, or write the value itself"
            )
        case Broken.UNRECKONED:
            hint = "open the form in an office program and save it, or write the value itself"
            raise Fault("SR528", "the formula of the cell was never reckoned, so that it has no value", hint)
        case Broken.NO_DAY:
            raise Fault("SR113", "the cell is shown as a day, and its number is none", "write the day: `2023-11-25`")
        case Broken.NO_NUMBER:
            raise Fault("SR207", "the cell holds a number that cannot be read", "write it again")


#: The digits that an office program keeps of a number.
_KEPT = 15


def _too_long(cell: Cell) -> Fault:
    what = f"the cell holds the number `{shorten(shown(cell))}`, and a cell keeps {_KEPT} digits of one: the others are lost"
    hint = "make it a text (format the cell as text, or begin with an apostrophe), and write it again"
    return Fault("SR540", what, hint)


def said(text: str) -> str:
    """Return a text as its word is looked up: without spaces around it, in plain letters."""
    return " ".join(halfwidth(text).split()).lower()


def is_empty(cell: Cell | None) -> bool:
    """Return whether there is nothing in a cell, or only spaces."""
    return cell is None or (isinstance(cell.value, str) and not halfwidth(cell.value).strip())


# --- yes and no ----------------------------------------------------------------------------------------------------


def yes_or_no(cell: Cell) -> bool | None:
    """Return whether a cell says yes or no, None where it says neither.

    Raises:
        Fault: SR529 for an x, which ticks a box in some countries and crosses it out in others; as `check`.
    """
    check(cell)
    if isinstance(cell.value, bool):
        return cell.value
    word = said(cell.value) if isinstance(cell.value, str) else ""
    if word in ("x", "*"):  # the fullwidth and the multiplication sign are made plain as well
        if isinstance(cell.value, str) and cell.value.strip() == "×":
            return False
        raise Fault("SR529", f"`{shorten(shown(cell))}` may mean yes or no", "write 是 or 否, `yes` or `no`")
    return True if word in YES_WORDS else False if word in NO_WORDS else None


def is_ticked(cell: Cell | None) -> bool | None:
    """Return whether a box is ticked, None where it is empty.

    Raises:
        Fault: SR502 for what is no tick; as `yes_or_no`.
    """
    if cell is None or is_empty(cell):
        return None
    found = yes_or_no(cell)
    if found is None:
        raise Fault(
            "SR502", f"`{shorten(shown(cell))}` is no tick", "write √ where it is so, and nothing or 否 where not"
        )
    return found


def is_not_reported(cell: Cell) -> bool:
    """Return whether a cell says in words that its value is not reported."""
    return isinstance(cell.value, str) and said(cell.value) in NOT_REPORTED_WORDS


# --- values --------------------------------------------------------------------------------------------------------


def _choose(offered: Iterable[tuple[str, str]]) -> str:
    """Return the hint that names the words of a list, each with its id."""
    return "choose one of the list: " + ", ".join(f"{word} (`{name}`)" for word, name in offered)


def fact_tree(cell: Cell, declared: FactDeclaration | Measure, at: Span, spoken: Language = "zh") -> Tree:
    """Return what a cell gives for a fact or measure, as a facts document would.

    Raises:
        Fault: for what cannot be one, or could be two.
    """
    check(cell)
    if isinstance(declared, Measure) or declared.kind.is_number:
        assert declared.unit is not None
        return Scalar(_number(cell, declared, declared.unit), at)
    match declared.kind:
        case Kind.FLAG:
            found = yes_or_no(cell)
            if found is None:
                raise wrong_kind(declared, f"`{shorten(shown(cell))}`")
            return Scalar(found, at)
        case Kind.DATE:
            return Scalar(day(cell), at)
        case Kind.CHOICE:
            text = cell_text(cell)
            member = _member(declared, text)
            if member is None:
                offered = [(member_word(declared.members, one, spoken), one.id) for one in declared.members]
                raise Fault("SR510", f"`{declared.id}` has no member `{shorten(text)}`", _choose(offered))
            return Scalar(member, at)
        case _:
            return Sequence(tuple(Scalar(one, at) for one in _listed(cell, declared)), at)


#: Units in which people write a half as 0.5 and as 50; nobody does so with physicians per 100,000 persons.
_SHARES = (PERCENT, unit_named("‰"))
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[ '’]\d{3})+(?=\D|$)")
_SPACES = str.maketrans(dict.fromkeys("\u00a0\u2009\u202f\u2007\t", " "))
_DASHES = frozenset(
    ("/", "\\", "-", "--", "—", "——", "–", "~", "无", "没有", "none", "?", "？", "n/a", "na", "不适用", "不涉及")
)


def _number(cell: Cell, declared: FactDeclaration | Measure, unit: Unit) -> str | Number:
    """Return a number with its unit as a facts document writes it; one that may stand bare, bare."""
    value = cell.value
    if isinstance(value, bool | date):
        what = "the day" if isinstance(value, date) else "the value"
        raise wrong_kind(declared, f"{what} `{shown(cell)}`")
    if isinstance(value, str):
        text = halfwidth(value.translate(_SPACES)).strip()
        if said(value) in _DASHES:
            raise Fault(
                "SR529",
                f"`{shorten(value)}` may mean that there is none, or that it is not known",
                "write 0 where there is none, leave the cell empty where it is not known, or tick that it is not reported",
            )
        grouped = _GROUPED.match(text)
        if grouped is not None:
            text = re.sub("[ '’]", "", grouped[0]) + text[grouped.end() :]
        try:
            value = read_number(text)
        except Fault as fault:
            if fault.code != "SR207" or not re.match(r"[+-]?[\d.]", text):
                raise
            return text
    assert isinstance(value, int | Fraction)
    if cell.percent:
        return f"{write_number(simplest(value * 100))} %"
    if unit in _SHARES and 0 < value <= 1:
        small = write_number(value)
        large = write_number(simplest(value / unit.size))
        raise Fault(
            "SR529",
            f"`{shorten(shown(cell))}` may be {small} {unit} or {large} {unit}",
            f"write it with its sign: `{small}{unit}` or `{large}{unit}`",
        )
    if not unit.factors or (unit.counts and isinstance(declared, FactDeclaration) and declared.kind is Kind.COUNT):
        return value
    return f"{write_number(value)} {unit.after(value)}"


def is_bare(cell: Cell) -> bool:
    """Return whether a cell is a number without a unit of its own."""
    return not isinstance(cell.value, str) or re.search(r"[^\W\d_]|[%‰㎡℃°]", cell.value) is None


def is_unit(unit: Unit, text: str) -> bool:
    """Return whether the cell of a unit says it, in whichever words, or says nothing."""
    if not said(text) or said(text) in {said(unit_word(unit, language)) for language in _LANGUAGES}:
        return True
    try:
        return unit_named(text) == unit
    except Fault:
        return False


_DAY = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?(?:\s+0{1,2}:00(?::00)?)?")
_EIGHT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")


def day(cell: Cell) -> date | str:
    """Return the day of a cell, as text where it is written as text, in the one spelling of documents.

    Raises:
        Fault: SR529 for a bare number, as `check`.
    """
    check(cell)
    if isinstance(cell.value, date):
        return cell.value
    if isinstance(cell.value, bool):
        raise Fault("SR113", f"`{shown(cell)}` is no date", "write year, month and day: `2023-11-25`")
    text = halfwidth(cell.value if isinstance(cell.value, str) else shown(cell)).strip()
    written = _DAY.fullmatch(text) or _EIGHT.fullmatch(text)
    if written is not None:
        return f"{written[1]}-{int(written[2]):02}-{int(written[3]):02}"
    if not isinstance(cell.value, str):
        hint = "write year, month and day: `2023-11-25`"
        raise Fault("SR529", f"the number `{shown(cell)}` does not say which day it is", hint)
    return text


def cell_text(cell: Cell) -> str:
    """Return a cell as text: a whole number in its digits.

    Raises:
        Fault: as `check`.
    """
    check(cell)
    if isinstance(cell.value, int) and not isinstance(cell.value, bool) and not cell.percent:
        return str(cell.value).zfill(cell.digits)
    if isinstance(cell.value, Fraction) and len(write_number(cell.value).replace(".", "").lstrip("-0")) > _KEPT:
        raise _too_long(cell)
    return cell.value.strip() if isinstance(cell.value, str) else shown(cell)


# --- members of sets and choices -----------------------------------------------------------------------------------


def _listed(cell: Cell, declared: FactDeclaration) -> Iterable[str]:
    """Return the members of a set that are written into one cell."""
    text = cell_text(cell)
    if said(text) in NONE_WORDS:
        return ()
    whole = _member(declared, text)
    if whole is not None:
        return (whole,)
    parts = [part.strip() for part in re.split("[,，、;；\n]", text)]
    return [_member(declared, part) or part for part in parts if part]


def _member(declared: FactDeclaration, text: str) -> str | None:
    """Return the id of the member that a text names, None where it names none, or more than one."""
    return _words(declared.members).get(said(text))


@cache
def _words(members: tuple[Member, ...]) -> dict[str, str]:
    """Return the members by all the words for them that are theirs alone; an id is always its own."""
    found: dict[str, set[str]] = {}
    for member in members:
        words = [member.title.zh, member.title.en, *(member_word(members, member, one) for one in _LANGUAGES)]
        for word in words:
            if word:
                found.setdefault(said(word), set()).add(member.id)
    alone = {word: next(iter(ids)) for word, ids in found.items() if len(ids) == 1}
    return alone | {said(member.id): member.id for member in members} | {member.id: member.id for member in members}


def claim(cell: Cell, indicator: str, spoken: Language) -> str:
    """Return the outcome that a cell claims for an indicator, in the word of documents.

    Raises:
        Fault: SR513 where it is none; as `check`.
    """
    text = cell_text(cell)
    found = _claims().get(said(text))
    if found is None:
        offered = [(claim_word(one, spoken), one.value) for one in Outcome]
        what = f"the claim for `{indicator}` is `{shorten(text)}`, which is no outcome"
        raise Fault("SR513", what, _choose(offered))
    return found


@cache
def _claims() -> dict[str, str]:
    words = {said(claim_word(one, language)): one.value for one in Outcome for language in _LANGUAGES}
    words |= {said(one.value): one.value for one in Outcome}
    return words | {said(word): one.value for spoken in CLAIMS.values() for one, word in spoken.items()}
