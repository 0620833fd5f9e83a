"""The solver engine: told the facts of a community, it must say what the reference says, and nothing else."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from smartrules.testing import facts_from, rulesets
from tests.rulesets import ruleset as ruleset_of
from tests.solving import disagreements
from tests.test_engines import DOCUMENTS, FACTS, RULES


@given(st.data())
def test_random_rules_come_to_what_the_reference_says(data: st.DataObject) -> None:
    ruleset = data.draw(rulesets())
    facts = data.draw(facts_from(ruleset))
    assert disagreements(ruleset, facts) == []


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
