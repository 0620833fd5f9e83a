"""What is said of a rule that is written otherwise, with the community that shows it."""

from __future__ import annotations

from typing import Any

import pytest

from smartrules.analysis import diff
from smartrules.analysis.diffs.answer import Change, Diff, Effect
from smartrules.analysis.diffs.pairs import Reason
from smartrules.analysis.diffs.rulings import Doubt, Ruling, Subject, Verdict
from smartrules.documents.deciding import Sort
from smartrules.ruleset import Ruleset
from tests.rulesets import rule, ruleset

FACTS = """
    share: {quantity: km^2}
    homes: {count: household}
    old_homes: {count: household, at_most: homes}
    gated: {kind: flag}
    guarded: {kind: flag}
    kinds: {set: {a: , b: , c: , d: , e: , f: , g: , h: , i: , j: , k: , l: }}
    water: {choice: {river: , lake: , sea: }}
    opened: {kind: date}
"""


def change_of(found: Diff, sort: Sort, name: str) -> Change:
    (one,) = [change for change in found.changes if change.sort is sort and name in (change.old, change.new)]
    return one


def ruling_of(before: str, after: str) -> Ruling:
    found = diff(rule(before, FACTS), rule(after, FACTS))
    (one,) = [one for one in change_of(found, Sort.INDICATOR, "it").rulings if one.of is Subject.REQUIREMENT]
    return one


def shown(one: Ruling) -> list[tuple[dict[str, Any], str, str]]:
    """Return the facts of the witnesses, which are the same in both documents, with both outcomes."""
    found = []
    for witness in one.witnesses:
        assert {**witness.old, "ruleset": ""} == {**witness.new, "ruleset": ""}
        assert witness.before.outcome is not None
        assert witness.after.outcome is not None
        found.append((dict(witness.old["facts"]), witness.before.outcome.value, witness.after.outcome.value))
    return found


@pytest.mark.parametrize(
    ("before", "after", "verdict", "witnesses"),
    [
        (
            "old_homes / homes >= 80 %",
            "old_homes / homes >= 85 %",
            Verdict.STRICTER,
            [({"homes": 5, "old_homes": 4}, "met", "not_met")],
        ),
        (
            "old_homes / homes >= 80 %",
            "old_homes / homes >= 75 %",
            Verdict.LOOSER,
            [({"homes": 4, "old_homes": 3}, "not_met", "met")],
        ),
        ("homes <= 5 households", "homes <= 4 households", Verdict.STRICTER, [({"homes": 5}, "met", "not_met")]),
        ("homes >= 5 households", "homes > 5 households", Verdict.STRICTER, [({"homes": 5}, "met", "not_met")]),
        (
            "2 km^2 <= share <= 5 km^2",
            "3 km^2 <= share <= 6 km^2",
            Verdict.INCOMPARABLE,
            [({"share": "2 km^2"}, "met", "not_met"), ({"share": "5.01 km^2"}, "not_met", "met")],
        ),
        (
            "all of (gated, guarded)",
            "any of (gated, guarded)",
            Verdict.LOOSER,
            [({"gated": False, "guarded": True}, "not_met", "met")],
        ),
        (
            "gated",
            "guarded",
            Verdict.INCOMPARABLE,
            [
                ({"gated": True, "guarded": False}, "met", "not_met"),
                ({"gated": False, "guarded": True}, "not_met", "met"),
            ],
        ),
        (
            "kinds includes at least 2 of (a, b, c, d, e, f, g, h, i, j, k, l)",
            "kinds includes at least 3 of (a, b, c, d, e, f, g, h, i, j, k, l)",
            Verdict.STRICTER,
            [({"kinds": ["k", "l"]}, "met", "not_met")],
        ),
        (
            "count(kinds) >= 2 kinds",
            "count(kinds) >= 1 kind",
            Verdict.LOOSER,
            [({"kinds": ["l"]}, "not_met", "met")],
        ),
        (
            "water in (river, lake)",
            "water in (river, sea)",
            Verdict.INCOMPARABLE,
            [({"water": "lake"}, "met", "not_met"), ({"water": "sea"}, "not_met", "met")],
        ),
        (
            "opened >= 2024-01-01",
            "opened >= 2024-01-02",
            Verdict.STRICTER,
            [],
        ),
        # Asked of fewer: who failed is not asked any more, who passed passes.
        (
            "gated when homes >= 5 households",
            "gated when homes >= 6 households",
            Verdict.LOOSER,
            [({"homes": 5, "gated": False}, "not_met", "not_applicable")],
        ),
        (
            "homes >= 1 household when homes >= 5 households",
            "homes >= 1 household when homes >= 6 households",
            Verdict.APPLIES_OTHERWISE,
            [({"homes": 5}, "met", "not_applicable")],
        ),
        ("gated", "all of (gated, any of (guarded, not guarded))", Verdict.OPEN_OTHERWISE, []),
        ("homes >= 5 households", "homes > 4 households", Verdict.REWRITTEN, []),
        ("all of (gated, guarded)", "all of (guarded, gated)", Verdict.REWRITTEN, []),
        ("not (all of (gated, guarded))", "any of (not gated, not guarded)", Verdict.REWRITTEN, []),
        ("gated", "all of (gated, advise(guarded))", Verdict.REWRITTEN, []),
        # Numbers that are multiplied are not solved for, but drawn.
        ("share * homes > 3 km^2*household", "share * homes > 5 km^2*household", Verdict.STRICTER, None),
    ],
)
def test_a_rule_becomes(before: str, after: str, verdict: Verdict, witnesses: list[Any] | None) -> None:
    found = ruling_of(before, after)
    assert found.verdict is verdict
    assert found.doubt is None
    if witnesses:
        assert shown(found) == witnesses
    elif verdict is Verdict.REWRITTEN:
        assert not found.witnesses
    else:
        assert found.witnesses


