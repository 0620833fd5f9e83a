"""Forms as a clerk has them: opened, cells found by what they are for, filled, and saved."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

from attrs import evolve
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from smartrules.facts import Fact, Facts

ROOT = Path(__file__).resolve().parents[2]
SHANDONG = "shandong-smart-community@2022"
QILI = ROOT / "rulesets/shandong-smart-community/2022/examples/qili.yaml"


def opened(form: bytes) -> Workbook:
    """Return a form as a program has it that changes cells."""
    return load_workbook(BytesIO(form))


def saved(book: Workbook) -> bytes:
    """Return a workbook as bytes."""
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def place(book: Workbook, name: str, column: str = "#value") -> Cell:
    """Return the cell of a row of the form, by their hidden names."""
    for sheet in book.worksheets:
        marks = [cell for row in sheet.iter_rows() for cell in row if cell.value == "#rows"]
        for mark in marks:
            number = next((cell.column for cell in sheet[mark.row] if cell.value == column), None)
            if number is None:
                continue
            for row in range(mark.row + 1, sheet.max_row + 1):
                if sheet.cell(row, mark.column).value == name:
                    return sheet.cell(row, number)
    raise LookupError(name)


def filled(form: bytes, values: Iterable[tuple[str, Any]]) -> bytes:
    """Return a form with values in the cells of some rows."""
    book = opened(form)
    for name, value in values:
        place(book, name).value = value
    return saved(book)


def members(book: Workbook, collection: str) -> tuple[Worksheet, int, dict[str, int]]:
    """Return the sheet of the members of a collection, its first row of members, and its columns by their names."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value == f"#members:{collection}":
                    names = {str(one.value): one.column for one in sheet[cell.row] if one.value}
                    return sheet, cell.row + 3, names
    raise LookupError(collection)


def without_spelling(facts: Facts) -> Facts:
    """Return facts as what they say, however their numbers were written."""

    def plain(found: Any) -> dict[str, Fact]:
        return {name: evolve(fact, written="") for name, fact in found.items()}

    collections = {
        name: tuple(evolve(record, facts=plain(record.facts)) for record in records)
        for name, records in facts.collections.items()
    }
    return evolve(facts, facts=plain(facts.facts), stated=plain(facts.stated), collections=collections)
