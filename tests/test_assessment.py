"""Assessments: what a host reads from them, and their JSON form, out and back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartrules.assessment import Assessment, Basis
from smartrules.diagnostics import AssessmentError, NotFoundError
from smartrules.expr.nodes import Expr, walk
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, UNDETERMINED
from smartrules.record import decode_quantity, encode_quantity
from smartrules.ruleset import Ruleset
from smartrules.units import unit
from smartrules.values import Kind, Quantity
from tests.rulesets import QILI, ruleset, shandong
from tests.strategies import decimals, units

#: One fact of each kind, a measure, a zero denominator, conditions, two tiers and one that is not to hand.
SMALL = ruleset(
    """
    standard: every-kind
    edition: "2024"
    tiers: {low: {title: {zh: 低, en: Low}}, high: , top: {requirements: unknown}}
    facts:
      part: {count: household, at_most: whole}
      whole: {count: household}
      area: {quantity: km^2}
      share: {share: "%"}
      rate: {rate: event/year}
      gated: {kind: flag}
      services: {set: {meals: , bathing: , cleaning: }}
      water: {choice: {river: , lake: }}
      opened: {kind: date}
      balance: {quantity: yuan, min: -1000 yuan}
    measures:
      coverage: {value: part / whole, unit: "%"}
      density: {value: whole / area, unit: household/km^2}
      debt: {value: -balance, unit: yuan}
    indicators:
      covered: {number: "1", require: {low: coverage >= 70 %, high: coverage >= 90 %}, source: {clause: "1"}}
      dense: {applies: gated, require: {low: density < 1000 households/km^2}}
      served: {require: {low: "any of (services includes meals, at least 1 of (water is river, not gated))"}}
      lively: {require: {low: 1 event/month <= rate <= 10 events/month, high: rate * 2 >= 4 events/year}}
      open_: {require: {high: "all of (opened >= 2022-01-01, count(services) >= 2 kinds when water is lake)"}}
      sound: {require: {low: debt <= 12.5 yuan}}
      shared: {require: {low: share = 12.5 %}}
    """
)

#: Every class of nodes, over facts and the members of a collection.
LARGE = ruleset(
    """
    standard: every-node
    edition: "2024"
    facts:
      part: {count: household, at_most: whole}
      whole: {count: household}
      gated: {kind: flag, from: "some building: monitored"}
      tall: {count: building, from: count(buildings where storeys >= 2 storeys)}
      services: {set: {meals: , bathing: }}
      water: {choice: {river: , lake: }}
      opened: {kind: date}
    collections:
      buildings:
        each: building
        facts: {storeys: {count: storey}, monitored: {kind: flag}, height: {quantity: m}, built: {kind: date}}
    measures:
      coverage: {value: part / whole, unit: "%"}
      points: {value: "first of (coverage < 33 % then 1 point, otherwise 2 points)", unit: point}
      line: {value: "interpolate(coverage, 0 % then 0 points, 90 % then 10 points)", unit: point}
      mean: {value: "mean(buildings where monitored, height)", unit: m}
    indicators:
      rounded: {require: {basic: "truncate(coverage, 1 %) >= 66 % and round_up(coverage, 10 %) != 70 %"}}
      points: {applies: gated, require: {basic: points + 1 point >= 2 points and -line <= 0 points}}
      dates: {require: {basic: today - opened <= 12 weeks and opened + 12 months >= today}}
      every: {require: {basic: "every building where storeys >= 2 storeys: monitored"}}
      some: {require: {basic: "some building: built >= 2020-01-01 when monitored"}}
      shares: {require: {basic: "share(buildings, monitored) >= 50 % and count(buildings) >= tall"}}
      made: {require: {basic: "sum(buildings, height) > 3 m and min(buildings, storeys) >= 1 storey and mean < 9 m"}}
      high: {require: {basic: "max(buildings, height) <= 9 m and percentile(buildings, height, 90 %) <= 8 m"}}
      advised: {require: {basic: "any of (advise(gated), not gated, at least 1 of (water is river, services includes meals))"}}
      told: {require: {basic: "reported(mean) and reported(part)"}}
      not_to_hand: {require: {basic: unknown}}
      counted: {require: {basic: "all of (count(services) >= 1 kind, 0 households < part <= 2 households)"}}
    """
)


def _quantities(name: str, low: int = 0, high: int = 10**6, places: int = 3) -> st.SearchStrategy[str]:
    numbers = decimals(minimum=low, maximum=high, places=places)
    return numbers.map(
        lambda number: f"{float(number):.{places}f} {name}" if number.denominator != 1 else f"{number} {name}"
    )


_WHOLE = st.integers(0, 5)
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "part": st.integers(0, 3),
        "whole": st.sampled_from([0, 3, 4, 3461]),
        "area": _quantities("km^2"),
        "share": st.sampled_from(["12.5 %", "125 ‰", "13 %"]),
        "rate": _quantities("次/年", high=1000),
        "gated": st.booleans(),
        "services": st.lists(st.sampled_from(["meals", "bathing", "cleaning"]), unique=True),
        "water": st.sampled_from(["river", "lake"]),
        "opened": st.dates(min_value=date(2000, 1, 1)).map(str),
        "balance": _quantities("元", low=-1000),
    },
).filter(lambda facts: facts.get("part", 0) <= facts.get("whole", 3))
STATED = st.fixed_dictionaries(
    {}, optional={"coverage": st.sampled_from(["70 %", "66.67 %", "9 ‰"]), "density": _quantities("户/平方公里")}
)
EVIDENCE = st.fixed_dictionaries(
    {"value": st.booleans()},
    optional={
        "evidence": st.lists(st.sampled_from(["登记簿", "photo 3"]), min_size=1, max_size=2),
        "observed": st.dates(min_value=date(2000, 1, 1)),
        "note": st.sampled_from(["“引号”", "line"]),
    },
)


@settings(max_examples=150)
@given(FACTS, STATED, st.none() | EVIDENCE, st.sampled_from([None, "qili", {"id": "qili", "name": "七里"}]))
def test_an_assessment_is_the_same_after_json(
    facts: dict[str, Any], stated: dict[str, str], gated: dict[str, Any] | None, community: Any
) -> None:
    document = {"facts": facts | ({"gated": gated} if gated else {}), "stated": stated, "claims": {"dense": "met"}}
    if community is not None:
        document |= {"community": community, "on": date(2023, 11, 25)}
    assessed = SMALL.assess(document)
    text = assessed.to_json()
    again = SMALL.read_assessment(text)
    assert again == assessed
    assert again.to_json() == text
    assert again.outcomes() == assessed.outcomes()
    assert SMALL.assess(again.facts) == assessed


_BUILDINGS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "storeys": st.integers(0, 3),
            "monitored": st.booleans(),
            "height": st.sampled_from(["2.5 m", "9 m", "90 dm"]),
            "built": st.sampled_from(["2019-12-31", "2020-01-01"]),
        },
    ),
    max_size=3,
)
_LARGE_FACTS = st.fixed_dictionaries(
    {},
    optional={
        "part": st.integers(0, 3),
        "whole": st.sampled_from([0, 3, 4]),
        "services": st.lists(st.sampled_from(["meals", "bathing"]), unique=True),
        "water": st.sampled_from(["river", "lake"]),
        "opened": st.dates(min_value=date(2020, 1, 1), max_value=date(2025, 1, 1)).map(str),
    },
).filter(lambda facts: facts.get("part", 0) <= facts.get("whole", 3))


@settings(max_examples=150)
@given(_LARGE_FACTS, st.none() | _BUILDINGS, st.booleans())
def test_an_assessment_with_every_class_of_nodes_is_the_same_after_json(
    facts: dict[str, Any], buildings: list[dict[str, Any]] | None, dated: bool
) -> None:
    document: dict[str, Any] = {"facts": facts}
    if buildings is not None:
        document["collections"] = {"buildings": [{"id": f"b{i}", **member} for i, member in enumerate(buildings)]}
    if dated:
        document["on"] = "2023-11-25"
    assessed = LARGE.assess(document)
    text = assessed.to_json()
    again = LARGE.read_assessment(text)
    assert again == assessed
    assert again.to_json() == text
    for finding in again["basic"].values():
        assert finding.explain(language="zh") == assessed["basic"][finding.indicator.id].explain(language="zh")


def test_the_ruleset_above_has_a_node_of_every_class() -> None:
    edition = LARGE.edition
    made = [measure.value for measure in edition.measures] + [f.derived for f in edition.facts if f.derived is not None]
    found = {type(node) for rule in (*edition.rules("basic").values(), *made) for node in walk(rule)}
    assert found == set(get_args(Expr))


def test_the_example_is_the_same_after_json() -> None:
    assessed = shandong().assess(QILI)
    for indent in (None, 2):
        again = shandong().read_assessment(assessed.to_json(indent=indent))
        assert again == assessed
        assert again["basic"]["innovation"].explain("zh") == assessed["basic"]["innovation"].explain("zh")


# --- the form ------------------------------------------------------------------------------------------------------


def small() -> Assessment:
    return SMALL.assess(
        {
            "community": {"id": "qili", "name": "七里社区"},
            "on": "2023-11-25",
            "facts": {
                "part": {"value": 2423, "evidence": ["登记簿"], "observed": "2023-11-20", "note": "按户"},
                "whole": 3461,
                "services": ["meals"],
                "gated": False,
                "rate": "4 次/年",
                "opened": "2022-01-01",
            },
            "stated": {"debt": "-3 元"},
            "claims": {"covered": "met"},
        }
    )


def test_the_json_form_of_an_assessment() -> None:
    plain = json.loads(small().to_json())
    findings = plain["tiers"][0].pop("findings")
    for tier in plain["tiers"][1:]:
        tier.pop("findings")
    no_rule = {"rule": None, "scores": {}}
    assert plain == {
        "format": "smartrules-assessment",
        "version": 1,
        "ruleset": {"standard": "every-kind", "edition": "2024", "fingerprint": SMALL.fingerprint},
        "tier": None,
        "tiers": [
            {"tier": "low", "outcome": "not_met", "requirements": "known", "missing": ["share"], **no_rule},
            {"tier": "high", "outcome": "not_met", "requirements": "known", "missing": ["share", "water"], **no_rule},
            {"tier": "top", "outcome": "undetermined", "requirements": "unknown", "missing": [], **no_rule},
        ],
        "community": {"id": "qili", "name": "七里社区"},
        "on": "2023-11-25",
        "facts": {
            "part": {
                "value": {"number": "2423", "unit": "household"},
                "written": "2423",
                "evidence": ["登记簿"],
                "observed": "2023-11-20",
                "note": "按户",
            },
            "whole": {"value": {"number": "3461", "unit": "household"}, "written": "3461"},
            "rate": {"value": {"number": "4", "unit": "event/year"}, "written": "4 次/年"},
            "gated": {"value": False, "written": "false"},
            "services": {"value": ["meals"], "written": "meals"},
            "opened": {"value": "2022-01-01", "written": "2022-01-01"},
        },
        "stated": {"debt": {"value": {"number": "-3", "unit": "yuan"}, "written": "-3 元"}},
        "collections": {},
        "not_reported": [],
        "claims": {"covered": "met"},
    }
    assert [finding["indicator"] for finding in findings] == ["covered", "dense", "served", "lively", "sound", "shared"]
    assert findings[0] == {
        "indicator": "covered",
        "number": "1",
        "outcome": "met",
        "rule": "coverage >= 70 %",
        "requirement": {"zh": "coverage不低于70%", "en": "coverage is at least 70 %"},
        "margin": {"number": "30/3461", "unit": "%"},
        "optional": False,
        "points": None,
        "full_points": None,
        "basis": "counted",
        "stated": [],
        "facts": ["part", "whole"],
        "missing": [],
        "not_reported": [],
        "zero_denominators": [],
        "beyond_calendar": [],
        "derivation": {
            "rule": "coverage >= 70 %",
            "outcome": "met",
            "margin": {"number": "30/3461", "unit": "%"},
            "parts": [
                {
                    "rule": "coverage",
                    "value": {"number": "242300/3461", "unit": "%"},
                    "parts": [
                        {
                            "rule": "part / whole",
                            "value": {"number": "2423/3461", "unit": ""},
                            "parts": [
                                {"rule": "part", "value": {"number": "2423", "unit": "household"}},
                                {"rule": "whole", "value": {"number": "3461", "unit": "household"}},
                            ],
                        }
                    ],
                },
                {"rule": "70 %", "value": {"number": "70", "unit": "%"}},
            ],
        },
        "earned": None,
    }


def _leaves(plain: Any) -> Iterator[Any]:
    if isinstance(plain, dict):
        for value in plain.values():
            yield from _leaves(value)
    elif isinstance(plain, list):
        for value in plain:
            yield from _leaves(value)
    else:
        yield plain


def _parts(plain: Any, key: str) -> Iterator[Any]:
    if isinstance(plain, dict):
        for name, value in plain.items():
            if name == key:
                yield value
            yield from _parts(value, key)
    elif isinstance(plain, list):
        for value in plain:
            yield from _parts(value, key)


@pytest.mark.parametrize("assessed", [small(), shandong().assess(QILI)], ids=["small", "qili"])
def test_the_json_form_is_plain_and_its_exact_numbers_are_texts(assessed: Assessment) -> None:
    plain = assessed.to_plain()
    assert json.loads(assessed.to_json()) == plain
    assert {type(leaf) for leaf in _leaves(plain)} <= {str, bool, int, type(None)}
    assert [leaf for leaf in _leaves(plain) if type(leaf) is int] == [1]  # the version of the form
    numbers = list(_parts(plain, "number"))
    assert all(number is None or isinstance(number, str) for number in numbers)


def test_the_json_form_is_text_that_people_can_read() -> None:
    assert "七里社区" in shandong().assess(QILI).to_json()
    assert shandong().assess(QILI).to_json(indent=2).startswith('{\n  "format": "smartrules-assessment",\n')


@given(decimals() | st.fractions().map(lambda f: f.numerator if f.denominator == 1 else f), units())
def test_a_quantity_is_the_same_after_json(number: Any, measured: Any) -> None:
    quantity = Quantity(number, measured)
    assert decode_quantity(json.loads(json.dumps(encode_quantity(quantity)))) == quantity


# --- what is refused -----------------------------------------------------------------------------------------------


def refusal(rules: Ruleset, text: str) -> str:
    with pytest.raises(AssessmentError) as caught:
        rules.read_assessment(text)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "SR605"
    return str(caught.value)


def test_an_assessment_of_another_ruleset_is_refused() -> None:
    assert refusal(shandong(), small().to_json()) == (
        f"error[SR605]: the assessment was made with `every-kind@2024`, fingerprint {SMALL.fingerprint[:11]}…; this is "
        f"`shandong-smart-community@2022`, fingerprint {shandong().fingerprint[:11]}…\n"
        "help: load the ruleset with which it was made"
    )


def test_an_assessment_of_the_same_edition_with_other_rules_is_refused() -> None:
    plain = small().to_plain()
    plain["ruleset"]["fingerprint"] = "0" * 64
    assert refusal(SMALL, json.dumps(plain)) == (
        "error[SR605]: the assessment was made with `every-kind@2024`, fingerprint 00000000000…; this is "
        f"`every-kind@2024`, fingerprint {SMALL.fingerprint[:11]}…\n"
        "help: load the ruleset with which it was made"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "[]",
        "null",
        "3",
        '"smartrules-assessment"',
        "{}",
        '{"format": "smartrules-assessment"}',
        '{"format": "smartrules-assessment", "version": 2, "ruleset": {}}',
        '{"format": "another", "version": 1, "ruleset": {}}',
        '{"format": "smartrules-assessment", "version": 1}',
        '{"format": "smartrules-assessment", "version": 1, "ruleset": []}',
        '{"format": "smartrules-assessment", "version": 1, "ruleset": "every-kind@2024"}',
        '{"format": "smartrules-assessment", "version": 1, "ruleset": null}',
        "[" * 100_000,
        '{"a": ' * 100_000,
        "1" * 10_000,
    ],
    ids=range(17),
)
def test_what_is_no_assessment_is_refused(text: str) -> None:
    assert refusal(SMALL, text).startswith("error[SR605]: ")


def _set(*path: str | int, to: Any) -> Callable[[Any], None]:
    def change(plain: Any) -> None:
        for key in path[:-1]:
            plain = plain[key]
        plain[path[-1]] = to

    return change


def _drop(*path: str | int) -> Callable[[Any], None]:
    def change(plain: Any) -> None:
        for key in path[:-1]:
            plain = plain[key]
        del plain[path[-1]]

    return change


_FIRST = ("tiers", 0, "findings", 0)
_DERIVATION = (*_FIRST, "derivation")
CHANGES: dict[str, Callable[[Any], None]] = {
    "no tiers": _drop("tiers"),
    "a tier too few": _drop("tiers", 2),
    "a tier twice": _set("tiers", 1, to={"tier": "low", "outcome": "met", "findings": []}),
    "an unknown tier": _set("tiers", 0, "tier", to="middle"),
    "an unknown outcome of a tier": _set("tiers", 0, "outcome", to="passed"),
    "a finding too few": _drop("tiers", 0, "findings", 5),
    "no finding": _set("tiers", 0, "findings", to=[]),
    "a finding of a tier that is not to hand": _set(
        "tiers", 2, "findings", to=[{"indicator": "covered", "derivation": {}}]
    ),
    "an unknown indicator": _set(*_FIRST, "indicator", to="uncovered"),
    "no derivation": _drop(*_DERIVATION),
    "another rule": _set(*_DERIVATION, "rule", to="coverage >= 71 %"),
    "an unknown outcome": _set(*_DERIVATION, "outcome", to="passed"),
    "no outcome": _drop(*_DERIVATION, "outcome"),
    "a value for an outcome": _set(*_DERIVATION, "outcome", to={"number": "1", "unit": "%"}),
    "too many parts": _set(*_DERIVATION, "parts", to=[{}, {}, {}]),
    "a part of another rule": _set(*_DERIVATION, "parts", 1, "rule", to="whole"),
    "a margin that is no number": _set(*_DERIVATION, "margin", "number", to="many"),
    "a margin without end": _set(*_DERIVATION, "margin", "number", to="1e999999999"),
    "a margin by zero": _set(*_DERIVATION, "margin", "number", to="1/0"),
    "a margin in no unit": _set(*_DERIVATION, "margin", "unit", to="furlongz"),
    "a margin as a number": _set(*_DERIVATION, "margin", to=3),
    "an unknown cause": _set(*_DERIVATION, "causes", to=[{"missing": "nothing"}]),
    "a cause of another rule": _set(*_DERIVATION, "causes", to=[{"zero_denominator": "whole / area"}]),
    "an unknown fact": _set("facts", "people", to={"value": True, "written": ""}),
    "an unknown measure": _set("stated", "people", to={"value": True, "written": ""}),
    "a fact that is no number": _set("facts", "whole", "value", to="many"),
    "a fact without a number": _set("facts", "whole", "value", to=None),
    "a number too long": _set("facts", "whole", "value", "number", to="9" * 4001),
    "a number without end": _set("facts", "whole", "value", "number", to="1e999999999"),
    "a fraction without end": _set("facts", "whole", "value", "number", to="1/1e999999999"),
    "a number with spaces": _set("facts", "whole", "value", "number", to=" 34 "),
    "a fact in another unit": _set("facts", "whole", "value", "unit", to="km^2"),
    "a flag as a text": _set("facts", "gated", "value", to="false"),
    "a flag as a number": _set("facts", "gated", "value", to=1),
    "a set as a text": _set("facts", "services", "value", to="meals"),
    "a set with an unknown member": _set("facts", "services", "value", to=["ocean"]),
    "a set with something else": _set("facts", "services", "value", to=[["meals"]]),
    "a date that is none": _set("facts", "opened", "value", to="2023-02-30"),
    "a date as a number": _set("facts", "opened", "value", to=20230101),
    "no text as written": _drop("facts", "opened", "written"),
    "a number as written": _set("facts", "opened", "written", to=5),
    "an unknown claim": _set("claims", "covered", to="passed"),
    "no facts": _drop("facts"),
    "facts as a list": _set("facts", to=[]),
    "a community without an id": _set("community", to={"name": "七里社区"}),
    "a community as a text": _set("community", to="qili"),
    "a day that is none": _set("on", to="yesterday"),
    "no day": _drop("on"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_an_assessment_that_was_changed_is_refused(change: Callable[[Any], None]) -> None:
    plain = small().to_plain()
    change(plain)
    assert refusal(SMALL, json.dumps(plain)).startswith("error[SR605]: this is no assessment: ")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "met", "low", "5", "%", "part / whole"]),
    lambda below: (
        st.lists(below, max_size=3)
        | st.dictionaries(st.sampled_from(["rule", "number", "unit", "value", "parts"]), below, max_size=3)
    ),
    max_leaves=5,
)


_BUILT = {
    "on": "2023-11-25",
    "facts": {"part": 2, "whole": 3, "services": ["meals"], "opened": "2023-11-20"},
    "collections": {"buildings": [{"id": "a", "storeys": 2, "monitored": True, "height": "9 m"}, {"id": "b"}]},
}


@settings(max_examples=300)
@given(st.data())
def test_whatever_stands_in_an_assessment_it_is_read_or_refused(data: st.DataObject) -> None:
    rules, assessed = data.draw(st.sampled_from([(SMALL, small()), (LARGE, LARGE.assess(_BUILT))]))
    plain = assessed.to_plain()
    place: Any = plain
    while True:
        key = data.draw(st.sampled_from(sorted(place)) if isinstance(place, dict) else st.integers(0, len(place) - 1))
        below = place[key]
        if not isinstance(below, dict | list) or not below or data.draw(st.integers(0, 3)) == 0:
            place[key] = data.draw(_JSON)
            break
        place = below
    try:
        again = rules.read_assessment(json.dumps(plain))
    except AssessmentError as error:
        assert [d.code for d in error.diagnostics] == ["SR605"]
    else:
        assert isinstance(again.to_json(), str)
        for tier in again.values():
            for finding in tier.values():
                assert finding.explain("zh")


# --- reading an assessment as a host does --------------------------------------------------------------------------


def test_an_assessment_is_a_mapping_of_tiers_and_a_tier_of_findings() -> None:
    assessed = small()
    assert list(assessed) == ["low", "high", "top"]
    assert len(assessed) == 3
    assert list(assessed["low"]) == ["covered", "dense", "served", "lively", "sound", "shared"]
    assert len(assessed["low"]) == 6
    assert list(assessed["top"]) == []
    assert "low" in assessed
    assert "middle" not in assessed
    assert assessed.get("middle") is None
    assert [tier.tier.id for tier in assessed.values()] == ["low", "high", "top"]
    assert assessed.outcomes() == {
        "low": {
            "covered": MET,
            "dense": NOT_APPLICABLE,
            "served": MET,
            "lively": NOT_MET,
            "sound": MET,
            "shared": UNDETERMINED,
        },
        "high": {
            "covered": NOT_MET,
            "dense": NOT_APPLICABLE,
            "served": MET,
            "lively": MET,
            "open_": UNDETERMINED,
            "sound": MET,
            "shared": UNDETERMINED,
        },
        "top": {},
    }
    assert SMALL.outcomes(assessed.facts) == assessed.outcomes()


def test_a_finding_has_what_a_host_shows() -> None:
    finding = small()["low"]["covered"]
    assert (finding.outcome, finding.tier, finding.indicator.number) == (MET, "low", "1")
    assert finding.margin == Quantity(Fraction(30, 3461), unit("%"))
    assert (finding.facts, finding.missing, finding.stated, finding.basis) == (("part", "whole"), (), (), Basis.COUNTED)
    debt = small()["low"]["sound"]
    assert (debt.stated, debt.basis, debt.margin) == (("debt",), Basis.STATED, Quantity(Fraction(31, 2), unit("yuan")))
    share = small()["low"]["shared"]
    assert (share.missing, share.basis, share.margin) == (("share",), Basis.NOTHING, None)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (
            lambda found: found["lov"],
            "error[SR603]: `every-kind@2024` has no tier `lov`\nhelp: did you mean `low`?",
        ),
        (
            lambda found: found["低"],
            "error[SR603]: `every-kind@2024` has no tier `低`\nhelp: did you mean `low`?",
        ),
        (
            lambda found: found["zzz"],
            "error[SR603]: `every-kind@2024` has no tier `zzz`\nhelp: it has `low`, `high` and `top`",
        ),
        (
            lambda found: found["low"]["cover"],
            "error[SR603]: the tier `low` has no indicator `cover`\nhelp: did you mean `covered`?",
        ),
        (
            lambda found: found["top"]["covered"],
            "error[SR603]: what the tier `top` requires is not to hand, so it has no findings\n"
            "help: the standard names the tier and no more",
        ),
    ],
)
def test_what_an_assessment_does_not_have_is_said_so(ask: Callable[[Assessment], Any], message: str) -> None:
    with pytest.raises(NotFoundError) as caught:
        ask(small())
    assert str(caught.value) == message
    assert isinstance(caught.value, LookupError)


def test_assessments_are_equal_where_everything_in_them_is() -> None:
    assert small() == small()
    assert small() != SMALL.assess({"whole": 3461})
    assert small()["low"]["covered"] == small()["low"]["covered"]
    assert small()["low"]["covered"] != small()["high"]["covered"]


@pytest.mark.parametrize(
    ("of", "name"),
    [
        (lambda found: found, "fingerprint"),
        (lambda found: found["low"], "outcome"),
        (lambda found: found["low"]["covered"], "tier"),
        (lambda found: found["low"]["covered"].derivation, "result"),
        (lambda found: found.facts, "on"),
        (lambda found: found.facts.facts["whole"], "value"),
        (lambda found: found.edition, "id"),
        (lambda found: found.edition.indicators[0], "applies"),
    ],
)
def test_nothing_of_an_assessment_can_be_changed(of: Callable[[Assessment], Any], name: str) -> None:
    with pytest.raises(AttributeError):
        setattr(of(small()), name, None)


def test_facts_of_every_kind_have_their_values() -> None:
    kinds = {fact.kind for fact in SMALL.edition.facts}
    assert kinds == set(Kind)
