"""What clerks write into forms, and what is done to forms on their way: read as it was meant, or refused with its place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

import smartrules as sr
from smartrules import analysis
from smartrules.diagnostics import FactsError
from smartrules.facts import Facts
from smartrules.reports.forms.writing import write_form
from smartrules.ruleset import Ruleset
from tests.forms.filling import QILI, SHANDONG, filled, members, opened, place, saved, without_spelling

pytestmark = pytest.mark.once

EMPTY = write_form(sr.load(SHANDONG))
GREEN = sr.load("docs/examples/green-community.yaml")
OF_GREEN = write_form(GREEN)
HOMES = sr.load("docs/examples/safe-homes/ruleset.yaml")
OF_HOMES = write_form(HOMES)
PHASES = (Phase.explicit, Phase.generate)


def read(form: bytes, ruleset: Ruleset | None = None) -> Facts:
    return (ruleset or sr.load(SHANDONG)).read_facts(form, name="form.xlsx")


def of(name: str, value: Any) -> Any:
    """Return what a value in the row of a fact is read as, in root units."""
    found = read(filled(OF_GREEN, [(f"fact:{name}", value)]), GREEN)
    return found.value(name)


def changed(change: Callable[[Workbook], None], form: bytes = EMPTY) -> bytes:
    book = opened(form)
    change(book)
    return saved(book)


def refused(form: bytes, ruleset: Ruleset | None = None) -> str:
    with pytest.raises(FactsError) as caught:
        read(form, ruleset)
    return str(caught.value)


# --- spellings -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [3461, 3461.0, "3461", "３４６１", "3,461", "３，４６１", "3 461", "3\u00a0461", "3461户", "3461 户", "3,461户", "３４６１户",
     " 3461 ", "0.3461万户", "3461 households"],
)  # fmt: skip
def test_a_count_is_read_however_it_is_written(written: Any) -> None:
    assert of("households", written) == 3461


@pytest.mark.parametrize(
    "written", [6.3, "6.3", "６.３", "6.3平方公里", "6.3 km²", "6.3 km^2", "630公顷", "6300000平方米", "6,300,000 m2"]
)
def test_an_area_is_read_however_it_is_written(written: Any) -> None:
    assert of("area", written) == 6_300_000


@pytest.mark.parametrize("written", ["是", "有", "yes", "Yes", "Y", "√", "✓", "TRUE", True, "是 yes", " 是 "])
def test_yes_is_read_however_it_is_written(written: Any) -> None:
    assert of("garden", written) is True


@pytest.mark.parametrize("written", ["否", "无", "没有", "no", "N", "×", "✗", False, "否 no"])
def test_no_is_read_however_it_is_written(written: Any) -> None:
    assert of("garden", written) is False


@pytest.mark.parametrize(
    "written",
    [date(2023, 11, 5), datetime(2023, 11, 5, 14, 30), "2023-11-05", "2023年11月5日", "2023/11/5", "2023.11.05",
     "２０２３年１１月５日", "2023-11-5", "20231105", "2023-11-05 00:00:00"],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(written: Any) -> None:
    assert read(filled(OF_GREEN, [("on", written)]), GREEN).on == date(2023, 11, 5)


@pytest.mark.parametrize("written", ["90％", "90%", "90 %", "９０％", "900‰"])
def test_a_share_is_read_with_its_sign(written: str) -> None:
    found = read(filled(OF_GREEN, [("stated:sorting_share", written)]), GREEN)
    assert found.stated["sorting_share"].value == Fraction(9, 10)


def test_a_share_is_read_as_its_cell_shows_it() -> None:
    """A cell of the form is a percentage, so that 0.7 is shown as 70 %, and read so, to the last digit."""
    for number, shown in ((0.7, Fraction(7, 10)), (0.29, Fraction(29, 100)), (0.07, Fraction(7, 100)), (1, 1), (0, 0)):
        found = read(filled(OF_GREEN, [("stated:sorting_share", number)]), GREEN)
        assert found.stated["sorting_share"].value == shown


def test_a_share_in_a_cell_without_a_format_is_a_message_where_it_could_be_two() -> None:
    def general(number: Any) -> bytes:
        def change(book: Workbook) -> None:
            cell = place(book, "stated:camera_online_rate")
            cell.value, cell.number_format = number, "General"

        return changed(change)

    assert read(general(90)).stated["camera_online_rate"].value == Fraction(9, 10)
    assert read(general(0)).stated["camera_online_rate"].value == 0
    assert refused(general(0.7)) == (
        "error[SR529]: `0.7` may be 0.7 % or 70 %\n"
        "  --> form.xlsx:基础设施!D25\n"
        "   |\n"
        "25 | 视频监控联网率 | 0.7\n"
        "   |                  ^^^\n"
        "help: write it with its sign: `0.7%` or `70%`"
    )


@settings(max_examples=60, phases=PHASES)
@given(st.integers(1, 10**9), st.sampled_from("dfgscu"), st.sampled_from(["", "户", " 户", "households"]))
def test_spellings_of_a_count_mean_the_same(number: int, spelling: str, unit: str) -> None:
    spelled = {
        "d": str(number),
        "f": str(number).translate({48 + digit: 0xFF10 + digit for digit in range(10)}),
        "g": f"{number:,}",
        "s": f"{number:,}".replace(",", " "),
        "c": f"{number:,}".replace(",", "，"),
        "u": f"  {number}\u3000",
    }[spelling]
    assert of("households", spelled.strip() + unit) == number


def test_the_members_of_a_set_are_ticked_listed_or_said_to_be_none() -> None:
    ticked = [(f"tick:access_levels:{name}", "√") for name in ("managers", "operators")]
    assert read(filled(EMPTY, ticked)).value("access_levels") == {"managers", "operators"}
    levels = sr.load(SHANDONG).edition.fact_by_id["access_levels"]
    titles = "、".join(str(member.title.zh) for member in levels.members)
    refusing = [(f"tick:access_levels:{name}", "否") for name in levels.member_ids]
    for written, found in (
        ([("fact:access_levels", titles)], frozenset(levels.member_ids)),
        ([("fact:access_levels", "managers, operators")], {"managers", "operators"}),
        ([("fact:access_levels", "无")], frozenset()),
        (refusing, frozenset()),
        (refusing[1:], None),
        ([], None),
    ):
        if written == refusing[1:]:
            assert refused(filled(EMPTY, written)) == REFUSING
        else:
            assert read(filled(EMPTY, written)).value("access_levels") == found
    assert refused(filled(EMPTY, [*ticked, ("fact:access_levels", "无")])) == TWICE


REFUSING = """\
error[SR531]: of `access_levels` nothing is ticked, some is refused, and the rest is open
  --> form.xlsx:保障措施!D10
   |
