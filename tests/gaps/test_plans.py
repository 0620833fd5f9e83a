"""Plans worked out by hand from the text of the standard: what has to change, in which unit, in which order, and why not."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest

from smartrules import catalog
from smartrules.analysis import audit, gap
from smartrules.analysis.gaps.plan import Hindrance, Obstacle, Plan, Status
from smartrules.diagnostics import AssessmentError, NotFoundError
from smartrules.facts import Facts
from smartrules.outcome import MET
from smartrules.reports.gaps import plan_lines
from smartrules.ruleset import Ruleset
from tests.rulesets import QILI, ROOT, rule, ruleset, shandong

HEXI = ROOT / "docs" / "examples" / "hexi.yaml"


def changes(plan: Plan) -> list[tuple[str, Any, Any]]:
    """Return what a plan changes: the fact, its value now, what it needs."""
    return [(step.path, step.now, step.needed) for step in plan.steps]


def of(one: Ruleset, facts: Any, tier: str = "basic", **options: Any) -> Plan:
    """Return the plan of some facts."""
    return gap(one, one.facts(facts), tier, **options)


def test_qili_has_to_say_what_the_report_leaves_open() -> None:
    # Indicator 6 asks for three things of which the report says none, at least 3 of them scenarios; indicator 14 for the
    # number of buildings that the form leaves blank, where none is the least that can be assumed.
    plan = of(shandong(), QILI)
    assert changes(plan) == [
        ("platform_data_unified", None, True),
        ("property_platform_connected", None, True),
        ("scenarios", None, frozenset({"childcare", "education", "medical"})),
        ("highrise_buildings", None, 0),
    ]
    assert [step.indicators for step in plan.steps] == [("information_platform",)] * 3 + [("falling_objects",)]
    assert [step.path for step in plan.assumed] == ["highrise_buildings"]
    assert plan.unknown == plan.steps
    assert (plan.status, plan.proved, plan.cost) == (Status.PLANNED, True, None)
    (other,) = plan.alternatives
    assert other.instead_of == ("highrise_buildings",)
    assert [(step.path, step.needed) for step in other.steps] == [
        ("highrise_buildings", 1),
        ("highrise_buildings_monitored", 1),
    ]


def test_hexi_lacks_what_its_shares_say() -> None:
    # 70 % of 3,461 households are 2,422.7; 90 % of 200 cameras are 180; all 4 gated quarters; 3 scenarios.
    plan = of(shandong(), HEXI)
    assert changes(plan) == [
        ("gigabit_households", 2211, 2423),
        ("cameras_online", 176, 180),
        ("property_platform_connected", False, True),
        ("scenarios", frozenset({"medical", "policing"}), frozenset({"medical", "policing", "childcare"})),
        ("gated_quarters_with_perimeter_alarm", 3, 4),
        ("highrise_buildings", None, 0),
    ]
    first = plan.steps[0]
    assert str(first.difference) == "212 households"
    assert str(first.whole) == "3461 households"
    assert plan.steps[3].added == ("childcare",)
    assert "education" in plan.steps[3].others
    assert "medical" not in plan.steps[3].others
    first_other = plan.alternatives[0]
    assert first_other.instead_of == ("cameras_online",)
    # 176 of 195 cameras are 90.2 %, of 196 they are 89.8 %.
    assert [(step.path, step.needed) for step in first_other.steps] == [("cameras", 195)]


def test_a_reached_tier_needs_nothing() -> None:
    known = shandong().facts(HEXI)
    reached = of(shandong(), HEXI).apply(known)
    plan = gap(shandong(), reached, "basic")
    assert (plan.status, plan.reached, plan.steps, plan.apply(reached)) == (Status.REACHED, True, (), reached)


def test_a_supplement_asks_for_its_own_threshold() -> None:
    # The city requires 80 % of the households where the province requires 70 %: 2,768.8 of 3,461.
    city = catalog.load("example-city-smart-community@2023")
    facts = {name: fact.value for name, fact in shandong().facts(HEXI).facts.items()}
    known = city.facts(
        {
            name: [*value] if isinstance(value, frozenset) else value
            for name, value in facts.items()
            if name not in ("area", "area_5g", "publicity_events")
        }
        | {"area": "6.3 km^2", "area_5g": "5.04 km^2", "publicity_events": "4 event/year", "lifts": 10}
        | {"lifts_monitored": 5}
    )
    needed = {step.path: step.needed for step in gap(city, known, "basic").steps}
    assert needed["gigabit_households"] == 2769
    assert needed["lifts_monitored"] == 6


def test_a_whole_rises_before_its_part_and_falls_after_it() -> None:
    both = "whole: {count: household, max: 9}\npart: {count: household, at_most: whole}"
    rises = of(rule("part >= 5 households", both), {"whole": 3, "part": 2})
    assert changes(rises) == [("whole", 3, 5), ("part", 2, 5)]
    falls = of(rule("whole <= 2 households", both), {"whole": 6, "part": 4})
    assert changes(falls) == [("part", 4, 2), ("whole", 6, 2)]


def test_a_whole_is_lowered_only_where_nothing_else_does() -> None:
    # Two parts are short of 90 % of 100: two facts change, though one whole would do.
    facts = "whole: {count: camera}\na: {count: camera, at_most: whole}\nb: {count: camera, at_most: whole}"
    one = rule("all of (a / whole >= 90 %, b / whole >= 90 %)", facts)
    assert changes(of(one, {"whole": 100, "a": 85, "b": 85})) == [("a", 85, 90), ("b", 85, 90)]
    fixed = rule(
        "all of (a / whole >= 90 %, b / whole >= 90 %)",
        facts.replace("at_most: whole}", "at_most: whole, fixed: true}"),
    )
    assert changes(of(fixed, {"whole": 100, "a": 85, "b": 85})) == [("whole", 100, 94)]


@pytest.mark.parametrize(
    ("requirement", "facts", "values", "needed"),
    [
        ("day >= 2024-03-01", "day: {kind: date}", {"day": "2024-01-31"}, "2024-03-01"),
        ("day + 1 month >= 2024-03-31", "day: {kind: date}", {"day": "2024-01-31"}, "2024-02-29+"),
        ("share <= 20 %", 'share: {share: "%", max: 100 %}', {"share": "23.456 %"}, Fraction(1, 5)),
        ("level < 5 m", "level: {quantity: m, step: 0.5}", {"level": "6 m"}, Fraction(9, 2)),
        ("water is lake", "water: {choice: {river: , lake: }}", {"water": "river"}, "lake"),
        ("round(share, 1 %) >= 70 %", 'share: {share: "%", step: 0.1}', {"share": "60 %"}, Fraction(695, 1000)),
    ],
)
def test_a_fact_of_every_kind_goes_no_further_than_it_must(
    requirement: str, facts: str, values: dict[str, Any], needed: Any
) -> None:
    plan = of(rule(requirement, facts), values)
    (step,) = plan.steps
    if (
        needed == "2024-02-29+"
    ):  # a month after the 29th of February is the 29th of March, after the 1st of March the 1st of April
        assert str(step.needed) == "2024-03-01"
    else:
        assert str(step.needed) == str(needed)


def test_a_stated_figure_rises_rather_than_its_counts() -> None:
    one = ruleset(
        """\
        facts:
          whole: {count: household, min: 1}
          part: {count: household, at_most: whole}
        indicators:
          it:
            measures: {coverage: {value: part / whole, unit: "%"}}
            require: {basic: coverage >= 90 %}
        """
    )
    plan = of(one, {"facts": {}, "stated": {"coverage": "72 %"}})
    (step,) = plan.steps
    assert (step.path, step.is_stated, str(step.difference)) == ("stated.coverage", True, "18 %")
    # Without a figure the plan asks for the counts, and states none itself.
    assert [step.path for step in of(one, {}).steps] == ["whole", "part"]
    # With one count known it is one fact either way, and the other count goes no steps.
    assert changes(of(one, {"facts": {"whole": 10}, "stated": {"coverage": "72 %"}})) == [("part", None, 9)]


AGES = """\
facts:
  people: {count: person, min: 1, fixed: true}
  old: {count: person, at_most: people, fixed: true}
  care: {set: {meals: , baths: , visits: }}
