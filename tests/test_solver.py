"""The solver engine: told the facts of a community, it must say what the reference says, and nothing else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from smartrules.testing import facts_from, rulesets
from tests.rulesets import ruleset as ruleset_of
from tests.solving import disagreements, disagreements_of_any
from tests.test_engines import DOCUMENTS, FACTS, RULES


@given(st.data())
def test_random_rules_come_to_what_the_reference_says(data: st.DataObject) -> None:
    ruleset = data.draw(rulesets())
    facts = data.draw(facts_from(ruleset))
    assert disagreements(ruleset, facts) == []


@given(st.data())
def test_a_space_of_all_communities_comes_to_what_the_reference_says_of_each(data: st.DataObject) -> None:
    ruleset = data.draw(rulesets())
    facts = evolve(data.draw(facts_from(ruleset)), stated={}, not_reported=frozenset())
    assert disagreements_of_any(ruleset, facts, members=4) == []


@settings(max_examples=100)
@given(st.lists(RULES, min_size=1, max_size=4), st.none() | RULES, DOCUMENTS)
def test_rules_and_facts_of_every_kind_come_to_what_the_reference_says(
    rules: list[str], applies: str | None, document: dict[str, Any]
) -> None:
    condition = "" if applies is None else f'applies: "{applies}", '
    indicators = "".join(f'  it{i}: {{{condition}require: {{basic: "{rule}"}}}}\n' for i, rule in enumerate(rules))
    made = ruleset_of(f"{FACTS}indicators:\n{indicators}")
    given_ = {**document["facts"], **document["stated"]}
    document = {**document, "not_reported": [name for name in document.get("not_reported", []) if name not in given_]}
    assert disagreements(made, made.facts(document)) == [], (rules, applies, document)


def test_of_no_members_nothing_is_known_of_their_greatest() -> None:
    made = ruleset_of("""\
        facts: {a: {kind: flag}}
        collections: {buildings: {each: building, facts: {storeys: {count: storey}}}}
        indicators:
          most: {require: {basic: "1 storey < max(buildings, storeys) < 3 storeys"}}
          mean: {require: {basic: "mean(buildings, storeys) < 3 storeys"}}
        """)
    assert disagreements_of_any(made, made.facts({"facts": {}, "collections": {"buildings": []}}), members=4) == []


@pytest.mark.parametrize(
    ("facts", "rule", "document"),
    [
        # Two of two, of which one is only advised: what applies is met.
        ("a: {kind: flag}, b: {kind: flag}", "at least 2 of (a, advise(b))", {"a": True, "b": False}),
        # Half a step below zero is rounded away from zero, to −1.
        ("change: {quantity: km^2, min: -5}", "round(change, 1 km^2) >= 0 km^2", {"change": "-0.5 km^2"}),
        ("change: {quantity: km^2, min: -5}", "round(change, 1 km^2) > -1 km^2", {"change": "-0.49 km^2"}),
        ("change: {quantity: km^2, min: -5}", "truncate(change, 1 km^2) >= 0 km^2", {"change": "-0.9 km^2"}),
        ("change: {quantity: km^2, min: -5}", "round_up(change, 1 km^2) < 0 km^2", {"change": "-0.1 km^2"}),
        # A month after the last of January is the last of February.
        ("opened: {kind: date}", "opened + 1 month <= 2022-02-28", {"opened": date(2022, 1, 31)}),
        ("opened: {kind: date}", "opened - 1 year >= 2023-02-28", {"opened": date(2024, 2, 29)}),
        ("opened: {kind: date}", "opened + 5 days - 1 month >= 2024-02-29", {"opened": date(2024, 3, 26)}),
        ("opened: {kind: date}", "opened + 1 month >= 2024-01-01", {"opened": date(9999, 12, 31)}),
    ],
)
def test_what_stands_on_an_edge_falls_on_the_same_side(facts: str, rule: str, document: dict[str, Any]) -> None:
    made = ruleset_of(f'facts: {{{facts}}}\nindicators:\n  it: {{require: {{basic: "{rule}"}}}}\n')
    assert disagreements(made, made.facts(document)) == []
    assert disagreements_of_any(made, made.facts(document), members=0) == []
