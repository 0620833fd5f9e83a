"""The conclusion of an acceptance follows from the outcomes, whatever they are."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import smartrules as sr
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, UNDETERMINED, Outcome
from smartrules.reports.papers.conclusion import Conclusion, Standing, conclude, conclusion_of
from smartrules.testing import facts_from
from tests.papers.made import DAY, SHIPPED, acceptance_of, assessed

AGREED, NOT_AGREED, OPEN, NOT_TO_HAND = Conclusion
STANDINGS = [*(Standing(outcome) for outcome in Outcome), Standing(UNDETERMINED, known=False)]


@pytest.mark.parametrize(
    ("standings", "expected"),
    [
        ([Standing(MET)], AGREED),
        ([Standing(NOT_MET)], NOT_AGREED),
        ([Standing(UNDETERMINED)], OPEN),
        ([Standing(NOT_APPLICABLE)], OPEN),
        ([Standing(UNDETERMINED, known=False)], NOT_TO_HAND),
        ([Standing(MET), Standing(MET)], AGREED),
        ([Standing(NOT_MET), Standing(MET)], NOT_AGREED),
        ([Standing(UNDETERMINED), Standing(MET)], OPEN),
        ([Standing(UNDETERMINED), Standing(NOT_MET)], NOT_AGREED),
        ([Standing(NOT_MET), Standing(UNDETERMINED, known=False)], NOT_AGREED),
        ([Standing(MET), Standing(UNDETERMINED, known=False)], NOT_TO_HAND),
        ([Standing(UNDETERMINED), Standing(UNDETERMINED, known=False)], NOT_TO_HAND),
        ([Standing(MET), Standing(UNDETERMINED, known=False), Standing(MET)], NOT_TO_HAND),
        ([], OPEN),
    ],
)
def test_what_is_concluded_of_tiers(standings: list[Standing], expected: Conclusion) -> None:
    assert conclude(standings) is expected


@pytest.mark.parametrize("number", [1, 2, 3])
def test_it_is_agreed_only_where_every_tier_is_known_and_met(number: int) -> None:
    for standings in product(STANDINGS, repeat=number):
        agreed = all(one.known and one.outcome is MET for one in standings)
        assert (conclude(standings) is AGREED) == agreed


def test_what_is_concluded_of_the_examples() -> None:
    found = {
        (standard, tier): conclusion_of(assessed(standard), tier).value
        for standard in SHIPPED
        for tier in assessed(standard)
    }
    assert found == {
        ("complete-community", "a"): "agreed",
        ("complete-community", "aa"): "not_agreed",
        ("complete-community", "aaa"): "not_agreed",
        ("example-city-smart-community", "basic"): "not_agreed",
        ("example-city-smart-community", "growing"): "not_agreed",
        ("example-city-smart-community", "benchmark"): "not_agreed",
        ("gigabit-city", "certified"): "open",
        ("shandong-smart-community", "basic"): "open",
        ("shandong-smart-community", "growing"): "not_to_hand",
        ("shandong-smart-community", "benchmark"): "not_to_hand",
        **{("u4ssc-kpi", f"level_{n}"): "agreed" for n in range(1, 6)},
    }


@pytest.mark.parametrize("standard", SHIPPED)
@settings(max_examples=10)
@given(data=st.data())
def test_no_paper_of_any_facts_agrees_unless_the_tier_is_reached(standard: str, data: st.DataObject) -> None:
    rules = sr.load(str(SHIPPED[standard]))
    found = rules.assess(data.draw(facts_from(rules)))
    tiers = list(found)
    reached = set() if found.tier is None else set(tiers[: tiers.index(found.tier) + 1])
    for tier in tiers:
        concluded = conclusion_of(found, tier)
        assert (concluded is AGREED) == (tier in reached)
        context = sr.reports.acceptance(found, tier=tier).context("zh")
        assert context.conclusion_id == concluded.value
        assert context.conclusion.startswith("同意") == (concluded is AGREED)
        english = sr.reports.notice(found, tier=tier, contact="x", on=DAY).context("en").conclusion
        assert english.endswith(" is agreed.") == (concluded is AGREED)


def test_a_tier_below_that_fails_decides_against_the_tier_above() -> None:
    context = acceptance_of("complete-community", tier="aaa").context("en")
    assert context.conclusion == (
        "Acceptance of 柳荫社区（虚构） by “Green complete residential community (trial)”, AAA, is not agreed: 1 indicator is "
        "not met at AA (Day-care centre); 2 indicators are not met (Day-care centre, Age-friendly terminals)."
    )
