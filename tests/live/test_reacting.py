"""The reactions of a ruleset in a monitor: named events, each told once, through sessions of the store too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from smartrules.diagnostics import MonitorError
from smartrules.live import Change, Event, Monitor
from smartrules.ruleset import Ruleset
from tests.rulesets import ruleset

SAFE = """\
standard: safe-homes
edition: "1"
tiers: {basic: }
groups: {safety: {en: Safety}}
facts:
  lanes: {kind: flag}
  cameras: {count: camera}
  alarms: {kind: flag}
indicators:
  fire_lanes: {group: safety, require: {basic: lanes}}
  watching: {group: safety, require: {basic: cameras >= 10 cameras}}
  alarming: {require: {basic: alarms}}
reactions:
  basic_reached: {reached: basic}
  slipping: {lost: safety, at_least: 2, within: 30 days}
  lanes_lost: {lost: fire_lanes}
  count_out_of_date: {stale: cameras, after: 12 months}
"""
NOON = datetime(2024, 1, 15, 12, tzinfo=UTC)


class Heard:
    """A host that keeps what it is told, in a few words."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def change(self, change: Change) -> None:
        self.said.append(f"{change.number} {change.indicator or change.tier} {change.after.value}")

    def event(self, event: Event) -> None:
        by = ", ".join(str(change.number) for change in event.changes) or f"{event.fact} of {event.of}"
        self.said.append(f"{event.community} {event.reaction} by {by} at {event.when:%Y-%m-%d %H:%M}")

    def words(self) -> list[str]:
        said, self.said = self.said, []
        return said


@pytest.fixture
def safe() -> Ruleset:
    return ruleset(SAFE)


def opened(safe: Ruleset, heard: Heard, store: Path | None = None, **more: Any) -> Monitor:
    return Monitor(safe, on_change=heard.change, on_event=heard.event, store=store, clock=lambda: NOON, **more)


def test_an_event_follows_the_change_that_makes_it(safe: Ruleset) -> None:
    heard = Heard()
    with opened(safe, heard) as monitor:
        monitor.assert_facts("x", {"lanes": True, "cameras": 10, "alarms": True})
        assert heard.words() == [
            "1 fire_lanes met",
            "2 watching met",
            "3 alarming met",
            "4 basic met",
            "x basic_reached by 4 at 2024-01-15 12:00",
        ]
        monitor.assert_facts("x", {"lanes": False}, when=NOON + timedelta(days=1))
        assert heard.words() == ["5 fire_lanes not_met", "x lanes_lost by 5 at 2024-01-16 12:00", "6 basic not_met"]
        monitor.retract("x", ["cameras"], when=NOON + timedelta(days=31))
        assert heard.words() == ["7 watching undetermined", "x slipping by 5, 7 at 2024-02-15 12:00"]


@pytest.mark.parametrize("days", [30, 31])
def test_a_window_goes_on_where_the_store_is_opened_again(safe: Ruleset, tmp_path: Path, days: int) -> None:
    heard, store = Heard(), tmp_path / "safe.sqlite"
    for later, facts in ((0, {"lanes": True, "cameras": 10}), (1, {"lanes": False}), (1 + days, {"cameras": 9})):
        with opened(safe, heard, store) as monitor:
            heard.words()
            monitor.assert_facts("x", facts, when=NOON + timedelta(days=later))
    slipping = ["x slipping by 3, 5 at 2024-02-15 12:00"] if days == 30 else []
    assert heard.words() == ["5 watching not_met", *slipping]


def test_what_a_community_lost_before_it_was_forgotten_does_not_count(safe: Ruleset, tmp_path: Path) -> None:
    for store in (None, tmp_path / "safe.sqlite"):
        heard = Heard()
        with opened(safe, heard, store) as monitor:
            monitor.assert_facts("x", {"lanes": True, "cameras": 10})
            monitor.assert_facts("x", {"lanes": False})
            monitor.forget("x")
            monitor.assert_facts("x", {"cameras": 10})
            heard.words()
            monitor.assert_facts("x", {"cameras": 9})
        assert heard.words() == ["6 watching not_met", "7 basic not_met"]


