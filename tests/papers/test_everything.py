"""Every shipped ruleset, every kind, every form, in both languages, of facts that are drawn."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import smartrules as sr
from smartrules import reports
from smartrules.testing import facts_from
from tests.papers.made import AT, CONTACT, DAY, SHIPPED


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
