"""Workbooks that are none, that are damaged, or that were made to do harm: one message each, in little time and memory."""

from __future__ import annotations

import io
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

import smartrules as sr
from smartrules.diagnostics import FactsError
from smartrules.reports.forms.writing import write_form
from tests.forms.filling import SHANDONG, filled, opened, place, saved

pytestmark = pytest.mark.once

FORM = write_form(sr.load(SHANDONG))
SHEET = "xl/worksheets/sheet2.xml"


def refused(content: bytes, name: str = "form.xlsx") -> str:
    begun = time.monotonic()
    with pytest.raises(FactsError) as caught:
        sr.load(SHANDONG).read_facts(content, name=name)
    assert time.monotonic() - begun < 20
    return str(caught.value)


def parts(form: bytes = FORM) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(form)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in files.items():
            archive.writestr(name, part)
    return content.getvalue()


def with_part(name: str, change: Callable[[bytes], bytes]) -> bytes:
    found = parts()
    return packed({**found, name: change(found[name])})


_OFFICE = "help: open it in Excel, WPS or LibreOffice and save it as an Excel workbook (.xlsx) without a password"
_DAMAGED = "help: open it in an office program, save it again, or send it again"
_FILL = "help: fill the form that `smartrules template` wrote"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "error[SR521]: the file is empty\n  --> form.xlsx\nhelp: fill the form that `smartrules template` writes"),
        (b"facts: {}", f"error[SR521]: this is no workbook, whatever its name says\n  --> form.xlsx\n{_OFFICE}"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            f"error[SR521]: this is a workbook of the old kind (.xls)\n  --> form.xlsx\n{_OFFICE}",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
            f"error[SR521]: the workbook is locked with a password\n  --> form.xlsx\n{_OFFICE}",
        ),
        (
            packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}),
            f"error[SR521]: this is a workbook of OpenDocument (.ods)\n  --> form.xlsx\n{_OFFICE}",
        ),
        (
            packed({"xl/workbook.bin": b""}),
            f"error[SR521]: this is a binary workbook (.xlsb)\n  --> form.xlsx\n{_OFFICE}",
        ),
        (FORM[:3000], f"error[SR522]: the workbook is damaged: its end is missing\n  --> form.xlsx\n{_DAMAGED}"),
        (
            packed({"readme.txt": b"hello"}),
            f"error[SR522]: the workbook is damaged: it lacks its part `xl/workbook.xml`\n  --> form.xlsx\n{_DAMAGED}",
        ),
        (
            with_part(SHEET, lambda part: part[:-200]),
            f"error[SR522]: the workbook is damaged: its part `{SHEET}` is no XML\n  --> form.xlsx\n{_DAMAGED}",
        ),
        (
            with_part(SHEET, lambda part: b"<worksheet" + b"<" * 100),
            f"error[SR522]: the workbook is damaged: its part `{SHEET}` is no XML\n  --> form.xlsx\n{_DAMAGED}",
        ),
        (
            with_part(SHEET, lambda part: part.replace(b'r="D5"', b'r="XFE1"').replace(b'r="B4"', b'r="XFE1"')),
            "error[SR522]: the workbook is damaged: a cell of the sheet `基础设施` lies outside it\n"
            f"  --> form.xlsx\n{_DAMAGED}",
        ),
        (
            with_part("xl/worksheets/sheet2.xml", lambda part: part.replace(b'ref="B2:L2"', b'ref="B2:L0x"')),
            "error[SR522]: the workbook is damaged: the sheet `基础设施` merges cells that are none\n"
            f"  --> form.xlsx\n{_DAMAGED}",
        ),
        (
            with_part(SHEET, lambda part: part.replace(b"</sheetData>", b'<row><c t="s"><v>9</v></c></row></sheetData>')),
            f"error[SR522]: the workbook is damaged: a cell has a text that is not there\n  --> form.xlsx\n{_DAMAGED}",
        ),
        (
            with_part(SHEET, lambda part: b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + part[part.find(b"<w") :]),
            f"error[SR522]: the part `{SHEET}` of the workbook declares a document type\n"
            "  --> form.xlsx\nhelp: no office program writes one",
        ),
        (
            with_part("xl/workbook.xml", lambda part: '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x><x/>'.encode("utf-16")),
            "error[SR522]: the part `xl/workbook.xml` of the workbook declares a document type\n"
            "  --> form.xlsx\nhelp: no office program writes one",
        ),
        (
            with_part(SHEET, lambda part: part + b" " * (25 * 2**20)),
            f"error[SR523]: the workbook is larger than any form: more than 24 MiB are unpacked of it\n  --> form.xlsx\n{_FILL}",
        ),
        (
            with_part(SHEET, lambda part: part.replace(b"</sheetData>", b"<row/>" * 1_300_000 + b"</sheetData>")),
            "error[SR523]: the workbook is larger than any form: it has more than 1,200,000 tags\n"
            f"  --> form.xlsx\n{_FILL}",
        ),
        (
            packed({**parts(), **{f"x/{number}": b"" for number in range(2_100)}}),
            f"error[SR523]: the workbook is larger than any form: it is made of more than 2,000 files\n  --> form.xlsx\n{_FILL}",
        ),
        (
            b"PK\x03\x04" + bytes(32 * 2**20),
            f"error[SR523]: the workbook is larger than any form: the file is larger than 32 MiB\n  --> form.xlsx\n{_FILL}",
        ),
    ],
)  # fmt: skip
def test_what_is_no_workbook_or_a_bad_one_has_one_message(content: bytes, message: str) -> None:
    assert refused(content) == message


