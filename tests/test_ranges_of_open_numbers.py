"""What is known of a number that is not known holds whatever the missing facts turn out to be."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from smartrules.engines.exact import evaluate
from smartrules.expr.nodes import Name
from smartrules.outcome import UNDETERMINED
from tests.rulesets import ruleset

_RULES = [
    "guarded / gated >= 50 %",
    "guarded / gated < 34 %",
    "share(quarters where gated, guarded) >= 50 %",
    "(gated - guarded) * 2 <= 3 quarters",
    "gated * guarded >= 2 quarter^2",
    "sum(quarters, homes) / count(quarters) >= 3 homes_each",
    "sum(quarters where gated, homes) >= 5 households",
    "max(quarters, homes) - min(quarters, homes) <= 2 households",
    "every quarter where gated: guarded",
    "some quarter where gated: guarded",
    "10 households - sum(quarters where guarded, homes) > 4 households",
]
_WORLD = ruleset(
    "facts:\n"
    "  gated: {count: quarter, from: count(quarters where is_gated)}\n"
    "  guarded: {count: quarter, from: count(quarters where is_gated and is_guarded)}\n"
    "collections:\n  quarters:\n    each: quarter\n    facts:\n"
    "      is_gated: {kind: flag}\n      is_guarded: {kind: flag}\n      homes: {count: household, max: 6}\n"
    "indicators:\n"
    + "".join(
        f"  it{i}: {{require: {{basic: '{rule}'}}}}\n"
        for i, rule in enumerate(
            rule.replace("3 homes_each", "3 household/quarter")
            .replace("where gated: guarded", "where is_gated: is_guarded")
            .replace("where gated, guarded", "where is_gated, is_guarded")
            .replace("where gated, homes", "where is_gated, homes")
            .replace("where guarded, homes", "where is_guarded, homes")
            for rule in _RULES
        )
    )
)
_HOMES = st.integers(0, 6)
_MEMBER = st.fixed_dictionaries({"is_gated": st.booleans(), "is_guarded": st.booleans(), "homes": _HOMES})


@settings(max_examples=300)
@given(st.lists(_MEMBER, max_size=5), st.data())
def test_what_is_decided_of_a_collection_stays_so_when_the_rest_becomes_known(
    whole: list[dict[str, Any]], data: st.DataObject
) -> None:
    partly = [
        {name: value for name, value in member.items() if data.draw(st.booleans(), label=name)} for member in whole
    ]
    before = _WORLD.facts({"collections": {"quarters": partly}})
    after = _WORLD.facts({"collections": {"quarters": whole}})
    open_, settled = _WORLD.outcomes(before)["basic"], _WORLD.outcomes(after)["basic"]
    for name, outcome in open_.items():
        assert outcome in (UNDETERMINED, settled[name]), name
    for name in ("gated", "guarded"):
        found, then = evaluate(Name(name), _WORLD.edition, before), evaluate(Name(name), _WORLD.edition, after)
        low, high = found.bounds or (found.result, found.result)
        assert low is None or low <= then.result  # type: ignore[operator]
        assert high is None or then.result <= high  # type: ignore[operator]