10 | 实行分级授权的人员: 操作人员 | 否
   |                                ^^
help: tick what there is, or refuse all the others too"""
TWICE = """\
error[SR531]: `access_levels` is given in its own row, and ticked below
 --> form.xlsx:保障措施!D8
  |
8 | 实行分级授权的人员 | 无
  |                      ^^
help: tick what there is, or write 无, `none`, in the row where there is none; not both"""


def test_what_is_not_reported_is_ticked_or_said() -> None:
    def change(book: Workbook) -> None:
        place(book, "fact:cameras", "#not_reported").value = "√"
        place(book, "fact:residents").value = "未报"
        place(book, "stated:elderly_share").value = "NR"

    assert read(changed(change)).not_reported == {"cameras", "residents", "elderly_share"}


def test_evidence_stands_beside_a_value_and_may_be_merged_over_several() -> None:
    def change(book: Workbook) -> None:
        for name, value in (("fact:households", 3461), ("fact:gigabit_households", 3460)):
            place(book, name).value = value
        first, last = (place(book, name, "#evidence") for name in ("fact:households", "fact:gigabit_households"))
        first.value = "户籍登记表\n物业台账"
        first.parent.merge_cells(f"{first.coordinate}:{last.coordinate}")
        place(book, "fact:households", "#observed").value = "2023年11月20日"
        place(book, "fact:households", "#note").value = "=不含空置住宅"
        place(book, "fact:households", "#note").data_type = "s"

    found = read(changed(change)).facts
    assert found["households"].evidence == sr.facts.Evidence(
        ("户籍登记表", "物业台账"), date(2023, 11, 20), "=不含空置住宅"
    )
    assert found["gigabit_households"].evidence.documents == ("户籍登记表", "物业台账")


# --- what is done to forms -----------------------------------------------------------------------------------------


def test_rows_may_move_sheets_be_renamed_and_columns_hidden() -> None:
    ruleset = sr.load(SHANDONG)
    facts = ruleset.facts(QILI)

    def change(book: Workbook) -> None:
        sheet = book["基础设施"]
        sheet.title = "1 基础 (修改)"
        sheet.column_dimensions["H"].hidden = True
        for merged in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(merged))
        sheet.insert_rows(4, 3)
        sheet.delete_rows(sheet.max_row - 1)
        sheet.insert_cols(4)
        sheet["D9"] = "我加的一列"
        book.move_sheet(book["社区安全"], -3)
        other = book["社区治理"]
        for merged in list(other.merged_cells.ranges):
            other.unmerge_cells(str(merged))
        rows = [[cell.value for cell in row] for row in other.iter_rows(min_row=4)]
        for number, row in enumerate(reversed(rows), 4):
            for column, value in enumerate(row, 1):
                other.cell(number, column).value = value

    found = without_spelling(read(changed(change, write_form(ruleset, facts))))
    assert found == without_spelling(facts)


def test_several_faults_are_said_at_once_each_at_its_cell() -> None:
    def change(book: Workbook) -> None:
        place(book, "fact:households").value = 3461
        place(book, "fact:gigabit_households").value = 3500
        place(book, "fact:area").value = "6.3平方米左右"
        place(book, "fact:online_elections").value = "x"
        place(book, "fact:cameras").value = "—"
        place(book, "fact:video_resources").value = "=1/0"
        place(book, "on").value = "11月25日"
        place(book, "claim:wired_broadband").value = "优秀"
        place(book, "tick:access_levels:managers").value = "大概"

    assert refused(changed(change)) == ALL


ALL = """\
error[SR113]: `11月25日` is no date
 --> form.xlsx:填写说明!C8
  |
