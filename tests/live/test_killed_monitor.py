"""A monitor that is killed: what it acknowledged is known when its store is opened again, and every change is told."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from smartrules.live import Change, Monitor
from smartrules.live.log import EventLog
from tests.live.conftest import ON_POSTGRES
from tests.live.killing import WriteAck, kill_rounds
from tests.live.test_monitor import HOMES
from tests.rulesets import ruleset

pytestmark = [pytest.mark.once, pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")]


def event(number: int) -> tuple[str, str, Any]:
    """Return the event of a number: of which community, what is done, and with what."""
    community = f"c{number % 3}"
    match number % 7:
        case 3:
            return community, "retract", ["gated"]
        case 5:
            return community, "assert", {"stated": {"share": f"{number % 100} %"}}
        case _:
            return community, "assert", {"homes": 10, "covered": number % 11, "gated": number % 2 == 0, "lifts": False}


def watch_without_end(write_ack: WriteAck, where: str) -> None:
    """Take event after event, and say each that is taken and each change that is told."""
    with Monitor(ruleset(HOMES), store=where, on_change=lambda change: write_ack(["told", change.number])) as monitor:
        assert monitor._log is not None
        number = 0 if monitor._log.last_event is None else monitor._log.last_event.number
        while True:
            number += 1
            take(monitor, number)
            write_ack(["taken", number])


def take(monitor: Monitor, number: int) -> None:
    """Take the event of a number."""
    community, done, what = event(number)
    if done == "assert":
        monitor.assert_facts(community, what)
    elif community in monitor.communities():
        monitor.retract(community, what)
    else:
        monitor.assert_facts(community, {"gated": None})


def known(monitor: Monitor) -> dict[str, Any]:
    return {one: (monitor.facts(one), monitor.outcomes(one), monitor.tiers(one)) for one in monitor.communities()}


def check_rounds(where: str, rounds: int, longest: float) -> tuple[int, int]:
    """Kill a monitor some times; return how many events were taken, and how often it was killed before a change was told."""
    taken, owed, told = 0, 0, set[int]()
    plain = Monitor(ruleset(HOMES))  # takes the same events, and is never killed
    for acks in kill_rounds(watch_without_end, rounds, where, longest=longest):
        numbers = [number for word, number in acks if word == "taken"]
        assert numbers == list(range(taken + 1, taken + len(numbers) + 1))
        heard = [number for word, number in acks if word == "told"]
        assert heard == sorted(set(heard)), "in order, and each once"
        told |= set(heard)
        again: list[Change] = []
        with Monitor(ruleset(HOMES), store=where, on_change=again.append) as monitor:
            assert monitor._log is not None
            last = monitor._log.last_event
            found = 0 if last is None else last.number
            assert found in (taken + len(numbers), taken + len(numbers) + 1)
            for one in range(taken + 1, found + 1):
                take(plain, one)
            assert known(monitor) == known(plain)
            told |= {change.number for change in again}
            owed += bool(again)
            assert told == set(range(1, monitor._log.last_change + 1)), "every change is told, by whom it may be"
        taken = found
    plain.close()
    return taken, owed


def test_a_killed_monitor_loses_no_event_and_no_change(tmp_path: Path) -> None:
    taken, owed = check_rounds(str(tmp_path / "store.db"), 100, 0.03)
    assert taken > 100
    assert owed > 0


@pytest.mark.parametrize("_", [pytest.param(None, marks=ON_POSTGRES)], ids=["postgresql"])
def test_a_killed_monitor_loses_nothing_on_a_server(postgres_url: str, _: None) -> None:
    taken, _ = check_rounds(postgres_url, 20, 0.1)
    assert taken > 20


def test_events_are_read_back_as_they_came(tmp_path: Path) -> None:
    where = tmp_path / "store.db"
    with Monitor(ruleset(HOMES), store=where) as monitor:
        monitor.assert_facts("a", {"homes": 10, "gated": True})
        monitor.assert_facts("a", {"stated": {"share": "80 %"}, "on": "2024-01-02"})
        monitor.retract("a", ["homes"])
    with EventLog.reading(where) as log:
        assert [(one.kind, one.body) for one in log.events("a")] == [
            ("assert", {"facts": {"homes": 10, "gated": True}}),
            ("assert", {"stated": {"share": "80 %"}, "on": "2024-01-02"}),
            ("retract", ["homes"]),
        ]
