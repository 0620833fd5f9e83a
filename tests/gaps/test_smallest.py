"""No plan is larger than the best that is found by trying every change, and where it is proved it says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartrules.analysis import gap
from smartrules.analysis.gaps.plan import Plan, Status
from smartrules.ruleset import Ruleset
from tests.gaps.brute import TooManyChangesError, size_of, smallest
from tests.rulesets import ruleset

FACTS = """\
standard: small
edition: "1"
source: {document: small}
tiers: {basic: , good: }
facts:
  whole: {count: household, max: 4}
  part: {count: household, max: 4, at_most: whole}
  other: {count: household, max: 3}
  share: {share: "%", max: 100 %, step: 25 %}
  flag: {kind: flag}
  second: {kind: flag}
  kinds: {set: {a: , b: , c: }}
  water: {choice: {river: , lake: , none: }}
  site: {count: household, max: 2, fixed: true}
"""
ATOMS = (
    "part / whole >= 50 %",
    "part / whole > 34 %",
    "part >= 2 households",
    "whole <= 2 households",
    "part + other >= 4 households",
    "other - part >= 1 household",
    "other != 2 households",
    "other = 3 households",
    "1 household <= other <= 2 households",
    "share >= 50 %",
    "share < 30 %",
    "round(share, 50 %) >= 100 %",
    "flag",
    "not second",
    "count(kinds) >= 2 kinds",
    "count(kinds) <= 1 kind",
    "kinds includes all of (a, b)",
    "kinds includes any of (b, c)",
    "water is lake",
    "water in (river, lake)",
    "site >= 1 household",
    "reported(share)",
    "first of (flag then 1 household, otherwise 3 households) <= other",
    "interpolate(share, 0 % then 0 households, 100 % then 4 households) >= part",
)


def rules(atoms: Sequence[str]) -> st.SearchStrategy[str]:
    """Return rules as texts: atoms under every connective."""
    return st.recursive(
        st.sampled_from(atoms),
        lambda inner: st.one_of(
            st.tuples(inner, inner).map(lambda two: f"all of ({two[0]}, {two[1]})"),
            st.tuples(inner, inner).map(lambda two: f"any of ({two[0]}, {two[1]})"),
            st.tuples(inner, inner, inner).map(lambda three: f"at least 2 of ({', '.join(three)})"),
            inner.map(lambda one: f"not ({one})"),
            st.tuples(inner, st.sampled_from(atoms)).map(lambda two: f"({two[0]}) when {two[1]}"),
        ),
        max_leaves=4,
    )


@st.composite
def small(draw: st.DrawFn) -> tuple[Ruleset, dict[str, Any]]:
    """Draw a ruleset over a few small facts, and what is known of a community."""
    lines, atoms = [FACTS, "indicators:"], draw(st.lists(st.sampled_from(ATOMS), min_size=2, max_size=4, unique=True))
    for number in range(draw(st.integers(1, 3))):
        applies = draw(st.none() | st.sampled_from(atoms))
        lines.append(f"  i{number}:")
        lines += [f"    applies: {applies!r}"] if applies is not None else []
        lines.append(f"    require: {{basic: {draw(rules(atoms))!r}, good: {draw(rules(atoms))!r}}}")
    whole = draw(st.integers(0, 4))
    values = {
        "whole": whole,
        "part": draw(st.integers(0, whole)),
        "other": draw(st.integers(0, 3)),
        "share": f"{draw(st.sampled_from((0, 25, 50, 75, 100)))} %",
        "flag": draw(st.booleans()),
        "second": draw(st.booleans()),
        "kinds": draw(st.lists(st.sampled_from("abc"), unique=True)),
        "water": draw(st.sampled_from(("river", "lake", "none"))),
        "site": draw(st.integers(0, 2)),
    }
    used = "\n".join(lines)
    known = {name: value for name, value in values.items() if not draw(st.sampled_from((False, False, False, True)))}
    # What no rule asks is left out, so that there is less to try.
    return ruleset(used), {name: value for name, value in known.items() if name in used.partition("indicators:")[2]}


def _compare(one: Ruleset, facts: dict[str, Any], tier: str) -> None:
    """Find what no plan may be larger than, and compare."""
    known = one.facts(facts)
    plan = gap(one, known, tier, alternatives=False)
    try:
        best = smallest(one, known, tier)
    except TooManyChangesError:
        return
    if best is None:
        assert plan.status in (Status.IMPOSSIBLE, Status.NOT_FOUND, Status.UNKNOWN)
        return
    assert plan.status is not Status.IMPOSSIBLE, plan.hindrances
    found = _size(one, plan)
    assert found >= best
    if plan.proved:
        assert found == best


def _size(one: Ruleset, plan: Plan) -> tuple[Any, ...]:
    return size_of(one, plan.facts, plan.apply(plan.facts))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(small(), st.sampled_from(("basic", "good")))
def test_no_plan_is_larger_than_the_best_of_all_changes(drawn: tuple[Ruleset, dict[str, Any]], tier: str) -> None:
    _compare(*drawn, tier)


# --- members and indicators ----------------------------------------------------------------------------------------

MEMBERS = """\
standard: small
edition: "1"
source: {document: small}
tiers: {basic: , good: }
facts:
  flag: {kind: flag}
  most: {count: storey, max: 4}
