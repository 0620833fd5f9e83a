"""The state machine for hosts: a host that is right passes, and each way of going wrong is found in a few steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

import smartrules as sr
from smartrules.diagnostics import FactsError
from smartrules.outcome import Outcome
from smartrules.ruleset import Ruleset
from smartrules.testing import host_machine
from tests.rulesets import ROOT, ruleset

#: Searches that say the same on every Python.
pytestmark = pytest.mark.once

HOMES = """\
standard: homes
edition: "1"
tiers: {basic: }
facts:
  covered: {count: household, at_most: homes}
  homes: {count: household, min: 1}
  gated: {kind: flag}
  tall: {count: building, from: count(buildings where storeys >= 3 storeys)}
collections:
  buildings: {each: building, facts: {storeys: {count: storey, max: 9}}}
measures: {share: {value: covered / homes, unit: "%"}}
indicators:
  coverage: {require: {basic: share >= 80 %}}
  gate: {require: {basic: gated}}
  towers: {require: {basic: tall <= 1 building}}
  asked: {require: {basic: reported(share)}}
"""

#: Facts that cannot contradict one another: a host that keeps one too many is told by outcomes alone.
APART = """\
standard: apart
edition: "1"
tiers: {basic: }
facts:
  gated: {kind: flag}
  homes: {count: household}
indicators:
  gate: {require: {basic: gated}}
  size: {require: {basic: homes >= 3 households}}
"""


class Kept:
    """A host that keeps one document a community, and asks the ruleset anew."""

    def __init__(self, of: Ruleset) -> None:
        self.ruleset = of
        self.documents: dict[str, dict[str, Any]] = {}
        self.closed = False

    def assert_facts(self, community: str, facts: Mapping[str, Any]) -> None:
        known = self.laid(self.documents.get(community, {"facts": {}}), facts)
        self.ruleset.facts(known)
        self.documents[community] = known

    def laid(self, before: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
        found = {key: {**before.get(key, {}), **facts.get(key, {})} for key in ("facts", "stated", "collections")}
        for name in facts.get("not_reported", ()):
            for table in found.values():
                table.pop(name, None)
        named = {name for key in found for name in facts.get(key, {})}
        unreported = {*before.get("not_reported", ()), *facts.get("not_reported", ())} - named
        on = facts.get("on", before.get("on"))
        return {**found, "not_reported": sorted(unreported), **({} if on is None else {"on": on})}

    def retract(self, community: str, fact_ids: Iterable[str]) -> None:
        known = self.documents[community]
        for name in fact_ids:
            for key in ("facts", "stated", "collections"):
                known[key].pop(name, None)
            known["not_reported"] = [one for one in known["not_reported"] if one != name]
            if name == "on":
                known.pop("on", None)

    def outcomes(self, community: str) -> Mapping[str, Mapping[str, Outcome]]:
        return self.ruleset.outcomes(self.documents[community])

    def close(self) -> None:
        self.closed = True


class _ForgetsToRetract(Kept):
    def retract(self, community: str, fact_ids: Iterable[str]) -> None:
        super().retract(community, [*fact_ids][1:])


class _LosesWhatItKnewWhereItRefuses(Kept):
    def assert_facts(self, community: str, facts: Mapping[str, Any]) -> None:
        try:
            super().assert_facts(community, facts)
        except FactsError:
            self.documents.get(community, {"facts": {}})["facts"].clear()
            raise


class _TakesAnything(Kept):
    def assert_facts(self, community: str, facts: Mapping[str, Any]) -> None:
        try:
            super().assert_facts(community, facts)
        except FactsError:
            return


class _MixesCommunitiesUp(Kept):
    def outcomes(self, community: str) -> Mapping[str, Mapping[str, Outcome]]:
        return super().outcomes(next(iter(self.documents)))


class _NeverCorrects(Kept):
    def laid(self, before: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
        found = super().laid(before, facts)
        found["facts"] = {
            **found["facts"],
            **{n: v for n, v in before["facts"].items() if n in found["facts"] and n == "gated"},
        }
        return found


OTHERWISE = r"of `[abc]` the host says .*, the reference "
MACHINE = settings(
    max_examples=60,
    stateful_step_count=15,
    deadline=None,
    database=None,
    derandomize=True,
    report_multiple_bugs=False,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
#: With the fewest steps that show it.
SHRINKING = settings(MACHINE, phases=[Phase.generate, Phase.shrink])


def run(kind: type[Kept], of: Ruleset, asked: settings = MACHINE) -> list[Kept]:
    made = list[Kept]()

    def make() -> Kept:
        made.append(kind(of))
        return made[-1]

    run_state_machine_as_test(host_machine(of, make), settings=asked)
    return made


def test_a_host_that_keeps_the_facts_passes_and_is_closed() -> None:
    hosts = run(Kept, ruleset(HOMES))
    assert hosts
    assert all(host.closed for host in hosts)


@pytest.mark.parametrize("name", ["gigabit-city@2022", str(ROOT / "docs/examples/safe-homes/ruleset.yaml")])
def test_a_host_of_another_ruleset_passes(name: str) -> None:
    run(Kept, sr.load(name))


def test_a_forgotten_retraction_is_found_in_a_few_steps() -> None:
    with pytest.raises(AssertionError, match=OTHERWISE) as caught:
        run(_ForgetsToRetract, ruleset(APART), SHRINKING)
    steps = "\n".join(caught.value.__notes__)
    assert "state.retract(" in steps
    assert 1 <= steps.count("state.assert_") <= 2


@pytest.mark.parametrize("kind", [_LosesWhatItKnewWhereItRefuses, _MixesCommunitiesUp, _NeverCorrects])
def test_a_host_that_goes_wrong_is_found(kind: type[Kept]) -> None:
    with pytest.raises(AssertionError, match=OTHERWISE):
        run(kind, ruleset(HOMES))


def test_facts_that_should_be_refused_and_are_not_are_found() -> None:
    with pytest.raises(AssertionError, match=r"the host took facts that contradict what is known of `[abc]`: "):
        run(_TakesAnything, ruleset(HOMES))
