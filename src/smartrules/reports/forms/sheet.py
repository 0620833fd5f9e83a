"""A sheet of a form as it looks: cells for texts, cells to fill, and what may be chosen in them.

A text never becomes a formula: it is marked as text, whatever it begins with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from copy import copy
from math import ceil
from typing import Any

from attrs import evolve, frozen
from openpyxl.cell.cell import Cell
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from smartrules.diagnostics import Fault, display_width
from smartrules.documents.forms import layout

_FONT = "Microsoft YaHei"
_DARK, _PALE, _LINE = "1F3A5F", "EAF0F7", "B8C4D0"
_INPUT, _WARN, _RED = "FFF8D6", "FFD9D6", "B3261E"

_SIDE = Side(style="thin", color=_LINE)
_BORDER = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)
_WRAPPED = Alignment(wrap_text=True, vertical="center")
_CENTRED = Alignment(wrap_text=True, vertical="center", horizontal="center")

_DARK_FILL = PatternFill("solid", fgColor=_DARK)
_PALE_FILL = PatternFill("solid", fgColor=_PALE)
_INPUT_FILL = PatternFill("solid", fgColor=_INPUT)


@frozen(eq=False)
class Look:
    """How a cell looks."""

    font: Font
    alignment: Alignment = _WRAPPED
    fill: PatternFill | None = None
    border: Border | None = _BORDER
    open: bool = False

    @property
    def size(self) -> float:
        """The size of its letters, in points."""
        return float(self.font.size or 10)


def _font(size: float, color: str = "000000", *, bold: bool = False) -> Font:
    return Font(name=_FONT, size=size, bold=bold, color=color)


_TITLE = Look(_font(15, _DARK, bold=True), border=None)
_LINE_OF_TEXT = Look(_font(10), border=None)
_HEADING = Look(_font(10, "FFFFFF", bold=True), _CENTRED, _DARK_FILL)
_SECTION = Look(_font(10, _DARK, bold=True), _WRAPPED, _PALE_FILL, Border(top=_SIDE, bottom=_SIDE))
_SECTION_CENTRED = evolve(_SECTION, alignment=_CENTRED)
_SECTION_TEXT = evolve(_SECTION, font=_font(9, "3B4A5A"))
_LABEL = Look(_font(10))
_LABEL_CENTRED = Look(_font(10), _CENTRED)
_ITEMS = {indent: Look(_font(10), Alignment("left", "center", wrap_text=True, indent=indent)) for indent in (1, 3)}
_REMARK = Look(_font(9, "52616F"))
_LINK = Look(Font(name=_FONT, size=10, underline="single", color="1F5FBF"))
_FILLED = Look(_font(10), _WRAPPED, _INPUT_FILL, open=True)

#: What Excel holds in a cell.
_LONGEST = 32_767
#: Characters that XML cannot hold, and what would be read as the spelling of one.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_SPELLED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def spelled(text: str) -> str:
    """Return a text as a workbook spells it.

    Raises:
        Fault: SR533 for one that is longer than a cell.
    """
    found = _UNWRITABLE.sub(lambda one: f"_x{ord(one[0]):04X}_", _SPELLED.sub("_x005F_", text))
    if len(found) > _LONGEST:
        hint = "shorten it, or give the facts in a YAML or JSON document"
        raise Fault("SR533", f"a text has {len(found):,} characters, and a cell holds {_LONGEST:,}", hint)
    return found


def quoted(text: str) -> str:
    """Return a text as it stands in a formula, which holds no long one."""
    return '"' + text[:200].replace('"', '""') + '"'


class Form:
    """One sheet, with its validations gathered so that cells of one kind share them.

    Args:
        looks: what the workbook holds of each look that it has already, for all of its sheets.
    """

    def __init__(
        self,
        sheet: Worksheet,
        widths: Iterable[float],
        looks: dict[tuple[Look, str], Any],
        *,
        hidden: Iterable[int] = (),
    ) -> None:
        self.sheet, self._looks = sheet, looks
        self._validations: dict[tuple[object, ...], DataValidation] = {}
        self._widths = dict(enumerate(widths, 1))
        self._heights: dict[int, float] = {}
        for column, width in self._widths.items():
            sheet.column_dimensions[get_column_letter(column)].width = width
        for column in hidden:
            sheet.column_dimensions[get_column_letter(column)].hidden = True
        sheet.sheet_view.showGridLines = False

    # --- cells -----------------------------------------------------------------------------------------------------

    def mark(self, row: int, column: int, name: str) -> None:
        """Write what the form is found by when it is read."""
        put_text(self._cell(row, column), name)

    def title(self, row: int, column: int, text: str, last: int) -> None:
        """Write the title of the sheet over some columns."""
        self._over(row, column, text, last, _TITLE)
        self._heights[row] += 8

    def line(self, row: int, column: int, text: str, last: int) -> None:
        """Write a text over some columns."""
        self._over(row, column, text, last, _LINE_OF_TEXT)

    def heading(self, row: int, column: int, text: str) -> None:
        """Write the heading of a column."""
        self._text(row, column, text, _HEADING)

    def label(self, row: int, column: int, text: str) -> None:
        """Write what a cell beside it is for."""
        self._text(row, column, text, _LABEL)

    def centred(self, row: int, column: int, text: str) -> None:
        """Write a short text into the middle of its cell."""
        self._text(row, column, text, _LABEL_CENTRED)

    def item(self, row: int, column: int, text: str) -> None:
        """Write what a row is for."""
        self._text(row, column, text, _ITEMS[1])

    def part(self, row: int, column: int, text: str) -> None:
        """Write what a row is for that belongs to one above it."""
        self._text(row, column, text, _ITEMS[3])

    def remark(self, row: int, column: int, text: str) -> None:
        """Write an explanation."""
        self._text(row, column, text, _REMARK)

    def section(self, row: int, first: int, last: int) -> None:
        """Colour a row as the heading of those below it."""
        for column in range(first, last + 1):
            self._look(self._cell(row, column), _SECTION)

    def section_title(self, row: int, column: int, text: str) -> None:
        """Write what those below a row have in common."""
        self._text(row, column, text, _SECTION)

    def section_number(self, row: int, column: int, text: str) -> None:
        """Write the number of what is below a row."""
        self._text(row, column, text, _SECTION_CENTRED)

    def section_text(self, row: int, column: int, text: str, last: int) -> None:
        """Write what is to be known of those below a row, over some columns."""
        self._over(row, column, text, last, _SECTION_TEXT)

    def formula(self, row: int, column: int, formula: str) -> None:
        """Write a formula, with which the form checks what is filled."""
        cell = self._cell(row, column)
        cell.value = formula
        self._look(cell, _REMARK)

    def tally(self, row: int, column: int, formula: str) -> None:
        """Write a formula that counts."""
        cell = self._cell(row, column)
        cell.value = formula
        self._look(cell, _LABEL_CENTRED)

    def input(self, row: int, column: int, form: str = "General") -> Cell:
        """Make a cell one to fill."""
        cell = self._cell(row, column)
        self._look(cell, _FILLED, form)
        return cell

    def link(self, row: int, column: int, text: str, sheet: str, place: str) -> None:
        """Lead from a cell to one of another sheet."""
        cell = self._cell(row, column)
        put_text(cell, text)
        cell.hyperlink = f"#{sheet_name(sheet)}!{place}"
        self._look(cell, _LINK)

    def _text(self, row: int, column: int, text: str, look: Look) -> None:
        cell = self._cell(row, column)
        self._look(cell, look)
        if text:
            put_text(cell, text)
            self._grow(row, text, self._widths.get(column, 10), look.size)

    def _over(self, row: int, first: int, text: str, last: int, look: Look) -> None:
        for column in range(first, last + 1):
            self._look(self._cell(row, column), look)
        put_text(self._cell(row, first), text)
        self.sheet.merge_cells(start_row=row, start_column=first, end_row=row, end_column=last)
        self._grow(row, text, sum(self._widths.get(column, 10) for column in range(first, last + 1)), look.size)

    def _look(self, cell: Cell, look: Look, form: str = "General") -> None:
        """Give a cell its look; a workbook takes long over each it is given part by part, so all but the first are copies."""
        known = self._looks.get((look, form))
        if known is not None:
            cell._style = copy(known)  # type: ignore[attr-defined]
            return
        cell.font, cell.alignment, cell.number_format = look.font, look.alignment, form
        if look.fill is not None:
            cell.fill = look.fill
        if look.border is not None:
            cell.border = look.border
        if look.open:
            cell.protection = Protection(locked=False)
        self._looks[look, form] = copy(cell._style)  # type: ignore[attr-defined]

    def _cell(self, row: int, column: int) -> Cell:
        cell = self.sheet.cell(row, column)
        assert isinstance(cell, Cell), cell
        return cell

    def _grow(self, row: int, text: str, width: float, size: float) -> None:
        room = max(width * 10 / size - 1, 1)
        lines = sum(max(1, ceil(display_width(one) / room)) for one in text.splitlines() or [""])
        self._heights[row] = max(self._heights.get(row, 0), lines * size * 1.4 + 4)

    # --- what may be filled in -------------------------------------------------------------------------------------

    def choose(self, cell: Cell, source: str, prompt: str, wrong: str) -> None:
        """Give a cell a list to choose from: the range of a sheet, or words in quotation marks with commas between."""
        self._validate(cell, ("list", source, "stop", prompt, wrong), type="list", formula1=source)

    def ask(self, cell: Cell, kind: str, low: str | None, high: str | None, prompt: str, wrong: str) -> None:
        """Ask for a number or day within bounds; who insists may write another text, such as a number with its unit."""
        bounds: Mapping[str, str | None]
        if low is not None and high is not None:
            bounds = {"operator": "between", "formula1": low, "formula2": high}
        elif high is not None:
            bounds = {"operator": "lessThanOrEqual", "formula1": high}
        elif low is not None:
            bounds = {"operator": "greaterThanOrEqual", "formula1": low}
        else:
            bounds = {"operator": "greaterThanOrEqual", "formula1": "-1E+300" if kind == "decimal" else "-1E+15"}
        key = (kind, *bounds.values(), prompt)
        self._validate(cell, key, type=kind, errorStyle="warning", error=wrong, prompt=prompt, **bounds)

    def _validate(self, cell: Cell, key: tuple[object, ...], **settings: str | None) -> None:
        found = self._validations.get(key)
        if found is None:
            if key[0] == "list":
                settings |= {"prompt": str(key[3]) or None, "error": str(key[4])}
            given = {name: value for name, value in settings.items() if value is not None}
            for name in ("prompt", "error"):
                if name in given:
                    given[name] = spelled(str(given[name])[:250])
            found = DataValidation(**given, allow_blank=True, showErrorMessage=True, showInputMessage="prompt" in given)  # type: ignore[arg-type]
            self._validations[key] = found
            self.sheet.add_data_validation(found)
        found.add(cell)

    def alarm(self, cells: str, formula: str) -> None:
        """Colour cells for which a formula holds."""
        self._rule(cells, formula, fill=PatternFill("solid", bgColor=_WARN))

    def redden(self, cells: str, formula: str) -> None:
        """Make the letters of cells red for which a formula holds."""
        self._rule(cells, formula, font=Font(color=_RED))

    def _rule(self, cells: str, formula: str, **look: Any) -> None:
        rule = FormulaRule(formula=[formula], **look)  # type: ignore[no-untyped-call]
        self.sheet.conditional_formatting.add(cells, rule)

    def finish(self, *, last: str, pinned: str | None = None, repeated: str | None = None) -> None:
        """Lock what is not to be filled, and say how the sheet is printed.

        Args:
            last: its last cell; what is printed begins in B2.
            pinned: the first cell that moves; without one all does, and the sheet is printed on one page.
            repeated: the rows that stand on every page.
        """
        sheet = self.sheet
        for row in range(1, sheet.max_row + 1):
            if sheet.cell(row, 1).value == layout.EXPLANATIONS:
                break  # below them are members
            if sheet.cell(row, 1).value is None and any(cell.value is not None for cell in sheet[row]):
                self.mark(row, 1, layout.PRINTED)
        for row, height in self._heights.items():
            sheet.row_dimensions[row].height = min(height, 400)
        if pinned is not None:
            sheet.freeze_panes = pinned
        sheet.protection.sheet = True
        for allowed in ("formatCells", "formatColumns", "formatRows", "insertRows", "sort", "autoFilter"):
            setattr(sheet.protection, allowed, False)  # False is what is not forbidden
        setup = sheet.page_setup
        setup.orientation, setup.paperSize, setup.fitToWidth = "landscape", 9, 1
        setup.fitToHeight = 1 if pinned is None else 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
        sheet.print_area = f"B2:{last}"
        if repeated is not None:
            sheet.print_title_rows = repeated
        sheet.page_margins.left = sheet.page_margins.right = 0.4
        sheet.page_margins.top = sheet.page_margins.bottom = 0.5
        if sheet.oddFooter is not None and sheet.oddFooter.center is not None:
            sheet.oddFooter.center.text = "&P / &N"


def put_text(cell: Cell, text: str) -> None:
    """Write a text into a cell that stays one, whatever it begins with."""
    cell.value = spelled(text)
    cell.data_type = "s"
    if text[:1] in ("=", "+", "-", "@", "\t", "\r"):
        cell.quotePrefix = True


def sheet_name(name: str) -> str:
    """Return the name of a sheet as it stands in a formula."""
    return "'" + name.replace("'", "''") + "'"
