"""The log of events: what came, in order, kept in SQLite or PostgreSQL before anybody acts on it.

Events and changes are only ever appended. One process writes a store, any number read it beside that. Everything here is
one path for all databases; `stores` knows what is different.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from os import PathLike
from threading import RLock
from typing import Any, Self, TypeVar

from smartrules.diagnostics import StoreError, shorten
from smartrules.live import stores
from smartrules.live.changes import Change
from smartrules.live.events import (
    Event,
    EventKind,
    check_storable,
    decode_body,
    encode_body,
    is_storable,
    microseconds,
    moment,
)
from smartrules.live.stores import CHANGES, EVENTS, FORMAT, META, SCHEMA, TABLES, Place, exc, sql
from smartrules.outcome import Outcome

__all__ = ["Entry", "Event", "EventLog"]

_ADD_EVENT = sql.insert(EVENTS)
_ADD_CHANGE = sql.insert(CHANGES)
_SET_TOLD = sql.update(META).where(META.c.key == "told").values(value=sql.bindparam("told"))

_T = TypeVar("_T")

_PAGE = 1000  # rows that are in memory at a time while changes are read
_LARGEST = 2**63 - 1

#: An event that is not in the log yet: community, kind, body, when, changes, as `EventLog.append` takes them.
Entry = tuple[str, EventKind, Any, datetime, Sequence[Change]]


class EventLog:
    """A store of events, open in this process; safe to share between its threads."""

    def __init__(self, place: Place, connection: sql.Connection, held: ExitStack, *, writes: bool) -> None:
        self._place = place
        self._connection = connection
        self._held = held  # the connection, the engine and the lock, let go in that order
        self._writes = writes
        self._guard = RLock()
        self._process = os.getpid()
        self._end: str | None = None  # why nothing can be asked any more
        self._sure = True  # whether what is noted below is what the store holds
        self._standard = ""
        self._last: Event | None = None
        self._last_change = 0
        self._told = self._told_there = 0

    # --- opening and closing ---------------------------------------------------------------------------------------

    @classmethod
    def open(cls, where: str | PathLike[str], ruleset: str) -> Self:
        """Open a store to write it, and make it where there is none.

        Args:
            where: the path of a file, or a text with ``://``: the address of a database, as SQLAlchemy writes it,
                ``postgresql://user:password@host/database``.
            ruleset: the id of the standard whose communities it keeps.

        Raises:
            StoreError: SR811 to SR816: it cannot be opened, is no store, was made for another standard or by a newer
                version, is in use by another writer, or cannot be written.
        """
        return cls._opened(where, ruleset, writes=True)

    @classmethod
    def reading(cls, where: str | PathLike[str], ruleset: str | None = None) -> Self:
        """Open a store to read it, beside whoever writes it.

        Args:
            where: as `open` takes it.
            ruleset: the id of the standard that it must be for; None where any will do.

        Raises:
            StoreError: as `open`, and SR811 where there is no store.
        """
        return cls._opened(where, ruleset, writes=False)

    @classmethod
    def _opened(cls, where: str | PathLike[str], ruleset: str | None, *, writes: bool) -> Self:
        place = stores.place_of(where)
        with ExitStack() as held:
            if writes and place.file is not None:
                held.enter_context(stores.locked(place))
            with stores.guarded(place, "opened" if writes else "opened to be read"):
                engine = stores.engine_of(place, writes)
                held.callback(engine.dispose)
                connection = held.enter_context(engine.connect())
                stores.prepare(place, connection, writes)
                log = cls(place, connection, held, writes=writes)
                with connection.begin():
                    log._read_meta(ruleset)
                    log._read_state()
                log._told = log._told_there
                if writes:
                    stores.begin_writing(place, connection)
                    held.callback(stores.end_writing, place, connection)
            log._held = held.pop_all()
            return log

    def _read_meta(self, ruleset: str | None) -> None:
        place, connection = self._place, self._connection
        names = sql.inspect(connection).get_table_names()
        if META.name not in names:
            if not self._writes or (place.file is not None and names):
                what = "there are tables of something else in it" if names else "it is empty"
                raise stores.no_store(place, what)
            assert ruleset is not None
            TABLES.create_all(connection, checkfirst=False)
            made = {"format": FORMAT, "schema": str(SCHEMA), "standard": ruleset, "told": "0"}
            connection.execute(sql.insert(META), [{"key": key, "value": value} for key, value in made.items()])
        meta = {row.key: row.value for row in connection.execute(sql.select(META))}
        if meta.get("format") != FORMAT or not meta.get("schema", "").isdecimal():
            raise stores.no_store(place, f"its table `{META.name}` is another one")
        if int(meta["schema"]) > SCHEMA:
            raise StoreError.of(
                "SR814",
                f"the store {place.shown} was made by a newer version of smartrules",
                "install that version, or a later one: `pip install --upgrade smartrules`",
            )
        self._standard = meta.get("standard", "")
        if ruleset is not None and self._standard != ruleset:
            raise StoreError.of(
                "SR813",
                f"the store {place.shown} is for `{shorten(self._standard)}`, not for `{shorten(ruleset)}`",
                "name the store of this standard, or another place for a new one",
            )

    def _read_state(self) -> None:
        row = self._connection.execute(sql.select(EVENTS).order_by(EVENTS.c.number.desc()).limit(1)).first()
        self._last = None if row is None else self._read([row], _event)[0]
        self._last_change = self._connection.scalar(sql.select(sql.func.max(CHANGES.c.number))) or 0
        told = self._connection.scalar(sql.select(META.c.value).where(META.c.key == "told"))
        self._told_there = int(told or 0)

    def close(self) -> None:
        """Close the store, and write up to which change the host was told; what is closed stays closed.

        Raises:
            StoreError: SR816, where that cannot be written. The store is closed all the same.
        """
        with self._guard:
            if self._process != os.getpid():
                return  # what a fork has of it belongs to its parent
            usable, self._end = self._end is None, self._end or "is closed"
            with self._held.pop_all():
                if usable and self._writes and self._told != self._told_there:
                    with stores.guarded(self._place, "written"), self._transaction():
                        self._connection.execute(_SET_TOLD, {"told": str(self._told)})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- writing ---------------------------------------------------------------------------------------------------

    def append(
        self, community: str, kind: EventKind, body: Any, when: datetime, changes: Sequence[Change] = ()
    ) -> Event:
        """Put an event and its changes at the end, both or neither; they are on disk when this returns.

        Args:
            community: its id.
            kind: ``assert``, ``retract``, ``forget`` or ``aged``.
            body: a value of JSON: a facts document, a list of ids, or None.
            when: its time, with its zone.
            changes: what the event changed, numbered from `last_change` + 1.

        Raises:
            StoreError: SR816 where it cannot be written, SR817 where the log is closed, SR818 where the event cannot be
                kept. Nothing of the event is in the store then, unless the connection to a server was lost while it
                was being written: open the store again, and see `last_event`.
        """
        return self.append_many([(community, kind, body, when, changes)])[0]

    def append_many(self, entries: Iterable[Entry]) -> list[Event]:
        """Put events and their changes at the end, all or none, for the price of one: as `append` puts one.

        Raises:
            StoreError: as `append`.
        """
        with self._using("written", begin=False):
            if not self._writes:
                raise StoreError.of(
                    "SR816", f"the store {self._place.shown} is open for reading only", "open it with `EventLog.open`"
                )
            events, event_rows, change_rows = self._rows(entries)
            if not events:
                return []
            told = self._told
            # Until all is noted that stands in the store, it would be looked up: an interrupt may come at any place.
            self._sure = False
            with self._transaction():
                self._connection.execute(_ADD_EVENT, event_rows)
                if change_rows:
                    self._connection.execute(_ADD_CHANGE, change_rows)
                if told != self._told_there:
                    self._connection.execute(_SET_TOLD, {"told": str(told)})
            self._told_there = told
            self._last = events[-1]
            self._last_change += len(change_rows)
            self._sure = True
            return events

    def _rows(self, entries: Iterable[Entry]) -> tuple[list[Event], list[dict[str, Any]], list[dict[str, Any]]]:
        number = 0 if self._last is None else self._last.number
        last_change = self._last_change
        events, event_rows, change_rows = [], [], []
        for community, kind, body, when, changes in entries:
            number += 1
            at = microseconds(when)
            row = {
                "number": number,
                "community": check_storable(community, "the id of a community"),
                "kind": kind,
                "body": encode_body(body),
                "moment": at,
            }
            event_rows.append(row)
            events.append(Event(number, community, kind, body, moment(at)))
            for change in changes:
                last_change += 1
                if change.number != last_change:
                    raise StoreError.of(
                        "SR818",
                        f"a change has the number {change.number}, and the next one is {last_change}",
                        "number changes from `last_change` + 1",
                    )
                change_rows.append(_row(change, number))
        return events, event_rows, change_rows

    def _after_failure(self, error: BaseException) -> None:
        """Have it looked up what the store holds; where the connection is gone, so is the lock, and the log ends."""
        self._sure = False
        if isinstance(error, exc.DBAPIError) and error.connection_invalidated:
            self._end = "has lost its connection"

    def tell(self, number: int) -> None:
        """Remember up to which change the host was told; the next `append`, or `close`, writes it.

        Raises:
            StoreError: SR817, where the log is closed.
        """
        with self._using("written", begin=False):
            self._told = number

    # --- reading ---------------------------------------------------------------------------------------------------

    @property
    def standard(self) -> str:
        """The id of the standard that the store is for."""
        return self._standard

    @property
    def last_event(self) -> Event | None:
        """The last event, None where there is none."""
        with self._current():
            return self._last

    @property
    def last_change(self) -> int:
        """The highest number of a change, 0 where there is none."""
        with self._current():
            return self._last_change

    @property
    def told(self) -> int:
        """Up to which change the host was told, 0 where it was told of none."""
        with self._current():
            return self._told

    def events(self, community: str, until: datetime | None = None) -> list[Event]:
        """Return the events of a community in order, from the first after it was last forgotten.

        Args:
            community: its id.
            until: the time of the last event that counts; None where all do.

        Raises:
            StoreError: SR816 where the store cannot be read, SR817 where the log is closed, SR818 for a time without zone.
        """
        asked = [EVENTS.c.community == community, *_up_to(until)]
        forgotten = sql.select(sql.func.max(EVENTS.c.number)).where(*asked, EVENTS.c.kind == "forget")
        later = EVENTS.c.number > sql.func.coalesce(forgotten.scalar_subquery(), 0)
        with self._using("read"):
            if not is_storable(community):
                return []
            rows = self._connection.execute(sql.select(EVENTS).where(*asked, later).order_by(EVENTS.c.number))
            return self._read(rows, _event)

    def communities(self, until: datetime | None = None) -> Iterator[str]:
        """Yield the communities that have events since they were last forgotten, in the order in which those began.

        Args:
            until: the time of the last event that counts; None where all do.

        Raises:
            StoreError: as `events`.
        """
        counted = _up_to(until)
        forgotten = (
            sql.select(EVENTS.c.community, sql.func.max(EVENTS.c.number).label("number"))
            .where(*counted, EVENTS.c.kind == "forget")
            .group_by(EVENTS.c.community)
            .subquery()
        )
        first = sql.func.min(EVENTS.c.number)
        asked = (
            sql.select(EVENTS.c.community)
            .outerjoin(forgotten, forgotten.c.community == EVENTS.c.community)
            .where(*counted, EVENTS.c.number > sql.func.coalesce(forgotten.c.number, 0))
            .group_by(EVENTS.c.community)
            .order_by(first)
        )
        with self._using("read"):
            found = self._connection.scalars(asked).all()
        return iter(found)

    def changes(
        self, *, community: str | None = None, after: int = 0, since: datetime | None = None, event: int = 0
    ) -> Iterator[Change]:
        """Yield changes in order, a page in memory at a time; those that come meanwhile are yielded too.

        Args:
            community: the id of the one whose changes are asked; None where all are.
            after: the number after which they begin.
            since: the time of the first event whose changes count; None where all do.
            event: the number of the first event whose changes count.

        Raises:
            StoreError: as `events`.
        """
        of = [] if community is None else [CHANGES.c.community == community]
        of += [] if since is None else [CHANGES.c.moment >= microseconds(since)]
        of += [CHANGES.c.event >= event] if event else []
        page = sql.select(CHANGES).where(*of).order_by(CHANGES.c.number).limit(_PAGE)
        with self._using("read", begin=False):
            pass  # a log that is closed says so now, and not when the first change is asked for
        return self._pages(page, after) if community is None or is_storable(community) else iter(())

    def _pages(self, page: sql.Select[Any], after: int) -> Iterator[Change]:
        while True:
            with self._using("read"):
                rows = self._connection.execute(page.where(CHANGES.c.number > min(after, _LARGEST))).all()
            yield from self._read(rows, _change)
            if len(rows) < _PAGE:
                return
            after = rows[-1].number

    def _read(self, rows: Iterable[sql.Row[Any]], read: Callable[[sql.Row[Any]], _T]) -> list[_T]:
        try:
            return [read(row) for row in rows]
        except (ValueError, TypeError, OverflowError):
            raise stores.no_store(self._place, "something else has changed a row of it") from None

    @contextmanager
    def _current(self) -> Iterator[None]:
        """Hold the log while its state is asked: a writer knows it by heart, what a reader reads somebody else writes."""
        with self._using("read", begin=False):
            if not self._writes:
                with self._transaction():
                    self._read_state()
                self._told = self._told_there
            yield

    @contextmanager
    def _using(self, doing: str, *, begin: bool = True) -> Iterator[None]:
        """Hold the log for one call, within a transaction unless the call has its own."""
        with self._guard:
            if self._process != os.getpid():
                raise stores.in_use(self._place, "was opened by the process from which this one was forked")
            if self._end is not None:
                raise StoreError.of("SR817", f"the store {self._place.shown} {self._end}", "open it again")
            with stores.guarded(self._place, doing):
                if not self._sure:
                    with self._transaction():
                        self._read_state()
                    self._sure = True
                if not begin:
                    yield
                    return
                with self._transaction():
                    yield

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        if self._connection.in_transaction():  # left by an interrupt before anybody could end it
            self._sure = False
            self._connection.rollback()
        # Not as a context manager, which an interrupt may leave half entered: then the connection takes nothing any more.
        try:
            self._connection.begin()
            yield
            self._connection.commit()
        except BaseException as error:
            self._after_failure(error)
            with suppress(exc.SQLAlchemyError):
                self._connection.rollback()
            raise


def _up_to(until: datetime | None) -> list[sql.ColumnElement[bool]]:
    return [] if until is None else [EVENTS.c.moment <= microseconds(until)]


# --- rows ----------------------------------------------------------------------------------------------------------


def _event(row: sql.Row[Any]) -> Event:
    return Event(row.number, row.community, row.kind, decode_body(row.body), moment(row.moment))


def _change(row: sql.Row[Any]) -> Change:
    return Change(
        row.number,
        row.community,
        row.tier,
        row.indicator,
        Outcome(row.before),
        Outcome(row.after),
        tuple(decode_body(row.cause)),
        moment(row.moment),
    )


def _row(change: Change, event: int) -> dict[str, Any]:
    return {
        "number": change.number,
        "event": event,
        "community": check_storable(change.community, "the id of a community"),
        "tier": change.tier,
        "indicator": change.indicator,
        "before": change.before.value,
        "after": change.after.value,
        "cause": encode_body(change.cause),
        "moment": microseconds(change.when),
    }