def test_of_members_each_asked_more_the_whole_is_asked_more() -> None:
    text = """
        facts: {{gated: {{kind: flag}}}}
        collections: {{buildings: {{each: building, facts: {{storeys: {{count: storey}}, guarded: {{kind: flag}}}}}}}}
        indicators: {{it: {{require: {{basic: "every building where guarded: storeys >= {0} storeys"}}}}}}
    """
    found = diff(ruleset(text.format(2)), ruleset(text.format(3)))
    (one,) = change_of(found, Sort.INDICATOR, "it").rulings
    assert (one.verdict, one.doubt) == (Verdict.STRICTER, None)
    (witness,) = one.witnesses
    assert witness.old["collections"] == {"buildings": [{"storeys": 2, "guarded": True}]}


def test_what_is_missing_is_asked_where_all_that_is_known_decides_alike() -> None:
    found = ruling_of("gated", "all of (gated, any of (guarded, not guarded))")
    (witness,) = found.witnesses
    assert (witness.old["facts"], witness.before.outcome, witness.after.outcome) == (
        {"gated": True},
        "met",
        "undetermined",
    )
    assert witness.after.missing == ("guarded",)


def test_where_the_same_comes_out_other_facts_may_be_missing() -> None:
    found = ruling_of("gated", "any of (gated, all of (gated, guarded))")
    assert (found.verdict, found.doubt) == (Verdict.OPEN_OTHERWISE, None)
    (witness,) = found.witnesses
    assert (witness.old["facts"], witness.before.outcome, witness.after.outcome) == ({}, "undetermined", "undetermined")
    assert (witness.before.missing, witness.after.missing) == (("gated",), ("gated", "guarded"))


def test_one_way_is_shown_and_the_other_not_proved() -> None:
    found = ruling_of("homes * 2 >= 9 households", "homes + homes >= 11 households")
    assert (found.verdict, found.doubt) == (Verdict.DIFFERENT, Doubt.ONE_WAY)
    assert shown(found) == [({"homes": 5}, "met", "not_met")]


def test_what_is_the_same_by_arithmetic_alone_is_not_decided() -> None:
    found = ruling_of("homes * 2 >= 10 households", "homes + homes >= 10 households")
    assert (found.verdict, found.doubt, found.witnesses) == (Verdict.NOT_DECIDED, Doubt.NOT_FOUND, ())


def test_a_fact_of_another_kind_cannot_be_compared() -> None:
    before = rule("gated", "gated: {kind: flag}")
    after = rule("gated >= 1 household", "gated: {count: household}")
    found = diff(before, after)
    (one,) = change_of(found, Sort.INDICATOR, "it").rulings
    assert (one.verdict, one.doubt) == (Verdict.NOT_DECIDED, Doubt.OTHER_FACTS)
    assert {(change.old, change.new) for change in found.changes if change.sort is Sort.FACT} == {
        (None, "gated"),
        ("gated", None),
    }


def test_a_set_that_knows_more_members_counts_more() -> None:
    text = "kinds: {{set: {{a: , b: {0}}}}}"
    before = rule("count(kinds) >= 2 kinds", text.format(""))
    after = rule("count(kinds) >= 2 kinds", text.format(", c: "))
    (one,) = change_of(diff(before, after), Sort.INDICATOR, "it").rulings
    assert (one.verdict, one.doubt) == (Verdict.LOOSER, None)
    (witness,) = one.witnesses
    assert (witness.old["facts"], witness.new["facts"]) == ({"kinds": ["b"]}, {"kinds": ["b", "c"]})
    assert (witness.before.outcome, witness.after.outcome) == ("not_met", "met")


