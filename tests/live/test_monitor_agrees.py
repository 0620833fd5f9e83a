"""After every event a monitor says what the reference says of the facts that are known then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

import smartrules as sr
from smartrules.diagnostics import FactsError
from smartrules.documents.given import document_of
from smartrules.live import Change, Monitor
from smartrules.outcome import Outcome
from smartrules.ruleset import Ruleset
from smartrules.testing import facts_from, host_machine, rulesets

#: Searches that say the same on every Python.
pytestmark = pytest.mark.once

Told = dict[tuple[str, str, str | None], Outcome]


class Checked:
    """A monitor as a host of the state machine, of which whatever the host was told is checked against what it says."""

    def __init__(self, of: Ruleset) -> None:
        self.told: Told = {}
        self.numbers: list[int] = []
        self.monitor = Monitor(of, on_change=self.take)
        # Of a community of which nothing is known, no change is told: this is where it begins.
        self.nothing = {tier: (part.outcome, outcomes_of(part)) for tier, part in of.assess({"facts": {}}).items()}

    def take(self, change: Change) -> None:
        key = change.community, change.tier, change.indicator
        tier, outcomes = self.nothing[change.tier]
        known = self.told.get(key, tier if change.indicator is None else outcomes[change.indicator])
        assert change.before == known != change.after
        self.told[key] = change.after
        self.numbers.append(change.number)
        now = self.monitor.tiers(change.community)[change.tier]
        of_all = self.monitor.outcomes(change.community)[change.tier]
        assert change.after == (now if change.indicator is None else of_all[change.indicator])

    def assert_facts(self, community: str, facts: Mapping[str, Any]) -> None:
        self.monitor.assert_facts(community, facts)

    def retract(self, community: str, fact_ids: list[str]) -> None:
        self.monitor.retract(community, fact_ids)

    def outcomes(self, community: str) -> dict[str, dict[str, Outcome]]:
        found = self.monitor.outcomes(community)
        assessed = self.monitor.assessment(community)
        assert self.monitor.tiers(community) == {tier: part.outcome for tier, part in assessed.items()}
        for tier, (at_tier, outcomes) in self.nothing.items():
            assert self.monitor.tiers(community)[tier] == self.told.get((community, tier, None), at_tier)
            for name, outcome in outcomes.items():
                assert found[tier][name] == self.told.get((community, tier, name), outcome)
        assert self.numbers == list(range(1, len(self.numbers) + 1))
        return found

    def close(self) -> None:
        self.monitor.close()


def outcomes_of(tier: Any) -> dict[str, Outcome]:
    return {name: finding.outcome for name, finding in tier.items()}


@pytest.mark.parametrize("name", ["shandong-smart-community@2022", "gigabit-city@2022"])
def test_a_monitor_is_a_host(name: str) -> None:
    of = sr.load(name)
    asked = settings(max_examples=25, stateful_step_count=40, deadline=None)
    run_state_machine_as_test(host_machine(of, lambda: Checked(of)), settings=asked)


@given(data=st.data(), of=rulesets())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_whatever_the_rules_are_a_monitor_keeps_to_the_reference(data: st.DataObject, of: Ruleset) -> None:
    host = Checked(of)
    try:
        for _ in range(6):
            facts = document_of(of.edition, evolve(data.draw(facts_from(of)), claims={}))
            event = {key: part for key, part in facts.items() if key != "on" or data.draw(st.booleans())}
            try:
                host.assert_facts("a", event)
            except FactsError:
                continue
            assert host.outcomes("a") == of.outcomes(host.monitor.facts("a"))
            names = [
                *host.monitor.facts("a").facts,
                *host.monitor.facts("a").stated,
                *host.monitor.facts("a").collections,
            ]
            if names:
                host.retract("a", data.draw(st.lists(st.sampled_from(names), max_size=2)))
                assert host.outcomes("a") == of.outcomes(host.monitor.facts("a"))
    finally:
        host.close()
