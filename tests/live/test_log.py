"""The log of events on every database: what is put in comes back, in order, as it was."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartrules.diagnostics import StoreError
from smartrules.live import Change
from smartrules.live.log import Event, EventLog
from smartrules.outcome import Outcome

STANDARD = "shandong-smart-community"
NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


def change(number: int, community: str = "qili", when: datetime = NOON, **other: Any) -> Change:
    given = {"tier": "basic", "indicator": "wired_broadband", "before": Outcome.UNDETERMINED, "after": Outcome.MET}
    return Change(number, community, **{**given, "cause": ("households", "on"), **other}, when=when)


def minute(number: int) -> datetime:
    return NOON + timedelta(minutes=number)


def test_a_new_store_is_empty(where: str) -> None:
    with EventLog.open(where, STANDARD) as log:
        assert (log.last_event, log.last_change, log.told, log.standard) == (None, 0, 0, STANDARD)
        assert log.events("qili") == []
        assert list(log.communities()) == list(log.changes()) == []


def test_events_and_their_changes_come_back_as_they_were(where: str) -> None:
    first = {"facts": {"households": 3461, "area": "6.3 km²"}, "community": {"id": "qili", "name": "七里社区"}}
    changes = [
        change(1),
        change(2, tier="基础", indicator=None, before=Outcome.MET, after=Outcome.NOT_APPLICABLE, cause=()),
    ]
    with EventLog.open(where, STANDARD) as log:
        assert log.append("qili", "assert", first, NOON, changes) == Event(1, "qili", "assert", first, NOON)
        assert log.append("七里", "retract", ["area", "具备"], minute(1), []) == Event(
            2, "七里", "retract", ["area", "具备"], minute(1)
        )
        here = (log.events("qili"), log.events("七里"), list(log.changes()), log.last_event, log.last_change)
    assert here[0] == [Event(1, "qili", "assert", first, NOON)]
    assert here[2] == changes
    with EventLog.open(where, STANDARD) as log:
        assert (log.events("qili"), log.events("七里"), list(log.changes()), log.last_event, log.last_change) == here
        assert log.append("qili", "forget", None, minute(2), [change(3)]).number == 3


def test_times_come_back_in_utc_to_the_microsecond(where: str) -> None:
    times = [
        datetime(2026, 3, 1, 0, 0, 0, 1, tzinfo=timezone(timedelta(hours=8))),
        datetime(1900, 1, 1, 0, 0, 0, 999999, tzinfo=UTC),
        datetime.max.replace(tzinfo=UTC),
        datetime.min.replace(tzinfo=UTC),
    ]
    with EventLog.open(where, STANDARD) as log:
        appended = [log.append("a", "assert", {}, when, [change(n, when=when)]) for n, when in enumerate(times, 1)]
        found = log.events("a")
        assert [event.when for event in found] == times == [event.when for event in appended]
        assert [one.when for one in log.changes()] == times
        assert {event.when.tzinfo for event in [*found, *appended]} == {UTC}


def test_what_was_before_a_community_was_forgotten_is_not_asked_any_more(where: str) -> None:
    with EventLog.open(where, STANDARD) as log:
        for number, (community, kind) in enumerate(
            [("a", "assert"), ("b", "assert"), ("a", "forget"), ("a", "assert"), ("a", "retract"), ("b", "forget")], 1
        ):
            log.append(community, kind, None, minute(number))  # type: ignore[arg-type]
        assert [event.number for event in log.events("a")] == [4, 5]
        assert log.events("b") == []
        assert list(log.communities()) == ["a"]
        assert [event.number for event in log.events("a", minute(4))] == [4], "the moment itself counts"
        assert [event.number for event in log.events("a", minute(4) - timedelta(microseconds=1))] == []
        assert [event.number for event in log.events("a", minute(2))] == [1]
        assert list(log.communities(minute(2))) == ["a", "b"]
        assert list(log.communities(minute(4))) == ["b", "a"], "a began anew after b"
        assert list(log.communities(minute(0))) == []


def test_changes_are_found_by_number_community_and_time(where: str) -> None:
    with EventLog.open(where, STANDARD) as log:
        for number in range(1, 7):
            name = "ab"[number % 2]
            log.append(name, "assert", {}, minute(number), [change(number, name, minute(number))])

        def numbers(**asked: Any) -> list[int]:
            return [one.number for one in log.changes(**asked)]

        assert numbers() == [1, 2, 3, 4, 5, 6]
        assert numbers(community="b") == [1, 3, 5]
        assert numbers(after=4) == [5, 6]
        assert numbers(after=2**70) == []
        assert numbers(since=minute(3)) == [3, 4, 5, 6]
        assert numbers(community="a", after=2, since=minute(5)) == [6]
        assert numbers(community="c") == []


def test_a_thousand_events_and_more_changes_than_a_page_are_in_order(where: str) -> None:
    with EventLog.open(where, STANDARD) as log:
        for number in range(1, 1001):
            own = [change(number * 3 - 2 + more, f"社区{number % 7}", minute(number)) for more in range(3)]
            log.append(f"社区{number % 7}", "assert", {"facts": {"households": number}}, minute(number), own)
    with EventLog.reading(where, STANDARD) as log:
        assert [one.number for one in log.changes()] == list(range(1, 3001))
        assert list(log.communities()) == [f"社区{n}" for n in (1, 2, 3, 4, 5, 6, 0)]
        assert [event.body["facts"]["households"] for event in log.events("社区3")] == list(range(3, 1001, 7))
        last = log.last_event
        assert last is not None
        assert (last.number, last.when, log.last_change) == (1000, minute(1000), 3000)


def test_changes_that_come_while_they_are_read_are_read_too(where: str) -> None:
    with EventLog.open(where, STANDARD) as log:
        log.append("a", "assert", {}, NOON, [change(n) for n in range(1, 1001)])
        asked = log.changes()
        assert next(asked).number == 1
        log.append("a", "assert", {}, NOON, [change(1001)])
        assert [one.number for one in asked] == list(range(2, 1002))


def test_many_events_are_put_in_together_or_not_at_all(where: str) -> None:
    with EventLog.open(where, STANDARD) as log:
        made = log.append_many(
            [("a", "assert", {}, NOON, [change(1)]), ("b", "assert", {}, NOON, [change(2), change(3)])]
        )
        assert [event.number for event in made] == [1, 2]
        assert log.append_many([]) == []
        with pytest.raises(StoreError, match=r"SR818"):
            log.append_many([("c", "assert", {}, NOON, [change(4)]), ("d", "assert", {1}, NOON, [])])
        assert list(log.communities()) == ["a", "b"]
        assert log.last_change == 3
        assert log.append("c", "assert", {}, NOON, [change(4)]).number == 3


def test_threads_share_a_log(where: str) -> None:
    with EventLog.open(where, STANDARD) as log:

        def work(name: str) -> list[int]:
            return [log.append(name, "assert", {}, NOON).number for _ in range(50)]

        with ThreadPoolExecutor(4) as pool:
            numbers = list(pool.map(work, "abcd"))
        assert sorted(number for own in numbers for number in own) == list(range(1, 201))
        for name, own in zip("abcd", numbers, strict=True):
            assert [event.number for event in log.events(name)] == own


# --- told ----------------------------------------------------------------------------------------------------------


def test_what_the_host_was_told_is_written_with_the_next_event(where: str) -> None:
    with EventLog.open(where, STANDARD) as log, EventLog.reading(where) as beside:
        log.append("a", "assert", {}, NOON, [change(1), change(2)])
        log.tell(2)
        assert (log.told, beside.told) == (2, 0)
        log.append("a", "assert", {}, NOON)
        assert (log.told, beside.told) == (2, 2)


def test_what_the_host_was_told_is_written_at_the_end(where: str) -> None:
    with EventLog.open(where, STANDARD) as log:
        log.append("a", "assert", {}, NOON, [change(1)])
        log.tell(1)
    with EventLog.open(where, STANDARD) as log:
        assert log.told == 1


# --- bodies --------------------------------------------------------------------------------------------------------

_TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
_BODIES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=_BODIES)
def test_every_value_of_json_comes_back_as_it_was(where: str, body: Any) -> None:
    with EventLog.open(where, STANDARD) as log:
        log.append("a", "assert", body, NOON)
    with EventLog.open(where, STANDARD) as log:
        found = log.last_event
        assert found is not None
        assert repr(found.body) == repr(body), "numbers of the same kind too, and keys in the same order"


@pytest.mark.parametrize(
    "body",
    [10**4000, -(2**63), 0.1, 1e308, 5e-324, -0.0, "nul \0 nul", "𠮷 七里社区 \u2028 \x7f", {"": {"\0": [[]]}}],
    ids=lambda body: f"{body!r:.20}",
)
def test_numbers_and_texts_keep_every_sign(where: str, body: Any) -> None:
    with EventLog.open(where, STANDARD) as log:
        log.append("a", "assert", body, NOON)
        assert repr(log.events("a")[0].body) == repr(body)


def deep() -> Any:
    body: Any = []
    for _ in range(100_000):
        body = [body]
    return body


AS_JSON = "\nhelp: give texts, numbers, flags, lists and mappings as a JSON document has them"
HALF = "error[SR818]: what came holds half a character, a surrogate without its other half" + AS_JSON


@pytest.mark.parametrize(
    ("community", "body", "when", "changes", "message"),
    [
        (
            "a",
            float("nan"),
            NOON,
            [],
            "error[SR818]: what came is no value of JSON: Out of range float values are not JSON",
        ),
        (
            "a",
            {1, 2},
            NOON,
            [],
            "error[SR818]: what came is no value of JSON: Object of type set is not JSON serializable",
        ),
        ("a", deep(), NOON, [], "error[SR818]: what came is no value of JSON: "),
        ("a", 10**5000, NOON, [], "error[SR818]: what came is no value of JSON: Exceeds the limit"),
        ("a", "\ud800", NOON, [], HALF),
        ("a", {"\udfff": 1}, NOON, [], HALF),
        (
            "nul\0",
            {},
            NOON,
            [],
            "error[SR818]: the id of a community, `nul\N{REPLACEMENT CHARACTER}`, holds a NUL or half a character"
            + AS_JSON,
        ),
        (
            "\ud800",
            {},
            NOON,
            [],
            "error[SR818]: the id of a community, `\N{REPLACEMENT CHARACTER}`, holds a NUL or half a character"
            + AS_JSON,
        ),
        (
            "a",
            {},
            datetime(2026, 3, 1),
            [],
            "error[SR818]: the time 2026-03-01T00:00:00 does not say in which zone it is\n"
            "help: give it one: `datetime.now(UTC)`",
        ),
        (
            "a",
            {},
            NOON,
            [change(3)],
            "error[SR818]: a change has the number 3, and the next one is 2\nhelp: number changes from `last_change` + 1",
        ),
    ],
    ids=["nan", "set", "deep", "long", "half", "half-key", "nul", "half-id", "naive", "number"],
)
def test_an_event_that_cannot_be_kept_leaves_everything_as_it_was(
    where: str, community: str, body: Any, when: datetime, changes: list[Change], message: str
) -> None:
    with EventLog.open(where, STANDARD) as log:
        log.append("a", "assert", {}, NOON, [change(1)])
        with pytest.raises(StoreError) as raised:
            log.append(community, "assert", body, when, changes)
        assert str(raised.value).startswith(message)
        assert str(raised.value).endswith(AS_JSON) or str(raised.value) == message
        assert log.append("a", "assert", {}, NOON, [change(2)]).number == 2


def test_a_community_that_no_store_can_keep_has_no_events(where: str) -> None:
    with EventLog.open(where, STANDARD) as log:
        for name in ("a\0", "\ud800"):
            assert log.events(name) == []
            assert list(log.changes(community=name)) == []


# --- who reads and writes ------------------------------------------------------------------------------------------


def test_a_reader_sees_what_a_writer_beside_it_puts_in(where: str) -> None:
    with EventLog.open(where, STANDARD) as log, EventLog.reading(where, STANDARD) as beside:
        assert beside.last_event is None
        event = log.append("a", "assert", {}, NOON, [change(1)])
        assert (beside.last_event, beside.last_change, beside.events("a")) == (event, 1, [event])
        assert list(beside.changes()) == [change(1)]
        assert list(beside.communities()) == ["a"]


def test_a_reader_never_writes(where: str) -> None:
    with EventLog.open(where, STANDARD):
        pass
    with EventLog.reading(where) as log:
        with pytest.raises(StoreError) as raised:
            log.append("a", "assert", {}, NOON)
        assert str(raised.value) == (
            f"error[SR816]: the store {shown(where)} is open for reading only\nhelp: open it with `EventLog.open`"
        )
        assert log.last_event is None
        log.tell(1)
    with EventLog.reading(where) as log:
        assert log.told == 0


def shown(where: str) -> str:
    """Return a place as a message shows it: without what stands after the address of a database."""
    return f"`{where.partition('?')[0]}`"


def in_use(where: str) -> str:
    return (
        f"error[SR815]: the store {shown(where)} is in use by another writer\n"
        "help: one process writes a store: end the other, or open it for reading"
    )


def test_a_second_writer_is_refused_until_the_first_one_has_closed(where: str) -> None:
    with EventLog.open(where, STANDARD) as log:
        for _ in range(2):
            with pytest.raises(StoreError) as raised:
                EventLog.open(where, STANDARD)
            assert str(raised.value) == in_use(where)
        log.append("a", "assert", {}, NOON)
    with EventLog.open(where, STANDARD) as log:
        assert [event.number for event in log.events("a")] == [1]


WRITER = """
import sys, time
from smartrules.live.log import EventLog
log = EventLog.open(sys.argv[1], sys.argv[2])
print("open", flush=True)
time.sleep(60)
"""


def test_a_writer_in_another_process_is_respected_and_forgotten_once_it_is_killed(where: str) -> None:
    run = [sys.executable, "-c", WRITER, where, STANDARD]
    with subprocess.Popen(run, stdout=subprocess.PIPE, text=True) as other:
        try:
            assert other.stdout is not None
            assert other.stdout.readline() == "open\n"
            with pytest.raises(StoreError) as raised:
                EventLog.open(where, STANDARD)
            assert str(raised.value) == in_use(where)
        finally:
            other.kill()
    with EventLog.open(where, STANDARD) as log:
        assert log.append("a", "assert", {}, NOON).number == 1


FORKING = """
import os, sys
from datetime import datetime, UTC
from smartrules.diagnostics import StoreError
from smartrules.live.log import EventLog
with EventLog.open(sys.argv[1], sys.argv[2]) as log:
    if os.fork() == 0:
        try:
            log.append("a", "assert", {}, datetime.now(UTC))
        except StoreError as error:
            print(error, flush=True)
        log.close()
        os._exit(0)
    os.wait()
    try:
        EventLog.open(sys.argv[1], sys.argv[2])
    except StoreError as error:
        print(error)
    print(log.append("a", "assert", {}, datetime.now(UTC)).number)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_fork_does_not_use_the_store_of_its_parent(where: str) -> None:
    run = [sys.executable, "-c", FORKING, where, STANDARD]
    done = subprocess.run(run, capture_output=True, encoding="utf-8", timeout=60, check=True)
    assert done.stdout == (
        f"error[SR815]: the store {shown(where)} was opened by the process from which this one was forked\n"
        "help: one process writes a store: end the other, or open it for reading\n"
        f"{in_use(where)}\n1\n"
    )


def test_a_closed_log_says_so_whatever_it_is_asked(where: str) -> None:
    log = EventLog.open(where, STANDARD)
    changes = log.changes()
    log.close()
    log.close()
    asked = [
        lambda: log.append("a", "assert", {}, NOON),
        lambda: log.append_many([]),
        lambda: log.tell(1),
        lambda: log.events("a"),
        lambda: log.communities(),
        lambda: log.changes(),
        lambda: next(changes),
        lambda: log.last_event,
        lambda: log.last_change,
        lambda: log.told,
    ]
    for ask in asked:
        with pytest.raises(StoreError) as raised:
            ask()
        assert str(raised.value) == f"error[SR817]: the store {shown(where)} is closed\nhelp: open it again"


def test_a_store_is_for_one_standard(where: str) -> None:
    with EventLog.open(where, STANDARD):
        pass
    for opened in (EventLog.open, EventLog.reading):
        with pytest.raises(StoreError) as raised:
            opened(where, "gigabit-city")
        assert str(raised.value) == (
            f"error[SR813]: the store {shown(where)} is for `{STANDARD}`, not for `gigabit-city`\n"
            "help: name the store of this standard, or another place for a new one"
        )
    with EventLog.reading(where) as log:
        assert log.standard == STANDARD
