"""A form in a real office: saved again, it reads the same; its formulas say what should be looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

import smartrules as sr
from smartrules.reports.forms.writing import write_form
from tests.forms.filling import QILI, SHANDONG, filled, members, opened, place, saved, without_spelling
from tests.office import convert, needs_office, pages

pytestmark = needs_office

LIUYIN = "rulesets/complete-community/trial/examples/liuyin.yaml"


@pytest.mark.parametrize(("name", "facts"), [(SHANDONG, QILI), ("complete-community@trial", LIUYIN)])
def test_a_form_saved_again_by_an_office_reads_the_same(name: str, facts: Any, tmp_path: Path) -> None:
    ruleset = sr.load(name)
    known = ruleset.facts(facts)
    form = tmp_path / "form.xlsx"
    form.write_bytes(write_form(ruleset, known))
    again = convert(form, "xlsx", tmp_path)
    assert again.read_bytes() != form.read_bytes()
    assert without_spelling(ruleset.facts(again)) == without_spelling(known)


def recalculated(form: bytes, folder: Path) -> Any:
    path = folder / "form.xlsx"
    path.write_bytes(form)
    return load_workbook(convert(path, "xlsx", folder), data_only=True)


def test_the_formulas_of_a_form_say_what_should_be_looked_at(tmp_path: Path) -> None:
    form = filled(
        write_form(sr.load(SHANDONG), language="zh"),
        [
            ("fact:households", 3461),
            ("fact:gigabit_households", 3500),
            ("fact:broadcast_households", 3461),
            ("fact:area", 6.305),
            ("fact:area_5g", 6.4),
            ("fact:cameras", 10.5),
            ("fact:residents", 0),
            ("tick:scenarios:childcare", "√"),
            ("tick:scenarios:medical", "√"),
            ("fact:elderly_services", "无"),
            ("tick:elderly_services:medical", "√"),
        ],
    )
    book = recalculated(form, tmp_path)

    def check(name: str) -> str:
        cell = place(book, name)
        return str(cell.parent.cell(cell.row, cell.column + 2).value or "")

    assert check("fact:gigabit_households") == "⚠ 大于“社区家庭总数”"
    assert check("fact:broadcast_households") == ""
    assert check("fact:area") == "⚠ 精确到0.01平方公里"
    assert check("fact:area_5g") == "⚠ 大于“社区总面积”"
    assert check("fact:cameras") == "⚠ 不是整数"
    assert check("fact:residents") == "⚠ 超出范围"
    assert check("fact:scenarios") == "已选2项"
    assert check("fact:elderly_services") == "⚠ 选了“无”，又选了项目"
    assert check("fact:convenience_facilities") == ""
    cover = book.worksheets[0]
    shown = {cell.value: (cell.offset(0, 1).value, cell.offset(0, 2).value) for (cell,) in cover["B1:B60"]}
    assert shown["基础设施"] == ("7 / 18", 4)
    assert shown["社区服务"] == ("2 / 7", 2)
    assert shown["社区治理"] == ("0 / 7", 0)


def test_the_formulas_of_lists_say_what_should_be_looked_at(tmp_path: Path) -> None:
    ruleset = sr.load("docs/examples/safe-homes/ruleset.yaml")
    book = opened(write_form(ruleset, language="en"))
    sheet, first, columns = members(book, "quarters")
    for row, (name, gated) in enumerate((("north", "yes"), ("south", "no")), first):
        sheet.cell(row, columns["#member"]).value = name
        sheet.cell(row, columns["gated"]).value = gated
    place(book, "none:quarters").value = "√"
    place(book, "fact:gated_quarters").value = 2
    recalculating = recalculated(saved(book), tmp_path)
    none, given = (place(recalculating, name) for name in ("none:quarters", "fact:gated_quarters"))
    assert none.offset(0, 1).value == "⚠ the list has 2"
    assert given.offset(0, 2).value == "⚠ the list says 1"


def test_a_form_can_be_printed(tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(write_form(sr.load(SHANDONG)))
    printed = pages(convert(path, "pdf", tmp_path), dots_per_inch=30)
    assert 8 <= len(printed) <= 16, "one page the guide, and no sheet broken across its width"
