"""Facts that are kept as plain values are the same facts, in the same order."""

from __future__ import annotations

import marshal
from datetime import date
from fractions import Fraction

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from smartrules.facts import Evidence, Fact
from smartrules.live.packed_facts import Names, PackedFacts, plain_of
from tests.rulesets import GREEN, ruleset

NAMES = Names(ruleset(GREEN).edition)
EVIDENCE = st.builds(
    Evidence, st.lists(st.text(), max_size=2).map(tuple), st.none() | st.dates(), st.none() | st.text()
)
VALUES = st.one_of(
    st.integers(),
    st.fractions().filter(lambda number: number.denominator != 1),
    st.booleans(),
    st.frozensets(st.sampled_from(["meals", "bathing"])),
    st.sampled_from(["river", "lake", ""]),
    st.dates(),
)
FACTS = st.dictionaries(
    st.sampled_from(NAMES.names), st.builds(Fact, st.just(""), VALUES, st.text(), st.just(Evidence()) | EVIDENCE)
).map(lambda facts: {name: evolve(fact, id=name) for name, fact in facts.items()})


@given(FACTS, FACTS)
def test_packed_facts_are_the_same(facts: dict[str, Fact], changed: dict[str, Fact]) -> None:
    packed = PackedFacts(NAMES, marshal.loads(marshal.dumps(plain_of(NAMES, facts), 2)))
    laid = packed | changed
    for found, expected in ((packed, facts), (laid, facts | changed), (laid | {}, facts | changed)):
        assert found == expected
        assert [*found] == [*expected]
        assert len(found) == len(expected)
        assert [*found.items()] == [*expected.items()]
        # Two equal sets may print their members in another order: the same values, as a plain mapping prints them.
        assert repr(found) == repr(dict(found.items()))
        for name in [*NAMES.names, "nobody"]:
            assert (name in found) == (name in expected)
            assert found.get(name) == expected.get(name)
        for fact in found.values():
            assert type(fact.value) is type(expected[fact.id].value)
    again = PackedFacts(NAMES, marshal.loads(marshal.dumps(plain_of(NAMES, laid), 2)))
    assert again == facts | changed


def test_each_kind_of_value() -> None:
    for value in (
        0,
        7,
        Fraction(1, 3),
        True,
        False,
        frozenset[str](),
        frozenset({"meals"}),
        "",
        "river",
        date(2024, 2, 29),
    ):
        fact = Fact("households", value, "as written")
        packed = PackedFacts(NAMES, plain_of(NAMES, {"households": fact}))
        assert packed["households"] == fact
        assert packed["households"] is packed["households"]
