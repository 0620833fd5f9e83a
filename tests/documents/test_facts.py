"""Facts documents, JSON and plain mappings → facts: each value as its declaration takes it, all faults at once."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import smartrules
from smartrules.diagnostics import AssessmentError, FactsError, Span
from smartrules.documents.facts import named_ruleset, read_facts
from smartrules.facts import Community, Evidence, Fact, Facts
from smartrules.outcome import MET, NOT_APPLICABLE
from smartrules.ruleset import Ruleset
from smartrules.values import Value
from tests.rulesets import QILI, ROOT, ruleset, shandong

SMALL = ruleset(
    """
    standard: every-kind
    edition: "2024"
    aliases: [甲字1号]
    facts:
      part: {count: household, at_most: whole, title: {zh: 部分户数, en: some households}}
      whole: {count: household, min: 1, max: 10000}
      persons: {count: 万人}
      area: {quantity: km^2, step: 0.01}
      plain: {quantity: item/item}
      share: {share: "%"}
      rate: {rate: event/year}
      gated: {kind: flag, title: {zh: 封闭式小区}}
      services: {set: {meals: {zh: 助餐}, bathing: {zh: 助浴}, cleaning: }}
      water: {choice: {river: {zh: 河流}, lake: }}
      opened: {kind: date}
      balance: {quantity: yuan, min: -1000 yuan}
    measures:
      coverage: {value: part / whole, unit: "%"}
      density: {value: whole / area, unit: household/km^2}
    indicators:
      it: {require: {basic: coverage >= 70 % and density < 9 户/平方公里 and share > 1 %}}
      other: {require: {basic: gated and rate > 1 event/year and opened > 2022-01-01 and balance > 0 元}}
      last: {require: {basic: water is river and services includes meals and persons > 1 人 and plain < 2}}
    """
)


def value(name: str, written: Any) -> Value | None:
    return SMALL.facts({"facts": {name: written}}).value(name)


def faults(facts: Any, rules: Ruleset = SMALL) -> list[str]:
    with pytest.raises(FactsError) as caught:
        rules.facts(facts)
    return [diagnostic.code for diagnostic in caught.value.diagnostics]


# --- values --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "written", "expected"),
    [
        ("whole", 3461, 3461),
        ("whole", "3461", 3461),
        ("whole", "3,461", 3461),
        ("whole", "３４６１户", 3461),
        ("whole", "3461 households", 3461),
        ("whole", "0.3461 万户", 3461),
        ("whole", 3461.0, 3461),
        ("whole", Decimal("3461.00"), 3461),
        ("whole", Fraction(6922, 2), 3461),
        ("persons", 1.5, 15_000),
        ("persons", "15000 人", 15_000),
        ("area", "6.3 km²", 6_300_000),
        ("area", "630 公顷", 6_300_000),
        ("area", "9450 亩", 6_300_000),
        ("area", "6300000㎡", 6_300_000),
        ("plain", 5, 5),
        ("plain", "0.7", Fraction(7, 10)),
        ("share", "70 %", Fraction(7, 10)),
        ("share", "700‰", Fraction(7, 10)),
        ("share", "0.07 %", Fraction(7, 10_000)),
        ("rate", "12 次/年", Fraction(12, 31_557_600)),
        ("rate", "1 event/month", Fraction(12, 31_557_600)),
        ("balance", "-5.5 元", Fraction(-11, 2)),
        ("balance", "0.1 万元", 1000),
        ("gated", True, True),
        ("gated", False, False),
        ("gated", "yes", True),
        ("gated", "No", False),
        ("gated", "是", True),
        ("gated", "否", False),
        ("services", ["meals", "bathing"], frozenset({"meals", "bathing"})),
        ("services", ("meals",), frozenset({"meals"})),
        ("services", {"meals"}, frozenset({"meals"})),
        ("services", [], frozenset()),
        ("water", "river", "river"),
        ("opened", "2023-11-25", date(2023, 11, 25)),
        ("opened", date(2023, 11, 25), date(2023, 11, 25)),
        ("opened", datetime(2023, 11, 25, 8, 30), date(2023, 11, 25)),
        ("gated", None, None),
        ("whole", None, None),
    ],
)
def test_a_value_is_read_as_its_declaration_takes_it(name: str, written: Any, expected: Value | None) -> None:
    found = value(name, written)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("name", "written", "code"),
    [
        ("housholds", 5, "SR501"),
        ("coverage", "70 %", "SR501"),
        ("whole", "many", "SR207"),
        ("whole", True, "SR502"),
        ("whole", [1], "SR502"),
        ("whole", date(2023, 1, 1), "SR502"),
        ("whole", {"value": {"value": 1}}, "SR502"),
        ("gated", 1, "SR502"),
        ("gated", "maybe", "SR502"),
        ("gated", ["yes"], "SR502"),
        ("services", "meals", "SR502"),
        ("services", True, "SR502"),
        ("services", [1], "SR502"),
        ("water", ["river"], "SR502"),
        ("water", 1, "SR502"),
        ("opened", 20231125, "SR502"),
        ("opened", "25.11.2023", "SR113"),
        ("whole", "5 km^2", "SR503"),
        ("whole", "5 %", "SR503"),
        ("share", "5 户", "SR503"),
        ("plain", "5 户", "SR503"),
        ("rate", "4 次", "SR503"),
        ("whole", "5 furlongz", "SR251"),
        ("area", 6.3, "SR504"),
        ("area", "6.3", "SR504"),
        ("share", 0.7, "SR504"),
        ("share", "0.7", "SR504"),
        ("rate", 4, "SR504"),
        ("balance", 5, "SR504"),
        ("whole", 0, "SR506"),
        ("whole", 10_001, "SR506"),
        ("part", -1, "SR506"),
        ("share", "-1 %", "SR506"),
        ("balance", "-1000.01 元", "SR506"),
        ("whole", float("nan"), "SR507"),
        ("whole", float("inf"), "SR507"),
        ("whole", Decimal("NaN"), "SR507"),
        ("area", "nan", "SR507"),
        ("whole", ".inf", "SR507"),
        ("area", "6.301 km²", "SR508"),
        ("area", "6300001 m^2", "SR508"),
        ("whole", 3461.5, "SR509"),
        ("whole", "0.5 户", "SR509"),
        ("services", ["meal"], "SR510"),
        ("services", ["助餐"], "SR510"),
        ("services", ["meals", "meals"], "SR510"),
        ("water", "ocean", "SR510"),
        ("water", "河流", "SR510"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(name: str, written: Any, code: str) -> None:
    assert faults({"facts": {name: written}}) == [code]
    assert faults({name: written} if name != "whole" else {"whole": written}) == [code]


def test_a_part_is_never_larger_than_its_whole() -> None:
    assert faults({"part": 11, "whole": 10}) == ["SR505"]
    assert SMALL.facts({"part": 10, "whole": 10}).value("part") == 10
    assert SMALL.facts({"part": 11}).value("part") == 11


@pytest.mark.parametrize(
    ("figure", "code"),
    [
        ("100 %", None),
        ("0 %", None),
        ("1000 ‰", None),
        ("100.01 %", "SR505"),
        ("-1 %", "SR505"),
        ("0.7", "SR504"),
        (70, "SR504"),
        ("70 户", "SR503"),
        (True, "SR502"),
        ("high", "SR207"),
        (float("nan"), "SR507"),
    ],
)
def test_a_stated_rate_of_a_part_is_between_nothing_and_all(figure: Any, code: str | None) -> None:
    document = {"stated": {"coverage": figure}}
    if code is None:
        assert 0 <= SMALL.facts(document).stated["coverage"].value <= 1  # type: ignore[operator]
    else:
        assert faults(document) == [code]


def test_only_measures_are_stated() -> None:
    assert faults({"stated": {"whole": 5, "coverag": "70 %"}}) == ["SR511", "SR511"]


# --- the document --------------------------------------------------------------------------------------------------


def test_a_document_becomes_facts_with_their_evidence() -> None:
    text = """
