"""What is known of a community goes into a form and comes back the same."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import smartrules as sr
from smartrules import catalog
from smartrules.facts import Facts
from smartrules.outcome import Outcome
from smartrules.reports.forms.writing import write_form
from smartrules.testing import facts_from
from smartrules.testing.strategies import facts_documents
from tests.forms.filling import QILI, SHANDONG, without_spelling

RULESETS = [entry.name for entry in catalog.entries()]
EXAMPLES = ["green-community.yaml", "safe-homes/ruleset.yaml", "star-homes/ruleset.yaml"]

pytestmark = pytest.mark.once

#: A form takes too long to be written hundreds of times for a simpler example.
PHASES = (Phase.explicit, Phase.generate)

texts = st.text(st.characters(exclude_characters="\r\n"), max_size=20).map(str.strip)
days = st.dates()


def back(ruleset: sr.Ruleset, facts: Facts, language: Any = "both") -> Facts:
    return ruleset.read_facts(write_form(ruleset, facts, language), name="form.xlsx")


@pytest.mark.parametrize("name", RULESETS)
def test_random_facts_of_every_shipped_ruleset_come_back(name: str) -> None:
    ruleset = sr.load(name)

    @settings(max_examples=8, phases=PHASES)
    @given(facts_from(ruleset), st.sampled_from(["zh", "en", "both"]))
    def check(facts: Facts, language: Any) -> None:
        assert without_spelling(back(ruleset, facts, language)) == without_spelling(facts)

    check()


@pytest.mark.parametrize("path", EXAMPLES)
def test_random_facts_with_their_evidence_come_back(path: str) -> None:
    ruleset = sr.load(f"docs/examples/{path}")

    @settings(max_examples=15, phases=PHASES)
    @given(facts_documents(ruleset), st.data())
    def check(document: dict[str, Any], data: st.DataObject) -> None:
        def evidenced(value: Any) -> Any:
            if value is None or not data.draw(st.booleans()):
                return value
            found = {"value": value}
            if shown := data.draw(st.lists(texts.filter(bool), max_size=2)):
                found["evidence"] = shown
            if data.draw(st.booleans()):
                found["observed"] = data.draw(days)
            if note := data.draw(texts):
                found["note"] = note
            return found

        for key in ("facts", "stated"):
            document[key] = {name: evidenced(value) for name, value in document.get(key, {}).items()}
        for name, records in document.get("collections", {}).items():
            document["collections"][name] = [
                {key: value if key == "id" else evidenced(value) for key, value in record.items()} for record in records
            ]
        document["community"] = {"id": data.draw(texts.filter(bool)), "name": data.draw(texts.filter(bool))}
        document["claims"] = {
            indicator.id: data.draw(st.sampled_from(list(Outcome))).value
            for indicator in ruleset.edition.indicators
            if data.draw(st.booleans())
        }
        facts = ruleset.facts(document)
        assert without_spelling(back(ruleset, facts)) == without_spelling(facts)

    check()


def test_the_workbook_of_qili_is_assessed_as_its_report() -> None:
    ruleset = sr.load(SHANDONG)
    facts = ruleset.facts(QILI)
    found = ruleset.assess(back(ruleset, facts))
    expected = ruleset.assess(facts)
    for tier, other in zip(found.tiers, expected.tiers, strict=True):
        assert tier.outcome == other.outcome
        for name in other.findings:
            for language in ("zh", "en"):
                assert tier[name].explain(language) == other[name].explain(language)
    undetermined = [one.indicator.number for one in found["basic"].values() if one.outcome is Outcome.UNDETERMINED]
    assert undetermined == ["6", "14"]
    assert found["basic"].outcome is Outcome.UNDETERMINED