collections:
  buildings:
    each: building
    facts:
      storeys: {count: storey, max: 3}
      watched: {kind: flag}
"""
OF_MEMBERS = (
    "every building: watched",
    "every building where storeys >= 2 storeys: watched",
    "some building: watched",
    "some building where watched: storeys >= 2 storeys",
    "count(buildings where watched) >= 2 buildings",
    "count(buildings where storeys >= 2 storeys) <= 1 building",
    "count(buildings where watched and storeys >= 1 storey) = 1 building",
    "share(buildings, watched) >= 50 %",
    "share(buildings where storeys >= 2 storeys, watched) > 50 %",
    "sum(buildings, storeys) >= 4 storeys",
    "sum(buildings where watched, storeys) <= 2 storeys",
    "mean(buildings, storeys) >= 2 storeys",
    "max(buildings, storeys) <= 2 storeys",
    "min(buildings, storeys) >= 1 storey",
    "max(buildings, storeys) = 2 storeys",
    "sum(buildings, storeys) <= most",
    "flag",
)
GRADED = """\
standard: small
edition: "1"
source: {document: small}
tiers:
  basic:
    rule: RULE
facts:
  part: {count: household, max: 3}
  flag: {kind: flag}
  second: {kind: flag}
  kinds: {set: {a: , b: }}
indicators:
  one: {require: {basic: flag}, points: 3 points}
  two: {optional: true, applies: flag, require: {basic: part >= 2 households}, points: 2 points}
  three: {optional: true, require: {basic: count(kinds) >= 2 kinds}, points: {value: count(kinds) * 2 points / 1 kind, of: 4 points}}
  four: {optional: true, require: {basic: second}, points: {value: "first of (part >= 3 households then 5 points, otherwise 1 point)", of: 5 points}}
scores:
  total: {value: "sum(indicators, points)", unit: point}
  rate: {value: "sum(indicators, points) / sum(indicators, full_points)", unit: "%"}
"""
OF_TIERS = (
    "every indicator: met",
    "every indicator where mandatory: met",
    "count(indicators where optional and met) >= 2 indicators",
    "count(indicators where met) >= 3 indicators",
    "all of (every indicator where mandatory: met, count(indicators where optional and met) >= 1 indicator)",
    "total >= 8 points",
    "total >= 12 points",
    "rate >= 60 %",
    "share(indicators, met) >= 75 %",
    "some indicator where id is four: met",
)


@st.composite
def of_members(draw: st.DrawFn) -> tuple[Ruleset, dict[str, Any]]:
    """Draw a ruleset over the members of a collection, and a community with two or three."""
    asked = draw(st.lists(st.sampled_from(OF_MEMBERS), min_size=1, max_size=2, unique=True))
    lines = [f"  i{n}: {{require: {{basic: '{one}'}}}}" for n, one in enumerate(asked)]
    facts: dict[str, Any] = {"flag": draw(st.booleans()), "most": draw(st.integers(0, 4))}
    members = [
        {"storeys": draw(st.integers(0, 3)), "watched": draw(st.booleans())} for _ in range(draw(st.integers(0, 3)))
    ]
    for one in members:
        for name in ("storeys", "watched"):
            if draw(st.sampled_from((False, False, False, True))):
                del one[name]
    text = f"{MEMBERS}indicators:\n" + "\n".join([*lines, "  last: {require: {good: flag}}"])
    return ruleset(text), {"facts": facts, "collections": {"buildings": members}}


@st.composite
def graded(draw: st.DrawFn) -> tuple[Ruleset, dict[str, Any]]:
    """Draw a tier with a rule of its own, and what is known of a community."""
    values = {
        "part": draw(st.integers(0, 3)),
        "flag": draw(st.booleans()),
        "second": draw(st.booleans()),
        "kinds": draw(st.lists(st.sampled_from("ab"), unique=True)),
    }
    known = {name: value for name, value in values.items() if not draw(st.sampled_from((False, False, False, True)))}
    return ruleset(GRADED.replace("RULE", f"'{draw(st.sampled_from(OF_TIERS))}'")), known


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(of_members())
def test_members_change_no_more_than_they_have_to(drawn: tuple[Ruleset, dict[str, Any]]) -> None:
    _compare(*drawn, "basic")


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(graded())
def test_tiers_with_rules_of_their_own_take_no_more_than_they_have_to(drawn: tuple[Ruleset, dict[str, Any]]) -> None:
    _compare(*drawn, "basic")