ruleset: every-kind@2024
community: {id: qili, name: 七里社区}
on: 2023-11-25
facts:
  whole: {value: 3461, evidence: 登记簿, observed: 2023-11-20, note: 常住}
  part: {value: 2423 户, evidence: [登记簿, photo 3]}
  gated: true
  services: [bathing, meals]
  water: null
stated:
  density: 5.50 户/平方公里
claims: {it: met, other: not_applicable}
"""
    found = read_facts(SMALL.edition, text, "qili.yaml")
    assert found == Facts(
        edition="every-kind@2024",
        facts={
            "whole": Fact("whole", 3461, "3461", Evidence(("登记簿",), date(2023, 11, 20), "常住")),
            "part": Fact("part", 2423, "2423 户", Evidence(("登记簿", "photo 3"))),
            "gated": Fact("gated", True, "true"),
            "services": Fact("services", frozenset({"bathing", "meals"}), "bathing, meals"),
        },
        stated={"density": Fact("density", Fraction(55, 10**7), "5.50 户/平方公里")},
        claims={"it": MET, "other": NOT_APPLICABLE},
        community=Community("qili", "七里社区"),
        on=date(2023, 11, 25),
    )
    assert found.facts["whole"].at == Span(6, 18, 4)
    assert found.facts["gated"].at == Span(8, 10, 4)
    assert (found.value("whole"), found.value("water")) == (3461, None)


@pytest.mark.parametrize(
    "document",
    [
        {"whole": 10, "gated": True},
        {"facts": {"whole": 10, "gated": True}},
        {"facts": {"whole": {"value": 10}, "gated": {"value": True}}},
        {"facts": {"whole": 10, "gated": True}, "stated": None, "claims": {}},
        {"ruleset": "every-kind", "facts": {"whole": 10, "gated": True}},
        {"ruleset": "甲字1号@2024", "facts": {"whole": 10, "gated": True}},
        {"ｗhole": 10, "gated": True},
    ],
)
def test_a_mapping_has_the_shape_of_the_document_or_is_one_of_facts(document: dict[str, Any]) -> None:
    found = SMALL.facts(document)
    assert {name: fact.value for name, fact in found.facts.items()} == {"whole": 10, "gated": True}


def test_the_forms_of_a_document_are_the_same_facts(tmp_path: Path) -> None:
    plain = {
        "community": "qili",
        "on": "2023-11-25",
        "facts": {"whole": 3461, "area": "6.3 km²", "gated": False, "services": ["meals"], "opened": "2022-01-01"},
        "stated": {"coverage": {"value": "90.0 %", "note": "约"}},
        "claims": {"it": "met"},
    }
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(plain), "utf-8")
    assert SMALL.facts(plain) == SMALL.facts(path) == SMALL.facts(str(path))
    assert SMALL.facts(plain) == read_facts(SMALL.edition, json.dumps(plain, indent=1, ensure_ascii=False))


def test_a_figure_keeps_the_precision_in_which_it_was_written() -> None:
    found = SMALL.facts({"stated": {"coverage": "90.0 %"}, "facts": {"area": "6.30 km²", "whole": 3461}})
    assert (found.stated["coverage"].written, found.facts["area"].written) == ("90.0 %", "6.30 km²")
    assert found.facts["whole"].written == "3461"


@pytest.mark.parametrize(
    ("document", "codes"),
    [
        ({"facts": {}, "fact": {}}, ["SR109"]),
        ({"facts": {"whole": {"value": 1, "source": "x"}}}, ["SR109"]),
        ({"whole": 5, "facts": {}}, ["SR109"]),
        ({"community": "qili"}, ["SR110"]),
        ({"facts": {"whole": {"note": "x"}}}, ["SR110"]),
        ({"community": {"name": "七里"}, "facts": {}}, ["SR110"]),
        ({"facts": ["whole"]}, ["SR111"]),
        ({"facts": {}, "community": ["qili"]}, ["SR111"]),
        ({"facts": {}, "on": ["2023-11-25"]}, ["SR111"]),
        ({"facts": {}, "on": "yesterday"}, ["SR113"]),
        ({"facts": {"whole": {"value": 1, "observed": "2023-02-30"}}}, ["SR113"]),
        ({"claims": {"it": "passed"}}, ["SR513"]),
        ({"claims": {"its": "met"}}, ["SR512"]),
        ({"ruleset": "another@2024", "facts": {}}, ["SR514"]),
        ({"ruleset": "every-kind@2023", "facts": {}}, ["SR514"]),
        ({"facts": {1: 2}}, ["SR111"]),
        ({"facts": {"whole": object()}}, ["SR111"]),
        ({"facts": {"whole": b"5"}}, ["SR111"]),
        ({"facts": {"whole": 5j}}, ["SR111"]),
    ],
)
def test_a_document_of_another_shape_is_refused(document: dict[str, Any], codes: list[str]) -> None:
    assert faults(document) == codes


def test_all_faults_are_named_at_once_in_the_order_of_the_document() -> None:
    text = """