def test_an_index_that_lies_is_a_message() -> None:
    end = FORM.rfind(b"PK\x05\x06")
    lying = bytearray(FORM)
    struct.pack_into("<I", lying, end + 16, 5)  # where the index begins
    assert refused(bytes(lying)).startswith("error[SR522]: the workbook is damaged: ")


@pytest.mark.parametrize("at", range(0, len(FORM), 1999))
def test_a_flipped_byte_is_read_or_a_message(at: int) -> None:
    spoilt = bytearray(FORM)
    spoilt[at] ^= 0xFF
    try:
        sr.load(SHANDONG).read_facts(bytes(spoilt), name="form.xlsx")
    except FactsError as error:
        assert error.diagnostics


def test_a_cell_far_away_costs_nothing() -> None:
    form = with_part(
        SHEET,
        lambda part: part.replace(
            b"</sheetData>",
            b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>far</t></is></c></row></sheetData>',
        ).replace(b"<sheetPr>", b'<dimension ref="A1:XFD1048576"/><sheetPr>'),
    )
    begun = time.monotonic()
    sr.load(SHANDONG).read_facts(form, name="form.xlsx")
    assert time.monotonic() - begun < 5


def changed(change: Callable[[Workbook], None]) -> bytes:
    book = opened(FORM)
    change(book)
    return saved(book)


def test_a_workbook_without_its_hidden_sheet_is_no_form() -> None:
    def change(book: Workbook) -> None:
        del book["smartrules-form"]

    assert refused(changed(change)) == (
        "error[SR520]: the workbook is no form: it has no hidden sheet `smartrules-form`\n"
        "  --> form.xlsx\n"
        "help: fill the form that `smartrules template RULESET -o form.xlsx` writes, and send that workbook"
    )


def test_a_form_of_other_declarations_says_with_which_ruleset_it_is_read() -> None:
    def change(book: Workbook) -> None:
        book["smartrules-form"]["B4"] = "0" * 64

    fingerprint = sr.load(SHANDONG).fingerprint[:11]
    assert refused(changed(change)) == (
        "error[SR524]: this form was made when `shandong-smart-community@2022` asked for other facts\n"
        "  --> form.xlsx\n"
        f"help: read it with the ruleset that it was made with, fingerprint {fingerprint}…, or make it anew with "
        "`smartrules template shandong-smart-community@2022`"
    )


