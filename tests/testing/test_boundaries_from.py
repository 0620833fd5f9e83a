"""Facts beside the thresholds: on the side that is said, by one step, and decisive."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import smartrules
from smartrules.diagnostics import NotFoundError, RulesetError
from smartrules.expr.text import source
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, Outcome
from smartrules.ruleset import Ruleset
from smartrules.testing import boundaries_from, thresholds
from smartrules.testing.coverage import Side
from smartrules.testing.sides import drawable
from smartrules.testing.strategies import BoundaryFacts, beside
from tests.rulesets import ruleset
from tests.test_engines import FACTS

#: Searches that say the same on every Python.
pytestmark = pytest.mark.once


def _drawn(made: Ruleset, indicator: str | None = None, examples: int = 60) -> list[BoundaryFacts]:
    return _collected(boundaries_from(made, indicator=indicator), examples)


def _on_every_side(made: Ruleset) -> list[BoundaryFacts]:
    return [found for side in drawable(made, None, None) for found in _collected(beside(made, [side]), 5)]


def _collected(strategy: st.SearchStrategy[BoundaryFacts], examples: int) -> list[BoundaryFacts]:
    found: list[BoundaryFacts] = []

    @settings(max_examples=examples, deadline=None, derandomize=True, phases=[Phase.generate])
    @given(strategy)
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
    found = {(placed.side, made.assess(placed.facts)["basic"]["it"].outcome) for placed in _drawn(made)}
    assert found == set(outcomes.items())


def test_a_share_lies_one_part_from_its_threshold() -> None:
    made = _rule("coverage >= 70 %")
    for placed in _drawn(made):
        assert (placed.of, placed.threshold) == ("basic.it", "coverage >= 70 %")
        part, whole = placed.facts.value("part"), placed.facts.value("whole")
        assert isinstance(part, int)
        assert isinstance(whole, int)
        steps = part - Fraction(7, 10) * whole
        assert {Side.BELOW: -1 <= steps < 0, Side.AT: steps == 0, Side.ABOVE: 0 < steps <= 1}[placed.side]


def test_both_bounds_of_a_range_are_thresholds() -> None:
    found = {(placed.threshold, placed.side) for placed in _drawn(_rule("20 % <= share < 80 %"), examples=300)}
    assert found == {(text, side) for text in ("share >= 20 %", "share < 80 %") for side in _AT_LEAST}


def test_numbers_are_written_in_several_units() -> None:
    written = {
        placed.facts.facts["area"].written.partition(" ")[2] for placed in _drawn(_rule("area >= 3 公顷"), examples=200)
    }
    assert {"km^2", "ha", "m^2", "mu"} <= written, written


@pytest.mark.parametrize("name", ["complete-community", "gigabit-city", "shandong-smart-community", "u4ssc-kpi"])
def test_every_threshold_of_a_packaged_ruleset_decides_its_indicator(name: str) -> None:
    loaded = smartrules.load(name)
    for placed in _drawn(loaded):
        tier, _, indicator = placed.of.partition(".")
        if not indicator or f"advise({placed.threshold})" in source(loaded.edition.rules(tier)[indicator]):
            continue  # bands of points and advice decide no outcome
        outcome = loaded.assess(placed.facts)[tier][indicator].outcome
        strict = ">" in placed.threshold and ">=" not in placed.threshold
        if loaded.indicator(indicator).applies is None:
            assert (outcome is MET) == (placed.side is not Side.BELOW)
        elif placed.side is Side.BELOW or (strict and placed.side is Side.AT):
            assert outcome in (NOT_MET, NOT_APPLICABLE)
        else:
            assert outcome is MET


_GRADED = f"""\
tiers:
  basic: {{rule: "all of (total >= 2 points, count(indicators where met) <= 1 indicator)"}}
{FACTS}scores:
  total: {{value: "sum(indicators, points)", unit: point}}
