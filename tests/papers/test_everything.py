"""Every shipped ruleset, every kind, every form, in both languages, of facts that are drawn."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import smartrules as sr
from smartrules import reports
from smartrules.testing import facts_from, rulesets
from tests.papers.made import AT, CONTACT, DAY, SHIPPED, assessed


@pytest.mark.once
@pytest.mark.parametrize("standard", SHIPPED)
@settings(max_examples=4)
@given(data=st.data())
def test_papers_of_any_facts_can_be_written(standard: str, data: st.DataObject) -> None:
    rules = sr.load(str(SHIPPED[standard]))
    found = rules.assess(data.draw(facts_from(rules)))
    tier = data.draw(st.sampled_from([*found]))
    for paper in (
        reports.acceptance(found, tier=tier, at=AT),
        reports.notice(found, tier=tier, at=AT, on=DAY, contact=CONTACT),
    ):
        for language in ("zh", "en"):
            context = paper.context(language)
            for written in (paper.to_markdown(language), paper.to_html(language)):
                assert context.fingerprint in written
            assert paper.to_docx(language).startswith(b"PK")


@pytest.mark.once
@settings(max_examples=15)
@given(data=st.data())
def test_papers_by_any_ruleset_at_all_can_be_written(data: st.DataObject) -> None:
    rules = data.draw(rulesets())
    found = rules.assess(data.draw(facts_from(rules)))
    for tier in found:
        paper = reports.acceptance(found, tier=tier, at=AT)
        context = paper.context("en")
        assert (context.conclusion_id == "agreed") == (found.tier is not None and _reaches(found, tier))
        assert context.fingerprint in paper.to_html("zh")
        assert paper.to_docx("en").startswith(b"PK")


def _reaches(found: sr.Assessment, tier: str) -> bool:
    tiers = [*found]
    return tiers.index(tier) <= tiers.index(str(found.tier))


@pytest.mark.parametrize("standard", SHIPPED)
def test_an_assessment_that_was_read_back_says_the_same(standard: str) -> None:
    rules = sr.load(str(SHIPPED[standard]))
    found = assessed(standard)
    again = rules.read_assessment(found.to_json())
    for tier in found:
        before = reports.acceptance(found, tier=tier, at=AT).context("zh")
        assert reports.acceptance(again, tier=tier, at=AT).context("zh") == before
