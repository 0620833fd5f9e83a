"""Facts beside the thresholds: on the side that is said, by one step, and decisive."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import Phase, given, settings

import smartrules
from smartrules.diagnostics import NotFoundError, RulesetError
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, Outcome
from smartrules.ruleset import Ruleset
from smartrules.testing import boundaries_from
from smartrules.testing.coverage import Side
from smartrules.testing.strategies import BoundaryFacts
from tests.rulesets import ruleset
from tests.test_engines import FACTS


def _drawn(made: Ruleset, indicator: str | None = None, examples: int = 60) -> list[BoundaryFacts]:
    found: list[BoundaryFacts] = []

    @settings(max_examples=examples, deadline=None, derandomize=True, phases=[Phase.generate])
    @given(boundaries_from(made, indicator=indicator))
    def collect(beside: BoundaryFacts) -> None:
        found.append(beside)

    collect()
    return found


def _rule(rule: str) -> Ruleset:
    return ruleset(f'{FACTS}indicators:\n  it: {{require: {{basic: "{rule}"}}}}\n')


_AT_LEAST = {Side.BELOW: NOT_MET, Side.AT: MET, Side.ABOVE: MET}
_MORE_THAN = {Side.BELOW: NOT_MET, Side.AT: NOT_MET, Side.ABOVE: MET}
_AT_MOST = {Side.BELOW: MET, Side.AT: MET, Side.ABOVE: NOT_MET}
_LESS_THAN = {Side.BELOW: MET, Side.AT: NOT_MET, Side.ABOVE: NOT_MET}
_ONLY = {Side.BELOW: NOT_MET, Side.AT: MET, Side.ABOVE: NOT_MET}


@pytest.mark.parametrize(
    ("rule", "outcomes"),
    [
        ("coverage >= 70 %", _AT_LEAST),
        ("coverage > 70 %", _MORE_THAN),
        ("coverage <= 70 %", _AT_MOST),
        ("coverage < 70 %", _LESS_THAN),
        ("coverage = 70 %", _ONLY),
        ("100 % <= share", {Side.BELOW: NOT_MET, Side.AT: MET}),
        ("area >= 3 公顷", _AT_LEAST),
        ("took <= 5 days", _AT_MOST),
        ("closed > opened + 5 days", _MORE_THAN),
        ("opened + 1 month >= 2022-02-28", _AT_LEAST),
        ("opened + 12 months >= today", _AT_LEAST),
        ("count(buildings where safe) >= 5 buildings", _AT_LEAST),
        ("share(buildings, safe) >= 70 %", _AT_LEAST),
        ("mean(buildings, storeys) <= 2.5 storeys", _AT_MOST),
        ("max(buildings where safe, storeys) < 4 storeys", _LESS_THAN),
        ("lined > 1.5 points", _MORE_THAN),
        ("count(services) >= 2 kinds", _AT_LEAST),
        ("truncate(share, 5 %) >= 35 %", _AT_LEAST),
        ("not (coverage >= 70 %)", _LESS_THAN),
        ("all of (a, coverage >= 70 %)", _AT_LEAST),
        ("any of (a, b, coverage >= 70 %)", _AT_LEAST),
        ("at least 2 of (a, b, coverage >= 70 %)", _AT_LEAST),
        ("a when coverage >= 70 %", {Side.BELOW: NOT_APPLICABLE, Side.AT: MET, Side.ABOVE: MET}),
        ("every building: storeys >= 3 storeys", _AT_LEAST),
    ],
)
def test_the_threshold_decides(rule: str, outcomes: dict[Side, Outcome]) -> None:
    made = _rule(rule)
    found = {(beside.side, made.assess(beside.facts)["basic"]["it"].outcome) for beside in _drawn(made)}
    assert found == set(outcomes.items())


def test_a_share_lies_one_part_from_its_threshold() -> None:
    made = _rule("coverage >= 70 %")
    for beside in _drawn(made):
        assert (beside.of, beside.threshold) == ("basic.it", "coverage >= 70 %")
        part, whole = beside.facts.value("part"), beside.facts.value("whole")
        assert isinstance(part, int)
        assert isinstance(whole, int)
        steps = part - Fraction(7, 10) * whole
        assert {Side.BELOW: -1 <= steps < 0, Side.AT: steps == 0, Side.ABOVE: 0 < steps <= 1}[beside.side]


def test_both_bounds_of_a_range_are_thresholds() -> None:
    found = {(beside.threshold, beside.side) for beside in _drawn(_rule("20 % <= share < 80 %"), examples=300)}
    assert found == {(text, side) for text in ("share >= 20 %", "share < 80 %") for side in _AT_LEAST}


def test_numbers_are_written_in_several_units() -> None:
    written = {
        beside.facts.facts["area"].written.partition(" ")[2] for beside in _drawn(_rule("area >= 3 公顷"), examples=200)
    }
    assert {"km^2", "ha", "m^2", "mu"} <= written, written


@pytest.mark.parametrize("name", ["complete-community", "gigabit-city", "shandong-smart-community", "u4ssc-kpi"])
def test_every_threshold_of_a_packaged_ruleset_decides_its_indicator(name: str) -> None:
    loaded = smartrules.load(name)
    for beside in _drawn(loaded):
        tier, _, indicator = beside.of.partition(".")
        outcome = loaded.assess(beside.facts)[tier][indicator].outcome
        strict = ">" in beside.threshold and ">=" not in beside.threshold
        if loaded.indicator(indicator).applies is None:
            assert (outcome is MET) == (beside.side is not Side.BELOW)
        elif beside.side is Side.BELOW or (strict and beside.side is Side.AT):
            assert outcome in (NOT_MET, NOT_APPLICABLE)
        else:
            assert outcome is MET


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(RulesetError) as caught:
        boundaries_from(_rule("coverage * density >= 2 household/km^2"))
    assert str(caught.value) == (
        "error[SR617]: no facts are found beside `coverage * density >= 2 households/km^2`: `coverage * density` is not "
        "solved for its facts\nhelp: name another indicator"
    )
    with pytest.raises(RulesetError) as caught:
        boundaries_from(_rule("a"))
    assert str(caught.value) == (
        "error[SR617]: `small@1` has no threshold that facts can lie beside\nhelp: name another one"
    )
    with pytest.raises(NotFoundError, match="has no tier `best`"):
        boundaries_from(_rule("a"), tier="best")
