"""Workbooks as other office programs write them, part by part: texts, formats, days, cells without a name."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from fractions import Fraction

import pytest

from smartrules.documents.forms.archive import Archive
from smartrules.documents.forms.workbook import Broken, Cell, ErrorValue, Sheet, cell_name, column_number, read_sheets

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def workbook(
    sheet: str, *, strings: str = "", styles: str = "", properties: str = "", prefix: str = "", main: str = _MAIN
) -> Sheet:
    """Return the one sheet of a workbook that is written as given."""
    x = f"{prefix}:" if prefix else ""
    xmlns = f'xmlns:{prefix}="{main}"' if prefix else f'xmlns="{main}"'
    parts = {
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="a" Type="{_RELATED}/officeDocument" '
        'Target="/xl/book.xml"/></Relationships>',
        "xl/book.xml": f'<{x}workbook {xmlns} xmlns:r="{_RELATED}">{properties}<{x}sheets>'
        f'<{x}sheet name="表" sheetId="1" r:id="s1"/></{x}sheets></{x}workbook>',
        "xl/_rels/book.xml.rels": f'<Relationships xmlns="{_PACKAGE}">'
        f'<Relationship Id="s1" Type="{_RELATED}/worksheet" Target="sheets/one.xml"/>'
        f'<Relationship Id="s2" Type="{_RELATED}/sharedStrings" Target="texts.xml"/>'
        f'<Relationship Id="s3" Type="{_RELATED}/styles" Target="../xl/looks.xml"/></Relationships>',
        "xl/sheets/one.xml": f"<{x}worksheet {xmlns}><{x}sheetData>{sheet}</{x}sheetData></{x}worksheet>",
        "xl/texts.xml": f"<{x}sst {xmlns}>{strings}</{x}sst>",
        "xl/looks.xml": f"<{x}styleSheet {xmlns}>{styles}</{x}styleSheet>",
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    (found,) = read_sheets(Archive(content.getvalue()))
    assert found.name == "表"
    return found


def styles(*codes: str) -> str:
    formats = "".join(f'<numFmt numFmtId="{200 + n}" formatCode="{code}"/>' for n, code in enumerate(codes))
    used = "".join(f'<xf numFmtId="{200 + n}"/>' for n in range(len(codes)))
    return f'<numFmts>{formats}</numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs>{used}</cellXfs>'


def one(cell: str, **parts: str) -> object:
    found = workbook(f'<row r="1">{cell}</row>', **parts).cells.get((1, 1))
    return None if found is None else found.value


def test_texts_are_read_in_every_spelling() -> None:
    strings = (
        "<si><t>plain</t></si>"
        "<si><r><t>rich </t></r><r><rPr><b/></rPr><t>text</t></r></si>"
        "<si><t>漢</t><rPh sb='0' eb='1'><t>かん</t></rPh></si>"
        "<si><t>a_x000A_b _x005F_x0041_</t></si>"
    )
    cells = "".join(f'<c r="{"ABCD"[n]}1" t="s"><v>{n}</v></c>' for n in range(4))
    found = workbook(f'<row r="1">{cells}<c r="E1" t="inlineStr"><is><t>in</t></is></c></row>', strings=strings)
    assert [cell.value for cell in found.cells.values()] == ["plain", "rich text", "漢", "a\nb _x0041_", "in"]
    assert list(found.cells) == [(1, 1), (1, 2), (1, 3), (1, 4), (1, 5)]


@pytest.mark.parametrize("main", [_MAIN, _STRICT])
def test_names_may_have_a_prefix(main: str) -> None:
    found = workbook('<x:row r="2"><x:c r="B2"><x:v>5</x:v></x:c></x:row>', prefix="x", main=main)
    assert found.cells == {(2, 2): Cell(5)}


def test_cells_and_rows_may_have_no_names() -> None:
    found = workbook(
        '<row><c><v>1</v></c><c/><c><v>3</v></c></row><row r="5"><c r="D5" s="0"/><c><v>5</v></c></row><row><c><v>6</v></c></row>'
    )
    assert {place: cell.value for place, cell in found.cells.items()} == {(1, 1): 1, (1, 3): 3, (5, 5): 5, (6, 1): 6}


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c r="A1"><v>0.69999999999999996</v></c>', Fraction(7, 10)),
        ('<c r="A1"><v>3461</v></c>', 3461),
        ('<c r="A1"><v>1E+16</v></c>', 10**16),
        ('<c r="A1" t="b"><v>1</v></c>', True),
        ('<c r="A1" t="b"><v>0</v></c>', False),
        ('<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>', ErrorValue("#DIV/0!")),
        ('<c r="A1" t="str"><f>A2</f><v>text</v></c>', "text"),
        ('<c r="A1" t="str"><f>A2</f><v></v></c>', None),
        ('<c r="A1"><f>A2</f></c>', Broken.UNRECKONED),
        ('<c r="A1"><f>A2</f><v>4</v></c>', 4),
        ('<c r="A1" t="d"><v>2023-11-25T00:00:00</v></c>', date(2023, 11, 25)),
        ('<c r="A1"><v>1e999</v></c>', Broken.NO_NUMBER),
        ('<c r="A1"><v>nan</v></c>', Broken.NO_NUMBER),
        ('<c r="A1"><v>many</v></c>', Broken.NO_NUMBER),
        ('<c r="A1"/>', None),
        ('<c r="A1" t="s"><v></v></c>', None),
    ],
)  # fmt: skip
def test_a_value_is_read_as_what_it_is(cell: str, value: object) -> None:
    found = one(cell)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("0%", Cell(Fraction(7, 10), percent=True)),
        ("0.00%;[Red]-0.00%", Cell(Fraction(7, 10), percent=True)),
        ('0.0"%"', Cell(Fraction(7, 10))),
        ("0.0\\%", Cell(Fraction(7, 10))),
        ("General", Cell(Fraction(7, 10))),
        ('0.0"days"', Cell(Fraction(7, 10))),
        ("[Red]0.0", Cell(Fraction(7, 10))),
        ("#,##0.0_ ", Cell(Fraction(7, 10))),
        ("0.00E+00", Cell(Fraction(7, 10))),
        ("000000", Cell(Fraction(7, 10), digits=6)),
    ],
)  # fmt: skip
def test_a_format_says_what_a_number_is(code: str, shown: Cell) -> None:
    found = workbook('<row r="1"><c r="A1" s="0"><v>0.7</v></c></row>', styles=styles(code.replace('"', "&quot;")))
    assert found.cells == {(1, 1): shown}


@pytest.mark.parametrize("code", ["yyyy-mm-dd", 'yyyy"年"m"月"d"日"', "[$-804]yyyy/m/d", "m/d/yy h:mm", "[h]:mm"])
def test_a_number_that_is_shown_as_a_day_is_one(code: str) -> None:
    assert one('<c r="A1" s="0"><v>45255</v></c>', styles=styles(code.replace('"', "&quot;"))) == date(2023, 11, 25)
    assert one('<c r="A1" s="0"><v>45255.75</v></c>', styles=styles(code.replace('"', "&quot;"))) == date(2023, 11, 25)


@pytest.mark.parametrize(
    ("number", "day"),
    [("1", date(1900, 1, 1)), ("59", date(1900, 2, 28)), ("60", Broken.NO_DAY), ("61", date(1900, 3, 1)),
     ("0.5", Broken.NO_DAY), ("-3", Broken.NO_DAY), ("2958465", date(9999, 12, 31)), ("2958466", Broken.NO_DAY)],
)  # fmt: skip
def test_excel_counts_days_its_own_way(number: str, day: object) -> None:
    assert one(f'<c r="A1" s="0"><v>{number}</v></c>', styles=styles("yyyy-mm-dd")) == day


def test_a_workbook_may_count_from_1904() -> None:
    cell, properties = '<c r="A1" s="0"><v>43793</v></c>', '<workbookPr date1904="1"/>'
    assert one(cell, styles=styles("yyyy-mm-dd"), properties=properties) == date(2023, 11, 25)


def test_columns_have_letters() -> None:
    assert [column_number(letters) for letters in ("A", "Z", "AA", "XFD", "", "ABCD", "é")] == [
        1,
        26,
        27,
        16384,
        0,
        0,
        0,
    ]
    assert [cell_name(7, number) for number in (1, 26, 27, 16384)] == ["A7", "Z7", "AA7", "XFD7"]