indicators:
  it:
    measures: {share: {value: old / people, unit: "%"}}
    applies: share > 30 %
    require: {basic: count(care) >= 2 kinds}
"""


def test_a_stated_figure_whose_counts_nobody_can_change_stays() -> None:
    # 60 % of the residents are old, so that the indicator applies; no plan makes them younger, nor assumes that they are.
    text = QILI.read_text("utf-8").replace("{value: 20 %", "{value: 60 %")
    text = text.replace("elderly_services: [cleaning, medical, emergency]", "elderly_services: []")
    plan = gap(shandong(), shandong().read_facts(text), "basic")
    assert ("elderly_services", frozenset(), frozenset({"meals", "bathing"})) in changes(plan)
    every = [*plan.steps, *(step for other in plan.alternatives for step in other.steps)]
    assert not [step.path for step in every if "elderly_share" in step.path or "residents" in step.path]


@pytest.mark.parametrize(("stated", "care"), [("60 %", 1), ("30 %", 0), ("31 %", 1)])
def test_counts_are_assumed_only_as_the_community_states_their_share(stated: str, care: int) -> None:
    one = ruleset(AGES)
    known = one.facts({"facts": {"care": ["meals"]}, "stated": {"share": stated}})
    plan = gap(one, known, "basic")
    assert [path for path, _, _ in changes(plan)] == ["care"] * care
    assert plan.alternatives == ()


def test_a_stated_figure_that_nobody_can_change_is_what_hinders() -> None:
    one = ruleset(AGES.replace("applies: share > 30 %", "").replace("count(care) >= 2 kinds", "share <= 30 %"))
    plan = of(one, {"facts": {}, "stated": {"share": "60 %"}})
    assert plan.hindrances == (Hindrance("basic", Obstacle.FIXED, ("it",), ("share",)),)


def test_a_plan_that_changes_counts_gives_a_stated_figure_of_them_no_more() -> None:
    # 90 % of 346 cameras are 311.4. The 87 % that the community states were of the 300 that are intact today.
    text = QILI.read_text("utf-8").replace(
        "households: 3461\n", "cameras: 346\n  cameras_intact: 300\n  households: 3461\n", 1
    )
    one = shandong()
    known = one.read_facts(text.replace("camera_intact_rate: {value: 90 %", "camera_intact_rate: {value: 87 %"))
    plan = gap(one, known, "basic")
    assert ("cameras_intact", 300, 312) in changes(plan)
    assert plan.withdrawn == ("camera_intact_rate",)
    after = plan.apply(known)
    assert "camera_intact_rate" not in after.stated
    assert after.stated["camera_online_rate"] == known.stated["camera_online_rate"]
    assert "camera_intact_rate" not in plan.document()["stated"]
    assert [found for found in audit(one, after).observations if found.code == "SR918"] == []
    assert json.loads(plan.to_json())["withdrawn"] == ["camera_intact_rate"]
    assert "the stated 87 % of camera intact rate goes" in "\n".join(plan_lines(plan, "en"))


def test_what_is_not_reported_may_be_reported() -> None:
    one = rule("part >= 2 households", "part: {count: household}")
    known = one.facts({"facts": {}, "not_reported": ["part"]})
    plan = gap(one, known, "basic")
    assert changes(plan) == [("part", None, 2)]
    assert plan.apply(known).not_reported == frozenset()


def test_members_change_and_a_count_that_they_contradict_is_given_no_more() -> None:
    one = ruleset(
        """\
        facts:
          tall: {count: building, from: count(buildings where storeys >= 2 storeys)}
        collections:
          buildings: {each: building, facts: {storeys: {count: storey, max: 9}}}
        indicators:
          it: {require: {basic: tall >= 2 buildings}}
        """
    )
    known = one.facts(
        {"facts": {"tall": 1}, "collections": {"buildings": [{"id": "east", "storeys": 1}, {"storeys": 2}]}}
    )
    plan = gap(one, known, "basic")
    assert changes(plan) == [("buildings.east.storeys", 1, 2)]
    assert "tall" not in plan.apply(known).facts
    assert one.assess(plan.apply(known)).tier == "basic"


# --- none ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "facts", "expected"),
    [
        (
            "facts: {w: {count: camera, fixed: true}, p: {count: camera, at_most: w}}\n"
            "indicators: {it: {require: {basic: p >= 3 cameras}}}",
            {"w": 2, "p": 1},
            Hindrance("basic", Obstacle.FIXED, ("it",), ("w",)),
        ),
        (
            "facts: {p: {count: camera, max: 2}}\nindicators: {it: {require: {basic: p >= 3 cameras}}}",
            {"p": 1},
            Hindrance("basic", Obstacle.NEVER, ("it",)),
        ),
        (
            "facts: {p: {count: camera}}\n"
            "indicators: {a: {require: {basic: p >= 3 cameras}}, b: {require: {basic: p <= 2 cameras}}}",
            {"p": 1},
            Hindrance("basic", Obstacle.TOGETHER, ("a", "b")),
        ),
    ],
    ids=["fixed", "never", "together"],
)
def test_what_cannot_be_reached_is_said_with_the_reason(text: str, facts: dict[str, Any], expected: Hindrance) -> None:
    one = ruleset(text)
    known = one.facts(facts)
    plan = gap(one, known, "basic")
    assert (plan.status, plan.hindrances, plan.steps, plan.proved) == (Status.IMPOSSIBLE, (expected,), (), True)
    with pytest.raises(AssessmentError) as refused:
        plan.apply(known)
    assert refused.value.diagnostics[0].code == "SR902"


@pytest.mark.parametrize(
    ("text", "facts", "expected"),
    [
        (
            "facts: {p: {count: camera}}\nindicators: {it: {require: {basic: 'all of (p >= 3 cameras, unknown)'}}}",
            {"p": 1},
            Hindrance("basic", Obstacle.REQUIREMENTS_UNKNOWN, ("it",)),
        ),
        (
            "facts: {p: {count: camera}}\ncollections: {sites: {each: facility, facts: {open: {kind: flag}}}}\n"
            "indicators: {it: {require: {basic: 'every facility: open'}}}",
            {"p": 1},
            Hindrance("basic", Obstacle.COLLECTION_UNKNOWN, ("it",), ("sites",)),
        ),
    ],
    ids=["requirements", "collection"],
)
def test_what_nobody_can_plan_is_not_called_impossible(text: str, facts: dict[str, Any], expected: Hindrance) -> None:
    one = ruleset(text)
    known = one.facts(facts)
    plan = gap(one, known, "basic")
    assert (plan.status, plan.hindrances, plan.steps, plan.proved) == (Status.UNKNOWN, (expected,), (), False)
    with pytest.raises(AssessmentError) as refused:
        plan.apply(known)
    assert refused.value.diagnostics[0].code == "SR902"


def test_a_tier_that_is_not_to_hand_cannot_be_planned() -> None:
    plan = of(shandong(), QILI, "benchmark")
    assert plan.status is Status.UNKNOWN
    assert plan.hindrances == (
        Hindrance("growing", Obstacle.REQUIREMENTS_UNKNOWN),
        Hindrance("benchmark", Obstacle.REQUIREMENTS_UNKNOWN),
    )


def test_a_search_that_ends_early_claims_nothing() -> None:
    one = rule(
        "any of (a + b >= 5 cameras, c + a >= 7 cameras)", "a: {count: camera}\nb: {count: camera}\nc: {count: camera}"
    )
    known = one.facts({"a": 0, "b": 0, "c": 0})
    early = gap(one, known, "basic", most=1)
    assert (early.status, early.proved, early.places) == (Status.NOT_FOUND, False, 1)
    late = gap(one, known, "basic")
    assert (late.proved, changes(late)) == (True, [("a", 0, 5)])


def test_a_plan_is_for_its_own_facts_and_a_tier_that_there_is() -> None:
    one = shandong()
    plan = of(one, HEXI)
    with pytest.raises(AssessmentError) as other:
        plan.apply(one.facts(QILI))
    assert other.value.diagnostics[0].code == "SR901"
    assert other.value.diagnostics[0].message == "these facts are not those that the plan was made for"
    with pytest.raises(NotFoundError) as misspelt:
        of(one, HEXI, "basik")
    assert str(misspelt.value.diagnostics[0].help) == "did you mean `basic`?"


def test_the_facts_after_a_plan_keep_their_evidence_and_name() -> None:
    one = shandong()
    known = one.facts(QILI)
    after = of(one, QILI).apply(known)
    assert isinstance(after, Facts)
    assert after.community == known.community
    assert after.facts["personal_data_encrypted"].evidence == known.facts["personal_data_encrypted"].evidence
    assert one.assess(after)["basic"].outcome is MET
