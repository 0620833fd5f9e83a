"""The cheapest plan, exact; and every fault of a costs file at once."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from smartrules.analysis import gap
from smartrules.diagnostics import SmartrulesError
from smartrules.documents.costs import read_costs
from tests.gaps.test_plans import HEXI, changes
from tests.rulesets import ROOT, rule, shandong

TWO = "a: {count: camera, max: 9}\nb: {count: camera, max: 9}"


def costs(**prices: Any) -> dict[str, Any]:
    """Return the content of a costs file."""
    return {"costs": prices}


def test_the_cheaper_of_two_facts_changes() -> None:
    one = rule("a + 2 * b >= 6 cameras", TWO)
    known = one.facts({"a": 0, "b": 0})
    assert changes(gap(one, known, "basic")) == [("b", 0, 3)]
    cheap = gap(one, known, "basic", costs=costs(a=1, b=3))
    assert (changes(cheap), cheap.cost) == ([("a", 0, 6)], 6)
    # Two thirds a step of what counts twice is cheaper than two fifths of what counts once, and exactly so.
    exact = gap(one, known, "basic", costs={"costs": {"a": "0.4", "b": "0.7"}})
    assert (changes(exact), exact.cost) == ([("b", 0, 3)], Fraction(21, 10))


def test_what_has_no_price_is_the_last_to_change_and_is_not_counted() -> None:
    one = rule("all of (a >= 2 cameras, any of (a >= 9 cameras, b >= 1 camera))", TWO)
    known = one.facts({"a": 0, "b": 0})
    plan = gap(one, known, "basic", costs=costs(a=100))
    assert (changes(plan), plan.cost, plan.unpriced) == ([("a", 0, 9)], 900, ())
    other = gap(one, known, "basic", costs=costs(b=100))
    assert [step.path for step in other.unpriced] == ["a"]
    assert other.cost == 0 or other.cost == 100
    assert gap(one, known, "basic").cost is None


def test_a_set_is_priced_by_member_and_a_flag_once() -> None:
    one = rule("all of (f, count(s) >= 2 kinds)", "f: {kind: flag}\ns: {set: {x: , y: , z: }}")
    known = one.facts({"f": False, "s": ["x"]})
    plan = gap(one, known, "basic", costs=costs(f=7, s={"x": 1, "y": 5, "z": 2}))
    assert changes(plan) == [("f", False, True), ("s", frozenset({"x"}), frozenset({"x", "z"}))]
    assert (plan.cost, [step.cost for step in plan.steps]) == (9, [7, 2])


def test_a_price_is_for_one_of_the_declared_unit() -> None:
    # 5.04 of 6.3 km² are 80 %: 4.04 km² more than 1.
    one = shandong()
    facts = {"area": "6.3 km^2", "area_5g": "1 km^2"}
    plan = gap(one, one.facts(facts), "basic", costs=costs(area_5g=1000))
    assert {step.path: step.cost for step in plan.steps}["area_5g"] == 4040


def test_the_costs_of_the_documentation_add_up() -> None:
    # 212 households at 0.3, 4 cameras at 2.5, the platform at 80, a scenario at 120, a quarter at 60.
    plan = gap(shandong(), HEXI, "basic", costs=ROOT / "docs" / "examples" / "hexi-costs.yaml")
    assert (plan.cost, plan.currency) == (Fraction("333.6"), "kCNY")
    assert [step.cost for step in plan.steps] == [Fraction("63.6"), 10, 80, 120, 60, None]


FAULTY = """\
currency: CNY
costs:
  gigabit_housholds: 300
  gigabit_coverage: 300
  households: 1
  area_5g: much
  scenarios: {childcare: 1, teaching: 2}
  cameras: {online: 1}
  cameras_online: -1
price: 3
"""


def test_all_faults_of_a_costs_file_are_told_at_once() -> None:
    with pytest.raises(SmartrulesError) as refused:
        read_costs(shandong().edition, FAULTY, "costs.yaml")
    told = [(one.code, one.at and one.at.line, one.message) for one in refused.value.diagnostics]
    assert told == [
        ("SR904", 3, "`costs` names `gigabit_housholds`, which is no fact of `shandong-smart-community@2022`"),
        ("SR904", 4, "`costs` names `gigabit_coverage`, which is no fact of `shandong-smart-community@2022`"),
        ("SR905", 5, "`households` is fixed, and no price changes it"),
        ("SR207", 6, "`much` is no number"),
        ("SR906", 7, refused.value.diagnostics[4].message),
        ("SR109", 7, "`scenarios` has no key `teaching`"),
        ("SR903", 8, "`cameras` is no set or choice, and has one price"),
        ("SR907", 9, "the price of `cameras_online` is below zero"),
        ("SR109", 10, "the document has no key `price`"),
    ]
    assert refused.value.diagnostics[4].message.startswith("`scenarios` has no price of `education`, `medical`")
    assert refused.value.diagnostics[0].render() == (
        "error[SR904]: `costs` names `gigabit_housholds`, which is no fact of `shandong-smart-community@2022`\n"
        " --> costs.yaml:3:3\n"
        "  |\n"
        "3 |   gigabit_housholds: 300\n"
        "  |   ^^^^^^^^^^^^^^^^^\n"
        "help: did you mean `gigabit_households`?"
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [("costs:\n  cameras: true\n", "SR903"), ("costs: 3\n", "SR111"), ("currency: CNY\n", "SR110"), ("- 1\n", "SR111")],
)
def test_a_costs_file_of_another_shape_is_refused(text: str, code: str) -> None:
    with pytest.raises(SmartrulesError) as refused:
        read_costs(shandong().edition, text, "costs.yaml")
    assert [one.code for one in refused.value.diagnostics] == [code]


def test_a_costs_file_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(SmartrulesError) as refused:
        gap(shandong(), HEXI, "basic", costs=tmp_path / "costs.yaml")
    assert refused.value.diagnostics[0].code == "SR114"