8 | 数据截止日期 | 11月25日
  |                ^^^^^^^^
help: write year, month and day: `2023-11-25`

error[SR513]: the claim for `wired_broadband` is `优秀`, which is no outcome
 --> form.xlsx:基础设施!D4
  |
4 | 有线宽带网络 | 优秀
  |                ^^^^
help: choose one of the list: 达标 (`met`), 不达标 (`not_met`), 不适用 (`not_applicable`), 待定 (`undetermined`)

error[SR505]: `gigabit_households` is 3500 households, more than `households`, which is 3461 households
 --> form.xlsx:基础设施!D6
  |
6 | 具备千兆接入能力的家庭数 | 3500
  |                            ^^^^
help: a part is never larger than its whole: correct one of the two

error[SR251]: unknown unit `平方米左右`
 --> form.xlsx:基础设施!D9
  |
9 | 社区总面积 | 6.3平方米左右
  |              ^^^^^^^^^^^^^
help: did you mean `平方米`?

error[SR529]: `—` may mean that there is none, or that it is not known
  --> form.xlsx:基础设施!D18
   |
18 | 摄像机总数 | —
   |              ^
help: write 0 where there is none, leave the cell empty where it is not known, or tick that it is not reported

error[SR528]: the formula of the cell was never reckoned, so that it has no value
  --> form.xlsx:基础设施!D21
   |