def test_a_form_of_another_layout_says_so() -> None:
    def change(book: Workbook) -> None:
        book["smartrules-form"]["B6"] = "9"

    assert refused(changed(change)).startswith(
        "error[SR524]: this form was made by another version of the library (its layout is `9`)\n"
    )


def test_rows_and_columns_that_are_not_the_forms_are_named() -> None:
    def change(book: Workbook) -> None:
        sheet = book["基础设施"]
        sheet["A6"] = "fact:nothing"
        sheet["N1"] = "#colour"
        sheet["O1"] = "#value"

    assert refused(changed(change)) == (
        "error[SR525]: a column is for `#colour`, which the ruleset does not have\n"
        " --> form.xlsx:基础设施!N1\n"
        "  |\n"
        "1 | #colour\n"
        "  | ^^^^^^^\n"
        "help: delete the column, or take a new form\n"
        "\n"
        "error[SR526]: two columns are for `#value`\n"
        " --> form.xlsx:基础设施!O1\n"
        "  |\n"
        "1 | #value\n"
        "  | ^^^^^^\n"
        "help: delete the one that is a copy\n"
        "\n"
        "error[SR525]: the row is for `fact:nothing`, which the ruleset does not have\n"
        " --> form.xlsx:基础设施!A6\n"
        "  |\n"
        "6 | fact:nothing\n"
        "  | ^^^^^^^^^^^^\n"
        "help: delete the row, or take a new form"
    )


def test_two_rows_for_one_fact_are_a_message_where_both_are_filled() -> None:
    def change(book: Workbook) -> None:
        sheet = book["基础设施"]
        sheet["A6"] = "fact:households"
        sheet["D5"] = 3461
        sheet["D6"] = 3462

    assert refused(changed(change)) == (
        "error[SR526]: two rows are for `fact:households`: the other is 基础设施!D5\n"
        " --> form.xlsx:基础设施!D6\n"
        "  |\n"
        "6 | 社区家庭总数 | 3462\n"
        "  |                ^^^^\n"
        "help: empty one of the two"
    )


def test_a_sheet_without_its_column_of_values_says_so() -> None:
    def change(book: Workbook) -> None:
        book["基础设施"]["D1"] = None

    assert refused(changed(change)) == (
        "error[SR532]: the column of the values is gone\n"
        " --> form.xlsx:基础设施!A1\n"
        "  |\n"
        "1 | #rows\n"
        "  | ^^^^^\n"
        "help: take the form as it was written, and fill that"
    )


def test_a_form_without_its_rows_says_so() -> None:
    def change(book: Workbook) -> None:
        for sheet in book.worksheets:
            if sheet.title != "smartrules-form":
                sheet["A1"] = None

    assert refused(changed(change)) == (
        "error[SR532]: the form has no rows that could be read\n"
        "  --> form.xlsx\n"
        "help: fill the form that `smartrules template` wrote, with its hidden rows and columns"
    )


def test_a_value_merged_over_rows_is_a_message() -> None:
    def change(book: Workbook) -> None:
        sheet = book["基础设施"]
        sheet["D5"] = 3461
        sheet.merge_cells("D5:D6")

    assert refused(changed(change)) == (
        "error[SR530]: the cell is merged over the rows 5 to 6 of the sheet\n"
        " --> form.xlsx:基础设施!D5\n"
        "  |\n"
        "5 | 社区家庭总数 | 3461\n"
        "  |                ^^^^\n"
        "help: undo that, and give each row a value of its own"
    )


