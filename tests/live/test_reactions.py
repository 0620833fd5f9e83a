"""Reactions over changes: which events come, when, made by what, each exactly once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartrules.documents.facts import read_facts_mapping
from smartrules.documents.ruleset import read_ruleset
from smartrules.engines.exact import disagreements
from smartrules.expr.nodes import Literal
from smartrules.facts import Facts
from smartrules.live.changes import Change
from smartrules.live.reactions import NOTHING, Event, Memory, Reactions, Told, is_within
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, UNDETERMINED, Outcome
from smartrules.standard import Edition
from smartrules.units import unit

HEAD = """\
standard: homes
edition: "1"
tiers: {basic: , best: }
groups: {safety: }
facts:
  a: {kind: flag}
  b: {kind: flag}
  households: {count: household}
  online: {count: household}
collections: {quarters: {each: quarter, facts: {guarded: {kind: flag}, gated: {kind: flag}}}}
measures: {coverage: {value: online / households, unit: "%", when_zero: undetermined}}
indicators:
  cameras: {group: safety, require: {basic: a}}
  gates: {group: safety, require: {basic: b}}
  guards: {require: {basic: "every quarter: guarded"}}
  wired: {require: {basic: coverage >= 70 %}}
reactions:
"""
START = datetime(2024, 1, 31, 10, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def edition(*reactions: str) -> Edition:
    return read_ruleset(HEAD + "".join(f"  {one}\n" for one in reactions))


class Story:
    """Writes the changes of one community, numbered one after the other."""

    def __init__(self) -> None:
        self.changes: list[Change] = []

    def change(
        self, what: str, before: Outcome, after: Outcome, *, tier: str = "basic", days: float = 0, when: Any = None
    ) -> Change:
        indicator = None if what in ("basic", "best") else what
        where = what if indicator is None else tier
        at = START + days * DAY if when is None else when
        made = Change(len(self.changes) + 1, "qili", where, indicator, before, after, ("a",), at)
        self.changes.append(made)
        return made

    def lost(self, what: str, **more: Any) -> Change:
        return self.change(what, MET, NOT_MET, **more)

    def reached(self, what: str, **more: Any) -> Change:
        return self.change(what, NOT_MET, MET, **more)


def told(made: Edition, changes: Sequence[Change]) -> list[tuple[str, tuple[int, ...]]]:
    """Return the events of changes, each as its reaction and the numbers of the changes that made it."""
    reactions, memory, found = Reactions(made), NOTHING, []
    for change in changes:
        events, memory = reactions.events(change, memory)
        for event in events:
            assert (event.community, event.when, event.changes[-1]) == ("qili", change.when, change)
        found += [(event.reaction, tuple(one.number for one in event.changes)) for event in events]
    return found


# --- one at a time ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "events"),
    [
        (MET, NOT_MET, ["lost"]),
        (MET, UNDETERMINED, ["lost"]),
        (MET, NOT_APPLICABLE, []),
        (NOT_MET, UNDETERMINED, []),
        (UNDETERMINED, NOT_MET, []),
        (NOT_APPLICABLE, NOT_MET, []),
        (NOT_MET, MET, ["reached"]),
        (UNDETERMINED, MET, ["reached"]),
        (NOT_APPLICABLE, MET, ["reached"]),
        (NOT_MET, NOT_APPLICABLE, []),
        (MET, MET, []),
    ],
)
@pytest.mark.parametrize("what", ["cameras", "basic"])
def test_lost_is_what_was_met_and_reached_what_becomes_so(
    what: str, before: Outcome, after: Outcome, events: list[str]
) -> None:
    made = edition(f"lost: {{lost: {what}}}", f"reached: {{reached: {what}}}")
    assert told(made, [Story().change(what, before, after)]) == [(name, (1,)) for name in events]


def test_an_event_says_all_that_it_is() -> None:
    change = Story().lost("cameras", days=1)
    events, memory = Reactions(edition("gone: {lost: cameras}")).events(change)
    assert events == (Event("gone", "qili", datetime(2024, 2, 1, 10, 30, tzinfo=UTC), (change,)),)
    assert memory == Memory(1)
    assert events[0].to_plain() == {
        "reaction": "gone",
        "community": "qili",
        "when": "2024-02-01T10:30:00+00:00",
        "changes": [
            {
                "number": 1,
                "community": "qili",
                "tier": "basic",
                "indicator": "cameras",
                "before": "met",
                "after": "not_met",
                "cause": ["a"],
                "when": "2024-02-01T10:30:00+00:00",
            }
        ],
        "fact": None,
        "of": None,
    }


def test_each_of_several_and_each_of_a_group_is_told_on_its_own() -> None:
    story = Story()
    story.lost("guards")
    story.lost("gates")
    story.lost("cameras")
    story.lost("wired")
    made = edition("some: {lost: [guards, cameras]}", "safety_gone: {lost: safety}", "all: {lost: {tier: [basic]}}")
    assert told(made, story.changes) == [
        ("some", (1,)),
        ("safety_gone", (2,)),
        ("some", (3,)),
        ("safety_gone", (3,)),
    ]


def test_an_indicator_named_twice_by_a_reaction_itself_and_by_its_group_is_told_once() -> None:
    story = Story()
    story.lost("cameras")
    assert told(edition("gone: {lost: {indicator: cameras, group: safety}}"), story.changes) == [("gone", (1,))]


def test_a_tier_is_not_an_indicator_and_the_tier_that_asks_is_the_only_one() -> None:
    story = Story()
    story.lost("best")
    story.lost("cameras", tier="best")
    story.lost("cameras", tier="basic")
    made = edition("best_gone: {lost: best}", "at_basic: {lost: cameras, tier: basic}", "at_any: {lost: cameras}")
    assert told(made, story.changes) == [("best_gone", (1,)), ("at_any", (2,)), ("at_basic", (3,)), ("at_any", (3,))]


def test_events_of_one_change_stand_in_the_order_of_the_ruleset() -> None:
    story = Story()
    story.lost("cameras")
    made = edition(
        "z: {lost: safety}", "a: {lost: cameras}", "m: {lost: [gates, cameras]}", "b: {lost: safety, tier: basic}"
    )
    assert [name for name, _ in told(made, story.changes)] == ["z", "a", "m", "b"]


def test_a_change_that_was_given_already_makes_nothing_again() -> None:
    reactions = Reactions(edition("gone: {lost: cameras}"))
    first = Story().lost("cameras")
    _, memory = reactions.events(first)
    assert reactions.events(first, memory) == ((), memory)


def test_what_no_reaction_names_leaves_the_memory_as_it_is() -> None:
    reactions = Reactions(edition("gone: {lost: cameras, tier: basic}"))
    story = Story()
    for change in (story.lost("gates"), story.lost("cameras", tier="best"), story.lost("basic")):
        events, memory = reactions.events(change)
        assert events == ()
        assert memory is NOTHING


# --- several together ------------------------------------------------------------------------------------------------

TWO = "two: {lost: [cameras, gates, guards], at_least: 2, within: 30 days}"


def test_the_second_within_the_time_makes_the_event_and_each_further_one_makes_it_again() -> None:
    story = Story()
    story.lost("cameras")
    story.lost("gates", days=3)
    story.lost("guards", days=5)
    assert told(edition(TWO), story.changes) == [("two", (1, 2)), ("two", (1, 2, 3))]


@pytest.mark.parametrize(("days", "events"), [(29, 1), (30, 1), (30 + 1 / 86_400, 0), (31, 0)])
def test_exactly_thirty_days_are_within_thirty_days(days: float, events: int) -> None:
    story = Story()
    story.lost("cameras")
    story.lost("gates", days=days)
    assert told(edition(TWO), story.changes) == [("two", (1, 2))] * events


def test_one_that_is_out_of_the_time_does_not_count_with_a_later_one() -> None:
    story = Story()
    story.lost("cameras")
    story.lost("gates", days=20)
    story.lost("guards", days=40)
    assert told(edition(TWO), story.changes) == [("two", (1, 2)), ("two", (2, 3))]


def test_one_that_is_regained_does_not_count_until_it_is_lost_again() -> None:
    story = Story()
    story.lost("cameras")
    story.reached("cameras", days=1)
    story.lost("gates", days=2)
    story.lost("cameras", days=3)
    assert told(edition(TWO), story.changes) == [("two", (3, 4))]


def test_one_that_does_not_apply_any_more_does_not_count() -> None:
    story = Story()
    story.lost("cameras")
    story.change("cameras", NOT_MET, NOT_APPLICABLE)
    story.change("cameras", NOT_APPLICABLE, NOT_MET)
    story.lost("gates")
    assert told(edition(TWO), story.changes) == []


def test_one_that_stays_lost_is_counted_by_the_day_on_which_it_was_lost() -> None:
    story = Story()
    story.change("cameras", MET, UNDETERMINED)
    story.change("cameras", UNDETERMINED, NOT_MET, days=20)
    story.lost("gates", days=31)
    story.lost("guards", days=32)
    assert told(edition(TWO), story.changes) == [("two", (3, 4))]


def test_the_same_indicator_at_two_tiers_is_one_of_them_and_brings_nothing_new() -> None:
    story = Story()
    story.lost("cameras")
    story.lost("cameras", tier="best")
    story.lost("gates", days=1)
    story.lost("gates", tier="best", days=1)
    assert told(edition(TWO), story.changes) == [("two", (2, 3))]


def test_an_indicator_lost_at_a_second_tier_counts_anew_when_its_first_loss_is_out_of_the_time() -> None:
    story = Story()
    story.lost("cameras")
    story.lost("gates", days=31)
    story.lost("cameras", tier="best", days=32)
    assert told(edition(TWO), story.changes) == [("two", (2, 3))]


def test_an_indicator_that_is_regained_at_one_tier_of_two_still_counts() -> None:
    story = Story()
    story.lost("cameras")
    story.lost("cameras", tier="best")
    story.reached("cameras", tier="best")
    story.lost("gates", days=1)
    assert told(edition(TWO), story.changes) == [("two", (1, 4))]


def test_without_a_time_any_that_are_still_lost_count() -> None:
    story = Story()
    story.lost("cameras")
    story.lost("gates", days=4000)
    assert told(edition("two: {lost: safety, at_least: 2}"), story.changes) == [("two", (1, 2))]


def test_several_that_are_reached_count_while_they_are_met() -> None:
    story = Story()
    story.reached("basic")
    story.reached("best", days=1)
    story.lost("best", days=2)
    story.change("best", NOT_MET, MET, days=3)
    story.lost("basic", days=4)
    story.reached("basic", days=40)
    made = edition("both: {reached: [basic, best], at_least: 2, within: 2 weeks}")
    assert told(made, story.changes) == [("both", (1, 2)), ("both", (1, 4))]


def test_one_of_several_is_told_once_for_both_tiers() -> None:
    story = Story()
    story.lost("cameras")
    story.lost("cameras", tier="best")
    story.reached("cameras")
    story.reached("cameras", tier="best")
    story.lost("cameras", tier="best")
    assert told(edition("gone: {lost: cameras, at_least: 1}"), story.changes) == [("gone", (1,)), ("gone", (5,))]


@pytest.mark.parametrize(
    ("earlier", "later", "number", "word", "within"),
    [
        ("2024-01-31T10:30", "2024-02-29T10:30", 1, "month", True),
        ("2024-01-31T10:30", "2024-02-29T10:30:00.000001", 1, "month", False),
        ("2023-01-31T10:30", "2023-02-28T10:30", 1, "month", True),
        ("2023-01-31T10:30", "2023-03-01T00:00", 1, "month", False),
        ("2024-02-29T00:00", "2025-02-28T00:00", 1, "year", True),
        ("2024-02-29T00:00", "2025-03-01T00:00", 12, "month", False),
        ("2024-01-01T00:00", "2024-01-15T00:00", 2, "week", True),
        ("2024-01-15T00:00", "2024-01-01T00:00", 1, "day", True),
        ("9999-12-31T00:00", "9999-12-31T23:00", 1, "day", True),
    ],
)
def test_a_span_goes_by_the_calendar(earlier: str, later: str, number: int, word: str, within: bool) -> None:
    moments = [datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (earlier, later)]
    assert is_within(moments[0], moments[1], Literal(number, unit(word))) is within


def test_a_day_is_twenty_four_hours_wherever_the_clock_stands() -> None:
    summer = timezone(timedelta(hours=2))
    earlier = datetime(2024, 3, 30, 12, tzinfo=timezone(timedelta(hours=1)))
    assert is_within(earlier, datetime(2024, 3, 31, 13, tzinfo=summer), Literal(1, unit("day")))
    assert not is_within(earlier, datetime(2024, 3, 31, 13, 1, tzinfo=summer), Literal(1, unit("day")))


# --- what is remembered ----------------------------------------------------------------------------------------------


def test_a_memory_keeps_what_is_still_lost_and_nothing_else() -> None:
    reactions = Reactions(edition(TWO, "gone: {lost: wired}"))
    story = Story()
    story.lost("cameras")
    story.lost("gates")
    story.lost("wired")
    story.reached("gates")
    memory = reactions.recalled(story.changes)
    assert memory == Memory(4, {("basic", "cameras"): story.changes[0]})
    assert json.loads(json.dumps(memory.to_plain())) == {
        "seen": 4,
        "turned": [
            {
                "number": 1,
                "community": "qili",
                "tier": "basic",
                "indicator": "cameras",
                "before": "met",
                "after": "not_met",
                "cause": ["a"],
                "when": "2024-01-31T10:30:00+00:00",
            }
        ],
        "told": [],
    }
    assert Memory.from_plain(json.loads(json.dumps(memory.to_plain()))) == memory


def test_a_memory_of_what_was_told_goes_through_json() -> None:
    memory = Memory(told={("old", "a"): Told(date(2024, 1, 2), START), ("old", "b"): Told(date(2024, 1, 3), None)})
    plain = json.loads(json.dumps(memory.to_plain()))
    assert plain["told"] == [
        {"reaction": "old", "fact": "a", "of": "2024-01-02", "came": "2024-01-31T10:30:00+00:00"},
        {"reaction": "old", "fact": "b", "of": "2024-01-03", "came": None},
    ]
    assert Memory.from_plain(plain) == memory


def test_a_text_that_is_no_memory_is_not_read() -> None:
    with pytest.raises(KeyError):
        Memory.from_plain({"seen": 1})
    with pytest.raises(ValueError, match="'gone' is not a valid Outcome"):
        Memory.from_plain({"seen": 1, "told": [], "turned": [Story().lost("a").to_plain() | {"after": "gone"}]})


# --- what becomes too old --------------------------------------------------------------------------------------------

OLD = "old: {stale: [a, coverage, quarters], after: 12 months}"


def known(**document: Any) -> Facts:
    made = edition(OLD)
    return read_facts_mapping(made, {"community": "qili", **document}, disagreements=disagreements)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


FLAG = {"value": True, "observed": "2023-05-10"}


@pytest.mark.parametrize(
    ("now", "events"),
    [("2024-05-10T23:59:59.999999", 0), ("2024-05-11T00:00", 1), ("2030-01-01T00:00", 1)],
)
def test_exactly_twelve_months_old_is_not_too_old(now: str, events: int) -> None:
    reactions, facts = Reactions(edition(OLD)), known(facts={"a": FLAG})
    found, memory = reactions.stale(facts, {"a": at("2024-01-01")}, at(now))
    assert found == (Event("old", "qili", at(now), (), "a", date(2023, 5, 10)),) * events
    assert memory.told == {("old", "a"): Told(date(2023, 5, 10), at("2024-01-01"))} if events else memory is NOTHING
    assert reactions.due(facts, {"a": at("2024-01-01")}) == at("2024-05-11")


def test_an_event_of_a_fact_says_which_and_how_old_it_is() -> None:
    (event,), _ = Reactions(edition(OLD)).stale(known(facts={"a": FLAG}), {}, at("2025-01-01T08:00"))
    assert event.to_plain() == {
        "reaction": "old",
        "community": "qili",
        "when": "2025-01-01T08:00:00+00:00",
        "changes": [],
        "fact": "a",
        "of": "2023-05-10",
    }


def test_what_was_not_observed_is_as_old_as_the_day_on_which_it_came_in_utc() -> None:
    reactions, facts = Reactions(edition(OLD)), known(facts={"a": True}, stated={"coverage": "80 %"})
    came = {"a": datetime(2024, 3, 1, 1, tzinfo=timezone(timedelta(hours=8))), "coverage": at("2024-03-01T01:00")}
    found, memory = reactions.stale(facts, came, at("2025-03-01"))
    assert [(event.fact, event.of) for event in found] == [("a", date(2024, 2, 29))]
    assert reactions.due(facts, came, memory) == at("2025-03-02")
    found, memory = reactions.stale(facts, came, at("2025-03-02"), memory)
    assert [(event.fact, event.of) for event in found] == [("coverage", date(2024, 3, 1))]
    assert reactions.due(facts, came, memory) is None


def test_a_collection_is_as_old_as_the_oldest_of_what_its_members_say() -> None:
    reactions = Reactions(edition(OLD))
    members = [
        {"id": "east", "guarded": {"value": True, "observed": "2024-02-01"}, "gated": True},
        {"id": "west", "guarded": {"value": True, "observed": "2023-08-01"}},
    ]
    facts, came = known(collections={"quarters": members}), {"quarters": at("2024-01-15")}
    assert reactions.due(facts, came) == at("2024-08-02")
    members[1]["guarded"] = {"value": True, "observed": "2024-02-01"}
    assert reactions.due(known(collections={"quarters": members}), came) == at("2025-01-16")
    assert reactions.due(known(collections={"quarters": []}), came) == at("2025-01-16")
    assert reactions.due(known(collections={"quarters": []}), {}) is None


def test_a_value_is_told_once_until_it_is_corrected_or_taken_back_and_given_again() -> None:
    reactions, facts, came = Reactions(edition(OLD)), known(facts={"a": FLAG}), {"a": at("2023-06-01")}
    found, memory = reactions.stale(facts, came, at("2024-06-01"))
    assert len(found) == 1
    assert reactions.stale(facts, came, at("2026-06-01"), memory) == ((), memory)
    assert reactions.due(facts, came, memory) is None
    corrected = {"a": at("2024-07-01")}
    assert reactions.due(facts, corrected, memory) == at("2024-05-11")
    found, after = reactions.stale(facts, corrected, at("2024-07-01"), memory)
    assert [event.fact for event in found] == ["a"]
    none, gone = reactions.stale(known(facts={}), {}, at("2024-08-01"), after)
    assert (none, gone) == ((), NOTHING)
    found, _ = reactions.stale(facts, corrected, at("2024-08-02"), gone)
    assert [event.fact for event in found] == ["a"]


def test_a_fresh_value_takes_the_place_of_one_that_was_told() -> None:
    reactions, came = Reactions(edition(OLD)), {"a": at("2023-06-01")}
    _, memory = reactions.stale(known(facts={"a": FLAG}), came, at("2024-06-01"))
    fresh, corrected = known(facts={"a": {"value": False, "observed": "2024-05-30"}}), {"a": at("2024-06-02")}
    assert reactions.stale(fresh, corrected, at("2024-06-02"), memory) == ((), NOTHING)
    assert reactions.due(fresh, corrected) == at("2025-05-31")


def test_a_clock_that_is_set_back_tells_nothing_twice() -> None:
    reactions, facts = Reactions(edition(OLD)), known(facts={"a": FLAG})
    found, memory = reactions.stale(facts, {}, at("2024-05-11"))
    assert len(found) == 1
    none, memory = reactions.stale(facts, {}, at("2024-05-10"), memory)
    again, _ = reactions.stale(facts, {}, at("2024-05-12"), memory)
    assert (none, again) == ((), ())


def test_two_reactions_to_one_fact_each_tell_it_at_their_own_time() -> None:
    reactions = Reactions(edition("soon: {stale: a, after: 90 days}", "late: {stale: a, after: 1 year}"))
    facts = known(facts={"a": FLAG})
    found, memory = reactions.stale(facts, {}, at("2023-08-09"))
    assert [event.reaction for event in found] == ["soon"]
    assert reactions.due(facts, {}, memory) == at("2024-05-11")
    found, _ = reactions.stale(facts, {}, at("2024-05-11"), memory)
    assert [event.reaction for event in found] == ["late"]


@pytest.mark.parametrize(
    ("observed", "after", "begins"),
    [
        ("2024-02-29", "12 months", "2025-03-01"),
        ("2024-01-31", "1 month", "2024-03-01"),
        ("2023-12-31", "30 days", "2024-01-31"),
        ("2023-12-31", "2 weeks", "2024-01-15"),
        ("2023-12-31", "1 year", "2025-01-01"),
    ],
)
def test_an_age_goes_by_the_calendar(observed: str, after: str, begins: str) -> None:
    reactions = Reactions(edition(f"old: {{stale: a, after: {after}}}"))
    assert reactions.due(known(facts={"a": {"value": True, "observed": observed}}), {}) == at(begins)


def test_what_would_be_too_old_only_after_the_calendar_ends_never_is() -> None:
    reactions = Reactions(edition("old: {stale: a, after: 9999 years}"))
    assert reactions.due(known(facts={"a": FLAG}), {}) is None
    reactions = Reactions(edition("old: {stale: a, after: 1 day}"))
    assert reactions.due(known(facts={"a": {"value": True, "observed": "9999-12-30"}}), {}) is None


def test_a_moment_has_its_time_zone() -> None:
    reactions, facts = Reactions(edition(OLD)), known(facts={"a": True})
    with pytest.raises(ValueError, match="the moment 2024-01-01T00:00:00 has no time zone"):
        reactions.stale(facts, {}, datetime(2024, 1, 1))
    with pytest.raises(ValueError, match="the moment 2024-01-01T00:00:00 has no time zone"):
        reactions.due(facts, {"a": datetime(2024, 1, 1)})


def test_an_event_is_of_the_community_that_is_asked() -> None:
    reactions, facts = Reactions(edition(OLD)), known(facts={"a": FLAG})
    (event,), _ = reactions.stale(facts, {}, at("2025-01-01"), community="elsewhere")
    assert event.community == "elsewhere"


# --- against a naive reckoning ---------------------------------------------------------------------------------------

PLACES = [("basic", None), ("best", None)] + [
    (tier, name) for tier in ("basic", "best") for name in ("cameras", "gates", "guards")
]
DRAWN = [
    "a_lost: {lost: cameras}",
    "b_reached: {reached: safety, tier: best}",
    "c_two: {lost: [cameras, gates, guards], at_least: 2, within: 3 days}",
    "d_two_at_basic: {lost: safety, at_least: 2, within: 1 month, tier: basic}",
    "e_three: {lost: {indicator: guards, group: safety}, at_least: 3}",
    "f_both: {reached: [basic, best], at_least: 2, within: 2 days}",
    "g_one: {lost: [cameras, guards], at_least: 1, within: 1 day}",
    "h_tiers: {lost: [basic, best], at_least: 2}",
    "i_reached: {reached: [gates, cameras], at_least: 2, within: 5 days, tier: best}",
]


@st.composite
def stories(draw: st.DrawFn) -> list[Change]:
    """Draw changes of one community as a monitor makes them: each from the outcome that the last one led to."""
    now = {place: draw(st.sampled_from(Outcome)) for place in PLACES}
    changes: list[Change] = []
    when = START
    for number in range(1, draw(st.integers(1, 25)) + 1):
        place = draw(st.sampled_from(PLACES))
        after = draw(st.sampled_from([one for one in Outcome if one is not now[place]]))
        when += draw(st.sampled_from([timedelta(0), timedelta(hours=12), DAY, 3 * DAY, 28 * DAY]))
        changes.append(Change(number, "qili", *place, now[place], after, (), when))
        now[place] = after
    return changes


def _naive(made: Edition, changes: Sequence[Change]) -> list[tuple[str, tuple[int, ...]]]:
    """Reckon the events of the last of some changes from all of them, each time anew."""
    last, found = changes[-1], []
    for reaction in made.reactions:
        things: dict[str, list[tuple[str, str | None]]] = {name: [(name, None)] for name in reaction.tiers}
        asking = ["basic", "best"] if reaction.tier is None else [reaction.tier]
        things |= {name: [(tier, name) for tier in asking] for name in made.watched(reaction)}
        thing = next((name for name, places in things.items() if (last.tier, last.indicator) in places), None)
        turns = (last.before is MET, last.after)
        lost = turns in ((True, NOT_MET), (True, UNDETERMINED))
        if thing is None or not (lost if reaction.kind == "lost" else last.after is MET):
            continue
        if reaction.at_least is None:
            found.append((reaction.id, (last.number,)))
            continue
        counted: dict[str, int] = {}
        for name, places in things.items():
            numbers = [_still(changes[:-1], place, reaction.kind) for place in places]
            standing = [changes[number - 1] for number in numbers if number]
            if reaction.within is not None:
                standing = [one for one in standing if is_within(one.when, last.when, reaction.within)]
            if standing:
                counted[name] = max(one.number for one in standing)
        if thing not in counted and len(counted) + 1 >= reaction.at_least:
            found.append((reaction.id, (*sorted(counted.values()), last.number)))
    return found


def _still(changes: Sequence[Change], place: tuple[str, str | None], kind: str) -> int:
    """Return the number of the change by which an outcome was lost, or reached, if it is still so, else 0."""
    own = [change for change in changes if (change.tier, change.indicator) == place]
    if kind == "reached":
        return own[-1].number if own and own[-1].after is MET else 0
    for change in reversed(own):
        if change.after in (MET, NOT_APPLICABLE):
            return 0
        if change.before is MET:
            return change.number
    return 0


@settings(max_examples=300, deadline=None)
@given(stories())
def test_events_are_those_of_a_naive_reckoning_over_all_changes(changes: list[Change]) -> None:
    made = edition(*DRAWN)
    reactions, memory = Reactions(made), NOTHING
    for place, change in enumerate(changes, 1):
        events, memory = reactions.events(change, memory)
        found = [(event.reaction, tuple(one.number for one in event.changes)) for event in events]
        assert found == _naive(made, changes[:place])
        memory = Memory.from_plain(json.loads(json.dumps(memory.to_plain())))
        assert memory == reactions.recalled(changes[:place])
        assert len(memory.turned) <= len(PLACES)