21 | 公共视频资源总数 |
   |                    ^
help: open the form in an office program and save it, or write the value itself

error[SR529]: `x` may mean yes or no
 --> form.xlsx:社区治理!D8
  |
8 | 换届选举提供线上选民登记等服务 | x
  |                                  ^
help: write 是 or 否, `yes` or `no`

error[SR502]: `大概` is no tick
 --> form.xlsx:保障措施!D9
  |
9 | 实行分级授权的人员: 管理人员 | 大概
  |                                ^^^^
help: write √ where it is so, and nothing or 否 where not"""


def test_a_form_for_another_edition_says_so() -> None:
    assert refused(OF_HOMES) == (
        "error[SR514]: this form is for `safe-homes@2024`, the ruleset is `shandong-smart-community@2022`\n"
        "  --> form.xlsx\n"
        "help: load the ruleset that the form is for, or make it anew with `smartrules template "
        "shandong-smart-community@2022` and fill that"
    )


# --- lists of members ----------------------------------------------------------------------------------------------


def of_homes(*rows: dict[str, Any], none: Any = None) -> bytes:
    def change(book: Workbook) -> None:
        sheet, first, columns = members(book, "buildings")
        for number, row in enumerate(rows, first):
            for name, value in row.items():
                sheet.cell(number, columns[name]).value = value
        place(book, "none:buildings").value = none

    return changed(change, OF_HOMES)


def test_the_members_of_a_collection_are_rows() -> None:
    rows = (
        {"#member": "b1", "storeys": "6层", "lift_age": "14 年"},
        {},
        {"#member": 24, "storeys": 24, "monitored": "是", "#evidence": "竣工图"},
        {"storeys": 19},
    )
    found = read(of_homes(*rows), HOMES).collections["buildings"]
    assert [(one.id, sorted(one.facts)) for one in found] == [
        ("b1", ["lift_age", "storeys"]),
        ("24", ["monitored", "storeys"]),
        ("3", ["storeys"]),
    ]
    assert found[1].facts["monitored"].evidence.documents == ("竣工图",)
    assert read(of_homes(), HOMES).collections == {}
    assert read(of_homes(none="√"), HOMES).collections == {"buildings": ()}


def test_faults_of_members_are_said_at_their_cells() -> None:
    rows = ({"#member": "b1", "storeys": 0}, {"#member": "b1", "monitored": "也许"})
    assert refused(of_homes(*rows, none="√"), HOMES) == MEMBERS


MEMBERS = """\
error[SR531]: `buildings` is said to have no member, and the sheet lists 2
 --> form.xlsx:住宅楼!C3
  |
3 | 住宅楼 | √
  |          ^
help: remove the tick, or empty the rows

error[SR506]: `storeys` is 0 storeys, below its least value 1 storey
 --> form.xlsx:住宅楼!C8
  |
8 | 住宅楼 | b1 | 0
  |               ^
help: check the number and its unit; the bound stands in the ruleset

error[SR518]: two members of `buildings` have the id `b1`
 --> form.xlsx:住宅楼!B9
  |
9 | 住宅楼 | b1 | 也许
  |          ^^
help: give each its own

error[SR502]: `monitored` is yes or no, not `也许`
 --> form.xlsx:住宅楼!D9
  |
9 | 住宅楼 | b1 | 也许
  |               ^^^^
help: write `true` or `false`, 是 or 否"""


# --- other programs ------------------------------------------------------------------------------------------------


def test_an_audit_says_the_cell_of_what_it_finds() -> None:
    ruleset = sr.load(SHANDONG)
    facts = read(write_form(ruleset, ruleset.facts(QILI)))
    found = analysis.audit(ruleset, facts, name="form.xlsx").to_plain()
    places = [place for one in found["observations"] for place in one["places"]]
    assert {"line": 24, "column": 4, "cell": "基础设施!D24"} in places
