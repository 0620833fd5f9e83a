"""What is known after documents came one after the other."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartrules.diagnostics import FactsError
from smartrules.live.folding import laid_over, without
from smartrules.ruleset import Ruleset
from tests.rulesets import ruleset

FULL = {
    "community": {"id": "qili", "name": "七里社区"},
    "on": "2026-03-01",
    "facts": {"a": 1, "b": "2 km"},
    "stated": {"s": "3 %"},
    "collections": {"c": [{"id": "c1"}]},
    "not_reported": ["n"],
    "claims": {"it": "met"},
}


@pytest.mark.parametrize(
    ("facts", "changed"),
    [
        ({}, {}),
        ({"facts": {}}, {}),
        ({"facts": {"a": 5, "d": 6}}, {"facts": {"a": 5, "b": "2 km", "d": 6}}),
        ({"a": 5}, {"facts": {"a": 5, "b": "2 km"}}),
        ({"a": None}, {"facts": {"b": "2 km"}}),
        ({"facts": {"a": None, "s": None}}, {"facts": {"b": "2 km"}, "stated": None}),
        ({"stated": {"a": "4 %"}}, {"facts": {"b": "2 km"}, "stated": {"s": "3 %", "a": "4 %"}}),
        ({"not_reported": ["a"]}, {"facts": {"b": "2 km"}, "not_reported": ["n", "a"]}),
        ({"not_reported": "a"}, {"facts": {"b": "2 km"}, "not_reported": ["n", "a"]}),
        ({"facts": {"n": 7}}, {"facts": {"a": 1, "b": "2 km", "n": 7}, "not_reported": None}),
        ({"facts": {"n": None}}, {"not_reported": None}),
        ({"collections": {"c": []}}, {"collections": {"c": []}}),
        ({"collections": {"c": None}}, {"collections": None}),
        ({"on": "2026-04-01"}, {"on": "2026-04-01"}),
        ({"on": None}, {"on": None}),
        ({"community": "other"}, {"community": "other"}),
        ({"claims": {"it": "not_met", "more": "met"}}, {"claims": {"it": "not_met", "more": "met"}}),
        ({"claims": {"it": None}}, {"claims": None}),
        ({"facts": None, "stated": None, "collections": None, "not_reported": None, "claims": None}, {}),
        ({"ruleset": "green@2024", "facts": {}}, {}),
    ],
)
def test_what_comes_takes_the_place_of_what_was_known(facts: dict[str, Any], changed: dict[str, Any]) -> None:
    expected = {key: value for key, value in {**FULL, **changed}.items() if value is not None}
    before = {**FULL}
    assert laid_over(FULL, facts) == expected
    assert before == FULL, "and nothing that was given is changed"


@pytest.mark.parametrize(
    ("ids", "changed"),
    [
        ([], {}),
        (["a"], {"facts": {"b": "2 km"}}),
        (["a", "b"], {"facts": {}}),
        (["s", "c", "n", "on"], {"stated": None, "collections": None, "not_reported": None, "on": None}),
        (["community", "claims", "it", "facts", "unknown"], {}),
    ],
)
def test_what_is_taken_back_is_not_known(ids: list[str], changed: dict[str, Any]) -> None:
    expected = {key: value for key, value in {**FULL, **changed}.items() if value is not None}
    assert without(FULL, ids) == expected


def test_a_plain_mapping_is_a_document_of_facts() -> None:
    assert laid_over({"a": 1}, {"b": 2}) == {"facts": {"a": 1, "b": 2}}
    assert without({"a": 1, "b": 2}, ["a"]) == {"facts": {"b": 2}}
    assert laid_over({}, {}) == without({}, []) == {"facts": {}}


RULES = """
standard: small
edition: "1"
tiers: {basic: }
facts:
  a: {count: household}
  b: {count: household}
collections:
  houses: {each: building, facts: {lit: {kind: flag}}}
indicators:
  it:
    measures: {portion: {value: a / b, unit: "%"}}
    require: {basic: "portion >= 70 % and count(houses) >= 1 building"}
"""

_NAMES = {"a": st.integers(0, 3), "b": st.integers(0, 3)}
_PART = st.fixed_dictionaries({}, optional={name: values | st.none() for name, values in _NAMES.items()})
_DOCUMENT = st.fixed_dictionaries(
    {"facts": _PART},
    optional={
        "stated": st.fixed_dictionaries({}, optional={"portion": st.sampled_from(["60 %", "80 %", None])}),
        "collections": st.fixed_dictionaries({}, optional={"houses": st.sampled_from([[], [{"lit": True}], None])}),
        "not_reported": st.lists(st.sampled_from(["a", "b", "portion"]), unique=True),
        "on": st.sampled_from(["2026-03-01", None]),
    },
)


@pytest.fixture(scope="module")
def small() -> Ruleset:
    return ruleset(RULES)


@given(
    documents=st.lists(_DOCUMENT | _PART, max_size=4),
    taken=st.sets(st.sampled_from(["a", "b", "portion", "houses", "on"])),
)
def test_a_ruleset_reads_of_what_is_laid_over_the_last_word_on_each(
    small: Ruleset, documents: list[dict[str, Any]], taken: set[str]
) -> None:
    """Of what a ruleset takes, each name keeps what was said of it last, in whichever table, and null is nothing."""
    known: dict[str, Any] = {}
    last: dict[str, Any] = {}
    for document in documents:
        try:
            small.facts(document)
        except FactsError:
            continue
        known = laid_over(known, document)
        whole = document if "facts" in document else {"facts": document}
        for table in ("facts", "stated", "collections"):
            last |= {name: (table, value) for name, value in whole.get(table, {}).items()}
        last |= dict.fromkeys(whole.get("not_reported", ()), ("not_reported", True))
        last |= {"on": ("on", whole["on"])} if "on" in whole else {}
    known = without(known, taken)
    said = {name: word for name, word in last.items() if name not in taken and word[1] is not None}
    found: dict[str, Any] = {
        name: (table, value)
        for table in ("facts", "stated", "collections")
        for name, value in known.get(table, {}).items()
    }
    found |= dict.fromkeys(known.get("not_reported", ()), ("not_reported", True))
    found |= {"on": ("on", known["on"])} if "on" in known else {}
    assert found == said
