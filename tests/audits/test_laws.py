"""What holds of every audit, whatever the ruleset and the facts are."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

import smartrules as sr
from smartrules.analysis import audit
from smartrules.analysis.audits import Audit
from smartrules.diagnostics import CODES, SmartrulesError
from smartrules.documents.schemas import Document
from smartrules.facts import Facts
from smartrules.outcome import Outcome
from smartrules.reports.audits import as_markdown, entries
from smartrules.ruleset import Ruleset
from smartrules.testing import facts_from, rulesets, wild_documents
from smartrules.values import Quantity
from tests.audits.small import small
from tests.editing import faults, validator
from tests.rulesets import ROOT

#: Searches that say the same on every Python.
pytestmark = pytest.mark.once

SHIPPED = [f"{path.parent.parent.name}@{path.parent.name}" for path in (ROOT / "rulesets").glob("*/*/ruleset.yaml")]

CLAIMS = ["SR911", "SR912", "SR913", "SR914", "SR915"]


def sound(found: Audit) -> None:
    """Check what holds of every audit."""
    assert faults(validator(Document.AUDIT), json.loads(found.to_json())) == []
    for one in found.observations:
        assert one.code in CODES
        for text in (one.message.zh, one.message.en, one.remedy.zh, one.remedy.en):
            assert text
            assert "{" not in text
            assert "None" not in text
            assert not text.endswith((".", "。", "：", ":"))
        for figure in one.figures:
            given = found.assessment.facts.facts.get(figure.name) or found.assessment.facts.stated.get(figure.name)
            if figure.written and given is not None:
                value = figure.value.root if isinstance(figure.value, Quantity) else figure.value
                assert value == given.value
    assert sum(found.counts.values()) == len(found.observations)
    for language in ("zh", "en"):
        assert len(list(entries(found, language))) == len(found.observations)
        assert as_markdown(found, language)


def audits_of(ruleset: Ruleset, data: st.DataObject) -> Audit:
    """Return the audit of drawn facts with drawn claims, for a drawn tier."""
    facts = data.draw(facts_from(ruleset))
    outcomes = st.sampled_from(Outcome)
    names = st.sampled_from([*ruleset.edition.indicator_by_id])
    claims = data.draw(st.dictionaries(names, outcomes, max_size=8))
    tier = data.draw(st.sampled_from([*ruleset.edition.tier_by_id]))
    within = data.draw(st.none() | st.just("1 day") | st.just("9999 years"))
    return audit(ruleset, evolve(facts, claims=claims), tier=tier, evidence_within=within)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_facts_of_a_shipped_ruleset_are_audited(name: str) -> None:
    ruleset = sr.load(name)

    @settings(max_examples=12)
    @given(st.data())
    def law(data: st.DataObject) -> None:
        sound(audits_of(ruleset, data))

    law()


@settings(max_examples=150)
@given(st.data())
def test_every_facts_of_the_small_ruleset_are_audited(data: st.DataObject) -> None:
    sound(audits_of(small(), data))


@settings(max_examples=60)
@given(st.data())
def test_every_facts_of_any_ruleset_are_audited(data: st.DataObject) -> None:
    sound(audits_of(data.draw(rulesets()), data))


@settings(max_examples=60)
@given(wild_documents())
def test_no_text_makes_an_audit_fail(text: str) -> None:
    ruleset = sr.load("shandong-smart-community@2022")
    with suppress(SmartrulesError):
        sound(audit(ruleset, ruleset.read_facts(text)))


@settings(max_examples=60)
@given(st.data())
def test_the_order_of_facts_decides_nothing(data: st.DataObject) -> None:
    facts = data.draw(facts_from(small()))
    turned = evolve(
        facts,
        facts=_shuffled(facts.facts, data),
        stated=_shuffled(facts.stated, data),
        collections=_shuffled(facts.collections, data),
    )
    assert audit(small(), turned).observations == audit(small(), facts).observations


def _shuffled(table: Any, data: st.DataObject) -> dict[str, Any]:
    return {name: table[name] for name in data.draw(st.permutations(sorted(table)))}


@pytest.mark.parametrize("name", [*SHIPPED, "small"])
def test_claims_that_say_what_the_facts_do_are_not_observed(name: str) -> None:
    ruleset = small() if name == "small" else sr.load(name)

    @settings(max_examples=12)
    @given(facts_from(ruleset), st.sampled_from([*ruleset.edition.tier_by_id]))
    def law(facts: Facts, tier: str) -> None:
        found = audit(ruleset, evolve(facts, claims=ruleset.outcomes(facts)[tier]), tier=tier)
        assert [one for code in CLAIMS for one in found.of(code)] == []

    law()


@settings(max_examples=60)
@given(facts_from(small()), st.data())
def test_every_claim_that_differs_is_observed_once(facts: Facts, data: st.DataObject) -> None:
    outcomes = small().outcomes(facts)["low"]
    claims = {name: data.draw(st.sampled_from(Outcome)) for name in outcomes}
    found = audit(small(), evolve(facts, claims=claims), tier="low")
    observed = [one.indicators for code in CLAIMS for one in found.of(code)]
    assert sorted(observed) == sorted((name,) for name in outcomes if claims[name] is not outcomes[name])
