"""Where things stand in a form: its rows by their names, and the rows of members of its collections.

Every row has a line in the form written out as text, so that a message can show it with what is meant underlined.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from attrs import define, field

from smartrules.diagnostics import CellSpan, Fault, Span, shorten
from smartrules.documents.forms import layout
from smartrules.documents.forms.cells import is_empty, said, shown
from smartrules.documents.forms.workbook import MOST_ROWS, Cell, Merged, Sheet, cell_name
from smartrules.standard import Collection, Edition
from smartrules.values import Language


class Row(NamedTuple):
    """A row of a form by its name, or a member of a collection."""

    sheet: Sheet
    number: int
    columns: Mapping[str, int]
    title: str
    line: int
    start: Mapping[int, tuple[int, int]]  # where what each column shows stands in the line of the row

    def cell(self, column: str) -> Cell | None:
        """Return a cell, None where it is empty."""
        found = self.columns.get(column)
        return None if found is None else self.sheet.cells.get((self.number, found))

    def shared(self, column: str) -> Cell | None:
        """Return a cell, or the one that it is merged into."""
        own = self.columns.get(column)
        if own is None or not is_empty(self.cell(column)):
            return self.cell(column)
        merged = self.merged(column)
        return None if merged is None else self.sheet.cells.get((merged.first_row, merged.first_column))

    def merged(self, column: str) -> Merged | None:
        """Return the cells that a cell is merged with over several rows, if it is."""
        return self.sheet.merged_at(self.number, self.columns.get(column, 0))

    def at(self, column: str) -> CellSpan:
        """Return the place of a cell."""
        own = self.columns.get(column, 0)
        start, width = self.start.get(own, (self.start[0][0], 1))
        return CellSpan(self.line, start, width, self.sheet.name, cell_name(self.number, own or 1))


@define
class Rows:
    """Finds the rows of a form.

    Attributes:
        language: in which rows are called by their titles.
        lines: the form written out as text.
        faults: with the place of each.
        rows: by their names, those in which something stands.
        named: of each sheet, the numbers of its rows, those in which nothing stands too.
        members: of each collection, the rows of its members.
        names: of all rows that were found, those in which nothing stands too.
        columns: of each sheet and mark, the names of the columns that were found.
        units: of each sheet, the column of the units; 0 where it has none.
        headings: of each collection, the row of the headings above its members.
    """

    edition: Edition
    language: Language
    lines: list[str] = field(factory=list)
    faults: list[tuple[Span | None, Fault]] = field(factory=list)
    rows: dict[str, Row] = field(factory=dict)
    named: dict[str, set[int]] = field(factory=dict)
    members: dict[str, list[Row]] = field(factory=dict)
    names: set[str] = field(factory=set)
    columns: dict[tuple[str, str], set[str]] = field(factory=dict)
    units: dict[str, int] = field(factory=dict)
    headings: dict[str, Row] = field(factory=dict)

    def find(self, sheets: Iterable[Sheet]) -> None:
        """Find the rows of some sheets."""
        known = layout.rows_of(self.edition)
        for sheet in sheets:
            self._sheet(sheet, known)

    def _sheet(self, sheet: Sheet, known: frozenset[str]) -> None:
        marks = sorted(
            (row, column, text)
            for (row, column), cell in sheet.cells.items()
            if isinstance(cell.value, str)
            and cell.value.startswith("#")
            and ((text := cell.value.strip()) == layout.ROWS or layout.collection_of(text) is not None)
        )
        ends = [*(row for row, _, _ in marks[1:]), MOST_ROWS + 1]
        for (row, column, text), end in zip(marks, ends, strict=False):  # without marks there is an end too many
            if text == layout.ROWS:
                columns = self._columns(sheet, row, column, frozenset((*layout.COLUMNS, layout.UNIT)))
                self.columns[sheet.name, text] = set(columns)
                self.units[sheet.name] = columns.pop(layout.UNIT, 0)
                if layout.VALUE not in columns:
                    what = "the column of the values is gone"
                    self._note(sheet, row, column, "SR532", what, "take the form as it was written, and fill that")
                    continue
                self._named_rows(sheet, row, column, columns, known)
                self._nameless_rows(sheet, range(row + 1, end), column, columns)
            else:
                self._member_rows(sheet, row, column, text, known)

    def _note(self, sheet: Sheet, row: int, column: int, code: str, what: str, hint: str) -> None:
        cell = sheet.cells.get((row, column))
        self.lines.append("" if cell is None else shown(cell))
        at = CellSpan(len(self.lines), 1, max(1, len(self.lines[-1])), sheet.name, cell_name(row, column))
        self.faults.append((at, Fault(code, what, hint)))

    def _columns(self, sheet: Sheet, row: int, first: int, known: frozenset[str]) -> dict[str, int]:
        """Return the columns of a sheet by the names to the right of a mark."""
        found: dict[str, int] = {}
        for (number, column), cell in sorted(item for item in sheet.cells.items() if item[0][0] == row):
            if column <= first or not isinstance(cell.value, str):
                continue
            name = cell.value.strip()
            if name in found:
                what = f"two columns are for `{shorten(name)}`"
                self._note(sheet, number, column, "SR526", what, "delete the one that is a copy")
            elif name in known:
                found[name] = column
            elif name:
                what = f"a column is for `{shorten(name)}`, which the ruleset does not have"
                self._note(sheet, number, column, "SR525", what, "delete the column, or take a new form")
        return found

    def _named_rows(
        self, sheet: Sheet, first: int, column: int, columns: Mapping[str, int], known: frozenset[str]
    ) -> None:
        cells = sheet.cells
        read = sorted(columns.values())
        numbers = self.named.setdefault(sheet.name, set())
        for number in sorted(row for row, its in cells if its == column and row > first):
            name = sheet.text(number, column)
            if not name or name.startswith("#"):
                continue
            if name not in known:
                what = f"the row is for `{shorten(name)}`, which the ruleset does not have"
                self._note(sheet, number, column, "SR525", what, "delete the row, or take a new form")
                continue
            numbers.add(number)
            self.names.add(name)
            if all((number, its) not in cells for its in read):
                continue
            row = self._row(sheet, number, columns, self._title(name))
            if not name.startswith(_EVIDENCED):
                self._check_empty(row, [one for one in columns if one != layout.VALUE])
            other = self.rows.get(name)
            if other is None or not self._is_filled(other):
                self.rows[name] = row
            elif self._is_filled(row):
                place = f"{other.sheet.name}!{cell_name(other.number, other.columns[layout.VALUE])}"
                what = f"two rows are for `{shorten(name)}`: the other is {place}"
                fault = Fault("SR526", what, "empty one of the two")
                self.faults.append((row.at(layout.VALUE), fault))

    def _nameless_rows(self, sheet: Sheet, numbers: range, column: int, columns: Mapping[str, int]) -> None:
        """Note what stands in the columns that are read, in rows that have no name."""
        read = set(columns.values())
        filled = {
            row for (row, its), cell in sheet.cells.items() if its in read and row in numbers and not is_empty(cell)
        }
        for number in sorted(filled):
            if is_empty(sheet.cells.get((number, column))):
                self._check_empty(self._row(sheet, number, columns, ""), columns)

    def _check_empty(self, row: Row, columns: Iterable[str]) -> None:
        """Note the first of some cells of a row that is filled, although nothing is read there."""
        for column in columns:
            cell = row.cell(column)
            if cell is not None and not is_empty(cell):
                what = f"`{shorten(shown(cell))}` stands where nothing is read"
                hint = "write it into the row and column of the form that it is for, or empty the cell"
                self.faults.append((row.at(column), Fault("SR537", what, hint)))
                return

    def _is_filled(self, row: Row) -> bool:
        return any(not is_empty(row.cell(one)) for one in (layout.VALUE, layout.REPORTED))

    def _row(self, sheet: Sheet, number: int, columns: Mapping[str, int], title: str) -> Row:
        line, start = " ".join(title.split()), {}
        for column in sorted(columns.values()):
            cell = sheet.cells.get((number, column))
            if cell is not None:
                text = shown(cell)[:200]
                line += " | "
                start[column] = (len(line) + 1, max(1, len(text)))
                line += text
        self.lines.append(line)
        start[0] = (len(line) + 1, 1)
        return Row(sheet, number, columns, title, len(self.lines), start)

    def _title(self, name: str) -> str:
        kind, _, rest = name.partition(":")
        match kind:
            case "tick":
                fact, _, member = rest.partition(":")
                word = self.edition.member_word(fact, member, self.language)
                return f"{self.edition.word(fact, self.language)}: {word}"
            case "claim":
                return self.edition.indicator_by_id[rest].title.text(self.language, rest)
            case "fact" | "stated" | "none":
                return self.edition.word(rest, self.language)
            case _:
                return layout.LABELS[name].text(self.language, name)

    @contextmanager
    def noted(self, row: Row, column: str) -> Iterator[None]:
        """Note what is wrong with a cell, and go on with the next."""
        try:
            yield
        except Fault as fault:
            self.faults.append((row.at(column), fault))

    def check_merged(self, row: Row, columns: Iterable[str], rows: set[int]) -> None:
        """Note a value that stands in a cell merged over several rows of the form."""
        if not row.sheet.merged:
            return
        for column in columns:
            merged = row.merged(column)
            if merged is None or is_empty(row.cell(column)):
                continue
            over = [number for number in rows if merged.first_row <= number <= merged.last_row]
            if len(over) > 1:
                what = f"the cell is merged over the rows {merged.first_row} to {merged.last_row} of the sheet"
                self.faults.append(
                    (row.at(column), Fault("SR530", what, "undo that, and give each row a value of its own"))
                )

    def _member_rows(self, sheet: Sheet, first: int, column: int, text: str, known: frozenset[str]) -> None:
        name = layout.collection_of(text) or ""
        collection = self.edition.collection_by_id.get(name)
        if collection is None or name in self.members:
            code, what = "SR525", f"the sheet is for the members of `{shorten(name)}`, which the ruleset does not have"
            if collection is not None:
                code, what = "SR526", f"two sheets are for the members of `{shorten(name)}`"
            self._note(sheet, first, column, code, what, "delete the sheet that is too many")
            return
        columns = self._columns(sheet, first, column, _columns_of(collection))
        self.columns[sheet.name, text] = set(columns)
        wanted = set(columns.values())
        rows = sorted(
            {row for (row, its), cell in sheet.cells.items() if row > first and its in wanted and not is_empty(cell)}
        )
        title = collection.title.text(self.language, name)
        found = self.members.setdefault(name, [])
        for number in rows:
            mark = sheet.text(number, column)
            if not mark:
                row = self._row(sheet, number, columns, title)
                with self.noted(row, _first_filled(row)):
                    _check_member(row)
                    found.append(row)
            elif mark in (layout.HEADINGS, layout.EXPLANATIONS):
                row = self._row(sheet, number, columns, title)
                if mark == layout.HEADINGS:
                    self.headings[name] = row
                self._check_empty(row, [one for one in columns if self._is_answer(row, one, mark)])
            elif mark not in known and not mark.startswith("#"):
                what = f"the row is for `{shorten(mark)}`, which the ruleset does not have"
                self._note(sheet, number, column, "SR525", what, "delete the row, or take a new form")
        values = [one for one in columns if not one.endswith(layout.BESIDES)]
        for row in found:
            self.check_merged(row, values, {one.number for one in found})

    def _is_answer(self, row: Row, column: str, mark: str) -> bool:
        """Return whether a cell of the headings holds what a form never prints there."""
        cell = row.cell(column)
        nameless = column == layout.MEMBER and mark == layout.EXPLANATIONS
        return cell is not None and (nameless or not isinstance(cell.value, str))


#: What stands in a list below or among its members, and names none.
_NO_MEMBERS = frozenset(
    (
        *("合计", "小计", "总计", "共计", "总数", "平均", "以下空白", "以下为空", "以下无", "以下无正文"),
        *("total", "subtotal", "sub-total", "grandtotal", "sum", "average"),
    )
)


def _first_filled(row: Row) -> str:
    """Return the first column of a row in which something stands."""
    return next(one for one in row.columns if not is_empty(row.cell(one)))


def _check_member(row: Row) -> None:
    """Check that a row is one of a member.

    Raises:
        Fault: SR538 for a sum, and for a row of which only evidence, a day or a note is filled.
    """
    own = row.cell(layout.MEMBER)
    if own is not None and isinstance(own.value, str):
        name = said(own.value).replace(" ", "").strip("()[]【】〔〕<>:-—.。*")
        if name in _NO_MEMBERS:
            hint = (
                "delete the row: the list holds members alone, and sums are made of them; "
                "give a member that is called so another name"
            )
            raise Fault("SR538", f"`{shorten(shown(own))}` is no name of a member", hint)
    first = _first_filled(row)
    cell = row.cell(first)
    if cell is not None and all(one.endswith(layout.BESIDES) or is_empty(row.cell(one)) for one in row.columns):
        what = f"the row holds `{shorten(shown(cell))}`, and nothing of a member"
        raise Fault("SR538", what, "name the member, or empty the row")


#: What the names of rows begin with that have evidence, a day and a note.
_EVIDENCED = (layout.fact_row(""), layout.stated_row(""))


def _columns_of(collection: Collection) -> frozenset[str]:
    """Return the names of all columns that the sheet of a collection may have."""
    names = {layout.MEMBER, layout.EVIDENCE, layout.OBSERVED, layout.NOTE}
    for fact in collection.facts:
        names |= {fact.id, *(layout.tick_column(fact.id, member) for member in fact.member_ids)}
        names |= {layout.beside_column(fact.id, what) for what in (layout.EVIDENCE, layout.OBSERVED, layout.NOTE)}
    return frozenset(names)
