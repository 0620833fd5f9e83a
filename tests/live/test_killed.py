"""What a killed process had put into the log is there: every event that was acknowledged, whole, and at most one more."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from smartrules.live import Change
from smartrules.live.log import EventLog
from smartrules.outcome import Outcome
from tests.live.conftest import ON_POSTGRES
from tests.live.killing import WriteAck, kill_rounds

pytestmark = [pytest.mark.once, pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")]

STANDARD = "shandong-smart-community"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def changes_of(event: int, community: str, after: int) -> list[Change]:
    """Return the changes of an event: none to three, which name it."""
    return [
        Change(after + more, community, "basic", f"of{event}", Outcome.UNDETERMINED, Outcome.MET, ("households",), NOON)
        for more in range(1, event % 4 + 1)
    ]


def body_of(event: int) -> dict[str, Any]:
    return {"facts": {"households": event, "note": "具备千兆接入能力的家庭数" * (event % 50)}}


def append_without_end(write_ack: WriteAck, where: str) -> None:
    """Put event after event into a log, and acknowledge each once it is there."""
    log = EventLog.open(where, STANDARD)
    number = 0 if log.last_event is None else log.last_event.number
    community = f"after {number}"
    while True:
        number += 1
        log.append(community, "assert", body_of(number), NOON, changes_of(number, community, log.last_change))
        log.tell(log.last_change)
        write_ack([number, log.last_change])


def append_by_halves(write_ack: WriteAck, where: str) -> None:
    """Acknowledge each event before it is there."""
    log = EventLog.open(where, STANDARD)
    number = 0 if log.last_event is None else log.last_event.number
    community = f"after {number}"
    while True:
        number += 1
        changes = changes_of(number, community, log.last_change)
        write_ack([number, log.last_change + len(changes)])
        log.append(community, "assert", body_of(number), NOON, changes)


def check_rounds(target: Any, where: str, rounds: int, seed: int = 0, longest: float = 0.04) -> tuple[int, int]:
    """Kill a writer some times, look at what it left each time, and return how many events were put in, and not acknowledged."""
    last = last_change = more = 0
    for number, acks in enumerate(kill_rounds(target, rounds, where, seed=seed, longest=longest)):
        assert [number for number, _ in acks] == list(range(last + 1, last + len(acks) + 1))
        # Who only reads what a killed writer left sees the same as the next writer; before there is a store, nobody reads.
        writes = last == 0 or number % 4 == 0
        with EventLog.open(where, STANDARD) if writes else EventLog.reading(where, STANDARD) as log:
            found = last if log.last_event is None else log.last_event.number
            assert found in (last + len(acks), last + len(acks) + 1), f"{len(acks)} acknowledged, {found - last} there"
            community = f"after {last}"
            events = log.events(community)
            assert [(event.number, event.body) for event in events] == [
                (number, body_of(number)) for number in range(last + 1, found + 1)
            ]
            expected: list[Change] = []
            for event in events:
                expected += changes_of(event.number, community, last_change + len(expected))
            assert list(log.changes(after=last_change)) == expected
            assert log.last_change == last_change + len(expected)
            assert log.told <= log.last_change
            more += found - last - len(acks)
            last, last_change = found, log.last_change
    with EventLog.reading(where) as log:
        numbers = [event.number for community in log.communities() for event in log.events(community)]
    assert numbers == list(range(1, last + 1))
    return last, more


def test_a_killed_writer_loses_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    events, more = check_rounds(append_without_end, str(tmp_path / "store.db"), 300)
    assert events > 300, "children were killed after they wrote"
    assert more > 0, "and some while they wrote"


@pytest.mark.parametrize("_", [pytest.param(None, marks=ON_POSTGRES)], ids=["postgresql"])
def test_a_killed_writer_loses_nothing_on_a_server(postgres_url: str, _: None) -> None:
    events, _ = check_rounds(append_without_end, postgres_url, 30, longest=0.1)
    assert events > 30


BETWEEN = """
import os, signal, sqlite3, sys
store = sqlite3.connect(sys.argv[1], isolation_level=None)
store.execute("PRAGMA cache_size = 1")
store.execute("BEGIN IMMEDIATE")
for _ in range(4):
    store.execute("UPDATE smartrules_events SET kind = 'forget', body = body || body WHERE number < 100")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_reader_mends_what_a_writer_left_that_was_killed_between_two_kinds_of_journal(tmp_path: Path) -> None:
    where = tmp_path / "store.db"
    with EventLog.open(where, STANDARD) as log:
        for number in range(1, 201):
            log.append("a", "assert", body_of(number), NOON)
    subprocess.run([sys.executable, "-c", BETWEEN, where], check=False, timeout=60)
    assert (tmp_path / "store.db-journal").stat().st_size > 0
    with EventLog.reading(where) as log:
        assert [event.body for event in log.events("a")] == [body_of(number) for number in range(1, 201)]


def test_what_is_acknowledged_too_early_is_found_out(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"acknowledged, "):
        check_rounds(append_by_halves, str(tmp_path / "store.db"), 100)


def ends(write_ack: WriteAck) -> None:
    write_ack(1)


def fails(write_ack: WriteAck) -> None:
    raise ValueError("no")


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (ends, "round 0: the child ended by itself: .*the function has returned"),
        (fails, "round 0: .*: .*ValueError: no"),
    ],
)
def test_a_child_that_ends_by_itself_is_no_round(target: Any, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        list(kill_rounds(target, 3, longest=1))
