"""The parts of a workbook → its sheets and cells, as whichever office program wrote them.

A number of Excel is a float: it is read as the shortest decimal that is that float, so that 0.7 is 7/10. Whether it is a
percentage or a day is what its format says. Of a formula the value counts that was reckoned last.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from enum import Enum
from functools import lru_cache
from posixpath import normpath
from typing import NamedTuple

from attrs import define, field, frozen

from smartrules.diagnostics import Fault, shorten
from smartrules.documents.forms.archive import Archive, damaged, too_large
from smartrules.values import Number, exact

_MOST_SHEETS = 200
MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384


class Format(Enum):
    """What the format of a cell makes of a number."""

    PLAIN = "plain"
    PERCENT = "percent"
    DATE = "date"


class Broken(Enum):
    """Why a cell has no value that could be read."""

    UNRECKONED = "unreckoned"
    NO_NUMBER = "no number"
    NO_DAY = "no day"


@frozen
class ErrorValue:
    """What a cell shows where its formula fails: ``#DIV/0!``."""

    text: str


#: What stands in a cell.
Content = str | bool | Number | date | ErrorValue | Broken


class Cell(NamedTuple):
    """A cell that is not empty.

    Attributes:
        value: its text, number, day or flag; what it is instead where there is none.
        percent: whether it is a number that is shown as a percentage.
        digits: with how many digits at least a whole number is shown: 6 for one of the format ``000000``.
    """

    value: Content
    percent: bool = False
    digits: int = 0


@frozen
class Merged:
    """Cells that are merged into one; the first of them holds what there is."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@define
class Sheet:
    """A sheet: its cells by row and column, both counted from 1, without those that are empty.

    Attributes:
        merged: what is merged over several rows, by its first column.
    """

    name: str
    cells: dict[tuple[int, int], Cell] = field(factory=dict)
    merged: dict[int, list[Merged]] = field(factory=dict)

    def text(self, row: int, column: int) -> str:
        """Return the text of a cell, an empty one where it holds none."""
        found = self.cells.get((row, column))
        return found.value.strip() if found is not None and isinstance(found.value, str) else ""

    def merged_at(self, row: int, column: int) -> Merged | None:
        """Return what is merged over several rows from a column on, and a row among them; None where nothing is."""
        found = self.merged.get(column)
        if found is None:
            return None
        before = bisect_right(found, row, key=lambda one: one.first_row)
        return found[before - 1] if before and row <= found[before - 1].last_row else None


def sheet_names(archive: Archive) -> dict[str, str]:
    """Return the names of the sheets of a workbook with the parts that hold them, in their order.

    Raises:
        Fault: SR522 or SR523.
    """
    return _Book(archive).sheets


def read_sheets(archive: Archive, *, without: Iterable[str] = ()) -> list[Sheet]:
    """Return the sheets of a workbook with their cells, but for some by their names.

    Raises:
        Fault: SR522 or SR523.
    """
    book = _Book(archive)
    strings = _shared_strings(archive, book.strings) if book.strings in archive else []
    formats = _formats(archive, book.styles) if book.styles in archive else []
    skipped = frozenset(without)
    return [
        _SheetReader(archive, name, strings, formats, book.since_1904).read(part)
        for name, part in book.sheets.items()
        if name not in skipped and part in archive
    ]


class _Book:
    """The parts of a workbook by what they are."""

    def __init__(self, archive: Archive) -> None:
        start = next(iter(_related(archive, "_rels/.rels", "", "officeDocument").values()), "xl/workbook.xml")
        folder, _, own = start.rpartition("/")
        targets = f"{folder}/_rels/{own}.rels".lstrip("/")
        parts = _related(archive, targets, folder, None)
        kinds = _kinds(archive, targets)
        self.strings = next((parts[one] for one, kind in kinds.items() if kind == "sharedStrings"), "")
        self.styles = next((parts[one] for one, kind in kinds.items() if kind == "styles"), "")
        self.since_1904 = False
        self.sheets: dict[str, str] = {}

        def begin(tag: str, attributes: dict[str, str]) -> None:
            if tag == "workbookPr":
                self.since_1904 = attributes.get("date1904", "") in ("1", "true")
            elif tag == "sheet":
                related = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
                if kinds.get(related) == "worksheet":
                    self.sheets[attributes.get("name", "")] = parts[related]
                if len(self.sheets) > _MOST_SHEETS:
                    raise too_large(f"it has more than {_MOST_SHEETS} sheets")

        archive.parse(start, begin)


def _relations(archive: Archive, part: str) -> Iterator[tuple[str, str, str]]:
    """Return the id, kind and target of what a part is related to."""
    found: list[tuple[str, str, str]] = []

    def begin(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            found.append((attributes.get("Id", ""), kind, attributes.get("Target", "")))

    if part in archive:
        archive.parse(part, begin)
    return iter(found)


def _related(archive: Archive, part: str, folder: str, kind: str | None) -> dict[str, str]:
    return {
        name: (target if target.startswith("/") else normpath(f"{folder}/{target}")).lstrip("/")
        for name, its, target in _relations(archive, part)
        if kind is None or its == kind
    }


def _kinds(archive: Archive, part: str) -> dict[str, str]:
    return {name: kind for name, kind, _ in _relations(archive, part)}


# --- texts ---------------------------------------------------------------------------------------------------------

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def _plain(text: str) -> str:
    """Return a text without the spelling that workbooks have for characters which XML cannot hold."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _shared_strings(archive: Archive, part: str) -> list[str]:
    strings: list[str] = []
    pieces: list[str] = []
    reading = False
    phonetic = 0

    def begin(tag: str, attributes: dict[str, str]) -> None:
        nonlocal reading, phonetic
        if tag == "si":
            pieces.clear()
        elif tag == "rPh":
            phonetic += 1
        elif tag == "t":
            reading = not phonetic

    def end(tag: str) -> None:
        nonlocal reading, phonetic
        if tag == "si":
            strings.append(_plain("".join(pieces)))
        elif tag == "rPh":
            phonetic -= 1
        elif tag == "t":
            reading = False

    archive.parse(part, begin, end, lambda text: pieces.append(text) if reading else None)
    return strings


