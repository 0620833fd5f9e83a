"""The boundary corpus: its expectations by plain arithmetic, and what every engine says of every row."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import cache

import pytest
from attrs import evolve

import smartrules as sr
from benchmarks.boundaries.corpus import Row, Threshold, files, rows, thresholds
from smartrules.diagnostics import FrameError
from smartrules.documents.canonical import fingerprint
from smartrules.documents.ruleset import read_ruleset
from smartrules.expr import nodes
from smartrules.expr.text import source
from smartrules.ruleset import Ruleset
from smartrules.values import decimal_places
from tests.frames import KEY, ArrowFrames, DuckDBFrames, Frames, LazyFrames, PandasFrames, frame_of
from tests.rulesets import SHANDONG

#: What frames decide they decide outside Python, the same on every one.
pytestmark = pytest.mark.once

STANDARD = "shandong-smart-community@2022"
ROWS = rows()
BY_FILE = {path.stem: [row for _, those in thresholds(path) for row in those] for path in files()}


def named(row: Row) -> str:
    return f"{row.id} ({row.written})"


@cache
def ruleset_of(stem: str) -> Ruleset:
    """Return the ruleset that a file of the corpus is for."""
    given = BY_FILE[stem][0].threshold.ruleset
    if isinstance(given, str):
        return sr.load(given)
    edition = read_ruleset(json.dumps(given))
    return Ruleset(edition, fingerprint(edition))


# --- the expectations, by arithmetic that knows nothing of the library ---------------------------------------------

#: Every unit that the corpus writes, as a number of units that are no multiples of each other.
SIZES = {
    "": (1, ""),
    **dict.fromkeys(["%", "percent", "percents"], (Fraction(1, 100), "")),
    **dict.fromkeys(["‰", "permille"], (Fraction(1, 1000), "")),
    "ppm": (Fraction(1, 1_000_000), ""),
    **dict.fromkeys(["户", "户家庭", "household", "households"], (1, "household")),
    **dict.fromkeys(["万户", "wan_household"], (10_000, "household")),
    **dict.fromkeys(["人", "名", "位", "person", "persons", "people"], (1, "person")),
    **dict.fromkeys(["万人", "wan_person"], (10_000, "person")),
    "十万人": (100_000, "person"),
    **dict.fromkeys(["个小区", "小区", "quarter", "quarters"], (1, "quarter")),
    **dict.fromkeys(["栋", "幢", "栋楼", "building", "buildings"], (1, "building")),
    **dict.fromkeys(["处", "position", "positions"], (1, "position")),
    **dict.fromkeys(["路", "路摄像机", "camera", "cameras"], (1, "camera")),
    **dict.fromkeys(["项", "项场景", "个场景", "scenario", "scenarios"], (1, "scenario")),
    **dict.fromkeys(["kind", "kinds"], (1, "kind")),
    **dict.fromkeys(["km2", "km^2", "km**2", "km*km", "平方公里", "平方千米"], (1_000_000, "m2")),
    **dict.fromkeys(["ha", "hectares", "公顷"], (10_000, "m2")),
    **dict.fromkeys(["亩", "市亩", "mu"], (Fraction(10_000, 15), "m2")),
    **dict.fromkeys(["are", "公亩"], (100, "m2")),
    **dict.fromkeys(["m2", "m^2", "平方米"], (1, "m2")),
    **dict.fromkeys(["cm2", "平方厘米"], (Fraction(1, 10_000), "m2")),
    "mm^2": (Fraction(1, 1_000_000), "m2"),
    **dict.fromkeys(["event/year", "events/year", "event per year", "event*year^-1", "次/年", "场/年"], (1, "a year")),
    **dict.fromkeys(["次/月", "次/个月"], (12, "a year")),
    "次/周": (Fraction("365.25") / 7, "a year"),
    "次/天": (Fraction("365.25"), "a year"),
    "event/hour": (Fraction("365.25") * 24, "a year"),
    "次/century": (Fraction(1, 100), "a year"),
}


def exact(written: int | str, unit: str) -> tuple[Fraction, str]:
    """Return what is written as an exact number of what its unit is made of; a bare number is in the unit given."""
    text = unicodedata.normalize("NFKC", str(written)).replace(",", "").strip()
    number, named_unit = re.fullmatch(r"([+-]?\d+\.?\d*(?:[eE][+-]?\d+)?)\s*(.*)", text).groups()
    size, of = SIZES[re.sub(r"\s*/\s*", "/", named_unit) or unit]
    return Fraction(number.rstrip(".")) * size, of


def operand(row: Row) -> tuple[Fraction, str]:
    """Return what the row compares with its threshold."""
    asked = row.threshold
    if row.stated:
        ((name, written),) = row.stated.items()
        return exact(written, asked.stated[name])
    names = asked.compare.names
    if asked.compare.form == "count":
        return Fraction(len(set(row.facts[names[0]]))), "kind"
    found = [exact(row.facts[name], asked.units[name]) for name in names]
    assert len({of for _, of in found}) == 1
    match asked.compare.form, [number for number, _ in found]:
        case "value", [number]:
            return number, found[0][1]
        case "quotient", [part, whole]:
            return part / whole, ""
        case "sum", [one, other]:
            return one + other, found[0][1]
        case "difference", [one, other]:
            return one - other, found[0][1]
    raise AssertionError(asked.compare)


def side(row: Row) -> str:
    """Return the side on which the row lies."""
    (number, of), (limit, of_limit) = operand(row), exact(row.threshold.compare.threshold, "")
    assert of == of_limit
    return "below" if number < limit else "above" if number > limit else "at"


@pytest.mark.parametrize("stem", BY_FILE)
def test_each_row_lies_where_it_says_and_expects_what_follows(stem: str) -> None:
    for row in BY_FILE[stem]:
        assert row.side == side(row), named(row)
        met = {">=": ("at", "above"), ">": ("above",), "<=": ("below", "at")}[row.threshold.compare.operator]
        missed = "not_applicable" if row.threshold.id.endswith(".applies") else "not_met"
        assert row.expect == ("met" if row.side in met else missed), named(row)


def test_a_row_is_named_once() -> None:
    assert [name for name, count in Counter(row.id for row in ROWS).items() if count > 1] == []


def test_nothing_in_the_corpus_is_a_float_before_anybody_reads_it() -> None:
    kinds = {type(value) for row in ROWS for values in row.document.values() for value in values.values()}
    assert kinds == {int, str, list, bool}


# --- the thresholds of the standard --------------------------------------------------------------------------------


def asked_of(rule: nodes.Expr) -> Iterator[tuple[str, str, str]]:
    """Yield what a rule compares, how, and with what."""
    match rule:
        case nodes.Comparison():
            yield source(rule.left), rule.operator, source(rule.right)
        case nodes.Includes():
            yield f"count({rule.set.id})", ">=", f"{len(rule.members)} kinds"
        case _:
            for part in nodes.children(rule):
                yield from asked_of(part)


def compared(threshold: Threshold) -> tuple[str, str, str]:
    left = threshold.compare.names[0]
    if threshold.compare.form == "count":
        left = f"count({left})"
    elif threshold.compare.form == "quotient":
        (left,) = threshold.stated
    return left, threshold.compare.operator, threshold.compare.threshold


THRESHOLDS = [threshold for path in files() for threshold, _ in thresholds(path)]
OF_THE_STANDARD = [threshold for threshold in THRESHOLDS if threshold.ruleset == STANDARD]


def test_every_threshold_of_the_standard_is_in_the_corpus() -> None:
    rules = sr.load(STANDARD).edition.rules("basic")
    of_the_rules = {(name, *one) for name, rule in rules.items() for one in asked_of(rule)}
    assert {(threshold.indicator, *compared(threshold)) for threshold in OF_THE_STANDARD} == of_the_rules
    assert len(of_the_rules) == 30


def test_each_threshold_is_written_as_the_standard_says_it() -> None:
    for threshold in OF_THE_STANDARD:
        number, _, unit = threshold.compare.threshold.partition(" ")
        words = {"event/year": "per year", "kinds": "", "kind": "one|at least", "scenario": "at least"}
        assert re.search(rf"\b{number}\b|\bone\b", threshold.says), threshold.id
        assert re.search(words.get(unit, unit), threshold.says), threshold.id


def test_each_threshold_has_rows_below_at_and_above() -> None:
    sides = defaultdict(set)
    for row in ROWS:
        sides[row.threshold.id].add(row.side)
    full = {
        threshold.id
        for threshold in THRESHOLDS
        if threshold.compare.threshold == "100 %" or threshold.says.endswith(("(3 kinds)", "(4 kinds)", "(5 kinds)"))
    }
    assert {name for name, found in sides.items() if found != {"below", "at", "above"}} == full
    assert {frozenset(sides[name]) for name in full} == {frozenset({"below", "at"})}


def test_rows_are_counted() -> None:
    assert (len(ROWS), len(THRESHOLDS), len(OF_THE_STANDARD)) == (2509, 207, 30)
    assert Counter(row.side for row in ROWS) == {"below": 698, "at": 1203, "above": 608}


# --- one community at a time ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("stem", BY_FILE)
def test_the_reference_says_what_is_so(stem: str) -> None:
    ruleset = ruleset_of(stem)
    wrong = []
    for row in BY_FILE[stem]:
        said = ruleset.assess(row.document)[row.threshold.tier][row.threshold.indicator].outcome.value
        if said != row.expect:
            wrong.append((named(row), said))
    assert wrong == []


@pytest.mark.parametrize("stem", BY_FILE)
def test_the_compiled_engine_says_what_is_so(stem: str) -> None:
    ruleset = ruleset_of(stem)
    wrong = []
    for row in BY_FILE[stem]:
        said = ruleset.outcomes(row.document)[row.threshold.tier][row.threshold.indicator].value
        if said != row.expect:
            wrong.append((named(row), said))
    assert wrong == []


def test_a_ruleset_that_asks_for_more_fails_every_row_on_its_thresholds() -> None:
    text = (SHANDONG / "ruleset.yaml").read_text(encoding="utf-8")
    text = text.replace(" > ", " >> ").replace(" >= ", " > ").replace(" >> ", " >= ")
    text = re.sub(
        r"(\w+) includes all of \((.*)\)", lambda found: f"count({found[1]}) > {found[2].count(',') + 1} kinds", text
    )
    edition = read_ruleset(text)
    other = Ruleset(edition, fingerprint(edition))
    on_it = [row for row in ROWS if row.side == "at" and row.threshold.ruleset == STANDARD]
    assert len(on_it) > 200
    said = {row.id: other.outcomes(row.document)["basic"][row.threshold.indicator].value for row in on_it}
    assert [named(row) for row in on_it if said[row.id] == row.expect] == []


# --- frames --------------------------------------------------------------------------------------------------------

KINDS: dict[str, type[Frames]] = {
    "polars": Frames,
    "polars-lazy": LazyFrames,
    "pandas": PandasFrames,
    "pyarrow": ArrowFrames,
    "duckdb": DuckDBFrames,
}


def in_own_units(ruleset: Ruleset, row: Row) -> dict[str, Fraction]:
    """Return the numbers of a row in the units of their declarations, in which a frame has them."""
    facts = ruleset.facts(row.document)
    given = [(ruleset.edition.fact_by_id[name], fact) for name, fact in facts.facts.items()]
    given += [(ruleset.edition.measure_by_id[name], fact) for name, fact in facts.stated.items()]
    return {
        declared.id: Fraction(fact.value) / declared.unit.size for declared, fact in given if declared.unit is not None
    }


def fits(numbers: Iterable[Fraction]) -> bool:
    """Return whether a column can hold numbers: as whole ones of 64 bits, or as decimals that end."""
    return all(decimal_places(number.denominator) is not None and number < 2**63 for number in numbers)


#: How many rows no column can hold: decimals that do not end in the unit of the column, and counts of more than 64 bits.
IN_NO_COLUMN = {"innovation": 1, "publicity": 2, "sums": 8, "wired_broadband": 3}


def alike(ruleset: Ruleset, rows_of_file: Iterable[Row]) -> list[list[Row]]:
    """Return the rows that columns can hold, those together whose columns have values everywhere and as many decimals."""
    found = defaultdict(list)
    for row in rows_of_file:
        numbers = in_own_units(ruleset, row)
        if fits(numbers.values()):
            most = max((decimal_places(number.denominator) for number in numbers.values()), default=0)
            found[frozenset(row.facts), frozenset(row.stated), most > 8].append(row)
    return list(found.values())


def decided(ruleset: Ruleset, asked: list[Row], kind: Frames) -> dict[str, str]:
    """Return what frames of a kind say of rows: of all at once, or of fewer where a frame of all is refused."""
    names = {row.threshold.indicator for row in asked}
    kept = tuple(one for one in ruleset.edition.indicators if one.id in names)
    only = evolve(ruleset, edition=evolve(ruleset.edition, indicators=kept))
    frame = frame_of(only, [only.facts(row.document) for row in asked])
    frame = frame.select(
        KEY, *(one.name for one in frame.iter_columns() if one.null_count() < len(one) and one.name != KEY)
    )
    try:
        result = kind.back(only.assess_frame(only.frame(kind.made(frame)), tiers=["basic"]))
    except FrameError as error:
        assert {one.code for one in error.diagnostics} <= {"SR703"}
        if len(asked) == 1:
            return {}
        middle = len(asked) // 2
        return decided(ruleset, asked[:middle], kind) | decided(ruleset, asked[middle:], kind)
    said = {one[KEY]: one for one in result.iter_rows(named=True)}
    return {row.id: said[f"k{index}"][f"basic.{row.threshold.indicator}"] for index, row in enumerate(asked)}


#: How many rows frames refuse: DuckDB keeps 18 digits of a decimal, and no integer of a backend holds the product that a
#: threshold of 32 digits makes with a count of 16.
REFUSED = {
    "duckdb": {
        "broadcasting": 2,
        "elderly_care": 2,
        "fire_alarm": 1,
        "fire_hazards": 2,
        "mobile_network": 2,
        "publicity": 4,
        "sums": 8,
        "thirds": 28,
        "video_surveillance": 4,
        "wired_broadband": 2,
    },
    **{kind: {"thirds": 4} for kind in ("polars", "polars-lazy", "pandas", "pyarrow")},
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("stem", BY_FILE)
def test_frames_say_what_is_so_or_refuse(stem: str, kind: str) -> None:
    ruleset = ruleset_of(stem)
    together = alike(ruleset, BY_FILE[stem])
    assert len(BY_FILE[stem]) - sum(map(len, together)) == IN_NO_COLUMN.get(stem, 0)
    said: dict[str, str] = {}
    for those in together:
        said |= decided(ruleset, those, KINDS[kind]())
    wrong = {row.id: said[row.id] for row in BY_FILE[stem] if row.id in said and said[row.id] != row.expect}
    assert wrong == {}
    assert sum(map(len, together)) - len(said) == REFUSED[kind].get(stem, 0)
