"""A monitor on a store: what was acknowledged is there when it is opened again, and each change is told."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from smartrules.diagnostics import FactsError, StoreError
from smartrules.live import Change, Monitor
from smartrules.outcome import MET, NOT_MET, Outcome
from smartrules.testing import host_machine
from tests.live.test_monitor import HOMES
from tests.rulesets import ruleset

NOON = datetime(2024, 5, 6, 12, tzinfo=UTC)


def test_what_was_acknowledged_is_there_again(tmp_path: Path) -> None:
    store = tmp_path / "homes.sqlite"
    times = iter(NOON + timedelta(hours=hour) for hour in range(99))
    with Monitor(ruleset(HOMES), store=store, clock=lambda: next(times)) as monitor:
        monitor.assert_facts("a", {"homes": 10, "covered": "8 households", "gated": True})
        monitor.assert_facts(
            "b", {"community": {"id": "b", "name": "乙"}, "on": "2024-05-01", "facts": {"lifts": False}}
        )
        monitor.assert_facts("b", {"stated": {"share": "83.25 %"}, "not_reported": ["lift_count"]})
        monitor.assert_facts("c", {"gated": {"value": False, "evidence": "photograph", "observed": "2024-05-01"}})
        monitor.retract("a", ["gated"])
        monitor.assert_facts("d", {"gated": True})
        monitor.forget("d")
        known = {one: (monitor.facts(one), monitor.outcomes(one), monitor.tiers(one)) for one in monitor.communities()}
    with Monitor(ruleset(HOMES), store=store) as again:
        assert again.communities() == ("a", "b", "c")
        for one, expected in known.items():
            assert (again.facts(one), again.outcomes(one), again.tiers(one)) == expected
        again.assert_facts("d", {"gated": False})
        assert again.outcomes("d")["basic"]["gate"] is NOT_MET


def test_changes_go_on_counting(tmp_path: Path) -> None:
    heard: list[Change] = []
    for gated in (True, False):
        with Monitor(ruleset(HOMES), store=tmp_path / "homes.sqlite", on_change=heard.append) as monitor:
            monitor.assert_facts("a", {"gated": gated})
    assert [(one.number, one.tier, one.indicator, one.after.value) for one in heard] == [
        (1, "basic", "gate", "met"),
        (2, "best", "gate", "met"),
        (3, "basic", "gate", "not_met"),
        (4, "basic", None, "not_met"),
        (5, "best", "gate", "not_met"),
        (6, "best", None, "not_met"),
    ]


def test_a_change_that_was_not_told_any_more_is_told_when_the_store_is_opened_again(tmp_path: Path) -> None:
    store, heard = tmp_path / "homes.sqlite", list[int]()

    def interrupted(change: Change) -> None:
        heard.append(change.number)
        raise SystemExit

    monitor = Monitor(ruleset(HOMES), store=store, on_change=interrupted)
    with pytest.raises(SystemExit):
        monitor.assert_facts("a", {"gated": True})
    monitor.close()
    assert heard == [1]
    with Monitor(ruleset(HOMES), store=store, on_change=lambda change: heard.append(change.number)) as again:
        assert heard == [1, 1, 2]  # of the one that was interrupted it is not known
        again.assert_facts("a", {"gated": False})
    assert heard == [1, 1, 2, 3, 4, 5, 6]
    with Monitor(ruleset(HOMES), store=store, on_change=lambda change: heard.append(change.number)):
        pass
    assert heard == [1, 1, 2, 3, 4, 5, 6]


def test_without_anybody_to_tell_changes_pass(tmp_path: Path) -> None:
    store, heard = tmp_path / "homes.sqlite", list[int]()
    with Monitor(ruleset(HOMES), store=store) as monitor:
        monitor.assert_facts("a", {"gated": True})
    with Monitor(ruleset(HOMES), store=store, on_change=lambda change: heard.append(change.number)) as monitor:
        assert heard == []
        monitor.assert_facts("a", {"gated": False})
    assert heard == [3, 4, 5, 6]


def test_an_event_that_cannot_be_kept_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Change] = []
    with Monitor(ruleset(HOMES), store=tmp_path / "homes.sqlite", on_change=heard.append) as monitor:
        monitor.assert_facts("a", {"gated": True})
        assert monitor._log is not None
        real = monitor._log.append

        def full(*_: Any) -> None:
            raise StoreError.of("SR816", "the disk is full", "")

        heard.clear()
        monkeypatch.setattr(monitor._log, "append", full)
        with pytest.raises(StoreError, match="the disk is full"):
            monitor.assert_facts("a", {"gated": False, "homes": 3})
        with pytest.raises(StoreError, match="the disk is full"):
            monitor.assert_facts("b", {"gated": False})
        with pytest.raises(StoreError, match="the disk is full"):
            monitor.forget("a")
        assert (heard, monitor.communities(), monitor.outcomes("a")["basic"]["gate"]) == ([], ("a",), MET)
        monkeypatch.setattr(monitor._log, "append", real)
        monitor.assert_facts("a", {"gated": False})
        assert [(one.number, one.indicator, one.before.value) for one in heard][:2] == [
            (3, "gate", "met"),
            (4, None, "undetermined"),
        ]


def test_a_refused_event_is_not_kept(tmp_path: Path) -> None:
    store = tmp_path / "homes.sqlite"
    with Monitor(ruleset(HOMES), store=store) as monitor:
        monitor.assert_facts("a", {"homes": 3})
        with pytest.raises(FactsError):
            monitor.assert_facts("a", {"covered": 4})
    with Monitor(ruleset(HOMES), store=store) as monitor:
        assert {name: fact.value for name, fact in monitor.facts("a").facts.items()} == {"homes": 3}


def test_a_store_whose_ruleset_does_not_take_its_events_any_more_says_which(tmp_path: Path) -> None:
    store = tmp_path / "homes.sqlite"
    with Monitor(ruleset(HOMES), store=store) as monitor:
        monitor.assert_facts("a", {"gated": True})
        monitor.assert_facts("a", {"homes": 3, "covered": 3})
    stricter = ruleset(HOMES.replace("homes: {count: household, min: 1}", "homes: {count: household, min: 5}"))
    with Monitor(stricter, store=store) as monitor:
        with pytest.raises(StoreError) as caught:
            monitor.outcomes("a")
        assert str(caught.value) == (
            "error[SR808]: event 2 of the store, of `a`, is none that `homes@1` takes: `homes` is 3 households, below its "
            "least value 5 households\nhelp: open the store with the ruleset with which it was kept"
        )
        monitor.assert_facts("b", {"homes": 5})
        monitor.forget("b")


def test_a_damaged_store_is_said_so(tmp_path: Path) -> None:
    store = tmp_path / "homes.sqlite"
    store.write_bytes(b"no database at all, but long enough to be one" * 100)
    with pytest.raises(StoreError, match=r"error\[SR812\]"):
        Monitor(ruleset(HOMES), store=store)
    with sqlite3.connect(tmp_path / "other.sqlite") as other:
        other.execute("create table t (x int)")
    other.close()
    with pytest.raises(StoreError, match=r"error\[SR812\]"):
        Monitor(ruleset(HOMES), store=tmp_path / "other.sqlite")


class Reopened:
    """A monitor that is closed and opened again between events, as a host of the state machine."""

    def __init__(self, store: Path) -> None:
        self.store, self.events = store, 0
        self.monitor = self.open()

    def open(self) -> Monitor:
        return Monitor(ruleset(HOMES), store=self.store)

    def assert_facts(self, community: str, facts: Mapping[str, Any]) -> None:
        self.next()
        self.monitor.assert_facts(community, facts)

    def retract(self, community: str, fact_ids: list[str]) -> None:
        self.next()
        self.monitor.retract(community, fact_ids)

    def outcomes(self, community: str) -> dict[str, dict[str, Outcome]]:
        return self.monitor.outcomes(community)

    def next(self) -> None:
        self.events += 1
        if self.events % 3 == 0:
            self.monitor.close()
            self.monitor = self.open()

    def close(self) -> None:
        self.monitor.close()


@pytest.mark.once
def test_a_monitor_that_is_opened_again_and_again_is_a_host(tmp_path: Path) -> None:
    stores = (tmp_path / f"{number}.sqlite" for number in range(10**6))
    asked = settings(max_examples=20, stateful_step_count=15, deadline=None)
    run_state_machine_as_test(host_machine(ruleset(HOMES), lambda: Reopened(next(stores))), settings=asked)


def test_a_monitor_that_cannot_begin_lets_its_store_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("smartrules.live.keeping.Shelf", interrupted)
        with pytest.raises(KeyboardInterrupt) as raised:
            Monitor(ruleset(HOMES), store=tmp_path / "homes.sqlite")
    assert raised.tb is not None  # what a debugger, or who logs it, holds on to
    with Monitor(ruleset(HOMES), store=tmp_path / "homes.sqlite") as monitor:
        assert monitor.communities() == ()