# --- formats -------------------------------------------------------------------------------------------------------

#: The numbers of formats that programs know without their text.
_KNOWN_PERCENT = frozenset((9, 10))
_KNOWN_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
#: What a format prints as it stands, and conditions, colours and languages: none of it says what a number is.
_PRINTED = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE)
_ZEROS = re.compile("0{2,}")


def _formats(archive: Archive, part: str) -> list[tuple[Format, int]]:
    """Return what each style of a cell makes of a number, and with how many digits at least it is shown."""
    own: dict[int, str] = {}
    styles: list[tuple[Format, int]] = []
    inside = False

    def begin(tag: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        if tag == "numFmt":
            own[_index(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            inside = True
        elif tag == "xf" and inside:
            styles.append(_format(_index(attributes.get("numFmtId")), own))

    def end(tag: str) -> None:
        nonlocal inside
        inside = inside and tag != "cellXfs"

    archive.parse(part, begin, end)
    return styles


def _format(number: int, own: Mapping[int, str]) -> tuple[Format, int]:
    code = own.get(number)
    if code is None:
        known = Format.PERCENT if number in _KNOWN_PERCENT else Format.DATE if number in _KNOWN_DATES else Format.PLAIN
        return known, 0
    plain = _PRINTED.sub("", code[:500]).partition(";")[0]
    if "%" in plain:
        return Format.PERCENT, 0
    if plain.lower() != "general" and re.search("[ymdhs]", plain, re.IGNORECASE):
        return Format.DATE, 0
    return Format.PLAIN, len(plain) if _ZEROS.fullmatch(plain) else 0


def _index(text: str | None) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else -1


# --- cells ---------------------------------------------------------------------------------------------------------

_PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
#: Below it a whole float is written in all of its digits.
_WHOLE = 10**15
_LAST_DAY = (date.max - date(1899, 12, 30)).days


@lru_cache(maxsize=1024)
def column_number(letters: str) -> int:
    """Return the number of a column, counted from 1; 0 where the letters name none."""
    if not (letters.isascii() and letters.isalpha() and len(letters) <= 3):
        return 0
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def cell_name(row: int, column: int) -> str:
    """Return the name of a cell: ``D7``."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


class _SheetReader:
    """Reads one sheet."""

    def __init__(
        self,
        archive: Archive,
        name: str,
        strings: list[str],
        formats: list[tuple[Format, int]],
        since_1904: bool,
    ) -> None:
        self.archive, self.strings, self.formats, self.since_1904 = archive, strings, formats, since_1904
        self.sheet = Sheet(name)
        self.row = self.column = 0
        self.cell: dict[str, str] = {}
        self.formula = False
        self.value: list[str] | None = None
        self.text: list[str] | None = None
        self.into: list[str] | None = None
        self.phonetic = 0

    def read(self, part: str) -> Sheet:
        self.archive.parse(part, self._begin, self._end, self._text)
        for merged in self.sheet.merged.values():
            merged.sort(key=lambda one: one.first_row)
        return self.sheet

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":  # what most of a sheet is made of; most are empty
            if "r" not in attributes and "r" in self.cell:
                self.column = column_number(self.cell["r"].rstrip("0123456789"))
            self.cell = attributes
            self.column += 1
            self.formula = False
            self.value = self.text = None
        elif tag == "v":
            self.value = self.into = []
        elif tag == "t":
            self.into = None if self.phonetic else self.text
        elif tag == "is":
            self.text = []
        elif tag == "f":
            self.formula = True
        elif tag == "row":
            self.row = _index(attributes["r"]) if "r" in attributes else self.row + 1
            self.column, self.cell = 0, {}
        elif tag == "rPh":
            self.phonetic += 1
        elif tag == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def _end(self, tag: str) -> None:
        if tag == "c":
            if self.value is not None or self.text is not None or self.formula:
                self._keep()
        elif tag in ("v", "t"):
            self.into = None
        elif tag == "rPh":
            self.phonetic -= 1

    def _keep(self) -> None:
        """Keep a cell that is not empty at the place that it says, or that follows from those before it."""
        ref = self.cell.get("r")
        row, column = self.row, self.column
        if ref is not None:
            letters = ref.rstrip("0123456789")
            row, column = _index(ref[len(letters) :]), column_number(letters)
            self.row, self.column = row, column
        if not (0 < row <= MOST_ROWS and 0 < column <= _MOST_COLUMNS):
            raise damaged(f"a cell of the sheet `{shorten(self.sheet.name)}` lies outside it")
        content = self._content(self.cell.get("t", "n"), "".join(self.value or ()))
        if content is not None:
            self.sheet.cells[row, column] = content

    def _text(self, text: str) -> None:
        if self.into is not None:
            self.into.append(text)

    def _merge(self, ref: str) -> None:
        first, _, last = ref.partition(":")
        one, other = _PLACE.fullmatch(first), _PLACE.fullmatch(last or first)
        if one is None or other is None:
            raise damaged(f"the sheet `{shorten(self.sheet.name)}` merges cells that are none")
        found = Merged(int(one[2]), column_number(one[1]), int(other[2]), column_number(other[1]))
        if found.last_row > found.first_row:
            self.sheet.merged.setdefault(found.first_column, []).append(found)

    def _content(self, kind: str, value: str) -> Cell | None:
        match kind:
            case "inlineStr":
                text = "".join(self.text or ())
                return Cell(_plain(text)) if text else None
            case "s":
                index = _index(value.strip())
                if not value:
                    return None
                if not 0 <= index < len(self.strings):
                    raise damaged("a cell has a text that is not there")
                text = self.strings[index]
                return Cell(text) if text else None
            case "str":
                if value:
                    return Cell(_plain(value))
                return Cell(Broken.UNRECKONED) if self.formula and self.value is None else None
            case "b":
                return Cell(value.strip() in ("1", "true")) if value else None
            case "e":
                return Cell(ErrorValue(value or "#VALUE!"))
            case "d":
                return Cell(_iso_day(value)) if value else None
        if not value.strip():
            return Cell(Broken.UNRECKONED) if self.formula else None
        return self._number(value)

    def _number(self, text: str) -> Cell:
        try:
            held = float(text)
            number = int(held) if abs(held) < _WHOLE and held.is_integer() else exact(held)
        except (ValueError, Fault):
            return Cell(Broken.NO_NUMBER)
        style = _index(self.cell.get("s", "0"))
        form, digits = self.formats[style] if 0 <= style < len(self.formats) else (Format.PLAIN, 0)
        if form is Format.DATE:
            return Cell(self._day(number))
        return Cell(number, form is Format.PERCENT, digits)

    def _day(self, number: Number) -> date | Broken:
        """Return the day of a number: Excel counts from 1900 and takes that year for a leap year, or from 1904."""
        whole = int(number)
        if self.since_1904:
            whole += 1462
        if whole < 1 or whole == 60 or whole > _LAST_DAY:
            return Broken.NO_DAY
        return date(1899, 12, 30 if whole > 60 else 31) + timedelta(days=whole)


def _iso_day(text: str) -> date | Broken:
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return Broken.NO_DAY