def test_an_event_that_was_not_told_any_more_is_told_with_its_change(safe: Ruleset, tmp_path: Path) -> None:
    heard, store = Heard(), tmp_path / "safe.sqlite"

    def interrupted(change: Change) -> None:
        heard.change(change)
        if change.number == 5:
            raise SystemExit

    with Monitor(safe, on_change=interrupted, on_event=heard.event, store=store, clock=lambda: NOON) as monitor:
        monitor.assert_facts("x", {"lanes": True, "cameras": 10})
        monitor.assert_facts("x", {"lanes": False})
        heard.words()
        with pytest.raises(SystemExit):
            monitor.assert_facts("x", {"cameras": 9, "alarms": False, "lanes": True})
        assert heard.words() == ["5 fire_lanes met"]
    with opened(safe, heard, store):
        assert heard.words() == ["5 fire_lanes met", "6 watching not_met", "7 alarming not_met"]


# --- what becomes too old ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stored", [False, True])
def test_time_makes_a_fact_too_old_once(safe: Ruleset, tmp_path: Path, stored: bool) -> None:
    heard, store = Heard(), tmp_path / "safe.sqlite" if stored else None
    with opened(safe, heard, store) as monitor:
        monitor.assert_facts("x", {"cameras": {"value": 10, "observed": "2023-12-31"}})
        monitor.assert_facts("y", {"cameras": 9})
        monitor.assert_facts("z", {"lanes": True})
        heard.words()
        for when, told in (
            (datetime(2024, 12, 31, 23, 59, 59, tzinfo=UTC), []),
            (datetime(2025, 1, 1, tzinfo=UTC), ["x count_out_of_date by cameras of 2023-12-31 at 2025-01-01 00:00"]),
            (datetime(2025, 1, 15, 23, tzinfo=UTC), []),
            (datetime(2025, 1, 16, tzinfo=UTC), ["y count_out_of_date by cameras of 2024-01-15 at 2025-01-16 00:00"]),
            (datetime(2026, 1, 1, tzinfo=UTC), []),
        ):
            monitor.tick(when)
            assert heard.words() == told, when
        monitor.assert_facts("y", {"cameras": 9}, when=datetime(2026, 2, 1, tzinfo=UTC))  # the same, said again
        monitor.tick(datetime(2027, 2, 1, 12, tzinfo=UTC))
        assert heard.words() == []
        monitor.tick(datetime(2027, 2, 2, tzinfo=UTC))
        assert heard.words() == ["y count_out_of_date by cameras of 2026-02-01 at 2027-02-02 00:00"]


def test_what_was_told_to_be_too_old_is_not_told_again_by_the_store(safe: Ruleset, tmp_path: Path) -> None:
    heard, store = Heard(), tmp_path / "safe.sqlite"
    later = datetime(2025, 6, 1, tzinfo=UTC)
    with opened(safe, heard, store) as monitor:
        monitor.assert_facts("x", {"cameras": 10})
        monitor.assert_facts("y", {"cameras": 10})
        heard.words()
    with opened(safe, heard, store) as monitor:
        monitor.tick(later)
        assert heard.words() == [
            "x count_out_of_date by cameras of 2024-01-15 at 2025-06-01 00:00",
            "y count_out_of_date by cameras of 2024-01-15 at 2025-06-01 00:00",
        ]
    with opened(safe, heard, store) as monitor:
        monitor.tick(later + timedelta(days=1))
        assert heard.words() == []
        monitor.retract("x", ["cameras"], when=later + timedelta(days=2))
        monitor.assert_facts("y", {"cameras": 12}, when=later + timedelta(days=2))
        heard.words()
        monitor.tick(later + timedelta(days=400))
        assert heard.words() == ["y count_out_of_date by cameras of 2025-06-03 at 2026-07-06 00:00"]


def test_many_communities_are_packed_with_what_reactions_know(safe: Ruleset) -> None:
    heard = Heard()
    with opened(safe, heard) as monitor:
        for facts in ({"lanes": True, "cameras": 10}, {"lanes": False}, {"cameras": 9}):
            for number in range(4500):
                monitor.assert_facts(f"c{number}", facts)
        told = [line for line in heard.words() if "slipping" in line]
        assert len(told) == 4500
        monitor.tick(NOON + timedelta(days=400))
        assert len(heard.words()) == 4500


def test_a_time_without_a_zone_is_refused(safe: Ruleset) -> None:
    with opened(safe, Heard()) as monitor, pytest.raises(MonitorError, match="has no time zone"):
        monitor.tick(datetime(2024, 1, 1))
    with pytest.raises(MonitorError, match="closed"):
        monitor.tick()
