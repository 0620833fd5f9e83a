"""Plans of random communities: each reaches its tier, through facts that are valid after every step."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartrules import catalog
from smartrules.analysis import gap
from smartrules.analysis.gaps.plan import Status
from smartrules.documents.given import document_of
from smartrules.facts import Facts
from smartrules.outcome import MET
from smartrules.ruleset import Ruleset
from smartrules.testing import facts_from, rulesets
from tests.rulesets import ruleset

SHIPPED = [catalog.load(entry.name) for entry in catalog.entries() if "/docs/" not in str(entry.path)]


def replay(one: Ruleset, facts: Facts, tier: str, most: int = 2_000) -> None:
    """Check a plan by the reference: the facts after each step can be read, and those after the last reach the tier."""
    plan = gap(one, facts, tier, most=most)
    if plan.status in (Status.IMPOSSIBLE, Status.NOT_FOUND, Status.UNKNOWN):
        assert plan.hindrances
        assert not plan.steps
        return
    for steps in range(len(plan.steps) + 1):
        read = one.facts(document_of(one.edition, plan.applied(facts, steps)))
    assert not any(
        step.declared.fixed
        for step in plan.steps
        if step.now is not None and not step.is_stated  # type: ignore[union-attr]
    )
    assessed = one.assess(read)
    ids = [level.id for level in one.edition.tiers]
    assert all(assessed[name].outcome is MET for name in ids[: ids.index(tier) + 1])
    assert plan.reached == all(one.assess(facts)[name].outcome is MET for name in ids[: ids.index(tier) + 1])


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_plan_for_a_shipped_standard_reaches_its_tier(data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(SHIPPED))
    replay(one, data.draw(facts_from(one)), data.draw(st.sampled_from([*one.edition.tier_by_id])))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_plan_for_any_standard_reaches_its_tier(data: st.DataObject) -> None:
    one = data.draw(rulesets())
    replay(one, data.draw(facts_from(one)), data.draw(st.sampled_from([*one.edition.tier_by_id])), most=300)


def test_a_rule_over_indicators_of_which_none_is_known_to_apply_is_planned_as_a_whole() -> None:
    """Every indicator passes, and the rule is open all the same: it may ask nobody."""
    rules = ruleset(
        """
        standard: small
        edition: "1"
        tiers:
          basic: {title: {zh: 一}}
          better: {title: {zh: 二}, rule: "every indicator where mandatory: met"}
        facts:
          area: {quantity: km^2}
          opened: {kind: date}
          closed: {kind: date}
        indicators:
          i0:
            measures: {took: {value: closed - opened, unit: day}}
            applies: took <= 5 days
            require: {basic: area = 4 km^2}
        """
    )
    for area in ({}, {"area": "4 km^2"}):
        facts = rules.facts({"closed": "2023-12-27", **area})
        plan = gap(rules, facts, "better")
        assert plan.status is Status.PLANNED
        assert [step.place for step in plan.steps] == ["opened"]
        assert rules.assess(plan.apply(facts))["better"].outcome is MET
