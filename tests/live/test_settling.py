"""Clauses and joints: what each comes to is what `smartrules.outcome` says, in the tests of the rules and in durable_rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

import pytest

import smartrules as sr
from smartrules.engines.chaining import CODES, OUTCOMES, Joint, Kind, decide_all, network_of
from smartrules.engines.forward import MOST_RULES, Rules, name_of
from smartrules.engines.settling import Settling
from smartrules.facts import Facts
from smartrules.outcome import (
    Outcome,
    all_of,
    applicability,
    at_least,
    negation,
    tier,
    when,
)
from tests.rulesets import ruleset

MEANINGS: dict[Kind, Callable[[Sequence[Outcome], int], Outcome]] = {
    "all": lambda parts, k: all_of(parts),
    "at_least": lambda parts, k: at_least(k, parts),
    "tier": lambda parts, k: tier(parts),
    "not": lambda parts, k: negation(parts[0]),
    "is": lambda parts, k: parts[0],
    "when": lambda parts, k: when(*parts),
    "applies": lambda parts, k: applicability(*parts),
}


def holds(test: dict[str, Any], measurement: dict[str, int]) -> bool:
    """Say what a test of the rules says, in Python."""
    ((sign, operands),) = test.items()
    if not sign.startswith("$"):
        return measurement[sign] == operands
    ((name, number),) = operands.items()
    found = measurement[name]
    return {"$gt": found > number, "$gte": found >= number, "$lt": found < number, "$neq": found != number}[sign]


CASES = [
    (kind, k, size)
    for kind in MEANINGS
    for k in ((1, 2, 3, 4, 6) if kind == "at_least" else (0,))
    for size in ({"not": [1], "is": [1], "when": [2], "applies": [2]}.get(kind, [1, 2, 3, 4]))
]


@pytest.mark.parametrize(("kind", "k", "size"), CASES)
def test_one_rule_of_a_joint_holds_and_says_what_the_algebra_says(kind: Kind, k: int, size: int) -> None:
    joint = Joint(size, kind, tuple(range(size)), k, frozenset())
    for parts in product(OUTCOMES, repeat=size):
        measurement = joint.measurement([CODES[part] for part in parts])
        said = [code for code, tests in joint.rules() if all(holds(test, measurement) for test in tests)]
        assert said == [CODES[MEANINGS[kind](parts, k)]], (parts, measurement)
        assert all(type(number) is int for number in measurement.values())


@pytest.mark.parametrize("name", ["shandong-smart-community@2022", "gigabit-city@2022", "u4ssc-kpi@2022"])
def test_rules_of_a_network_are_those_of_its_joints(name: str) -> None:
    network = network_of(sr.load(name).edition)
    settling = Settling(network)
    try:
        (rules,) = settling.rules
        for joint in network.joints:
            assert all(part < joint.place for part in joint.parts)
            for number, (_, tests) in enumerate(joint.rules()):
                pattern = rules.definitions[f"{joint.place}.{number}"]["all"][0]["m"]["$and"]
                assert pattern[:2] == [{"g": joint.place // 32}, {"n": joint.place}]
                assert pattern[2:] == tests
    finally:
        settling.close()


def test_what_stands_twice_is_one() -> None:
    network = network_of(
        ruleset("""\
standard: twice
edition: "1"
tiers: {low: , high: }
facts: {a: {kind: flag}, b: {kind: flag}}
indicators:
  one: {require: {low: "all of (a, b)"}}
  two: {require: {low: "any of (a, b)", high: "all of (a, b)"}}
""").edition
    )
    assert [sorted(clause.names) for clause in network.clauses] == [["a"], ["b"]]
    kinds = [joint.kind for joint in network.joints]
    assert sorted(kinds) == ["all", "at_least", "is", "is", "is", "is", "tier", "tier"]
    assert network.indicators["low"]["one"] != network.indicators["high"]["one"]


def test_a_clause_rests_on_what_can_change_it() -> None:
    network = network_of(
        ruleset("""\
standard: rests
edition: "1"
tiers: {low: }
facts:
  part: {count: household}
  whole: {count: household, min: 1}
  tall: {count: building, from: count(buildings where storeys >= 3 storeys)}
  opened: {kind: date}
  services: {set: {meals: , baths: }}
collections:
  buildings: {each: building, facts: {storeys: {count: storey}}}
measures: {share: {value: part / whole, unit: "%"}}
indicators:
  a: {require: {low: share >= 50 %}}
  b: {require: {low: tall >= 1 building}}
  c: {require: {low: opened >= today - 12 months}}
  d: {require: {low: "every building: storeys < 9 storeys"}}
  e: {require: {low: count(services) >= 1 kind}}
  f: {require: {low: count(buildings) >= 1 building}}
