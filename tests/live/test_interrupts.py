"""An interrupt at any line of a monitor: the event is taken or not, in memory and in the store, and each change is told once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from linecache import getline
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from smartrules.live import Change, Monitor
from smartrules.live.log import EventLog
from smartrules.outcome import Outcome
from smartrules.ruleset import Ruleset
from tests.rulesets import ruleset

HOMES = """\
standard: homes
edition: "1"
tiers: {basic: , best: }
facts: {gated: {kind: flag}, lit: {kind: flag}, cameras: {count: camera}}
indicators:
  gates: {require: {basic: gated}}
  lights: {require: {basic: lit}}
  watching: {require: {best: cameras >= 4 cameras}}
reactions:
  slipping: {lost: [gates, lights]}
  out_of_date: {stale: cameras, after: 12 months}
"""
FIRST, STEP = 1, 11  # not every line, as each takes a store of its own
START = datetime(2024, 1, 1, tzinfo=UTC)
# Python looks for interrupts at calls and loops, and so never where a flag alone is set back, or a `try` begins.
NEVER = "self._making = False", "try:"
OWN = "/smartrules/live/", "/smartrules/engines/settling.py", "/smartrules/engines/forward.py"
RULES = {"any loss": {"all": [{"m": {"before": "met"}}]}}


class Host:
    """A host that keeps what it is told."""

    def __init__(self, homes: Ruleset, store: Path | None) -> None:
        self.homes, self.store = homes, store
        self.changes: list[Change] = []
        self.events: list[str] = []
        self.fired: list[int] = []
        self.monitor = self.opened()

    def opened(self) -> Monitor:
        rules = {name: {**rule, "run": self.run} for name, rule in RULES.items()}
        return Monitor(self.homes, on_change=self.changes.append, on_event=self.event, store=self.store, rules=rules)

    def event(self, event: Any) -> None:
        self.events.append(f"{event.reaction} {event.community} {event.fact or [one.number for one in event.changes]}")

    def run(self, firing: Any) -> None:
        self.fired.append(firing.changes["m"].number)


@contextmanager
def interrupted_at(line: int) -> Iterator[None]:
    """Raise an interrupt where a line of the monitor begins, counted from 1."""
    begun = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal begun
        if not any(part in frame.f_code.co_filename for part in OWN):
            return None
        if event == "line" and getline(frame.f_code.co_filename, frame.f_lineno).strip() not in NEVER:
            begun += 1
            if begun == line:
                raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)


def _correct(monitor: Monitor) -> None:
    monitor.assert_facts("a", {"gated": False, "cameras": 3}, when=START + timedelta(days=1))


def _age(monitor: Monitor) -> None:
    monitor.tick(START + timedelta(days=900))


def _forget(monitor: Monitor) -> None:
    monitor.forget("a", when=START + timedelta(days=1))


def _check(homes: Ruleset, monitor: Monitor) -> None:
    for one in monitor.communities():
        assert monitor.outcomes(one) == homes.outcomes(monitor.facts(one))


def _told_once(host: Host) -> None:
    numbers = [one.number for one in host.changes]
    assert numbers == list(range(1, len(numbers) + 1))
    known = dict[tuple[str, str, str | None], Outcome]()
    for one in host.changes:
        place = one.community, one.tier, one.indicator
        assert one.before == known.get(place, one.before)
        known[place] = one.after
    lost = [one.number for one in host.changes if one.before.value == "met"]
    assert host.fired == lost
    of_indicators = [one.number for one in host.changes if one.number in lost and one.indicator in ("gates", "lights")]
    assert [one for one in host.events if one.startswith("slipping")] == [
        f"slipping {_of(host, n)} [{n}]" for n in of_indicators
    ]
    aged = [one for one in host.events if one.startswith("out")]
    assert len(aged) == len(set(aged))


def _of(host: Host, number: int) -> str:
    return host.changes[number - 1].community


@pytest.mark.once
@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize("act", [_correct, _age, _forget])
def test_an_interrupt_anywhere_leaves_an_event_taken_or_not(
    tmp_path: Path, act: Callable[[Monitor], None], stored: bool
) -> None:
    homes = ruleset(HOMES)
    went_through, line = False, FIRST - STEP
    while not went_through:
        line += STEP
        host = Host(homes, tmp_path / f"{line}.sqlite" if stored else None)
        monitor = host.monitor
        for one in ("a", "b"):
            monitor.assert_facts(one, {"gated": True, "lit": True, "cameras": 4}, when=START)
        try:
            with interrupted_at(line):
                act(monitor)
            went_through = True
        except KeyboardInterrupt:
            pass
        _check(homes, monitor)
        later = START + timedelta(days=901)
        for one in ("a", "b", "a"):
            monitor.assert_facts(one, {"gated": True, "lit": len(host.changes) % 2 == 0, "cameras": 4}, when=later)
            _check(homes, monitor)
        monitor.tick(later)
        if act is _age:
            assert [one for one in host.events if one.startswith("out")] in (
                ["out_of_date a cameras", "out_of_date b cameras"],
                ["out_of_date a cameras"],
                [],
            ), line
        if act is not _forget:
            _told_once(host)
        known = {one: (monitor.facts(one), monitor.outcomes(one)) for one in monitor.communities()}
        monitor.close()
        if host.store is not None:
            with EventLog.reading(host.store) as log:
                assert [*log.changes()] == host.changes
                aged = [one for name in ("a", "b") for one in log.events(name) if one.kind == "aged"]
                assert len(aged) == len([one for one in host.events if one.startswith("out")])
            again = host.opened()
            with again:
                assert {one: (again.facts(one), again.outcomes(one)) for one in again.communities()} == known
            with EventLog.reading(host.store) as log:
                assert [*log.changes()] == host.changes
    assert line > 30


@pytest.mark.parametrize("where", ["_settling.settle", "_log.append", "_finish", "_shelf.put", "_calls.take"])
@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
def test_an_event_that_is_interrupted_is_taken_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, done: bool, kind: type[BaseException]
) -> None:
    homes = ruleset(HOMES)
    host = Host(homes, tmp_path / "homes.sqlite")
    monitor = host.monitor
    monitor.assert_facts("a", {"gated": True, "lit": True}, when=START)
    owner, name = monitor, where
    if "." in where:
        part, name = where.split(".")
        owner = getattr(monitor, part)
    real = getattr(owner, name)

    def interrupted(*arguments: Any) -> None:
        monkeypatch.setattr(owner, name, real)
        if done:
            real(*arguments)
        raise kind

    monkeypatch.setattr(owner, name, interrupted)
    with pytest.raises(kind):
        monitor.assert_facts("a", {"gated": False, "cameras": 4}, when=START)
    taken = where in ("_finish", "_shelf.put", "_calls.take") or (where == "_log.append" and done)
    assert monitor.facts("a").value("gated") is not taken
    _check(homes, monitor)
    monitor.assert_facts("a", {"lit": False}, when=START)
    _check(homes, monitor)
    _told_once(host)
    monitor.close()
    with EventLog.reading(tmp_path / "homes.sqlite") as log:
        assert [*log.changes()] == host.changes
        assert log.told == host.changes[-1].number


def test_who_closes_the_monitor_when_told_of_a_change_is_told_of_the_others_by_the_next(tmp_path: Path) -> None:
    homes = ruleset(HOMES)
    told: list[int] = []

    def closing(change: Change) -> None:
        told.append(change.number)
        if change.number == 2:
            monitor.close()

    monitor = Monitor(homes, on_change=closing, store=tmp_path / "homes.sqlite")
    monitor.assert_facts("a", {"gated": True, "lit": True}, when=START)
    assert told == [1, 2]
    with Monitor(homes, on_change=closing, store=tmp_path / "homes.sqlite"):
        assert told == [1, 2, 3, 4, 5]


def test_what_is_expected_does_not_grow_with_events() -> None:
    with Monitor(ruleset(HOMES)) as monitor:
        for day in range(300):
            monitor.assert_facts(f"c{day % 3}", {"cameras": day}, when=START + timedelta(days=day))
        assert monitor._reacting is not None
        assert len(monitor._reacting._due) == 3
        monitor.forget("c0")
        assert len(monitor._reacting._due) == 2
