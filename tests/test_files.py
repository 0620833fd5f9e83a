"""Files of communities: read exactly by their declarations, assessed piece by piece, written as a whole or not at all."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from smartrules.cli import run
from smartrules.diagnostics import FrameError
from smartrules.engines.columns import counting, files
from smartrules.outcome import Outcome
from smartrules.ruleset import Ruleset
from tests.rulesets import ruleset

TOWN = """\
standard: town
edition: "1"
title: {zh: 小镇, en: Town}
source: {document: 甲字1号}
tiers: {low: {title: {zh: 低, en: Low}}, high: {title: {zh: 高, en: High}}}
facts:
  households: {count: household, min: 1}
  connected: {count: household, at_most: households}
  area: {quantity: km^2, max: 100}
  gated: {kind: flag}
  services: {set: {meals: {en: meals}, bathing: {en: bathing}}}
  water: {choice: {river: , lake: }}
  opened: {kind: date}
  waste: {share: "%", max: 100 %}
indicators:
  coverage:
    number: "1"
    title: {zh: 覆盖, en: Coverage}
    measures: {rate: {value: connected / households, unit: "%", title: {zh: 覆盖率, en: coverage}}}
    require: {low: rate >= 70 %, high: rate >= 90 %}
  room: {number: "2", title: {zh: 面积, en: Room}, require: {low: area >= 0.7 km^2}}
  gates: {number: "3", title: {zh: 门禁, en: Gates}, require: {low: gated}}
  care: {number: "4", title: {zh: 服务, en: Care}, require: {low: count(services) >= 1 kind}}
  river: {number: "5", title: {zh: 水, en: River}, require: {low: water is river}}
  age: {number: "6", title: {zh: 年代, en: Age}, require: {low: opened >= 2022-01-01}}
  bins: {number: "7", title: {zh: 垃圾, en: Bins}, require: {low: waste <= 30 %}}
