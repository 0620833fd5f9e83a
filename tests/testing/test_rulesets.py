"""Random rulesets: accepted, read back as what they are, and every engine says the same of facts drawn from them."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from smartrules.diagnostics import SmartrulesError
from smartrules.documents.canonical import fingerprint
from smartrules.documents.compiled import compile_edition, read_compiled
from smartrules.documents.format import format_document
from smartrules.documents.ruleset import read_ruleset
from smartrules.expr.nodes import (
    Advice,
    Aggregate,
    AllOf,
    AnyOf,
    Arithmetic,
    AtLeast,
    Comparison,
    Count,
    Day,
    FirstOf,
    Includes,
    Interpolation,
    Literal,
    Name,
    Negation,
    Not,
    OneOf,
    Quantified,
    Range,
    Reported,
    Rounding,
    Today,
    Unknown,
    When,
)
from smartrules.ruleset import Ruleset
from smartrules.testing import facts_from, rulesets
from smartrules.testing.random_rulesets import Features, ruleset_documents
from tests.frames import Frames, expected
from tests.test_columns import in_frames

#: Searches that say the same on every Python.
pytestmark = pytest.mark.once

_EVERY_NODE = {
    *(Advice, Aggregate, AllOf, AnyOf, Arithmetic, AtLeast, Comparison, Count, Day, FirstOf, Includes, Interpolation),
    *(Literal, Name, Negation, Not, OneOf, Quantified, Range, Reported, Rounding, Today, Unknown, When),
}


@settings(max_examples=20)
@given(st.data())
def test_compiled_is_the_reference_on_random_rulesets(data: st.DataObject) -> None:
    drawn = data.draw(rulesets())
    facts = data.draw(facts_from(drawn))
    assert drawn.outcomes(facts) == drawn.assess(facts).outcomes()


@settings(max_examples=20)
@given(st.data())
def test_frames_are_the_reference_on_random_rulesets(data: st.DataObject) -> None:
    drawn = data.draw(rulesets())
    communities = [evolve(data.draw(facts_from(drawn)), not_reported=frozenset())]  # frames have no word for it
    said, wanted = in_frames(drawn, communities, Frames()), expected(drawn, communities)
    assert said == {key: wanted[key] for key in said}


@settings(max_examples=20)
@given(
    ruleset_documents(
        None, Features(collections=True, dates=True, sets=True, points=True, optional=True, reactions=True)
    )
)
def test_a_document_laid_out_reads_back_as_the_same_edition(text: str) -> None:
    assert fingerprint(read_ruleset(format_document(text))) == fingerprint(read_ruleset(text))


@settings(max_examples=20)
@given(rulesets(reactions=True))
def test_a_random_ruleset_with_reactions_is_the_same_after_compiling(drawn: Ruleset) -> None:
    assert drawn.edition.reactions
    assert read_compiled(compile_edition(drawn.edition, b""), b"") == (drawn.edition, drawn.fingerprint)


def test_every_node_of_the_language_is_drawn() -> None:
    found = set[type]()

    @settings(max_examples=80, phases=[Phase.generate])
    @given(rulesets())
    def look(drawn: Ruleset) -> None:
        edition = drawn.edition
        rules = [rule for tier in edition.tiers for rule in edition.rules(tier.id).values()]
        found.update(type(node) for rule in rules for node in edition.walk(rule))

    look()
    assert found == _EVERY_NODE


def test_what_is_left_out_is_not_drawn() -> None:
    @settings(max_examples=30, phases=[Phase.generate])
    @given(rulesets(tiers=2, collections=False, dates=False, sets=False, points=False, optional=False))
    def look(drawn: Ruleset) -> None:
        edition = drawn.edition
        assert [tier.id for tier in edition.tiers] == ["basic", "better"]
        assert {fact.kind.value for fact in edition.facts} == {"flag", "count", "quantity", "share", "rate"}
        assert edition.collections == ()
        assert edition.scores == ()
        assert edition.reactions == ()
        assert all(one.points is None and not one.optional for one in edition.indicators)

    look()


@pytest.mark.parametrize("tiers", [0, 6, -1, True])
def test_a_number_of_tiers_that_there_cannot_be_is_refused(tiers: Any) -> None:
    with pytest.raises(SmartrulesError) as caught:
        rulesets(tiers=tiers)
    assert str(caught.value) == f"error[SR618]: there are no rulesets with {tiers} tiers here\nhelp: ask for 1 to 5"


def test_a_ruleset_is_printed_where_a_test_fails() -> None:
    @settings(database=None, derandomize=True, max_examples=5, phases=[Phase.generate])
    @given(rulesets(collections=False, dates=False, sets=False))
    def never(drawn: Ruleset) -> None:
        raise ValueError(drawn.name)

    with pytest.raises(ValueError, match="drawn@1") as caught:
        never()
    assert caught.value.__notes__[0].startswith(
        '# a ruleset\nstandard: drawn\nedition: "1"\ntiers:\n  basic:\nfacts:\n'
    )
    read_ruleset(caught.value.__notes__[0])
