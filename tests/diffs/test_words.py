"""Two editions in the same words decide as they do in their own."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartrules.analysis.diffs.communities import Teller
from smartrules.analysis.diffs.vocabulary import Vocabulary, vocabulary
from smartrules.engines.exact import judge
from smartrules.facts import Facts
from smartrules.outcome import Outcome
from smartrules.ruleset import Ruleset
from smartrules.standard import Edition
from smartrules.testing import facts_from, rulesets
from tests.rulesets import rule, ruleset


def _outcomes(edition: Edition, facts: Facts) -> dict[tuple[str, str], Outcome]:
    return {
        (tier.id, name): judge(one, edition, facts).outcome
        for tier in edition.tiers
        for name, one in edition.rules(tier.id).items()
    }


@settings(max_examples=30, suppress_health_check=[*HealthCheck], deadline=None)
@given(rulesets(), rulesets(), st.data())
def test_each_edition_decides_what_it_is_told_as_its_rules_in_common_words_decide_the_whole(
    old: Ruleset, new: Ruleset, data: st.DataObject
) -> None:
    words = vocabulary(old.edition, new.edition)
    common = Ruleset(words.old, "")
    facts = data.draw(facts_from(Ruleset(words.old, "")))
    told = Teller(old, new, words).told(Facts(common.name, facts.facts, on=facts.on, collections=facts.collections))
    known = Facts(common.name, facts.facts, on=facts.on, collections=facts.collections)
    for own, spoken, heard in (
        (old.edition, words.old, told.old),
        (new.edition, words.new, told.new),
    ):
        assert _outcomes(own, heard) == _outcomes(spoken, known)


def _words(before: str, after: str, facts: str, others: str) -> tuple[Vocabulary, Teller]:
    old, new = rule(before, facts), rule(after, others)
    words = vocabulary(old.edition, new.edition)
    return words, Teller(old, new, words)


@pytest.mark.parametrize("operator", [">=", ">", "<", "<=", "=", "!="])
@pytest.mark.parametrize("mirrored", [False, True])
def test_of_a_set_each_edition_counts_the_members_that_it_knows(operator: str, mirrored: bool) -> None:
    requirement = f"2 kinds {operator} count(kinds)" if mirrored else f"count(kinds) {operator} 2 kinds"
    words, teller = _words(
        requirement, requirement, "kinds: {set: {a: , b: , c: }}", "kinds: {set: {b: , c: , d: , e: }}"
    )
    assert words.old.fact_by_id["kinds"].member_ids == ("a", "b", "c", "d", "e")
    for chosen in ("", "a", "bc", "abc", "de", "bde", "abcde"):
        facts = Ruleset(words.old, "").facts({"kinds": list(chosen)})
        told = teller.told(facts)
        assert _outcomes(teller.old.edition, told.old) == _outcomes(words.old, facts)
        assert _outcomes(teller.new.edition, told.new) == _outcomes(words.new, facts)


def test_what_both_have_takes_the_values_that_both_take() -> None:
    words, _ = _words(
        "homes >= 1 household",
        "homes >= 1 household",
        "homes: {count: household, min: 2, max: 90, step: 4}\nwater: {choice: {river: , lake: }}",
        "homes: {count: household, min: 5, max: 80, step: 6}\nwater: {choice: {lake: , sea: }}",
    )
    homes, water = words.old.facts
    assert (homes.minimum, homes.maximum, homes.step) == (5, 80, 12)
    assert water.member_ids == ("lake",)
    assert words.old.facts == words.new.facts


def test_a_name_that_means_two_things_is_kept_apart() -> None:
    words, _ = _words("gated", "gated >= 1 household", "gated: {kind: flag}", "gated: {count: household}")
    assert [fact.id for fact in words.old.facts] == ["gated", "gated (new)"]
    assert words.other == {"gated"}
    assert not words.is_comparable(words.new.rules("basic")["it"])


def test_a_collection_of_another_name_is_the_same_by_its_title() -> None:
    text = """
        facts: {{gated: {{kind: flag}}}}
        collections: {{{0}: {{each: building, title: {{zh: 住宅楼}}, facts: {{storeys: {{count: storey}}}}}}}}
        indicators: {{it: {{require: {{basic: "every building: storeys >= 2 storeys"}}}}}}
    """
    old, new = ruleset(text.format("buildings")), ruleset(text.format("houses"))
    words = vocabulary(old.edition, new.edition)
    assert words.collections.old_by_new == {"houses": "buildings"}
    assert words.old.rules("basic") == words.new.rules("basic")
    facts = Ruleset(words.old, "").facts({"collections": {"buildings": [{"storeys": 3}]}})
    told = Teller(old, new, words).told(facts)
    assert [*told.new.collections] == ["houses"]
