"""A monitor as its host meets it: events, changes, refusals, and whatever the host does when it is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

import pytest

from smartrules.diagnostics import FactsError, MonitorError, NotFoundError
from smartrules.live import Change, Monitor
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, UNDETERMINED
from smartrules.ruleset import Ruleset
from tests.rulesets import ruleset

HOMES = """\
standard: homes
edition: "1"
tiers: {basic: , best: }
facts:
  covered: {count: household, at_most: homes}
  homes: {count: household, min: 1}
  gated: {kind: flag}
  lifts: {kind: flag}
  lift_count: {count: lift}
  opened: {kind: date}
measures: {share: {value: covered / homes, unit: "%"}}
indicators:
  coverage: {require: {basic: share >= 80 %, best: share >= 90 %}}
  gate: {require: {basic: gated}}
  lifting: {applies: lifts, require: {best: lift_count >= 2 lifts}}
  recent: {require: {best: opened >= today - 12 months}}
"""

NOON = datetime(2024, 5, 6, 12, tzinfo=UTC)


@pytest.fixture
def homes() -> Ruleset:
    return ruleset(HOMES)


class Heard:
    """A host that keeps what it is told, in a few words."""

    def __init__(self) -> None:
        self.changes: list[Change] = []

    def __call__(self, change: Change) -> None:
        self.changes.append(change)

    def words(self) -> list[str]:
        found = [
            f"{one.community} {one.tier}{'.' + one.indicator if one.indicator else ''}: {one.before.value} > "
            f"{one.after.value} by {', '.join(one.cause)}"
            for one in self.changes
        ]
        self.changes.clear()
        return found


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def monitor(homes: Ruleset, heard: Heard) -> Iterator[Monitor]:
    with Monitor(homes, on_change=heard, clock=lambda: NOON) as opened:
        yield opened


def test_facts_arrive_are_corrected_and_taken_back(monitor: Monitor, heard: Heard) -> None:
    monitor.assert_facts("a", {"homes": 10})
    assert heard.words() == []
    monitor.assert_facts("a", {"covered": 8})
    assert heard.words() == [
        "a basic.coverage: undetermined > met by covered",
        "a best.coverage: undetermined > not_met by covered",
        "a best: undetermined > not_met by covered",
    ]
    monitor.assert_facts("a", {"gated": True})
    assert heard.words() == [
        "a basic.gate: undetermined > met by gated",
        "a basic: undetermined > met by gated",
        "a best.gate: undetermined > met by gated",
    ]
    monitor.assert_facts("a", {"covered": 7})
    assert heard.words() == [
        "a basic.coverage: met > not_met by covered",
        "a basic: met > not_met by covered",
    ]
    monitor.retract("a", ["covered"])
    assert heard.words() == [
        "a basic.coverage: not_met > undetermined by covered",
        "a basic: not_met > undetermined by covered",
        "a best.coverage: not_met > undetermined by covered",
        "a best: not_met > undetermined by covered",
    ]
    assert monitor.outcomes("a") == {
        "basic": {"coverage": UNDETERMINED, "gate": MET},
        "best": {"coverage": UNDETERMINED, "gate": MET, "lifting": UNDETERMINED, "recent": UNDETERMINED},
    }
    assert monitor.tiers("a") == {"basic": UNDETERMINED, "best": UNDETERMINED}


def test_several_facts_of_one_event_are_each_the_cause_of_what_rests_on_them(monitor: Monitor, heard: Heard) -> None:
    monitor.assert_facts("a", {"homes": 10, "covered": 9, "gated": False, "lifts": False})
    assert heard.words() == [
        "a basic.coverage: undetermined > met by homes, covered",
        "a basic.gate: undetermined > not_met by gated",
        "a basic: undetermined > not_met by homes, covered, gated",
        "a best.coverage: undetermined > met by homes, covered",
        "a best.gate: undetermined > not_met by gated",
        "a best.lifting: undetermined > not_applicable by lifts",
        "a best: undetermined > not_met by homes, covered, gated, lifts",
    ]
    assert monitor.outcomes("a")["best"]["lifting"] is NOT_APPLICABLE


def test_a_change_says_when_and_has_a_number(monitor: Monitor, heard: Heard) -> None:
    monitor.assert_facts("a", {"gated": True})
    monitor.assert_facts("b", {"gated": False}, when=NOON + timedelta(hours=1))
    assert [(one.number, one.community, one.when) for one in heard.changes] == [
        (1, "a", NOON),
        (2, "a", NOON),
        (3, "b", NOON + timedelta(hours=1)),
        (4, "b", NOON + timedelta(hours=1)),
        (5, "b", NOON + timedelta(hours=1)),
        (6, "b", NOON + timedelta(hours=1)),
    ]
    assert heard.changes[0].to_plain() == {
        "number": 1,
        "community": "a",
        "tier": "basic",
        "indicator": "gate",
        "before": "undetermined",
        "after": "met",
        "cause": ["gated"],
        "when": "2024-05-06T12:00:00+00:00",
    }


def test_a_whole_document_is_an_event_too(monitor: Monitor, heard: Heard) -> None:
    monitor.assert_facts(
        "a", {"community": {"id": "a", "name": "甲"}, "on": "2024-05-01", "facts": {"opened": date(2023, 5, 1)}}
    )
    assert heard.words() == ["a best.recent: undetermined > met by opened, on"]
    monitor.assert_facts("a", {"on": "2024-05-02"})
    assert heard.words() == ["a best.recent: met > not_met by on", "a best: undetermined > not_met by on"]
    monitor.assert_facts("a", {"stated": {"share": "85 %"}})
    assert heard.words() == [
        "a basic.coverage: undetermined > met by share",
        "a best.coverage: undetermined > not_met by share",
    ]
    monitor.retract("a", "on")
    assert heard.words() == ["a best.recent: not_met > undetermined by on"]
    community = monitor.facts("a").community
    assert community is not None
    assert community.name == "甲"


def test_a_fact_that_is_none_is_taken_back(monitor: Monitor, heard: Heard) -> None:
    monitor.assert_facts("a", {"gated": True})
    heard.words()
    monitor.assert_facts("a", {"gated": None})
    assert heard.words()[0] == "a basic.gate: met > undetermined by gated"


def test_facts_that_are_refused_change_nothing(monitor: Monitor, heard: Heard) -> None:
    monitor.assert_facts("a", {"homes": 10, "covered": 9})
    heard.words()
    with pytest.raises(FactsError) as caught:
        monitor.assert_facts("a", {"homes": 8, "gatd": True, "lifts": "perhaps"})
    assert str(caught.value) == (
        "error[SR501]: the ruleset declares no fact `gatd`\n"
        "help: did you mean `gated`?\n"
        "\n"
        "error[SR502]: `lifts` is yes or no, not `perhaps`\n"
        "help: write `true` or `false`, 是 or 否\n"
        "\n"
        "error[SR505]: `covered` is 9 households, more than `homes`, which is 8 households\n"
        "help: a part is never larger than its whole: correct one of the two"
    )
    with pytest.raises(FactsError, match="more than `homes`"):
        monitor.assert_facts("a", {"homes": 8})
    assert heard.words() == []
    assert {name: fact.value for name, fact in monitor.facts("a").facts.items()} == {"homes": 10, "covered": 9}
    with pytest.raises(FactsError, match="declares no fact `gatd`"):
        monitor.assert_facts("new", {"gatd": True})
    assert monitor.communities() == ("a",)


def test_an_id_that_the_ruleset_does_not_have_is_not_taken_back(monitor: Monitor) -> None:
    monitor.assert_facts("a", {"gated": True})
    with pytest.raises(FactsError) as caught:
        monitor.retract("a", ["gated", "gatd", "lift"])
    assert str(caught.value) == (
        "error[SR501]: the ruleset declares no fact `gatd`\n"
        "help: did you mean `gated`?\n"
        "\n"
        "error[SR501]: the ruleset declares no fact `lift`\n"
        "help: did you mean `lifts`?"
    )
    assert monitor.outcomes("a")["basic"]["gate"] is MET


def test_a_community_that_is_not_watched_is_said_so(monitor: Monitor) -> None:
    monitor.assert_facts("qili", {"gated": True})
    for asked in (monitor.outcomes, monitor.tiers, monitor.facts, monitor.assessment, monitor.forget):
        with pytest.raises(NotFoundError) as caught:
            asked("qilli")
        assert str(caught.value) == "error[SR802]: no community `qilli` is watched\nhelp: did you mean `qili`?"
    with pytest.raises(NotFoundError) as caught:
        monitor.retract("elsewhere", ["gated"])
    assert str(caught.value) == (
        "error[SR802]: no community `elsewhere` is watched\nhelp: facts that are asserted of it begin the watch"
    )


def test_a_community_that_is_forgotten_begins_anew(monitor: Monitor, heard: Heard) -> None:
    monitor.assert_facts("a", {"gated": True})
    monitor.assert_facts("b", {"gated": True})
    heard.words()
    monitor.forget("a")
    assert (heard.words(), monitor.communities()) == ([], ("b",))
    monitor.assert_facts("a", {"gated": False})
    assert heard.words()[0] == "a basic.gate: undetermined > not_met by gated"
    assert monitor.communities() == ("b", "a")


@pytest.mark.parametrize(
    ("community", "message"),
    [
        ("", "error[SR803]: a community needs an id"),
        ("a\nb", "error[SR803]: 'a\\nb' is no id of a community"),
        (7, "error[SR803]: 7 is no id of a community"),
    ],
)
def test_an_id_is_a_printable_text(monitor: Monitor, community: Any, message: str) -> None:
    with pytest.raises(MonitorError) as caught:
        monitor.assert_facts(community, {"gated": True})
    hint = "give a text of printable characters, the same at every event of the community"
    assert str(caught.value) == f"{message}\nhelp: {hint}"
    assert monitor.communities() == ()


def test_facts_of_another_community_are_refused(monitor: Monitor) -> None:
    with pytest.raises(FactsError) as caught:
        monitor.assert_facts("a", {"community": "b", "facts": {"gated": True}})
    assert str(caught.value) == (
        "error[SR806]: the facts are those of `b`, and came for `a`\nhelp: leave `community` out, or give it the same id"
    )


def test_time_does_not_go_back(monitor: Monitor) -> None:
    monitor.assert_facts("a", {"gated": True}, when=NOON)
    with pytest.raises(MonitorError) as caught:
        monitor.assert_facts("a", {"gated": False}, when=NOON - timedelta(microseconds=1))
    assert str(caught.value) == (
        "error[SR805]: `a` had an event at 2024-05-06T12:00:00+00:00, after 2024-05-06T11:59:59.999999+00:00\n"
        "help: give the events of a community in the order of their times"
    )
    monitor.assert_facts("b", {"gated": True}, when=NOON - timedelta(days=1))
    with pytest.raises(MonitorError) as caught:
        monitor.retract("a", ["gated"], when=datetime(2024, 5, 7))
    assert str(caught.value) == (
        "error[SR804]: the time 2024-05-07T00:00:00 has no time zone\nhelp: give one with its zone: `datetime.now(UTC)`"
    )
    assert monitor.outcomes("a")["basic"]["gate"] is MET


def test_a_community_is_forgotten_at_a_time(monitor: Monitor) -> None:
    monitor.assert_facts("a", {"gated": True}, when=NOON)
    with pytest.raises(MonitorError, match="SR805"):
        monitor.forget("a", when=NOON - timedelta(hours=1))
    assert monitor.communities() == ("a",)
    monitor.forget("a", when=NOON + timedelta(hours=1))
    assert monitor.communities() == ()


def test_what_is_no_argument_is_said_so(monitor: Monitor, homes: Ruleset) -> None:
    made: Any = Monitor
    for call, message in (
        (lambda: made("homes@1"), "error[SR810]: 'homes@1' is no ruleset\nhelp: load it: `sr.load(name)`"),
        (
            lambda: monitor.assert_facts("a", homes.facts({"gated": True})),  # type: ignore[arg-type]
            "error[SR810]: <Facts for homes@1: 1 facts, 0 stated> is no mapping of facts\n"
            'help: give ids and values, `{"households": 3461}`, or a mapping in the shape of a facts document',
        ),
        (
            lambda: monitor.assert_facts("a", {}, when="2024-05-06"),  # type: ignore[arg-type]
            "error[SR804]: '2024-05-06' is no time\nhelp: give one with its zone: `datetime.now(UTC)`",
        ),
    ):
        with pytest.raises(MonitorError) as caught:
            call()
        assert str(caught.value) == message
    assert len(monitor) == 0


def test_whether_a_community_is_watched_can_be_asked(monitor: Monitor) -> None:
    assert ("a" in monitor, len(monitor), bool(monitor)) == (False, 0, True)
    monitor.assert_facts("a", {})
    assert ("a" in monitor, "b" in monitor, 7 in monitor, len(monitor)) == (True, False, False, 1)


def test_a_clock_that_goes_back_stands_still(homes: Ruleset, heard: Heard) -> None:
    times = iter([NOON, NOON - timedelta(hours=1)])
    with Monitor(homes, on_change=heard, clock=lambda: next(times)) as monitor:
        monitor.assert_facts("a", {"gated": True})
        monitor.assert_facts("a", {"gated": False})
    assert {one.when for one in heard.changes} == {NOON}


def test_a_monitor_that_is_closed_takes_nothing(homes: Ruleset) -> None:
    monitor = Monitor(homes)
    monitor.assert_facts("a", {"gated": True})
    monitor.close()
    monitor.close()
    for call in (
        lambda: monitor.assert_facts("a", {}),
        lambda: monitor.retract("a", []),
        lambda: monitor.outcomes("a"),
        lambda: monitor.assessment("a"),
        lambda: monitor.forget("a"),
        monitor.communities,
    ):
        with pytest.raises(MonitorError) as caught:
            call()
        assert str(caught.value) == (
            "error[SR801]: the monitor is closed\nhelp: open a new one, on the same store where it had one"
        )


def test_an_assessment_has_every_reason(monitor: Monitor, homes: Ruleset) -> None:
    monitor.assert_facts("a", {"homes": 10, "covered": 8})
    assert monitor.assessment("a").outcomes() == homes.assess({"homes": 10, "covered": 8}).outcomes()
    assert monitor.assessment("a")["best"]["coverage"].outcome is NOT_MET


# --- what the host does --------------------------------------------------------------------------------------------


def test_what_the_host_raises_reaches_it_after_all_is_told(homes: Ruleset) -> None:
    heard: list[str] = []

    def raising(change: Change) -> None:
        heard.append(f"{change.tier}.{change.indicator}")
        if change.indicator == "gate" and change.tier == "basic":
            raise LookupError("no such row")

    with Monitor(homes, on_change=raising) as monitor:
        with pytest.raises(LookupError, match="no such row"):
            monitor.assert_facts("a", {"gated": False})
        assert heard == ["basic.gate", "basic.None", "best.gate", "best.None"]
        assert monitor.outcomes("a")["basic"]["gate"] is NOT_MET
        monitor.assert_facts("b", {"homes": 1})
        heard.clear()
        monitor.assert_facts("a", {"lifts": False})
        assert heard == ["best.lifting"]


def test_what_the_host_raises_several_times_reaches_it_as_a_group(homes: Ruleset) -> None:
    def raising(change: Change) -> None:
        raise LookupError(f"{change.tier}.{change.indicator}")

    with Monitor(homes, on_change=raising) as monitor, pytest.raises(ExceptionGroup) as caught:
        monitor.assert_facts("a", {"gated": True})
    assert [str(one) for one in caught.value.exceptions] == ["basic.gate", "best.gate"]


def test_an_interruption_loses_no_change(homes: Ruleset) -> None:
    heard: list[str] = []

    def interrupted(change: Change) -> None:
        heard.append(f"{change.tier}.{change.indicator}")
        if len(heard) == 1:
            raise KeyboardInterrupt

    with Monitor(homes, on_change=interrupted) as monitor:
        with pytest.raises(KeyboardInterrupt):
            monitor.assert_facts("a", {"gated": True})
        assert heard == ["basic.gate"]
        monitor.assert_facts("a", {"lifts": False})
        assert heard == ["basic.gate", "best.gate", "best.lifting"]


def test_a_host_may_call_the_monitor_when_it_is_told(homes: Ruleset) -> None:
    heard: list[str] = []

    def correcting(change: Change) -> None:
        heard.append(f"{change.number} {change.tier}.{change.indicator} {change.after.value}")
        if change.number == 1:
            monitor.assert_facts("a", {"gated": False})

    with Monitor(homes, on_change=correcting) as monitor:
        monitor.assert_facts("a", {"gated": True})
    assert heard == [
        "1 basic.gate met",
        "2 best.gate met",
        "3 basic.gate not_met",
        "4 basic.None not_met",
        "5 best.gate not_met",
        "6 best.None not_met",
    ]


def test_threads_take_turns(homes: Ruleset) -> None:
    told: list[Change] = []
    with Monitor(homes, on_change=told.append) as monitor:

        def work(own: int) -> None:
            for turn in range(200):
                monitor.assert_facts(f"c{own}", {"gated": turn % 2 == 0, "homes": turn + 1})
                monitor.assert_facts("shared", {"lifts": turn % 2 == own % 2})

        threads = [threading.Thread(target=work, args=(own,)) for own in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [change.number for change in told] == list(range(1, len(told) + 1))
        for own in range(4):
            mine = [change.after for change in told if change.community == f"c{own}" and change.indicator == "gate"]
            assert mine == [outcome for turn in range(200) for outcome in [MET if turn % 2 == 0 else NOT_MET] * 2]
        shared = [change for change in told if change.community == "shared" and change.indicator == "lifting"]
        assert all(one.after == other.before for one, other in pairwise(shared))


# --- many communities ----------------------------------------------------------------------------------------------


def test_more_communities_than_durable_rules_has_sessions(homes: Ruleset) -> None:
    told: list[Change] = []
    with Monitor(homes, on_change=told.append) as monitor:
        for number in range(5000):
            monitor.assert_facts(f"c{number}", {"homes": 10, "covered": number % 11})
        told.clear()
        for number in range(0, 5000, 7):
            before = monitor.outcomes(f"c{number}")["basic"]["coverage"]
            assert before is (MET if number % 11 >= 8 else NOT_MET)
            monitor.assert_facts(f"c{number}", {"covered": 10 - number % 11})
        assert len(monitor.communities()) == 5000
        expected = [n for n in range(0, 5000, 7) if (n % 11 >= 8) != (10 - n % 11 >= 8)]
        assert [
            int(one.community[1:]) for one in told if (one.tier, one.indicator) == ("basic", "coverage")
        ] == expected


def test_a_community_that_is_packed_is_the_same_when_it_is_asked(homes: Ruleset) -> None:
    document = {
        "community": {"id": "first", "name": "甲"},
        "on": "2024-02-29",
        "facts": {
            "homes": {"value": 10, "evidence": "register", "observed": "2024-02-01", "note": "counted"},
            "covered": "8 households",
            "gated": False,
            "opened": "2020-02-29",
        },
        "stated": {"share": "83.25 %"},
        "claims": {"gate": "met"},
        "not_reported": ["lift_count"],
    }
    with Monitor(homes) as monitor:
        monitor.assert_facts("first", document)
        known, found = monitor.facts("first"), monitor.outcomes("first")
        for number in range(5000):
            monitor.assert_facts(f"c{number}", {"gated": True})
        assert monitor.facts("first") == known
        assert monitor.facts("first") is not known
        assert monitor.outcomes("first") == found
        assert {fact.id: fact.written for fact in monitor.facts("first").facts.values()} == {
            fact.id: fact.written for fact in known.facts.values()
        }


def test_a_packed_collection_is_the_same() -> None:
    towers = ruleset(
        'standard: towers\nedition: "1"\ntiers: {basic: }\nfacts: {gated: {kind: flag}}\n'
        "collections: {buildings: {each: building, facts: {storeys: {count: storey}, safe: {kind: flag}}}}\n"
        'indicators: {safety: {require: {basic: "every building where storeys >= 3 storeys: safe"}}}\n'
    )
    with Monitor(towers) as monitor:
        monitor.assert_facts(
            "first", {"collections": {"buildings": [{"id": "b1", "storeys": 3, "safe": True}, {"storeys": 2}]}}
        )
        known = monitor.facts("first")
        for number in range(4200):
            monitor.assert_facts(f"c{number}", {"collections": {"buildings": []}})
        assert monitor.facts("first") == known
        assert monitor.outcomes("first")["basic"]["safety"] is MET


@pytest.mark.parametrize("given", [None, 5, [None], [["gated"]]])
def test_what_is_no_list_of_ids_is_said_so(monitor: Monitor, given: Any) -> None:
    monitor.assert_facts("a", {"gated": True})
    with pytest.raises(MonitorError) as raised:
        monitor.retract("a", given)
    assert str(raised.value) == (
        f'error[SR810]: {given!r} is no list of ids\nhelp: give the ids of facts: `["households"]`'
    )


@pytest.mark.parametrize("community", [None, 1, ["a"]])
def test_what_is_no_text_is_no_community(monitor: Monitor, community: Any) -> None:
    with pytest.raises(NotFoundError, match="SR802"):
        monitor.facts(community)
    with pytest.raises(MonitorError, match="SR803"):
        monitor.assert_facts(community, {"gated": True})


def test_a_claim_that_is_none_is_taken_back(monitor: Monitor) -> None:
    monitor.assert_facts("a", {"claims": {"gate": "met", "coverage": "met"}})
    monitor.assert_facts("a", {"claims": {"gate": None}})
    assert monitor.facts("a").claims == {"coverage": MET}
    with pytest.raises(FactsError, match="no indicator `gat`"):
        monitor.assert_facts("a", {"claims": {"gat": None}})


def test_the_time_of_a_clock_is_in_utc(homes: Ruleset, heard: Heard) -> None:
    with Monitor(homes, on_change=heard, clock=lambda: NOON.astimezone(timezone(timedelta(hours=8)))) as monitor:
        monitor.assert_facts("a", {"gated": True})
    assert heard.changes[0].to_plain()["when"] == "2024-05-06T12:00:00+00:00"


def test_a_time_that_does_not_exist_in_utc_is_said_so(monitor: Monitor) -> None:
    late = datetime.max.replace(tzinfo=timezone(timedelta(hours=-8)))
    with pytest.raises(MonitorError) as raised:
        monitor.assert_facts("a", {"gated": True}, when=late)
    assert str(raised.value) == (
        "error[SR804]: the time 9999-12-31T23:59:59.999999-08:00 does not exist in UTC\n"
        "help: give one with its zone: `datetime.now(UTC)`"
    )


def test_a_clock_without_a_zone_is_said_so(homes: Ruleset) -> None:
    with Monitor(homes, clock=lambda: datetime(2024, 5, 6)) as monitor:
        with pytest.raises(MonitorError, match="SR804"):
            monitor.assert_facts("a", {"gated": True})
        with pytest.raises(MonitorError, match="SR804"):
            monitor.tick()