"""

HEADING = ("id", "households", "connected", "area", "gated", "services", "water", "opened", "waste", "note")
#: Communities as people write them: on each threshold, beside it, with what is missing, and once against the declarations.
ROWS = (
    ("001", "1000", "700", "0.7", "true", "meals;bathing", "river", "2022-01-01", "30", "exact"),
    ("002", "1,000", "699", "0.6999999999999999", "否", "[]", "lake", "2021-12-31", "30.000001", "just below"),
    ("003", "1000 户", "９００", "70 公顷", "YES", "meals；bathing", "river", "2022-02-28", "300 ‰", "other units"),
    ("004", "1e3", "", "", "", "", "", "", "", "nothing"),
    ("005", "10", "11", "1", "no", "[bathing]", "river", "2022-01-01", "0", "part over whole"),
)
M, X, U = "met", "not_met", "undetermined"
EXPECTED = (
    {"coverage": M, "room": M, "gates": M, "care": M, "river": M, "age": M, "bins": M},
    {"coverage": X, "room": X, "gates": X, "care": X, "river": X, "age": X, "bins": X},
    {"coverage": M, "room": M, "gates": M, "care": M, "river": M, "age": M, "bins": M},
    {"coverage": U, "room": U, "gates": U, "care": U, "river": U, "age": U, "bins": U},
    {"coverage": U, "room": U, "gates": U, "care": U, "river": U, "age": U, "bins": U},
)


@pytest.fixture(autouse=True)
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ruleset:
    for name in ("COLUMNS", "LC_MESSAGES", "LANG", "SMARTRULES_PATH", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.chdir(tmp_path)
    Path("town.yaml").write_text(TOWN, "utf-8")
    return ruleset(TOWN)


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Return the exit code of a call, what it printed, and what it complained of."""
    code = run(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


def delimited(name: str, rows: Sequence[Sequence[str]] = ROWS, heading: Sequence[str] = HEADING) -> Path:
    sign = "\t" if name.endswith(".tsv") else ","
    lines = [sign.join(f'"{cell}"' if sign in cell else cell for cell in row) for row in (heading, *rows)]
    Path(name).write_text("\n".join(lines) + "\n", "utf-8")
    return Path(name)


def json_lines(name: str, rows: Sequence[Sequence[str]] = ROWS) -> Path:
    """Write the communities with the types that JSON has where a cell is in its form."""
    lines = []
    for row in rows:
        plain: dict[str, Any] = dict(zip(HEADING, row, strict=True))
        parts = [f'"{key}": {_as_json(key, cell)}' for key, cell in plain.items() if cell]
        lines.append("{" + ", ".join(parts) + "}\n")
    Path(name).write_text("".join(lines), "utf-8")
    return Path(name)


def _as_json(key: str, cell: str) -> str:
    if key in ("households", "connected", "area", "waste") and cell.replace(".", "").isascii() and "," not in cell:
        return cell if cell.replace(".", "").replace("e", "").isdigit() else json.dumps(cell)
    if key == "gated" and cell == "true":
        return cell
    if key == "services" and cell in ("[]", "meals;bathing"):
        return json.dumps([member for member in cell.strip("[]").split(";") if member])
    return json.dumps(cell, ensure_ascii=False)


def sheet(name: str, rows: Sequence[Sequence[Any]] = ROWS, heading: Sequence[str] = HEADING) -> Path:
    book = xlsxwriter.Workbook(name)
    page = book.add_worksheet()
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for at, row in enumerate((heading, *rows)):
        for column, cell in enumerate(row):
            if cell == "2022-01-01":
                page.write_datetime(at, column, datetime(2022, 1, 1), day)
            elif cell in ("true", "1000", "700", "699", "0.7", "30"):
                page.write(at, column, {"true": True}.get(cell, float(cell) if cell != "true" else None))
            elif cell:
                page.write(at, column, cell)
    book.close()
    return Path(name)


def parquet(name: str) -> Path:
    pl.DataFrame(
        {
            "id": ["001", "002", "003", "004", "005"],
            "households": [1000, 1000, 1000, 1000, 10],
            "connected": [700, 699, 900, None, 11],
            "area": pl.Series(
                [Decimal("0.7"), Decimal("0.6999999999999999"), Decimal("0.7"), None, Decimal(1)],
                dtype=pl.Decimal(38, 16),
            ),
            "gated": [True, False, True, None, False],
            "services": [["meals", "bathing"], [], ["meals", "bathing"], None, ["bathing"]],
            "water": ["river", "lake", "river", None, "river"],
            "opened": [date(2022, 1, 1), date(2021, 12, 31), date(2022, 2, 28), None, date(2022, 1, 1)],
            "waste": [30.0, 30.000001, 30.0, None, 0.0],
            "note": [row[-1] for row in ROWS],
        }
    ).write_parquet(name)
    return Path(name)


MAKERS = {
    "towns.csv": delimited,
    "towns.tsv": delimited,
    "towns.jsonl": json_lines,
    "towns.ndjson": json_lines,
    "towns.xlsx": sheet,
    "towns.parquet": parquet,
}


def _here() -> list[str]:
    return sorted(path.name for path in Path().iterdir())


def read_back(path: str) -> list[dict[str, Any]]:
    match Path(path).suffix:
        case ".parquet":
            return pl.read_parquet(path).to_dicts()
        case ".csv":
            return pl.read_csv(path, infer_schema=False).to_dicts()
        case ".tsv":
            return pl.read_csv(path, separator="\t", infer_schema=False).to_dicts()
        case ".xlsx":
            return pl.read_excel(path, infer_schema_length=0, engine="calamine").to_dicts()
        case _:
            return pl.read_ndjson(path, infer_schema_length=None).to_dicts()


# --- what is read --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("out", ["out.parquet", "out.csv", "out.tsv", "out.jsonl", "out.ndjson", "out.xlsx"])
def test_every_kind_of_file_is_assessed_into_every_kind(
    capsys: pytest.CaptureFixture[str], name: str, out: str
) -> None:
    MAKERS[name](name)
    code, said, err = printed(capsys, "assess", name, "-r", "town.yaml", "--key", "id", "-o", out)
    assert (code, err) == (0, "")
    assert said == (
        f"{out}: town@1\n"
        "communities: 5\n"
        "Low: met 2, not met 1, not applicable 0, undetermined 2\n"
        "High: met 1, not met 2, not applicable 0, undetermined 2\n"
        "highest tier reached: none 3, Low 1, High 1\n"
        "contradicting the declarations: 1 (see the column `problems`)\n"
    )
    found = read_back(out)
    assert [row["id"] for row in found] == ["001", "002", "003", "004", "005"]
    assert [{name: row[f"low.{name}"] for name in EXPECTED[0]} for row in found] == list(EXPECTED)
    assert [row["high.coverage"] for row in found] == [X, X, M, U, U]
    assert [row["tier"] for row in found] == ["low", None, "high", None, None]
    assert [row["problems"] for row in found] == [None] * 4 + ["connected is more than households"]
    assert [row["note"] for row in found] == [row[-1] for row in ROWS]
    assert _here() == sorted([name, out, "town.yaml"])


def test_the_rows_are_what_the_reference_says(town: Ruleset) -> None:
    with files.opened(delimited("towns.csv"), [town.edition]) as (file, _):
        found = town.assess_frame(town.frame(file)).collect()
    for index, row in enumerate(ROWS[:4]):
        written = dict(zip(HEADING, row, strict=True))
        facts: dict[str, Any] = {name: cell for name, cell in written.items() if cell and name not in ("id", "note")}
        for name, unit in (("area", "km^2"), ("waste", "%")):
            if name in facts and facts[name][-1].isdigit():
                facts[name] += f" {unit}"
        if "services" in facts:
            facts["services"] = [one for one in facts["services"].strip("[]").replace("；", ";").split(";") if one]
        if facts.get("gated") == "true":
            facts["gated"] = True
        expected = town.outcomes(facts)
        for tier, outcomes in expected.items():
            assert {name: found[f"{tier}.{name}"][index] for name in outcomes} == outcomes


@pytest.mark.parametrize("digits", ["0.6999999999999999999", "0.69999999999999999999999999999999999"])
@pytest.mark.parametrize("name", ["towns.csv", "towns.jsonl"])
def test_no_number_goes_through_a_float(town: Ruleset, name: str, digits: str) -> None:
    assert float(digits) == 0.7
    if name == "towns.csv":
        Path(name).write_text(f"area\n{digits}\n0.7\n", "utf-8")
    else:
        Path(name).write_text(f'{{"area": {digits}}}\n{{"area": 0.7}}\n', "utf-8")
    absent = [fact.id for fact in town.edition.facts if fact.id != "area"]
    with files.opened(Path(name), [town.edition]) as (file, _):
        frame = town.frame(file, absent=absent)
        assert town.assess_frame(frame).collect()["low.room"].to_list() == ["not_met", "met"]


def test_sets_may_be_a_column_of_flags_for_each_member(town: Ruleset) -> None:
    Path("towns.csv").write_text("services.meals,services.bathing\nno,是\nFalse,TRUE\n否,no\n,\n", "utf-8")
    absent = [fact.id for fact in town.edition.facts if fact.id != "services"]
    with files.opened(Path("towns.csv"), [town.edition]) as (file, _):
        found = town.assess_frame(town.frame(file, absent=absent)).collect()
    assert found["low.care"].to_list() == ["met", "met", "not_met", "undetermined"]


def test_columns_that_no_rule_asks_stay_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    delimited("towns.csv", [("007", *ROWS[0][1:-1], "1e3 yes 2022-01-01")])
    assert printed(capsys, "assess", "towns.csv", "-r", "town.yaml", "-o", "out.parquet")[0] == 0
    found = pl.read_parquet("out.parquet")
    assert found.select("id", "note").rows() == [("007", "1e3 yes 2022-01-01")]
    kinds = dict(found.schema)
    assert (kinds["households"], kinds["area"], kinds["opened"]) == (pl.Int64, pl.Decimal(38, 1), pl.Date)
    assert kinds["low.coverage"] == pl.Enum(["not_met", "met", "not_applicable", "undetermined"])


def test_codes_measures_and_a_single_tier_are_written_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    delimited("towns.csv")
    asked = ("--codes", "--measures", "--tier", "low", "--lang", "zh")
    code, out, err = printed(capsys, "assess", "towns.csv", "-r", "town.yaml", "-o", "out.parquet", *asked)
    assert (code, err) == (0, "")
    assert out == (
        "out.parquet: town@1\n"
        "社区：5个\n"
        "低：达标 2个，不达标 1个，不适用 0个，无法判定 2个\n"
        "数据与声明矛盾：1个（见problems列）\n"
    )
    found = pl.read_parquet("out.parquet")
    assert found["low.coverage"].to_list() == [1, 0, 1, 3, 3]
    assert found["rate.value"].to_list()[:2] == [70.0, 69.9]
    assert not {"tier", "high", "high.coverage"} & set(found.columns)


def test_without_an_output_the_outcomes_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    delimited("towns.csv")
    code, out, err = printed(capsys, "assess", "towns.csv", "-r", "town.yaml")
    assert (code, err) == (0, "")
    assert out == (
        "tier  no.  indicator   met  not met  not applicable  undetermined\n"
        "Low   1    Coverage    2    1        0               2\n"
        "Low   2    Room        2    1        0               2\n"
        "Low   3    Gates       2    1        0               2\n"
        "Low   4    Care        2    1        0               2\n"
        "Low   5    River       2    1        0               2\n"
        "Low   6    Age         2    1        0               2\n"
        "Low   7    Bins        2    1        0               2\n"
        "Low        (the tier)  2    1        0               2\n"
        "High  1    Coverage    1    2        0               2\n"
        "High  2    Room        2    1        0               2\n"
        "High  3    Gates       2    1        0               2\n"
        "High  4    Care        2    1        0               2\n"
        "High  5    River       2    1        0               2\n"
        "High  6    Age         2    1        0               2\n"
        "High  7    Bins        2    1        0               2\n"
        "High       (the tier)  1    2        0               2\n"
        "\n"
        "communities: 5\n"
        "Low: met 2, not met 1, not applicable 0, undetermined 2\n"
        "High: met 1, not met 2, not applicable 0, undetermined 2\n"
        "highest tier reached: none 3, Low 1, High 1\n"
        "contradicting the declarations: 1 (see the column `problems`)\n"
    )


def test_the_counts_are_json_for_a_program(capsys: pytest.CaptureFixture[str], town: Ruleset) -> None:
    delimited("towns.csv")
    code, out, _ = printed(capsys, "assess", "towns.csv", "-r", "town.yaml", "--format", "json")
    found = json.loads(out)
    assert code == 0
    assert (found["ruleset"], found["communities"], found["problems"]) == ("town@1", 5, 1)
    assert found["reached"] == [
        {"tier": None, "communities": 3},
        {"tier": "low", "communities": 1},
        {"tier": "high", "communities": 1},
    ]
    first = {"tier": "low", "indicator": "coverage", "met": 2, "not_met": 1, "not_applicable": 0, "undetermined": 2}
    assert found["outcomes"][0] == first
    assert len(found["outcomes"]) == 16


def test_members_of_a_collection_stand_in_files_of_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    homes = """\
        standard: homes
        edition: "1"
        tiers: {basic: {title: {en: Basic}}}
        facts:
          on_record: {kind: flag}
        collections:
          buildings: {each: building, facts: {storeys: {count: storey}, safe: {kind: flag}}}
        indicators:
          safety: {require: {basic: "every building where storeys >= 19 storeys: safe"}}
    """
    from textwrap import dedent

    Path("homes.yaml").write_text(dedent(homes), "utf-8")
    Path("homes.csv").write_text("id,buildings\n01,2\n02,1\n03,0\n04,\n", "utf-8")
    lines = ['{"id": "01", "storeys": 24, "safe": true}', '{"id": "01", "storeys": 6}', '{"id": "02", "storeys": 19}']
    Path("buildings.jsonl").write_text("\n".join(lines), "utf-8")
    call = ("assess", "homes.csv", "-r", "homes.yaml", "--key", "id", "--collection", "buildings=buildings.jsonl")
    code, _, err = printed(capsys, *call, "-o", "out.csv")
    assert (code, err) == (0, "")
    assert [row["basic.safety"] for row in read_back("out.csv")] == [M, U, "not_applicable", U]
    Path("buildings.jsonl").write_text(lines[0].replace("24", '"tall"'), "utf-8")
    code, _, err = printed(capsys, *call)
    assert code == 2
    assert err == (
        "error[SR207]: `storeys` in 1 row; it is row 1, `01`: `tall` is no number\n"
        "  --> buildings.jsonl\n"
        "help: write a decimal number, its unit behind it: `3461`, `6.3 km^2`, `90 %`\n"
    )


# --- faults --------------------------------------------------------------------------------------------------------


def test_every_fault_is_reported_with_its_row_and_column(capsys: pytest.CaptureFixture[str]) -> None:
    delimited(
        "towns.csv",
        [
            ("a", "many", "7", "0.5", "yes", "meals", "river", "2022-01-01", "5", ""),
            ("b", "ten", "7.5", "1 furlong", "perhaps", "；", "sea", "2022-02-30", "5", ""),
            ("c", "0", "7", "101", "1", "walks", "river", "1.1.2022", "nan", ""),
        ],
    )
    code, out, err = printed(capsys, "assess", "towns.csv", "-r", "town.yaml", "--key", "id", "-o", "out.csv")
    assert (code, out) == (2, "")
    assert not Path("out.csv").exists()
    assert err == (
        "error[SR207]: `households` in 2 rows; the first is row 2, `a`: `many` is no number\n"
        "  --> towns.csv\n"
        "help: write a decimal number, its unit behind it: `3461`, `6.3 km^2`, `90 %`\n"
        "\n"
        "error[SR503]: `area` in 1 row; it is row 3, `b`: `1 furlong` is not in `km^2`\n"
        "  --> towns.csv\n"
        "help: give numbers in `km^2`\n"
        "\n"
        "error[SR502]: `gated` in 2 rows; the first is row 3, `b`: `perhaps` is neither yes nor no\n"
        "  --> towns.csv\n"
        "help: write `true` or `false`, `yes` or `no`, 是 or 否\n"
        "\n"
        "error[SR502]: `services` in 1 row; it is row 3, `b`: `；` names no member\n"
        "  --> towns.csv\n"
        "help: write `a;b`, or `[]` where there is none\n"
        "\n"
        "error[SR113]: `opened` in 2 rows; the first is row 3, `b`: `2022-02-30` is a day that does not exist: "
        "that month has 28 days\n"
        "  --> towns.csv\n"
        "help: correct it\n"
        "\n"
        "error[SR507]: `waste` in 1 row; it is row 4, `c`: `nan` is not a finite number\n"
        "  --> towns.csv\n"
        "help: leave the fact out where it is not known\n"
        "\n"
        "error[SR506]: `households` is below its least value 1 household in 1 row; it is row 4, `c`: `0`\n"
        "  --> towns.csv\n"
        "help: check the numbers and their unit; the bound stands in the ruleset\n"
        "\n"
        "error[SR509]: `connected` is not whole in 1 row; it is row 3, `b`: `7.5`\n"
        "  --> towns.csv\n"
        "help: count whole things\n"
        "\n"
        "error[SR506]: `area` is above its greatest value 100 km^2 in 1 row; it is row 4, `c`: `101.0`\n"
        "  --> towns.csv\n"
        "help: check the numbers and their unit; the bound stands in the ruleset\n"
        "\n"
        "error[SR510]: `services` names what is none of its members, or one twice in 1 row; it is row 4, `c`: "
        "`['walks']`\n"
        "  --> towns.csv\n"
        "help: its members are `meals` or `bathing`\n"
        "\n"
        "error[SR510]: `water` is none of its members in 1 row; it is row 3, `b`: `sea`\n"
        "  --> towns.csv\n"
        "help: its members are `river` or `lake`\n"
    )


def test_the_remedies_name_the_options_of_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    delimited("towns.csv", [row[:-2] for row in ROWS], [*HEADING[:-2]])
    code, _, err = printed(capsys, "assess", "towns.csv", "-r", "town.yaml")
    assert code == 2
    assert err == (
        "error[SR701]: there is no column `waste`\n"
        "  --> towns.csv\n"
        "help: add it, null where it is not known; or say `--absent waste` where it is known of none\n"
    )
    assert printed(capsys, "assess", "towns.csv", "-r", "town.yaml", "--absent", "waste")[0] == 0


@pytest.mark.parametrize(
    ("name", "number"),
    [("towns.csv", 6), ("towns.tsv", 6), ("towns.jsonl", 5), ("towns.xlsx", 6), ("towns.parquet", 4)],
)
def test_rows_are_numbered_as_whoever_opens_the_file_counts(town: Ruleset, name: str, number: int) -> None:
    MAKERS[name](name)
    strict = ruleset(TOWN.replace("max: 100}", "max: 100, min: 1}").replace("area >= 0.7", "area >= 1"))
    lenient = ruleset(TOWN.replace("households: {count: household, min: 1}", "households: {count: household, min: 11}"))
    for other, column in ((lenient, "households"), (strict, "area")):
        with (
            files.opened(Path(name), [other.edition], key="id") as (file, _),
            pytest.raises(FrameError) as raised,
        ):
            other.frame(file, key="id")
        (fault,) = raised.value.diagnostics
        row = number if column == "households" else number - 4
        assert f"`{column}` is below its least value" in fault.message
        assert f"row {row}, `00{row - number + 5}`" in fault.message


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("none.csv", None, "SR114]: the file cannot be read: no such file or directory\n  --> none.csv\n"),
        ("none.parquet", None, "SR114]: the file cannot be read: no such file or directory\n  --> none.parquet\n"),
        ("none.jsonl", None, "SR114]: the file cannot be read: no such file or directory\n  --> none.jsonl\n"),
        ("none.xlsx", None, "SR114]: the file cannot be read: no such file or directory\n  --> none.xlsx\n"),
        (
            "x.csv",
            b"",
            "SR103]: the file is empty\n  --> x.csv\nhelp: its first row names the columns\n",
        ),
        (
            "x.csv",
            "水,b\n1,是\n".encode("gbk"),
            "SR102]: the file is not UTF-8 text\n  --> x.csv\nhelp: save it in UTF-8; Excel calls it `CSV UTF-8`\n",
        ),
        (
            "x.csv",
            b"water,b\n1,2\n" + "是,1\n".encode("gbk"),
            "SR102]: the file is not UTF-8 text\n  --> x.csv\nhelp: save it in UTF-8; Excel calls it `CSV UTF-8`\n",
        ),
        (
            "x.csv",
            b"water,b\nriver,2\nlake,2,000\n",
            "SR111]: row 3 has 3 cells, the heading 2\n  --> x.csv\nhelp: put a cell with a comma into quotation marks\n",
        ),
        ("x.csv", b"a,b,a\n1,2,3\n", "SR403]: two columns are named `a`\n  --> x.csv\nhelp: keep one of them\n"),
        (
            "x.jsonl",
            b"\n \n",
            'SR103]: the file is empty\n  --> x.jsonl\nhelp: write one object a line, `{"households": 3461}`\n',
        ),
        (
            "x.jsonl",
            b'{"water": "river"}\n\n{"water"\n[1]\n{"a": 1, "a": 2}\n{"a": "' + "是".encode("gbk") + b'"}\n\n',
            "SR111]: this is a blank line\n --> x.jsonl:2:1\n"
            'help: write one object a line, `{"households": 3461}`\n\n'
            "error[SR111]: this is no JSON\n --> x.jsonl:3:1\n"
            'help: write one object a line, `{"households": 3461}`\n\n'
            "error[SR111]: this is no object\n --> x.jsonl:4:1\n"
            'help: write one object a line, `{"households": 3461}`\n\n'
            "error[SR104]: the key `a` stands twice\n --> x.jsonl:5:1\nhelp: keep one of them\n\n"
            "error[SR102]: the line is not UTF-8 text\n --> x.jsonl:6:1\nhelp: save the file in UTF-8\n",
        ),
        ("x.parquet", b"no such thing", None),
        ("x.xlsx", b"no such thing", None),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(
    capsys: pytest.CaptureFixture[str], name: str, content: bytes | None, message: str | None
) -> None:
    if content is not None:
        Path(name).write_bytes(content)
    code, out, err = printed(capsys, "assess", name, "-r", "town.yaml", "-o", "out.csv")
    assert (code, out) == (2, "")
    if message is None:
        assert err.startswith("error[SR114]: the file cannot be read: ")
        assert err.endswith(f"\n  --> {name}\n")
    else:
        assert err == f"error[{message}"
    assert not Path("out.csv").exists()


def test_lines_beyond_the_fiftieth_fault_are_not_looked_at(capsys: pytest.CaptureFixture[str]) -> None:
    Path("x.jsonl").write_text("no\n" * 20_000, "utf-8")
    _, _, err = printed(capsys, "assess", "x.jsonl", "-r", "town.yaml")
    assert err.count("error[SR111]") == 50
    assert err.endswith(
        "error[SR115]: there are more than 50 faults, and the rest is not shown\n"
        "  --> x.jsonl\nhelp: correct these first\n"
    )


def test_a_column_of_excel_in_percent_that_holds_parts_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    book = xlsxwriter.Workbook("towns.xlsx")
    page = book.add_worksheet()
    page.write_row(0, 0, ["waste"])
    page.write_number(1, 0, 0.3, book.add_format({"num_format": "0%"}))
    page.write_number(2, 0, 1, book.add_format({"num_format": "0%"}))
    book.close()
    absent = [f"--absent={name}" for name in HEADING[1:-2]]
    code, _, err = printed(capsys, "assess", "towns.xlsx", "-r", "town.yaml", *absent)
    assert code == 2
    assert err == (
        "error[SR504]: `waste` is in `%`, and none of its cells is above 1: a cell that shows 70 % holds 0.7\n"
        "  --> towns.xlsx\n"
        "help: write the number of percents, `70`, into cells without a format, or text with the unit, `70 %`\n"
    )
    sheet("towns.xlsx", [("0.3 %",), ("100 %",)], ["waste"])
    code, out, _ = printed(capsys, "assess", "towns.xlsx", "-r", "town.yaml", *absent)
    assert "Low   7    Bins        1    1        0               0" in out.splitlines()


def test_numbers_that_no_column_can_hold_together_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    Path("towns.csv").write_text(f"area\n{'9' * 20}\n0.{'1' * 20}\n", "utf-8")
    absent = [f"--absent={name}" for name in HEADING[1:-1] if name != "area"]
    _, _, err = printed(capsys, "assess", "towns.csv", "-r", "town.yaml", *absent)
    assert err.startswith(
        "error[SR703]: `area` has 20 digits before the point and 20 after it, more than a column of numbers keeps\n"
        "  --> towns.csv\nhelp: give numbers of 38 digits together, as they were measured\n"
    )


# --- what is written -----------------------------------------------------------------------------------------------


def test_a_file_that_is_read_is_never_written(capsys: pytest.CaptureFixture[str]) -> None:
    before = delimited("towns.csv").read_bytes()
    Path("link.csv").symlink_to("towns.csv")
    os.link("towns.csv", "twin.csv")
    for out in ("towns.csv", "./towns.csv", "link.csv", "twin.csv"):
        code, said, err = printed(capsys, "assess", "towns.csv", "-r", "town.yaml", "-o", out)
        assert (code, said) == (2, "")
        assert err == (
            f"error[SR606]: `towns.csv` is read while this is written\n  --> {Path(out)}\nhelp: name another file\n"
        )
    assert Path("towns.csv").read_bytes() == before


@pytest.mark.parametrize(
    ("out", "message"),
    [
        (
            "out.txt",
            "SR606]: the ending of the file says no kind of file that can be written\n  --> out.txt\n"
            "help: name a file that ends in `.parquet`, `.csv`, `.tsv`, `.jsonl`, `.ndjson` or `.xlsx`\n",
        ),
        (
            "no/out.csv",
            "SR606]: its directory does not exist\n  --> no/out.csv\nhelp: make it first, or name another\n",
        ),
        ("folder.csv", "SR606]: this is a directory, not a file\n  --> folder.csv\nhelp: name a file in it\n"),
    ],
)
def test_a_file_that_cannot_be_written_is_refused(capsys: pytest.CaptureFixture[str], out: str, message: str) -> None:
    delimited("towns.csv")
    Path("folder.csv").mkdir()
    assert printed(capsys, "assess", "towns.csv", "-r", "town.yaml", "-o", out) == (2, "", f"error[{message}")


@pytest.mark.parametrize("problem", [RuntimeError, KeyboardInterrupt, OSError])
@pytest.mark.parametrize("out", ["out.csv", "out.parquet", "out.xlsx"])
def test_a_run_that_fails_leaves_no_half_file_and_an_older_one_as_it_was(
    town: Ruleset, monkeypatch: pytest.MonkeyPatch, problem: type[BaseException], out: str
) -> None:
    delimited("towns.csv", ROWS * 50_000)
    older = delimited("older.csv").rename(out).read_bytes()
    before = _here()

    def fail(rows: int) -> None:
        assert _here() != before or out == "out.xlsx"  # the new one stands beside the old one meanwhile
        if rows > 50_000:
            raise problem("enough")

    with files.opened(Path("towns.csv"), [town.edition]) as (file, _):
        checked = town.frame(file)
        counter = counting.Counter(checked, fail)
        with pytest.raises((problem, FrameError)):
            files.write(counter.over(town.assess_frame(checked)), Path(out))
    assert Path(out).read_bytes() == older
    assert _here() == before


def test_a_file_goes_by_in_pieces(town: Ruleset) -> None:
    rows = 300_000
    pl.read_csv(delimited("one.csv"), infer_schema=False).head(4).lazy().select(
        pl.all().repeat_by(rows // 4).explode()
    ).sink_csv("towns.csv")
    read, decided = list[int](), list[int]()
    with files.opened(Path("towns.csv"), [town.edition], seen=read.append) as (file, _):
        checked = town.frame(file)
        counter = counting.Counter(checked, decided.append)
        files.write(counter.over(town.assess_frame(checked)), Path("out.parquet"))
    assert read[-1] == decided[-1] == counter.counts.rows == rows
    for seen in (read, decided):
        pieces = [b - a for a, b in zip([0, *seen], seen, strict=False)]
        assert max(pieces) < rows / 2
    assert counter.counts.outcomes["low", None] == {
        Outcome.MET: rows // 2,
        Outcome.NOT_MET: rows // 4,
        Outcome.NOT_APPLICABLE: 0,
        Outcome.UNDETERMINED: rows // 4,
    }
    assert pl.scan_parquet("out.parquet").select(pl.col("id").rle_id().max()).collect().item() == 3  # in their order


def test_a_cell_of_a_sheet_never_starts_a_formula(capsys: pytest.CaptureFixture[str]) -> None:
    delimited("towns.csv", [(*ROWS[0][:-1], '=HYPERLINK("http://example.org")')])
    assert printed(capsys, "assess", "towns.csv", "-r", "town.yaml", "-o", "out.xlsx")[0] == 0
    import zipfile

    with zipfile.ZipFile("out.xlsx") as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    assert read_back("out.xlsx")[0]["note"] == '=HYPERLINK("http://example.org")'


# --- the call ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["-o", "out.csv"], "-o"),
        (["--codes"], "--codes"),
        (["--measures"], "--measures"),
        (["--margins"], "--margins"),
        (["--key", "id"], "--key"),
        (["--collection", "a=b.csv"], "--collection"),
        (["--on", "2024-01-01"], "--on"),
        (["--absent", "area"], "--absent"),
    ],
)
def test_what_is_for_a_file_is_refused_for_a_facts_document(
    capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    Path("facts.yaml").write_text("facts: {households: 10}\n", "utf-8")
    code, out, err = printed(capsys, "assess", "facts.yaml", "-r", "town.yaml", *options)
    assert (code, out) == (2, "")
    assert err.endswith(f"Invalid value for '{said}': only a file of communities takes it, not a facts document\n")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--collection", "buildings"], "Invalid value for '--collection': `buildings` is not `NAME=FILE`\n"),
        (
            ["--on", "yesterday"],
            "Invalid value for '--on': `yesterday` is no date: write year, month and day: `2023-11-25`\n",
        ),
    ],
)
def test_an_option_that_cannot_be_read_is_refused(
    capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    delimited("towns.csv")
    code, out, err = printed(capsys, "assess", "towns.csv", "-r", "town.yaml", *options)
    assert (code, out) == (2, "")
    assert err.endswith(said)


def test_without_a_ruleset_or_with_an_unknown_tier_nothing_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    delimited("towns.csv")
    assert printed(capsys, "assess", "towns.csv")[2].startswith("error[SR601]: no ruleset is named\n")
    assert printed(capsys, "assess", "towns.csv", "-r", "town.yaml", "--tier", "top") == (
        2,
        "",
        "error[SR603]: `town@1` has no tier `top`\nhelp: it has `low` and `high`\n",
    )


def test_what_excel_needs_is_said_where_it_is_not_installed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet("towns.xlsx")
    delimited("towns.csv")
    monkeypatch.setitem(sys.modules, "fastexcel", None)
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    install = "help: install it: `pip install 'smartrules[frames]'`\n"
    assert printed(capsys, "assess", "towns.xlsx", "-r", "town.yaml") == (
        2,
        "",
        f"error[SR604]: Excel files are read by the package `fastexcel`, which is not installed\n{install}",
    )
    assert printed(capsys, "assess", "towns.csv", "-r", "town.yaml", "-o", "out.xlsx") == (
        2,
        "",
        f"error[SR604]: Excel files are written by the package `xlsxwriter`, which is not installed\n{install}",
    )


@pytest.fixture(autouse=True)
def _no_folder_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever happens, what is kept while a file is read is gone behind it."""
    folder = tmp_path.parent / f"{tmp_path.name}-kept"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    yield
    assert list(folder.iterdir()) == []