indicators:
  one: {{points: 3 points, require: {{basic: a}}}}
  other: {{points: 2 points, require: {{basic: b}}}}
  third:
    points: {{value: "first of (share < 33 % then 0 points, share <= 66 % then 1 point, otherwise 2 points)", of: 2 points}}
    require: {{basic: "graded >= 3 points"}}
"""


def test_thresholds_of_bands_and_of_points_lie_in_the_band_or_behind_it() -> None:
    made = ruleset(_GRADED)
    found: dict[tuple[str, str, Side], set[object]] = {}
    for placed in _on_every_side(made):
        finding = made.assess(placed.facts)["basic"]["third"]
        value = finding.points if placed.of.startswith("points") else finding.outcome
        found.setdefault((placed.of, placed.threshold, placed.side), set()).add(str(value))
    assert {key: found[key] for key in found if key[0] == "points of third"} == {
        ("points of third", "share < 33 %", Side.BELOW): {"0 points"},
        ("points of third", "share < 33 %", Side.AT): {"1 point"},
        ("points of third", "share < 33 %", Side.ABOVE): {"1 point"},
        ("points of third", "share <= 66 %", Side.BELOW): {"1 point"},
        ("points of third", "share <= 66 %", Side.AT): {"1 point"},
        ("points of third", "share <= 66 %", Side.ABOVE): {"2 points"},
    }
    assert {key[2]: found[key] for key in found if key[1] == "share >= 50 %"} == {
        Side.BELOW: {"met"},
        Side.AT: {"not_met"},
        Side.ABOVE: {"not_met"},
    }


def test_the_thresholds_of_a_tier_decide_it() -> None:
    made = ruleset(_GRADED)
    found: dict[tuple[str, Side], set[tuple[Outcome, str]]] = {}
    for placed in _on_every_side(made):
        if placed.of == "basic":
            tier = made.assess(placed.facts)["basic"]
            found.setdefault((placed.threshold, placed.side), set()).add((tier.outcome, str(tier.scores["total"])))
    assert {key: found[key] for key in found if key[0] == "total >= 2 points"} == {
        ("total >= 2 points", Side.BELOW): {(NOT_MET, "1 point")},
        ("total >= 2 points", Side.AT): {(MET, "2 points")},
        ("total >= 2 points", Side.ABOVE): {(MET, "3 points")},
    }
    counted = "count(indicators where met) <= 1 indicator"
    assert {key[1]: {outcome for outcome, _ in found[key]} for key in found if key[0] == counted} == {
        side: {outcome} for side, outcome in _AT_MOST.items()
    }


def test_each_side_of_each_threshold_is_found_impossible_or_not_solved() -> None:
    made = ruleset(
        f"{FACTS}indicators:\n"
        '  it: {require: {basic: "coverage >= 70 %"}}\n'
        '  full: {require: {basic: "share >= 100 %"}}\n'
        '  hard: {require: {basic: "coverage * density >= 2 household/km^2"}}\n'
    )
    assert [(side.of, side.threshold, str(side.side), str(side.standing), side.part) for side in thresholds(made)] == [
        ("basic.it", "coverage >= 70 %", "below", "found", None),
        ("basic.it", "coverage >= 70 %", "at", "found", None),
        ("basic.it", "coverage >= 70 %", "above", "found", None),
        ("basic.full", "share >= 100 %", "below", "found", None),
        ("basic.full", "share >= 100 %", "at", "found", None),
        ("basic.full", "share >= 100 %", "above", "impossible", None),
        ("basic.hard", "coverage * density >= 2 households/km^2", "below", "not solved", "coverage * density"),
        ("basic.hard", "coverage * density >= 2 households/km^2", "at", "not solved", "coverage * density"),
        ("basic.hard", "coverage * density >= 2 households/km^2", "above", "not solved", "coverage * density"),
    ]
    assert {(placed.of, placed.side) for placed in _drawn(made)} == {
        *(("basic.it", side) for side in (Side.BELOW, Side.AT, Side.ABOVE)),
        *(("basic.full", side) for side in (Side.BELOW, Side.AT)),
    }


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
