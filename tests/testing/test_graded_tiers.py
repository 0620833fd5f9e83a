"""Facts of tiers that grade: by points, scores, counts and shares of indicators."""

from __future__ import annotations

import pytest
from hypothesis import Phase, given, settings

import smartrules
from smartrules.diagnostics import RulesetError
from smartrules.facts import Facts
from smartrules.outcome import MET, NOT_MET, Outcome
from smartrules.ruleset import Ruleset
from smartrules.testing import facts_from
from tests.rulesets import GRADED, ROOT, ruleset

#: Searches that say the same on every Python.
pytestmark = pytest.mark.once

_REST = """
groups: {surroundings: , life: }
facts:
  garden: {kind: flag}
  corner: {kind: flag}
  asks: {kind: flag}
  quiet_nights: {share: "%", max: 100 %}
  drill: {kind: date}
collections:
  buildings: {each: building, facts: {safe: {kind: flag}}}
scores:
  total: {value: "sum(indicators, points)", unit: point}
  of_surroundings: {value: "sum(indicators where group is surroundings, points)", unit: point}
  rate:
    value: sum(indicators where reported, points) / sum(indicators where reported, full_points)
    unit: "%"
    when_zero: undetermined
indicators:
  gardens: {group: life, optional: true, points: 20 points, require: {good: garden}}
  quiet:
    group: surroundings
    points: {value: quiet_nights * 50 points, of: 50 points}
    require: {good: quiet_nights >= 90 %}
  repairs: {group: life, optional: true, applies: asks, points: 30 points, require: {good: corner}}
  drills: {group: life, require: {good: drill + 12 months >= today}}
  safety: {group: life, points: {value: "share(buildings, safe) * 10 points", of: 10 points}, require: {good: "some building: safe"}}
"""


def _outcomes(made: Ruleset, tier: str, outcome: Outcome, examples: int = 8) -> set[Outcome]:
    found: set[Outcome] = set()

    @settings(max_examples=examples, deadline=None, derandomize=True, phases=[Phase.generate])
    @given(facts_from(made, tier=tier, outcome=outcome))
    def collect(facts: Facts) -> None:
        found.add(made.assess(facts)[tier].outcome)

    collect()
    return found


@pytest.mark.parametrize(
    "rule",
    [
        "total >= 60 points",
        "total = 85 points",
        "all of (total >= 60 points, of_surroundings >= 15 points)",
        "rate >= 75 %",
        "all of (every indicator where mandatory: met, count(indicators where optional and met) >= 2 indicators)",
        "min(indicators where full_points > 0 points, points) >= 5 points",
        "share(indicators, met) >= 60 %",
        "any of (every indicator where id in (gardens, quiet): met, not (total < 90 points))",
        "first of (rate >= 90 % then 2 points, otherwise 1 point) >= 2 points",
    ],
)
def test_a_tier_that_grades_is_reached_and_missed(rule: str) -> None:
    made = ruleset(f'tiers:\n  good: {{rule: "{rule}"}}{_REST}')
    assert _outcomes(made, "good", MET) == {MET}
    assert _outcomes(made, "good", NOT_MET) == {NOT_MET}


def test_tiers_that_grade_in_rulesets_of_other_tests() -> None:
    for made in (ruleset(GRADED), smartrules.load(ROOT / "docs" / "examples" / "star-homes" / "ruleset.yaml")):
        for tier in made.edition.tiers:
            assert _outcomes(made, tier.id, MET) == {MET}
            assert _outcomes(made, tier.id, NOT_MET) == {NOT_MET}


def test_a_cut_off_is_just_reached() -> None:
    made = ruleset(f'tiers:\n  good: {{rule: "count(indicators where met) >= 3 indicators"}}{_REST}')
    counts: set[int] = set()

    @settings(max_examples=30, deadline=None, derandomize=True, phases=[Phase.generate])
    @given(facts_from(made, tier="good", outcome=MET))
    def collect(facts: Facts) -> None:
        counts.add(sum(finding.outcome is MET for finding in made.assess(facts)["good"].values()))

    collect()
    assert min(counts) == 3


def test_a_part_that_may_be_open_whether_it_applies_is_refused() -> None:
    rest = _REST.replace("{good: garden}", '{good: "any of (corner, garden when asks)"}')
    made = ruleset(f'tiers:\n  good: {{rule: "total >= 60 points"}}{rest}')
    with pytest.raises(RulesetError) as caught:
        facts_from(made, tier="good", outcome=MET)
    assert str(caught.value) == (
        "error[SR617]: no facts are found of which `good` is met: `total >= 60 points` is not solved for its facts\n"
        "help: draw facts without `outcome`, or write them by hand"
    )
