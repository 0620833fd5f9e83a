"""What is filled into a form is read, or is a message: never is it passed over in silence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import Workbook

import smartrules as sr
from smartrules.diagnostics import FactsError
from smartrules.facts import Facts
from smartrules.reports.forms.writing import write_form
from smartrules.ruleset import Ruleset
from tests.forms.filling import SHANDONG, members, opened, place, saved

pytestmark = pytest.mark.once

RULESET = sr.load(SHANDONG)
FORM = write_form(RULESET, language="zh")
HOMES = sr.load("docs/examples/safe-homes/ruleset.yaml")
OF_HOMES = write_form(HOMES, language="zh")
Change = Callable[[Workbook], Any]


def read(change: Change, ruleset: Ruleset = RULESET) -> Facts:
    book = opened(FORM if ruleset is RULESET else OF_HOMES)
    change(book)
    return ruleset.read_facts(saved(book), name="form.xlsx")


def refused(change: Change, ruleset: Ruleset = RULESET) -> str:
    with pytest.raises(FactsError) as caught:
        read(change, ruleset)
    return str(caught.value)


def first_lines(change: Change, ruleset: Ruleset = RULESET) -> list[str]:
    """Return what each message says, and at which cell."""
    lines = refused(change, ruleset).splitlines()
    said = [
        (line, next((one for one in lines[index + 1 : index + 2]), "").rpartition(":")[2].strip())
        for index, line in enumerate(lines)
        if line.startswith("error[")
    ]
    return [f"{line} @ {place}" for line, place in said]


# --- what cells are found by ---------------------------------------------------------------------------------------

_GONE = "error[SR532]: the hidden row or column by which the cells of the sheet are found is gone, so that nothing on it is read"


@pytest.mark.parametrize("delete", ["delete_rows", "delete_cols"])
def test_a_sheet_of_which_nothing_is_found_is_a_message(delete: str) -> None:
    def change(book: Workbook) -> None:
        place(book, "fact:gated_quarters").value = 4
        getattr(book["社区安全"], delete)(1)

    assert refused(change) == (
        f"{_GONE}\n"
        " --> form.xlsx:社区安全!A1\n"
        "  |\n"
        "1 | 社区安全\n"
        "  | ^^^^^^^^\n"
        "help: take the form as it was written, and fill that; rows and columns may be hidden, not deleted"
    )


def test_a_sheet_or_column_that_is_gone_is_a_message_and_one_of_another_name_is_none() -> None:
    def without_sheet(book: Workbook) -> None:
        del book["社区安全"]

    def without_column(book: Workbook) -> None:
        book["社区安全"]["I1"] = None

    def renamed(book: Workbook) -> None:
        place(book, "fact:gated_quarters").value = 4
        book["社区安全"].title = "安全"

    assert refused(without_sheet) == (
        "error[SR532]: the form had a sheet `社区安全`, of which nothing is found\n"
        "  --> form.xlsx\n"
        "help: take the form as it was written, and fill that; rows and columns may be hidden, not deleted"
    )
    assert first_lines(without_column) == [
        "error[SR532]: the column of `evidence` is gone, so that nothing in it is read @ 社区安全!A1"
    ]
    assert read(renamed).value("gated_quarters") == 4


@pytest.mark.parametrize("cell", ["D5", "D80"])
def test_a_value_in_a_row_without_a_name_is_a_message(cell: str) -> None:
    def change(book: Workbook) -> None:
        book["基础设施"]["A5"] = None
        book["基础设施"][cell] = 77

    number = cell[1:]
    margin = " " * len(number)
    assert refused(change) == (
        "error[SR537]: `77` stands where nothing is read\n"
        f"{margin}--> form.xlsx:基础设施!{cell}\n"
        f"{margin} |\n"
        f"{number} |  | 77\n"
        f"{margin} |    ^^\n"
        "help: write it into the row and column of the form that it is for, or empty the cell"
    )


def test_what_stands_beside_a_tick_is_a_message() -> None:
    def change(book: Workbook) -> None:
        place(book, "tick:access_levels:managers").value = "√"
        place(book, "tick:access_levels:managers", "#note").value = "3人"

    assert first_lines(change) == ["error[SR537]: `3人` stands where nothing is read @ 保障措施!K9"]


# --- lists of members ----------------------------------------------------------------------------------------------


def listed(*rows: dict[str, Any]) -> Change:
    def change(book: Workbook) -> None:
        sheet, first, columns = members(book, "buildings")
        for number, row in enumerate(rows, first):
            for name, value in row.items():
                sheet.cell(number, columns[name]).value = value

    return change


def test_a_list_whose_hidden_row_is_gone_is_a_message() -> None:
    def change(book: Workbook) -> None:
        listed({"#member": "b1", "storeys": 6})(book)
        book["住宅楼"].delete_rows(5)

    assert first_lines(change, HOMES) == [
        "error[SR537]: `6` stands where nothing is read @ 住宅楼!C7",
        "error[SR532]: the hidden row by which the members on the sheet are found is gone, so that none of them is read"
        " @ 住宅楼!A1",
    ]


@pytest.mark.parametrize(("cell", "value"), [("B7", "b1"), ("C7", 6), ("C6", 6)])
def test_a_member_among_the_headings_is_a_message(cell: str, value: Any) -> None:
    def change(book: Workbook) -> None:
        book["住宅楼"][cell] = value

    assert first_lines(change, HOMES) == [f"error[SR537]: `{value}` stands where nothing is read @ 住宅楼!{cell}"]


@pytest.mark.parametrize("name", ["合计", "合 计：", "小计", "总计", "Total", "以下空白", "（以下空白）"])
def test_a_row_that_sums_or_ends_a_list_is_no_member(name: str) -> None:
    change = listed({"#member": "b1", "storeys": 6}, {"#member": name, "storeys": 6})
    assert refused(change, HOMES).splitlines()[0] == f"error[SR538]: `{name}` is no name of a member"
    assert refused(change, HOMES).splitlines()[-1] == (
        "help: delete the row: the list holds members alone, and sums are made of them; give a member that is called so another name"
    )


@pytest.mark.parametrize(("column", "text"), [("#note", "以下空白"), ("#evidence", "见附件")])
def test_a_row_of_a_list_with_nothing_of_a_member_is_a_message(column: str, text: str) -> None:
    change = listed({"#member": "b1", "storeys": 6}, {column: text})
    assert refused(change, HOMES).splitlines()[0] == f"error[SR538]: the row holds `{text}`, and nothing of a member"
    assert refused(change, HOMES).splitlines()[-1] == "help: name the member, or empty the row"


def test_a_member_of_which_only_the_name_is_known_is_one() -> None:
    assert [one.id for one in read(listed({"#member": "b1"}), HOMES).collections["buildings"]] == ["b1"]


# --- long numbers --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"), [("community:id", 370102199001011234), ("community:id", 10**15), ("fact:households", 10**15)]
)
def test_a_number_of_more_digits_than_a_cell_keeps_is_a_message(name: str, value: int) -> None:
    def change(book: Workbook) -> None:
        place(book, name).value = value
        place(book, name).number_format = "0"

    found = refused(change).splitlines()
    kept = {370102199001011234: "370102199001011300"}.get(value, str(value))
    assert (
        found[0]
        == f"error[SR540]: the cell holds the number `{kept}`, and a cell keeps 15 digits of one: the others are lost"
    )
    assert (
        found[-1] == "help: make it a text (format the cell as text, or begin with an apostrophe), and write it again"
    )


def test_a_long_number_that_is_a_text_keeps_its_digits() -> None:
    def change(book: Workbook) -> None:
        place(book, "community:id").value = "370102199001011234"

    community = read(change).community
    assert community is not None
    assert community.id == "370102199001011234"


# --- evidence without a value --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "column", "value", "what"),
    [
        ("fact:households", "#evidence", "户籍登记表", "evidence"),
        ("stated:elderly_share", "#note", "估计", "a note"),
        ("fact:access_levels", "#observed", "2023-11-20", "a day"),
    ],
)
def test_what_stands_beside_an_empty_value_is_a_message(name: str, column: str, value: str, what: str) -> None:
    def change(book: Workbook) -> None:
        place(book, name, column).value = value

    found = refused(change).splitlines()
    assert found[0] == f"error[SR539]: there is {what}, and no value of `{name.partition(':')[2]}`"
    assert found[-1] == "help: fill in the value, tick that it is not reported, or empty the cell"


def test_what_stands_beside_a_value_that_is_not_reported_or_ticked_is_taken() -> None:
    def change(book: Workbook) -> None:
        place(book, "fact:households", "#note").value = "不掌握"
        place(book, "fact:households", "#not_reported").value = "√"
        place(book, "fact:area", "#note").value = "不掌握"
        place(book, "fact:area").value = "不报"
        place(book, "fact:access_levels", "#note").value = "见制度"
        place(book, "tick:access_levels:managers").value = "√"

    found = read(change)
    assert found.not_reported == {"households", "area"}
    assert found.facts["access_levels"].evidence.note == "见制度"


def test_evidence_of_a_member_without_a_value_is_a_message() -> None:
    change = listed({"#member": "b1", "#evidence": "竣工图"})
    assert first_lines(change, HOMES) == ["error[SR539]: there is evidence, and no value of `b1` @ 住宅楼!F8"]


# --- units that were changed ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", ["平方米", "亩", "万平方公里", "km", "？"])
def test_a_unit_that_was_changed_is_a_message(unit: str) -> None:
    def change(book: Workbook) -> None:
        place(book, "fact:area").value = 6300
        place(book, "fact:area", "#unit").value = unit

    found = refused(change).splitlines()
    assert found[0] == f"error[SR531]: the unit of `area` is 平方公里, and its cell says `{unit}`"
    assert found[1] == " --> form.xlsx:基础设施!E9"
    assert (
        found[-1]
        == "help: write 平方公里 into the cell of the unit again; a number may have a unit of its own: `12平方公里`"
    )


@pytest.mark.parametrize("unit", [None, "km²", "平方公里", " 平方公里\nkm² ", "km^2", "平方千米"])
def test_a_unit_that_is_the_same_in_other_words_is_none(unit: str | None) -> None:
    def change(book: Workbook) -> None:
        place(book, "fact:area").value = 6.3
        place(book, "fact:area", "#unit").value = unit

    assert read(change).value("area") == 6_300_000


def test_a_unit_in_a_heading_that_was_changed_is_a_message_once() -> None:
    def change(book: Workbook) -> None:
        listed({"#member": "b1", "lift_age": 14}, {"#member": "b2", "lift_age": 3})(book)
        sheet, first, columns = members(book, "buildings")
        sheet.cell(first - 2, columns["lift_age"]).value = "电梯使用年限\n（月）"

    assert first_lines(change, HOMES) == [
        "error[SR531]: the unit of `lift_age` is 年, and its cell says `月` @ 住宅楼!E6"
    ]