ruleset: every-kind@2023
on: yesterday
facts:
  housholds: 5
  part: 12
  whole: 10
  area: 6.3
  gated: maybe
  services: [meals, meals, ocean]
stated:
  coverage: 120 %
claims:
  it: passed
"""
    with pytest.raises(FactsError) as caught:
        read_facts(SMALL.edition, text, "qili.yaml")
    assert [(d.code, d.at.line if d.at else None) for d in caught.value.diagnostics] == [
        ("SR514", 2),
        ("SR113", 3),
        ("SR501", 5),
        ("SR505", 6),
        ("SR504", 8),
        ("SR502", 9),
        ("SR510", 10),
        ("SR510", 10),
        ("SR505", 12),
        ("SR513", 14),
    ]


def test_what_the_fault_is_about_is_said_and_shown() -> None:
    with pytest.raises(FactsError) as caught:
        read_facts(SMALL.edition, "facts:\n  whole: 10\n  part: 11\n", "qili.yaml")
    assert str(caught.value) == (
        "error[SR505]: `part` is 11 households, more than `whole`, which is 10 households\n"
        " --> qili.yaml:3:9\n"
        "  |\n"
        "3 |   part: 11\n"
        "  |         ^^\n"
        "help: a part is never larger than its whole: correct one of the two"
    )


def test_facts_of_another_edition_are_refused() -> None:
    facts = SMALL.facts({"whole": 10})
    assert SMALL.facts(facts) is facts
    with pytest.raises(AssessmentError) as caught:
        shandong().facts(facts)
    assert str(caught.value) == (
        "error[SR514]: these facts were read for `every-kind@2024`, the ruleset is `shandong-smart-community@2022`\n"
        "help: read them again with `ruleset.facts`"
    )


def test_a_document_says_which_ruleset_it_is_for() -> None:
    assert named_ruleset(QILI.read_text("utf-8")) == "shandong-smart-community@2022"
    assert named_ruleset("facts: {a: 1}") is None
    assert named_ruleset("ruleset: [a]") is None
    with pytest.raises(FactsError):
        named_ruleset("a: [")


class Scalar:
    """A scalar as array libraries have them."""

    shape = ()

    def __init__(self, value: Any) -> None:
        self.value = value

    def item(self) -> Any:
        return self.value


def test_scalars_of_array_libraries_are_what_they_hold() -> None:
    assert SMALL.facts({"whole": Scalar(10), "gated": Scalar(True), "area": Scalar("1 km²")}) == SMALL.facts(
        {"whole": 10, "gated": True, "area": "1 km²"}
    )
    assert faults({"whole": Scalar(object())}) == ["SR111"]
    assert faults({"whole": Scalar(Scalar(5))}) == ["SR111"]


_ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.fractions()
    | st.dates()
    | st.text(max_size=6)
    | st.sampled_from(["5 户", "6.3 km²", "river", "meals", "70 %", "yes"]),
    lambda below: (
        st.lists(below, max_size=3)
        | st.dictionaries(
            st.sampled_from(["value", "note", "evidence", "observed"]) | st.text(max_size=3), below, max_size=3
        )
    ),
    max_leaves=4,
)


@settings(max_examples=300)
@given(
    st.dictionaries(
        st.sampled_from(["facts", "stated", "claims", "community", "on", "ruleset", "whole", "zzz"]),
        _ANY | st.dictionaries(st.sampled_from([*SMALL.edition.fact_by_id, "coverage", "it", "zzz"]), _ANY, max_size=3),
        max_size=4,
    )
)
def test_any_mapping_is_facts_or_refused_with_codes(document: dict[str, Any]) -> None:
    try:
        found = SMALL.facts(document)
    except FactsError as error:
        assert error.diagnostics
        assert all(d.code.startswith("SR") and d.render() for d in error.diagnostics)
    else:
        assert SMALL.read_assessment(SMALL.assess(found).to_json()).facts == found


@pytest.mark.parametrize(
    ("quarters", "code"),
    [
        (["north", {"gated": True}], "SR111"),
        ([{"id": "north", "gated": True}, {"id": "north", "gated": True}], "SR518"),
        ([{"id": [], "gated": True}, {"gated": True}], "SR111"),
    ],
)
def test_a_count_is_not_blamed_where_a_member_at_fault_is_left_out_of_it(quarters: list[Any], code: str) -> None:
    homes = smartrules.load(ROOT / "docs" / "examples" / "safe-homes" / "ruleset.yaml")
    with pytest.raises(FactsError) as caught:
        homes.facts({"facts": {"gated_quarters": 2}, "collections": {"quarters": quarters}})
    assert [one.code for one in caught.value.diagnostics] == [code]


@pytest.mark.parametrize(
    ("fact", "written", "hint"),
    [
        ("quarters", "4个", "write `4个小区`"),
        ("cameras", "12台", "write `12路`"),
        ("cameras", "１２ 台", "write `12路`"),
        ("quarters", "4 stations", "write `4 quarters`, if that is what was counted"),
        ("quarters", "1 station", "write `1 quarter`, if that is what was counted"),
        ("quarters", "300 户", "write `300个小区`, if that is what was counted"),
        ("quarters", "1.5 个", "give it in `quarter`"),  # no count is written so
        ("quarters", "4 km", "give it in `quarter`"),
        ("persons", "3 户", "give it in `wan_person`"),  # three are not three times ten thousand
        ("length", "4 个", "give it in `km`"),
    ],
)
def test_a_count_in_another_unit_is_shown_as_it_is_written(fact: str, written: str, hint: str) -> None:
    counts = ruleset("""\
        facts:
          quarters: {count: quarter}
          cameras: {count: camera}
          persons: {count: wan_person}
          length: {quantity: km}
        indicators: {it: {require: {basic: cameras >= 1 camera}}}
        """)
    with pytest.raises(FactsError) as caught:
        counts.facts({fact: written})
    assert [(one.code, one.help) for one in caught.value.diagnostics] == [("SR503", hint)]
