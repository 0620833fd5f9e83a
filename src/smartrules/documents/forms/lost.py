"""What a form had when it was made, and has no more.

A cell is found by a name in a hidden row and one in a hidden column. Where those of a whole sheet are gone, nothing on it is
read; the hidden sheet says that it should have been.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from attrs import frozen

from smartrules.diagnostics import CellSpan, Fault, Span, shorten
from smartrules.documents.forms import layout
from smartrules.documents.forms.rows import Rows
from smartrules.documents.forms.workbook import Sheet


@frozen
class Had:
    """What a sheet of a form had, by one of its marks.

    Attributes:
        sheet: its name.
        mark: by which its rows were found, or those of the members of a collection.
        columns: their names.
        rows: their names; none where each row is a member.
    """

    sheet: str
    mark: str
    columns: frozenset[str]
    rows: frozenset[str]


def had_of(hidden: Sheet) -> Iterator[Had]:
    """Return what the hidden sheet of a form says of the others."""
    said: dict[tuple[str, str], dict[str, set[str]]] = {}
    texts: dict[int, list[str]] = {}
    for (row, column), cell in sorted(hidden.cells.items(), key=lambda item: item[0]):
        if column > 3 and isinstance(cell.value, str):
            texts.setdefault(row, []).append(cell.value.strip())
    for row in sorted({row for row, _ in hidden.cells}):
        kind = hidden.text(row, 1)
        if kind in (layout.HAD_COLUMNS, layout.HAD_ROWS):
            own = said.setdefault((hidden.text(row, 2), hidden.text(row, 3)), {})
            own.setdefault(kind, set()).update(texts.get(row, ()))
    for (sheet, mark), own in said.items():
        yield Had(sheet, mark, frozenset(own.get(layout.HAD_COLUMNS, ())), frozenset(own.get(layout.HAD_ROWS, ())))


def lost(had: Iterable[Had], sheets: Sequence[Sheet], found: Rows) -> list[tuple[Span | None, Fault]]:
    """Return a fault for each sheet of which nothing could be read, and for each column that is gone."""
    faults: list[tuple[Span | None, Fault]] = []
    by_name = {sheet.name: sheet for sheet in sheets}
    for one in had:
        columns = found.columns.get((one.sheet, one.mark))
        if columns is not None:
            gone = sorted(one.columns - columns - {layout.VALUE})  # without that of the values no row is read
            faults += [(_at(by_name[one.sheet], found), _column_gone(name)) for name in gone]
        elif not _is_elsewhere(one, found):
            sheet = by_name.get(one.sheet)
            faults.append((None if sheet is None else _at(sheet, found), _sheet_gone(one, sheet)))
    return faults


def _is_elsewhere(had: Had, found: Rows) -> bool:
    """Return whether what a sheet had was found on one of another name."""
    collection = layout.collection_of(had.mark)
    return collection in found.members if collection is not None else not had.rows.isdisjoint(found.names)


def _column_gone(name: str) -> Fault:
    what = f"the column of `{shorten(name.removeprefix('#'))}` is gone, so that nothing in it is read"
    return Fault("SR532", what, _ANEW)


def _sheet_gone(had: Had, sheet: Sheet | None) -> Fault:
    if sheet is None:
        return Fault("SR532", f"the form had a sheet `{shorten(had.sheet)}`, of which nothing is found", _ANEW)
    what = "the hidden row or column by which the cells of the sheet are found is gone, so that nothing on it is read"
    if layout.collection_of(had.mark) is not None:
        what = "the hidden row by which the members on the sheet are found is gone, so that none of them is read"
    return Fault("SR532", what, _ANEW)


_ANEW = "take the form as it was written, and fill that; rows and columns may be hidden, not deleted"


def _at(sheet: Sheet, found: Rows) -> Span:
    found.lines.append(sheet.name)
    return CellSpan(len(found.lines), 1, max(1, len(sheet.name)), sheet.name, "A1")