MEASURED = """
    facts:
      homes: {{count: household, min: 1}}
      covered: {{count: household, at_most: homes}}
      wired: {{count: household, at_most: homes}}
    indicators:
      coverage:
        measures: {{share: {{value: {0}, unit: "%"}}}}
        require: {{basic: share >= 80 %}}
"""


def test_another_formula_is_told_of_the_indicators_that_rest_on_it() -> None:
    found = diff(ruleset(MEASURED.format("covered / homes")), ruleset(MEASURED.format("wired / homes")))
    measure, indicator = change_of(found, Sort.MEASURE, "share"), change_of(found, Sort.INDICATOR, "coverage")
    assert [(one.of, one.verdict) for one in measure.rulings] == [(Subject.FORMULA, Verdict.DIFFERENT)]
    (witness,) = measure.rulings[0].witnesses
    assert witness.before.value != witness.after.value
    assert (indicator.details, [one.verdict for one in indicator.rulings]) == ((), [Verdict.INCOMPARABLE])


MADE = """
    facts: {{tall: {{count: building, from: "count(buildings where storeys >= {0} storeys)"}}}}
    collections: {{buildings: {{each: building, facts: {{storeys: {{count: storey}}}}}}}}
    indicators: {{it: {{require: {{basic: tall >= 1 building}}}}}}
"""


def test_a_fact_that_is_made_of_members_in_another_way_is_shown_by_members() -> None:
    found = diff(ruleset(MADE.format(3)), ruleset(MADE.format(4)))
    (detail,) = change_of(found, Sort.FACT, "tall").details
    assert (detail.key, detail.effect) == ("from", Effect.MATERIAL)
    (one,) = change_of(found, Sort.INDICATOR, "it").rulings
    assert (one.verdict, one.doubt) == (Verdict.DIFFERENT, Doubt.ONE_WAY)
    (witness,) = one.witnesses
    assert "tall" not in {**witness.old["facts"], **witness.new["facts"]}
    assert witness.old["collections"] == {"buildings": [{"storeys": 3}]}
    assert (witness.before.outcome, witness.after.outcome) == ("met", "not_met")


def test_bands_are_told_by_a_community_within_one() -> None:
    text = """
        facts: {{a: {{count: household}}, b: {{count: household, min: 1}}, c: {{count: household, min: 1}}}}
        indicators:
          it:
            measures: {{rate: {{value: a / b / c * 1 household, unit: "%"}}}}
            require: {{basic: a >= 0 households}}
            points: {{value: "first of (rate < 33 % then {0} points, otherwise 4 points)", of: 4 points}}
    """
    found = diff(ruleset(text.format(1)), ruleset(text.format(2)))
    (one,) = change_of(found, Sort.INDICATOR, "it").rulings
    assert (one.of, one.verdict) == (Subject.POINTS, Verdict.DIFFERENT)
    (witness,) = one.witnesses
    assert [said.value and said.value.number for said in (witness.before, witness.after)] == [1, 2]


def test_points_are_cut_off_at_the_full_ones() -> None:
    text = """
        facts: {{gated: {{kind: flag}}}}
        indicators:
          it:
            require: {{basic: gated}}
            points: {{value: "first of (gated then {0} points, otherwise 0 points)", of: 4 points}}
    """
    found = diff(ruleset(text.format(4)), ruleset(text.format(5)))
    change = change_of(found, Sort.INDICATOR, "it")
    assert (change.effect, change.verdicts) == (Effect.REWRITTEN, (Verdict.REWRITTEN,))


def test_a_measure_of_another_name_is_the_same() -> None:
    before = MEASURED.format("covered / homes")
    after = before.replace("share", "rate")
    found = diff(ruleset(before), ruleset(after))
    change = change_of(found, Sort.MEASURE, "rate")
    assert (change.old, change.new, change.reason, change.rulings) == ("share", "rate", Reason.RULE, ())
    indicator = change_of(found, Sort.INDICATOR, "coverage")
    assert (indicator.effect, indicator.rulings) == (Effect.REWRITTEN, ())
    assert found.material == (change,)