""").edition
    )
    assert [sorted(clause.names) for clause in network.clauses] == [
        ["part", "share", "whole"],
        ["buildings", "tall"],
        ["on", "opened"],
        ["buildings"],
        ["services"],
        ["buildings"],
    ]
    assert [clause.place for clause in network.affected(["buildings", "on"])] == [1, 3, 5, 2]


def test_an_edition_may_have_more_rules_than_one_ruleset_takes() -> None:
    flags = [f"f{number}" for number in range(700)]
    big = ruleset(
        'standard: big\nedition: "1"\ntiers: {basic: }\nfacts:\n'
        + "".join(f"  {flag}: {{kind: flag}}\n" for flag in flags)
        + "indicators:\n"
        + "".join(
            f'  i{number}: {{require: {{basic: "any of ({flag}, {flags[number - 1]})"}}}}\n'
            for number, flag in enumerate(flags)
        )
    )
    network = network_of(big.edition)
    settling = Settling(network)
    try:
        assert len(settling.rules) == 2
        assert all(len(rules.definitions) - 1 <= MOST_RULES for rules in settling.rules)
        facts = big.facts({flag: number % 3 == 0 for number, flag in enumerate(flags) if number % 5})
        outcomes = decide_all(network, facts)
        settling.settle_all(outcomes)
        expected = big.outcomes(facts)["basic"]
        assert {name: OUTCOMES[outcomes[place]] for name, place in network.indicators["basic"].items()} == expected
        outcomes = decide_all(network, Facts(big.name))
        settling.settle_all(outcomes)
        changed = decide_all(network, facts)
        places = [clause.place for clause in network.clauses if changed[clause.place] != outcomes[clause.place]]
        for place in places:
            outcomes[place] = changed[place]
        settling.settle("a", outcomes, places)
        assert {name: OUTCOMES[outcomes[place]] for name, place in network.indicators["basic"].items()} == expected
    finally:
        settling.close()


def _hash(text: str) -> int:
    """Return the hash by which durable_rules knows a name, an id or a session."""
    found = 0x811C9DC5
    for byte in text.encode():
        found = ((found ^ byte) * 0x01000193) & 0xFFFFFFFF
    return found


def test_no_two_names_ids_or_sessions_have_one_hash() -> None:
    ids = [*map(str, range(50_000)), "born"]
    assert len({_hash(one) for one in ids}) == len(ids)
    assert _hash("sid") == 3593476751  # as its source has it
    names = ["sid", "id", "g", "n", "x", "u", "m", "w", "c", "r", "o", "born", "$s"]
    assert len({_hash(one) for one in names}) == len(names)


# --- sessions ------------------------------------------------------------------------------------------------------


def pair() -> dict[str, Any]:
    return {"low": {"all": [{"m": {"$lt": {"x": 5}}}]}, "high": {"all": [{"m": {"$gte": {"x": 5}}}]}}


def test_a_fact_is_asserted_once_and_the_one_before_is_retracted() -> None:
    rules = Rules(pair())
    try:
        assert [name_of(one) for one in rules.assert_fact("a", 1, {"x": 4}) or ()] == ["low"]
        assert rules.assert_fact("a", 1, {"x": 4}) is None
        assert [name_of(one) for one in rules.assert_fact("a", 2, {"x": 4}) or ()] == ["low"]
        assert [name_of(one) for one in rules.assert_fact("a", 1, {"x": 5}) or ()] == ["high"]
        assert [name_of(one) for one in rules.assert_fact("b", 1, {"x": 5}) or ()] == ["high"]
        rules.retract("a", 1)
        assert [name_of(one) for one in rules.assert_fact("a", 1, {"x": 5}) or ()] == ["high"]
        assert rules.assert_fact("a", 3, {"y": 5}) == []
    finally:
        rules.close()


def test_sessions_are_handed_on_without_what_was_asserted_in_them() -> None:
    left: list[str] = []
    rules = Rules(pair(), sessions=2, left=left.append)
    try:
        for turn in range(3):
            for of in ("a", "b", "c"):
                assert [name_of(one) for one in rules.assert_fact(of, 1, {"x": 4}) or ()] == ["low"], turn
        assert left == ["a", "b", "c", "a", "b", "c", "a"]
        assert [rules.has_session(of) for of in ("a", "b", "c")] == [False, True, True]
        rules.leave("b")
        rules.leave("nobody")
        assert left[7:] == ["b"]
        rules.begin_again()
        assert left[8:] == ["c"]
        assert [name_of(one) for one in rules.assert_fact("c", 1, {"x": 4}) or ()] == ["low"]
        rules.close()
        rules.close()
        assert left[9:] == ["c"]
    finally:
        rules.close()
