"""A mutant is proved equivalent only where no facts tell it from its ruleset."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartrules.analysis.mutation import Mutant, equivalence, is_equivalent, mutants
from smartrules.engines.assessing import findings
from smartrules.facts import Facts
from smartrules.ruleset import Ruleset
from smartrules.testing import facts_from
from tests.rulesets import rule, ruleset

#: Searches that say the same on every Python.
pytestmark = pytest.mark.once


def _proved(of: Ruleset) -> list[str]:
    return [str(one) for one in mutants(of) if is_equivalent(one, of.edition)]


def test_advice_decides_nothing() -> None:
    known = rule("all of (gated, advise(homes >= 5 households))", "gated: {kind: flag}\nhomes: {count: household}")
    assert _proved(known) == [
        "basic.it: `all of (gated, advise(homes >= 5 households))` becomes `any of (gated, advise(homes >= 5 households))`",
        "basic.it: `homes >= 5 households` becomes `homes > 5 households`",
        "basic.it: `5 households` becomes `6 households`",
        "basic.it: `5 households` becomes `4 households`",
        "basic.it: `5 households` becomes `5 wan_household`",
    ]


def test_a_threshold_that_nobody_can_reach_may_as_well_be_higher() -> None:
    known = rule("homes <= 100 households", "homes: {count: household, max: 50}")
    assert _proved(known) == [
        "basic.it: `homes <= 100 households` becomes `homes < 100 households`",
        "basic.it: `100 households` becomes `101 households`",
        "basic.it: `100 households` becomes `99 households`",
        "basic.it: `100 households` becomes `100 wan_household`",
    ]


def test_between_two_whole_numbers_nothing_is_counted() -> None:
    known = rule("homes > 1.5 households", "homes: {count: household}")
    assert _proved(known) == [
        "basic.it: `homes > 1.5 households` becomes `homes >= 1.5 households`",
        "basic.it: `1.5 households` becomes `1.6 households`",
        "basic.it: `1.5 households` becomes `1.4 households`",
    ]


def test_of_a_quantity_it_is_not_known_that_it_is_whole() -> None:
    assert _proved(rule("area > 1.5 km^2", "area: {quantity: km^2}")) == []


def test_a_stated_figure_may_be_what_its_formula_never_is() -> None:
    known = ruleset("""
        facts: {a: {count: household, max: 5}, b: {count: household, min: 1}}
        indicators:
          it: {measures: {rate: {value: a / b, unit: "%"}}, require: {basic: rate <= 900 %}}
    """)
    assert _proved(known) == []


def test_points_are_never_more_than_the_full_points() -> None:
    known = ruleset("""
        facts: {gated: {kind: flag}}
        indicators:
          it:
            require: {basic: gated}
            points: {value: "first of (gated then 4 points, otherwise 0 points)", of: 4 points}
    """)
    assert _proved(known) == [
        "points of it: `4 points` becomes `5 points`",
        "points of it: `0 points` becomes `-1 point`",
    ]


def test_a_set_has_no_more_kinds_than_are_declared() -> None:
    known = rule("count(kinds) <= 3 kinds", "kinds: {set: {a: , b: , c: }}")
    assert _proved(known) == ["basic.it: `3 kinds` becomes `4 kinds`"]


def test_a_mistake_behind_a_decision_that_it_cannot_change() -> None:
    known = rule(
        "any of (gated, all of (gated, homes >= 5 households))", "gated: {kind: flag}\nhomes: {count: household}"
    )
    assert _proved(known) == [
        "basic.it: `homes >= 5 households` becomes `homes > 5 households`",
        "basic.it: `5 households` becomes `6 households`",
        "basic.it: `5 households` becomes `4 households`",
        "basic.it: `5 households` becomes `5 wan_household`",
    ]


@pytest.mark.parametrize("requirement", ["homes >= 5 households", "not homes < 1 household", "homes = 5 households"])
def test_what_decides_is_never_proved(requirement: str) -> None:
    assert _proved(rule(requirement, "homes: {count: household}")) == []


# --- soundness -----------------------------------------------------------------------------------------------------

_FACTS = """\
homes: {count: household, max: 6}
area: {quantity: km^2, max: 2, step: 0.5}
gated: {kind: flag}
open: {kind: flag}
kinds: {set: {a: , b: , c: }}
water: {choice: {river: , lake: , none: }}
"""
_ATOMS = st.one_of(
    st.builds("homes {} {} households".format, st.sampled_from([">=", ">", "<", "<=", "=", "!="]), st.integers(0, 7)),
    st.builds(
        "area {} {} km^2".format, st.sampled_from([">=", ">", "<", "<="]), st.sampled_from(["0", "0.5", "2", "2.5"])
    ),
    st.builds("{} households <= homes < {} households".format, st.integers(0, 3), st.integers(3, 7)),
    st.builds("count(kinds) {} {} kinds".format, st.sampled_from([">=", "<", "="]), st.integers(0, 4)),
    st.builds(
        "kinds includes {}".format,
        st.sampled_from(["a", "any of (a, b)", "all of (a, b, c)", "at least 2 of (a, b, c)"]),
    ),
    st.sampled_from(["gated", "open", "water in (river, lake)", "water is none", "reported(homes)"]),
    st.builds(
        "first of (gated then {} points, homes >= {} households then 2 points, otherwise 3 points) >= {} points".format,
        st.integers(0, 4),
        st.integers(0, 7),
        st.integers(0, 4),
    ),
)


def _joined(below: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(below, min_size=2, max_size=3).map(", ".join)
    return st.one_of(
        st.builds("all of ({})".format, several),
        st.builds("any of ({})".format, several),
        st.builds("at least 2 of ({})".format, several),
        st.builds("not ({})".format, below),
        st.builds("advise({})".format, below),
        st.builds("({} when {})".format, below, below),
    )


_RULES = st.recursive(_ATOMS, _joined, max_leaves=3)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_RULES, st.one_of(st.none(), _RULES), st.data())
def test_no_facts_tell_what_is_proved(requirement: str, applies: str | None, data: st.DataObject) -> None:
    known = _ruleset(requirement, applies)
    with patch.object(equivalence, "_MOST_COMBINATIONS", 500):
        proved = [one for one in mutants(known) if is_equivalent(one, known.edition)]
    for facts in data.draw(st.lists(facts_from(known), min_size=1, max_size=4)) if proved else ():
        for mutant in proved:
            assert _finds(mutant, known, facts), str(mutant)


def _ruleset(requirement: str, applies: str | None) -> Ruleset:
    declared = _FACTS.strip().replace("\n", "\n  ")
    condition = "" if applies is None else f"    applies: '{applies}'\n"
    return ruleset(f"facts:\n  {declared}\nindicators:\n  it:\n{condition}    require: {{basic: '{requirement}'}}\n")


def _finds(mutant: Mutant, known: Ruleset, facts: Facts) -> bool:
    one, other = (findings(edition, facts, ["it"])["basic"].get("it") for edition in (known.edition, mutant.edition))
    if one is None or other is None:
        return False
    return (one.outcome, one.missing, one.not_reported) == (other.outcome, other.missing, other.not_reported)


# --- facts made of collections -------------------------------------------------------------------------------------

MADE = """
collections:
  buildings:
    each: building
    facts: {alarm: {kind: flag}, storeys: {count: storey}}
facts:
  gated: {kind: flag}
  all_alarmed: {kind: flag, from: "every building: alarm"}
  high: {count: building, from: "count(buildings where storeys >= 19 storeys)"}
"""


def test_what_a_fact_is_made_of_is_never_proved_by_the_rule_that_names_it() -> None:
    known = ruleset(f"{MADE}\nindicators:\n  it: {{require: {{basic: 'all_alarmed and high >= 1 building'}}}}\n")
    assert _proved(known) == []


def test_a_flag_that_is_made_of_no_members_is_not_applicable() -> None:
    rule_ = "any of (all_alarmed, all of (all_alarmed, homes >= 5 households))"
    known = ruleset(f"{MADE}  homes: {{count: household}}\nindicators:\n  it: {{require: {{basic: '{rule_}'}}}}\n")
    empty = known.facts({"facts": {"homes": 5}, "collections": {"buildings": []}})
    told = [str(one) for one in mutants(known) if not _finds(one, known, empty)]
    assert "basic.it: `5 households` becomes `6 households`" in told
    assert not set(told) & set(_proved(known))