def test_errors_and_formulas_are_messages() -> None:
    form = filled(FORM, [("fact:households", "x"), ("fact:area", "y"), ("fact:cameras", "z")])
    found = parts(form)
    book = opened(form)
    cells = {name: place(book, f"fact:{name}").coordinate for name in ("households", "area", "cameras")}
    import re

    def replace(name: str, new: str) -> None:
        pattern = rf'<c r="{cells[name]}"([^>]*?) t="inlineStr">.*?</c>'
        sheet, count = re.subn(pattern, rf'<c r="{cells[name]}"\1{new}</c>', found[SHEET].decode())
        assert count == 1
        found[SHEET] = sheet.encode()

    replace("households", ' t="e"><f>1/0</f><v>#DIV/0!</v>')
    replace("area", "><f>1+1</f><v></v>")
    replace("cameras", "><f>1+1</f><v>2</v>")
    assert refused(packed(found)) == (
        "error[SR527]: the cell shows the error `#DIV/0!`\n"
        f" --> form.xlsx:基础设施!{cells['households']}\n"
        "  |\n"
        "5 | 社区家庭总数 | #DIV/0!\n"
        "  |                ^^^^^^^\n"
        "help: correct its formula, or write the value itself\n"
        "\n"
        "error[SR528]: the formula of the cell was never reckoned, so that it has no value\n"
        f" --> form.xlsx:基础设施!{cells['area']}\n"
        "  |\n"
        "9 | 社区总面积 | \n".rstrip()
        + "\n"
        "  |              ^\n"
        "help: open the form in an office program and save it, or write the value itself"
    )


def test_a_ruleset_whose_texts_begin_as_formulas_makes_a_form_of_texts(tmp_path: Path) -> None:
    document = tmp_path / "ruleset.yaml"
    document.write_text(
        """\
standard: wild
edition: "1"
title: {zh: '=cmd|" /C calc"!A0', en: "=1+1"}
tiers: {basic: {title: {zh: "+1"}}}
groups:
  a: {zh: "[a]/b:*?\\\\c'd 一个比三十一个字还要长的组名称一个比三十一个字还要长的组名称"}
  b: {zh: "[a]/b:*?\\\\c'd 一个比三十一个字还要长的组名称一个比三十一个字还要长的组名称"}
  c: {zh: "smartrules-form"}
  d: {zh: "History"}
facts:
  x: {count: household, title: {zh: "=A1", en: "@SUM(1)"}, definition: {zh: "-1_x0041_"}}
  y: {choice: {p: {zh: "=1"}, q: {zh: "=1", en: "a,b"}}, title: {zh: "<b>&\\"'"}}
indicators:
  one: {group: a, title: {zh: "=1"}, require: {basic: x >= 1 household}}
  two: {group: b, require: {basic: y is p}}
  three: {group: c, require: {basic: x >= 2 households}}
  four: {group: d, require: {basic: x >= 3 households}}
""",
        encoding="utf-8",
    )
    ruleset = sr.load(document)
    facts = ruleset.facts({"facts": {"x": {"value": 3, "note": "=1+1 _x0041_ \x07"}, "y": "q"}, "community": "=id"})
    form = write_form(ruleset, facts)
    book = opened(form)
    names = [sheet.title for sheet in book.worksheets]
    assert len({name.casefold() for name in names}) == len(names)
    assert all(len(name) <= 31 and not set("[]:*?/\\") & set(name) for name in names)
    checks = {"F", "M", "C", "D"}  # the columns of the form's own formulas
    formulas = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert formulas
    assert {cell.column_letter for cell in formulas} <= checks
    assert all(str(cell.value).startswith(("=IF(", "=SUM(", "=COUNTIF(")) for cell in formulas)
    back = ruleset.read_facts(form, name="form.xlsx")
    assert back.facts["x"].evidence.note == "=1+1 _x0041_ \x07"
    assert back.value("y") == "q"
    assert back.community == facts.community


def test_many_merged_cells_cost_little() -> None:
    merged = b"".join(b'<mergeCell ref="D%d:D%d"/>' % (row, row + 1) for row in range(1_000, 61_000, 2))
    form = with_part(SHEET, lambda part: part.replace(b"</mergeCells>", merged + b"</mergeCells>"))
    begun = time.monotonic()
    sr.load(SHANDONG).read_facts(form, name="form.xlsx")
    assert time.monotonic() - begun < 10
