"""The mutants of a ruleset: each mistake at each place, once, and nothing that the check would refuse."""

from __future__ import annotations

import pytest
from hypothesis import given

from smartrules.analysis.mutation import mutants
from smartrules.catalog import load
from smartrules.expr.nodes import Expr, Literal, children, walk, with_children
from smartrules.ruleset import Ruleset
from tests.rulesets import rule, ruleset
from tests.strategies import trees

SHARE = "part: {count: household, at_most: whole}\nwhole: {count: household, min: 1}"


def _said(of: Ruleset) -> list[str]:
    return [str(one) for one in mutants(of)]


@given(trees())
def test_a_node_is_made_of_its_children(tree: Expr) -> None:
    for node in walk(tree):
        assert with_children(node, children(node)) == node


@given(trees())
def test_other_children_stand_where_the_old_ones_stood(tree: Expr) -> None:
    one = Literal(77, children(tree)[-1].unit) if children(tree) and isinstance(children(tree)[-1], Literal) else None
    if one is not None and len(children(tree)) == 2:
        assert children(with_children(tree, (children(tree)[0], one))) == (children(tree)[0], one)


def test_a_share_of_a_part() -> None:
    assert _said(rule("part / whole >= 70 %", SHARE)) == [
        "basic.it: `part / whole >= 70 %` becomes `part / whole > 70 %`",
        "basic.it: `part / whole` becomes `whole / part`",
        "basic.it: `70 %` becomes `71 %`",
        "basic.it: `70 %` becomes `69 %`",
        "basic.it: `70 %` becomes `70 ‰`",
        "it: is left out",
    ]


def test_the_step_of_a_decimal_is_that_of_its_last_place() -> None:
    found = _said(rule("area <= 6.25 km^2", "area: {quantity: km^2}"))
    assert found[1:3] == ["basic.it: `6.25 km^2` becomes `6.26 km^2`", "basic.it: `6.25 km^2` becomes `6.24 km^2`"]


def test_a_unit_in_time_is_taken_for_the_nearest() -> None:
    found = _said(rule("visits >= 4 events/year", "visits: {rate: event/year}"))
    assert "basic.it: `4 events/year` becomes `4 events/month`" in found


def test_a_density_is_not_turned_round_because_the_check_refuses_it() -> None:
    found = _said(
        rule("homes / area >= 5 household/km^2", "homes: {count: household}\narea: {quantity: km^2, min: 1 km^2}")
    )
    assert not any("area / homes" in one for one in found)


def test_sets_choices_and_flags() -> None:
    declared = "kinds: {set: {a: , b: , c: }}\nwater: {choice: {river: , lake: , none: }}\ngated: {kind: flag}"
    assert _said(
        rule("any of (kinds includes at least 2 of (a, b, c), water in (river, lake), not gated)", declared)
    ) == [
        "basic.it: `any of (kinds includes at least 2 of (a, b, c), water in (river, lake), not gated)` becomes "
        "`all of (kinds includes at least 2 of (a, b, c), water in (river, lake), not gated)`",
        "basic.it: `kinds includes at least 2 of (a, b, c)` becomes `kinds includes at least 2 of (b, c)`",
        "basic.it: `kinds includes at least 2 of (a, b, c)` becomes `kinds includes at least 2 of (a, c)`",
        "basic.it: `kinds includes at least 2 of (a, b, c)` becomes `kinds includes at least 2 of (a, b)`",
        "basic.it: `kinds includes at least 2 of (a, b, c)` becomes `kinds includes at least 3 of (a, b, c)`",
        "basic.it: `kinds includes at least 2 of (a, b, c)` becomes `kinds includes any of (a, b, c)`",
        "basic.it: `water in (river, lake)` becomes `water is lake`",
        "basic.it: `water in (river, lake)` becomes `water is river`",
        "basic.it: `not gated` becomes `gated`",
        "it: is left out",
    ]


def test_k_of_the_parts_and_a_range() -> None:
    found = _said(
        rule("at least 1 of (a, b, 6 ppm <= ph < 9 ppm)", "a: {kind: flag}\nb: {kind: flag}\nph: {quantity: ppm}")
    )
    assert "basic.it: `6 ppm <= ph < 9 ppm` becomes `6 ppm < ph < 9 ppm`" in found
    assert "basic.it: `6 ppm <= ph < 9 ppm` becomes `6 ppm <= ph <= 9 ppm`" in found
    assert next(one for one in found if "at least" in one).endswith(
        "becomes `at least 2 of (a, b, 6 ppm <= ph < 9 ppm)`"
    )


TIERS = """\
tiers: {basic: , good: , best: }
facts: {gated: {kind: flag}, homes: {count: household}}
indicators:
  it:
    applies: gated
    require: {basic: homes >= 1 household, good: homes >= 5 households}
    points: 3 points
"""


def test_conditions_tiers_and_full_points() -> None:
    found = _said(ruleset(TIERS))
    assert found[-6:] == [
        "basic.it: `homes >= 1 household` becomes `homes >= 5 households`",
        "it applies: `gated` becomes `not gated`",
        "it applies: is left out",
        "points of it: `3 points` becomes `4 points`",
        "points of it: `3 points` becomes `2 points`",
        "it: is left out",
    ]


def test_what_is_inherited_is_the_matter_of_the_ruleset_that_states_it() -> None:
    own = load("example-city-smart-community@2023")
    assert {name for one in mutants(own) for name in one.indicators} == {"lift_monitoring", "wired_broadband"}


@pytest.mark.parametrize(
    "name",
    ["shandong-smart-community@2022", "gigabit-city@2022", "complete-community@trial", "u4ssc-kpi@2022"],
)
def test_every_mutant_differs_and_is_a_ruleset_of_its_own(name: str) -> None:
    known = load(name)
    fingerprints = [one.ruleset.fingerprint for one in mutants(known)]
    assert known.fingerprint not in fingerprints
    assert len(set(fingerprints)) == len(fingerprints)