def test_a_fact_of_another_name_is_the_same_by_its_title() -> None:
    before = "facts: {homes: {count: household, title: {zh: 户数}}}\nindicators: {it: {require: {basic: homes >= 5 households}}}\n"
    found = diff(ruleset(before), ruleset(before.replace("homes", "dwellings")))
    fact = change_of(found, Sort.FACT, "homes")
    assert (fact.new, fact.reason) == ("dwellings", Reason.TITLE)
    assert change_of(found, Sort.INDICATOR, "it").effect is Effect.REWRITTEN
    stricter = diff(ruleset(before), ruleset(before.replace("homes", "dwellings").replace("5", "6")))
    (one,) = change_of(stricter, Sort.INDICATOR, "it").rulings
    (witness,) = one.witnesses
    assert (witness.old["facts"], witness.new["facts"]) == ({"homes": 5}, {"dwellings": 5})


TIERED = """
    tiers: {{basic: , good: }}
    facts: {{gated: {{kind: flag}}, guarded: {{kind: flag}}, lit: {{kind: flag}}}}
    indicators:
      gates: {{require: {{basic: gated}}}}
      guards: {{{0}require: {{{1}: guarded}}}}
"""


def test_a_requirement_moves_to_another_tier() -> None:
    found = diff(ruleset(TIERED.format("", "good")), ruleset(TIERED.format("", "basic")))
    assert [(one.tiers, one.verdict) for one in change_of(found, Sort.INDICATOR, "guards").rulings] == [
        (("basic",), Verdict.ADDED)
    ]
    tier = change_of(found, Sort.TIER, "basic")
    assert [(one.of, one.verdict) for one in tier.rulings] == [(Subject.TIER, Verdict.STRICTER)]
    (witness,) = tier.rulings[0].witnesses
    assert (dict(witness.old["facts"]), witness.before.outcome, witness.after.outcome) == (
        {"gated": True, "guarded": False},
        "met",
        "not_met",
    )


def test_an_indicator_becomes_optional() -> None:
    found = diff(ruleset(TIERED.format("", "basic")), ruleset(TIERED.format("optional: [good], ", "basic")))
    guards = change_of(found, Sort.INDICATOR, "guards")
    assert ([(one.key, one.after) for one in guards.details], guards.rulings) == ([("optional", ["good"])], ())
    assert [(one.tiers, one.verdict) for one in change_of(found, Sort.TIER, "good").rulings] == [
        (("good",), Verdict.LOOSER)
    ]


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        ("walls: {number: 7, title: {zh: 围墙}, require: {basic: gated}}", Reason.TITLE),
        ("walls: {number: 7, title: {zh: 大门}, require: {basic: guarded}}", Reason.TITLE),
        ("walls: {number: 7, require: {basic: gated}}", Reason.RULE),
        ("walls: {number: 1, require: {basic: 'all of (gated, guarded)'}}", Reason.NUMBER),
        ("walls: {number: 1, require: {basic: guarded}}", None),
    ],
)
def test_an_indicator_of_another_id_is_the_same_for_a_reason(after: str, reason: Reason | None) -> None:
    text = "facts: {{gated: {{kind: flag}}, guarded: {{kind: flag}}}}\nindicators: {{{0}}}\n"
    before = ruleset(text.format("gates: {number: 1, title: {zh: 大门}, require: {basic: gated}}"))
    if reason is Reason.TITLE and "围墙" in after:
        before = ruleset(text.format("gates: {number: 1, title: {zh: 围墙}, require: {basic: guarded}}"))
    found = diff(before, ruleset(text.format(after)))
    changes = [change for change in found.changes if change.sort is Sort.INDICATOR]
    assert [change.reason for change in changes] == ([None, None] if reason is None else [reason])


def test_of_one_ruleset_nothing_differs() -> None:
    one = rule("gated", FACTS)
    assert diff(one, one) == Diff(one, one, ())


def _verdicts(found: Diff) -> dict[tuple[Sort, str | None, str | None], list[tuple[Any, ...]]]:
    return {
        (one.sort, one.old, one.new): [(ruling.of, ruling.tiers, ruling.verdict) for ruling in one.rulings]
        for one in found.changes
    }


_TURNED = {
    Verdict.ADDED: Verdict.REMOVED,
    Verdict.REMOVED: Verdict.ADDED,
    Verdict.STRICTER: Verdict.LOOSER,
    Verdict.LOOSER: Verdict.STRICTER,
}


def test_turned_round_what_is_stricter_is_looser_and_what_is_added_is_removed(
    shandong_and_city: tuple[Ruleset, Ruleset],
) -> None:
    old, new = shandong_and_city
    forth, back = _verdicts(diff(old, new)), _verdicts(diff(new, old))
    turned = {
        (sort, after, before): [(of, tiers, _TURNED.get(verdict, verdict)) for of, tiers, verdict in rulings]
        for (sort, before, after), rulings in forth.items()
    }
    assert turned == back
