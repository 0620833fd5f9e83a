"""Communities under watch: facts arrive, are corrected and are taken back, and the host is told what that changes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from os import PathLike
from threading import RLock
from types import TracebackType
from typing import Any, Self

from attrs import evolve

from smartrules.assessment import Assessment
from smartrules.diagnostics import FactsError, MonitorError, NotFoundError, StoreError, did_you_mean, shorten
from smartrules.documents.corrections import Correction, correct, take_back
from smartrules.engines import exact
from smartrules.engines.chaining import CODES, OUTCOMES, Network, decide_all, network_of
from smartrules.engines.scope import Scope
from smartrules.engines.settling import Settling
from smartrules.facts import Community, Facts
from smartrules.live.changes import Change
from smartrules.live.events import EventKind
from smartrules.live.host_rules import HostRules, remembered_since
from smartrules.live.log import EventLog
from smartrules.live.patterns import read_rules
from smartrules.live.reacting import Known, Reacting
from smartrules.live.reactions import Event
from smartrules.live.restoring import kept_of
from smartrules.live.spoken import Spoken
from smartrules.live.taking import Taking
from smartrules.live.telling import Call, Calls, owed
from smartrules.live.watched import Shelf, Watched
from smartrules.outcome import Outcome
from smartrules.ruleset import Ruleset


class Monitor:
    """Keeps the facts of communities, and tells the moment in which a finding or a tier becomes another one.

    Every method may be called from any thread; one event is taken after the other, and the host is called in the thread
    of the event, in which it may call the monitor again. A context manager; `close` ends it.

    Attributes:
        ruleset: what decides.
    """

    def __init__(
        self,
        ruleset: Ruleset,
        *,
        on_change: Callable[[Change], object] | None = None,
        on_event: Callable[[Event], object] | None = None,
        store: str | PathLike[str] | None = None,
        rules: Mapping[str, Any] | None = None,
        remember: timedelta = timedelta(days=366),
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        """Begin to watch.

        Args:
            ruleset: what decides.
            on_change: called with each `Change`, once, in their order, after the event is taken: the indicators of a tier
                in the order of the standard, then the tier. What it raises reaches the caller of the event once all changes
                are told; the event stays taken. With None, changes pass without anybody being told.
            on_event: called with each `Event` for which the ruleset asks by its ``reactions:``, once, after the change that made
                it is told.
            store: where every event is kept before it is acknowledged: the path of a file, which is made where there is
                none, or the address of a database, ``postgresql+psycopg://…``. What it keeps already is watched from the
                beginning, and the changes that were not told any more are told at the first event, or at ``with``.
            rules: the host's own rules over changes, in the JSON form of durable_rules: by name
                ``{"all": [{"first": pattern}, …], "run": function}``. ``run`` is called with a `Firing` after the change that
                made the rule fire is told. A pattern sees ``number``, ``tier``, ``indicator``, ``before``, ``after`` and
                ``at``, the time in microseconds since 1970.
            remember: for how long a change may meet later ones in ``rules``.
            clock: says what time it is; by default the clock of the machine.

        Raises:
            StoreError: where the store cannot be used, as `EventLog.open`.
            MonitorError: SR809, with everything that is wrong with ``rules``; SR810 for what is no ruleset.
        """
        if not isinstance(ruleset, Ruleset):
            raise MonitorError.of("SR810", f"{shorten(repr(ruleset))} is no ruleset", "load it: `sr.load(name)`")
        self.ruleset = ruleset
        own = read_rules(ruleset.edition, rules or {})
        self._on_change, self._on_event = on_change, on_event
        self._clock = clock or _now
        self._lock = RLock()
        self._calls = Calls()
        self._network: Network = network_of(ruleset.edition)
        self._spoken = Spoken(self._network)
        with ExitStack() as undone:  # nothing stays open where it cannot begin
            self._settling = Settling(self._network)
            undone.callback(self._settling.close)
            self._nothing = decide_all(self._network, Facts(ruleset.name))
            self._settling.settle_all(self._nothing)
            self._log = None if store is None else EventLog.open(store, ruleset.edition.standard.id)
            if self._log is not None:
                undone.callback(self._log.close)
            self._last_change = 0 if self._log is None else self._log.last_change
            self._owes = self._log is not None and self._log.told < self._last_change
            self._shelf = Shelf(ruleset.edition, () if self._log is None else self._log.communities(), self._load)
            self._reacting = Reacting(ruleset.edition) if ruleset.edition.reactions else None
            # Of what is only in the store it is not known when it becomes too old.
            ages = self._reacting is not None and self._reacting.ages
            self._unexpected = dict.fromkeys(self._shelf) if ages else {}
            self._remember = remember
            self._recent: dict[str, deque[Change]] = {}
            self._host_rules = HostRules(own, remember, self._past) if own else None
            undone.pop_all()
        self._taking: Taking | None = None  # what is not known to be done
        self._settled = True  # whether what is asserted is what is known
        self._closed = False

    # --- events ----------------------------------------------------------------------------------------------------

    def assert_facts(self, community: str, facts: Mapping[str, Any], *, when: datetime | None = None) -> None:
        """Take facts of a community, new ones and corrections, as one event.

        Args:
            community: its id. One that is not known yet is watched from then on.
            facts: a mapping as `Ruleset.facts` takes it: of fact ids to values, or in the shape of a facts document. What it
                names takes the place of what was known: a fact, a stated measure, the day, a claim, a whole collection;
                what is None in it is taken back.
            when: the time of the event, with its time zone; by default now.

        Raises:
            FactsError: where the facts contradict their declarations, or each other together with those that are known:
                every fault at once. Nothing is changed then.
            MonitorError: where the monitor is closed, or the community had a later event.
            Exception: what the host raised when it was told.
        """
        with self._lock:
            self._check_open()
            self._tell_owed()
            before = self._find(community)
            time = self._time(community, before, when)
            if not isinstance(facts, Mapping):
                raise MonitorError.of(
                    "SR810",
                    f"{shorten(repr(facts))} is no mapping of facts",
                    'give ids and values, `{"households": 3461}`, or a mapping in the shape of a facts document',
                )
            found = correct(self.ruleset.edition, before.facts, facts, disagreements=exact.disagreements)
            self._check_same(community, found.facts)
            self._take(community, before, "assert", found, time)
            self._calls.make()

    def retract(self, community: str, fact_ids: Iterable[str], *, when: datetime | None = None) -> None:
        """Take back facts of a community, as one event: each is missing from then on.

        Args:
            community: its id.
            fact_ids: of facts, stated measures or collections, ``on`` for the day; those that are not known stay so.
            when: as in `assert_facts`.

        Raises:
            FactsError: for every id that the ruleset does not have. Nothing is changed then.
            NotFoundError: where the community is not watched.
            MonitorError: as in `assert_facts`, and for what is no list of ids.
            Exception: what the host raised when it was told.
        """
        ids = [fact_ids] if isinstance(fact_ids, str) or not isinstance(fact_ids, Iterable) else list(fact_ids)
        if not all(isinstance(name, str) for name in ids):
            raise MonitorError.of(
                "SR810", f"{shorten(repr(fact_ids))} is no list of ids", 'give the ids of facts: `["households"]`'
            )
        with self._lock:
            self._check_open()
            self._tell_owed()
            before = self._known(community)
            time = self._time(community, before, when)
            self._take(community, before, "retract", take_back(self.ruleset.edition, before.facts, ids), time)
            self._calls.make()

    def tick(self, when: datetime | None = None) -> None:
        """Let time pass: whatever has become too old, as a reaction ``stale`` of the ruleset asks, is told as an `Event`.

        Events of facts tell nothing of the time that passes, so a host calls this as often as it wants to know: once a day
        is enough, as facts are as old as days.

        Args:
            when: until what time; by default now.

        Raises:
            MonitorError: where the monitor is closed, or the time has no zone.
            Exception: what the host raised when it was told.
        """
        with self._lock:
            self._check_open()
            self._tell_owed()
            now = _in_utc(self._clock() if when is None else when)
            if self._reacting is None:
                return
            due = self._unexpected | dict.fromkeys(self._reacting.due(now))
            for community in due:
                watched = self._shelf.get(community)
                if watched is not None:
                    self._age(community, watched, now)
            self._unexpected.clear()
            self._calls.make()

    def forget(self, community: str, *, when: datetime | None = None) -> None:
        """Watch a community no more. Nobody is told of a change by that. A store keeps the events that there were.

        Args:
            community: its id.
            when: as in `assert_facts`.

        Raises:
            NotFoundError: where the community is not watched.
            MonitorError: as in `assert_facts`.
        """
        with self._lock:
            self._check_open()
            time = self._time(community, self._known(community), when)
            self._keep(Taking(community, None, (), owed(()), self._next_event()), "forget", None, time)

    # --- what is known ---------------------------------------------------------------------------------------------

    def outcomes(self, community: str) -> dict[str, dict[str, Outcome]]:
        """Return what the ruleset says of a community, by tier, then by indicator, as `Ruleset.outcomes` does.

        Raises:
            NotFoundError: where the community is not watched.
            MonitorError: where the monitor is closed.
        """
        with self._lock:
            self._check_open()
            found = self._known(community).outcomes
        return {
            tier: {name: OUTCOMES[found[place]] for name, place in places.items()}
            for tier, places in self._network.indicators.items()
        }

    def tiers(self, community: str) -> dict[str, Outcome]:
        """Return what each tier comes to for a community, the lowest first.

        Raises:
            NotFoundError: where the community is not watched.
            MonitorError: where the monitor is closed.
        """
        with self._lock:
            self._check_open()
            found = self._known(community).outcomes
        return {tier: OUTCOMES[found[place]] for tier, place in self._network.tiers.items()}

    def facts(self, community: str) -> Facts:
        """Return what is known of a community.

        Raises:
            NotFoundError: where the community is not watched.
            MonitorError: where the monitor is closed.
        """
        with self._lock:
            self._check_open()
            return self._known(community).facts

    def assessment(self, community: str) -> Assessment:
        """Return what the ruleset says of a community with every reason, as `Ruleset.assess` does.

        Raises:
            NotFoundError: where the community is not watched.
            MonitorError: where the monitor is closed.
        """
        return self.ruleset.assess(self.facts(community))

    def communities(self) -> tuple[str, ...]:
        """Return the ids of the communities under watch, in the order in which they came.

        Raises:
            MonitorError: where the monitor is closed.
        """
        with self._lock:
            self._check_open()
            return tuple(self._shelf)

    def __contains__(self, community: object) -> bool:
        """Return whether a community is watched."""
        with self._lock:
            self._check_open()
            return isinstance(community, str) and community in self._shelf

    def __len__(self) -> int:
        """Return how many communities are watched."""
        with self._lock:
            self._check_open()
            return len(self._shelf)

    def __bool__(self) -> bool:
        """Return that there is a monitor, whether or not it watches anybody."""
        return True

    # --- its end ---------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """End the watch; a second time does nothing."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            with ExitStack() as ending:
                if self._log is not None:
                    ending.callback(self._log.close)
                    with suppress(StoreError):  # it is closed all the same
                        self._log.tell(max(self._log.told, self._calls.begun))
                        self._calls.end(self._log.told)  # the rest is told where the store is opened again
                if self._host_rules is not None:
                    ending.callback(self._host_rules.close)
                self._settling.close()

    def __enter__(self) -> Self:
        with self._lock:
            self._check_open()
            self._tell_owed()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- within ----------------------------------------------------------------------------------------------------

    def _check_open(self) -> None:
        """Refuse where the monitor is closed; else bring in order what an interrupt left half done."""
        if self._closed:
            raise MonitorError.of(
                "SR801", "the monitor is closed", "open a new one, on the same store where it had one"
            )
        if not self._settled:
            self._settling.begin_again()
            self._settled = True
        if self._taking is not None:
            if self._is_kept(self._taking):
                self._finish(self._taking)
            else:
                self._settled = False  # what is asserted is not so
                self._taking = None
                self._check_open()

    def _known(self, community: str) -> Watched:
        found = self._shelf.get(community) if isinstance(community, str) else None
        if found is None:
            shown = community if isinstance(community, str) else repr(community)
            hint = did_you_mean(shown, self._shelf) or "facts that are asserted of it begin the watch"
            raise NotFoundError.of("SR802", f"no community `{shorten(shown)}` is watched", hint)
        return found

    def _find(self, community: str) -> Watched:
        """Return a community, one of which nothing is known where it is new."""
        found = self._shelf.get(community) if isinstance(community, str) else None
        if found is not None:
            return found
        if not isinstance(community, str) or not community or not community.isprintable():
            raise MonitorError.of(
                "SR803",
                f"{community!r} is no id of a community" if community else "a community needs an id",
                "give a text of printable characters, the same at every event of the community",
            )
        return Watched(Facts(self.ruleset.name, community=Community(community)), bytes(self._nothing))

    def _time(self, community: str, before: Watched, when: datetime | None) -> datetime:
        if when is None:
            now = _in_utc(self._clock())
            return now if before.when is None else max(now, before.when)
        when = _in_utc(when)
        if before.when is not None and when < before.when:
            raise MonitorError.of(
                "SR805",
                f"`{shorten(community)}` had an event at {before.when.isoformat()}, after {when.isoformat()}",
                "give the events of a community in the order of their times",
            )
        return when

    def _check_same(self, community: str, after: Facts) -> None:
        named = after.community
        if named is not None and named.id != community:
            raise FactsError.of(
                "SR806",
                f"the facts are those of `{shorten(named.id)}`, and came for `{shorten(community)}`",
                "leave `community` out, or give it the same id",
            )

    def _take(self, community: str, before: Watched, kind: EventKind, found: Correction, when: datetime) -> None:
        """Work out what an event comes to, and keep it."""
        outcomes, scope, changed = bytearray(before.outcomes), Scope(found.facts), []
        for clause in self._network.affected(found.named):
            code = CODES[clause.decide(scope)]
            if code != outcomes[clause.place]:
                outcomes[clause.place] = code
                changed.append(clause.place)
        self._settled = False
        followed = self._settling.settle(community, outcomes, changed) if changed else []
        number, event = self._last_change + 1, self._next_event()
        changes = list(self._spoken.changes(community, before.outcomes, outcomes, followed, found.named, when, number))
        reacted, events = self._reacted(before.reacted, found.facts, found.body, changes, when)
        watched = Watched(found.facts, bytes(outcomes), when, before.began or event, reacted)
        calls = [call for change in changes for call in self._telling(change, events.get(change.number, ()))]
        taking = Taking(community, watched, changes, owed(calls), event)
        self._settled = True  # as far as the event is kept, which is looked up where it is not known
        self._keep(taking, kind, found.body, when)

    # An interrupt may come between any two steps of the interpreter. So an event is worked out before it is kept, what is
    # done once it is may be done again, and whoever comes next does it where it is not known to be done.

    def _keep(self, taking: Taking, kind: EventKind, body: Any, when: datetime) -> None:
        """Keep an event that is worked out, and do what follows."""
        self._taking = taking
        if self._log is not None:
            self._log.append(taking.community, kind, body, when, taking.changes)
        self._finish(taking)

    def _finish(self, taking: Taking) -> None:
        """Do what follows from an event that is kept."""
        community, watched = taking.community, taking.watched
        if watched is None:
            self._settled = False
            self._settling.leave(community)
            self._settled = True
            self._recent.pop(community, None)
            if self._host_rules is not None:
                self._host_rules.leave(community)
            if self._reacting is not None:
                self._reacting.leave(community)
            self._shelf.remove(community)
        else:
            self._shelf.put(community, watched)
            if self._reacting is not None:
                self._reacting.expect(community, watched.facts, watched.reacted)
        if taking.changes:
            self._last_change = taking.changes[-1].number
        self._keep_recent(taking.changes)
        self._calls.take(taking.calls)
        self._taking = None

    def _next_event(self) -> int:
        """Return the number that the next event has in the store, 0 where there is none."""
        if self._log is None:
            return 0
        last = self._log.last_event
        return 1 if last is None else last.number + 1

    def _is_kept(self, taking: Taking) -> bool:
        """Return whether an event is kept that nothing came after."""
        if self._log is None:
            return True
        try:
            return self._next_event() > taking.event
        except StoreError as error:
            if (
                error.diagnostics[0].code == "SR817"
            ):  # what is known is still there to be asked, and no event comes any more
                return False
            raise

    def _reacted(
        self, known: Known, facts: Facts, body: Any, changes: Iterable[Change], when: datetime
    ) -> tuple[Known, dict[int, tuple[Event, ...]]]:
        """Return what is known after an event for the sake of reactions, and the events that each change makes."""
        made = dict[int, tuple[Event, ...]]()
        if self._reacting is None:
            return known, made
        known = self._reacting.came(known, body, facts, when)
        for change in changes:
            made[change.number], known = self._reacting.made_by(change, known)
        return known, made

    def _age(self, community: str, watched: Watched, now: datetime) -> None:
        """Tell of what is too old, each value once."""
        assert self._reacting is not None
        events, reacted = self._reacting.aged(community, watched.facts, watched.reacted, now)
        if not events:
            self._reacting.expect(community, watched.facts, reacted)
            return
        when = now if watched.when is None else max(now, watched.when)
        calls = owed(Call([partial(self._on_event, event)]) for event in events if self._on_event is not None)
        taking = Taking(community, evolve(watched, reacted=reacted), (), calls, self._next_event())
        self._keep(taking, "aged", self._reacting.told_plainly(reacted), when)

    def _telling(self, change: Change, events: Iterable[Event]) -> Iterator[Call]:
        """Yield the calls by which a change is told, with the events that it makes."""
        if self._on_change is not None:
            yield Call([partial(self._on_change, change)], change=change.number)
        yield Call([], partial(self._told, change), change.number)
        if self._on_event is not None:
            for event in events:
                yield Call([partial(self._on_event, event)], change=change.number)

    def _told(self, change: Change) -> None:
        """Let the calls wait that follow from a change that is told, and note that it is."""
        if not self._closed:
            if self._host_rules is not None:
                self._calls.take(self._host_rules.meet(change))
            if self._log is not None:
                self._log.tell(change.number)

    def _past(self, community: str, since: datetime) -> Iterable[Change]:
        """Return the changes of a community since a time."""
        if self._log is not None:
            watched = self._shelf.get(community)
            began = 0 if watched is None else watched.began
            return self._log.changes(community=community, since=since, event=began)
        return [one for one in self._recent.get(community, ()) if one.when >= since]

    def _keep_recent(self, changes: Iterable[Change]) -> None:
        """Keep changes that later ones may meet, where there is no store that keeps them."""
        if self._host_rules is None or self._log is not None:
            return
        for change in changes:
            recent = self._recent.setdefault(change.community, deque())
            if not recent or recent[-1].number < change.number:
                recent.append(change)
            while recent[0].when < remembered_since(change.when, self._remember):
                recent.popleft()

    def _tell_owed(self) -> None:
        """Tell the changes of which the store does not know that they were told."""
        if self._owes and self._log is not None:
            calls = [call for change, made in self._owed(self._log) for call in self._telling(change, made)]
            self._calls.take(owed(calls))
            self._owes = False
            self._calls.make()

    def _owed(self, log: EventLog) -> Iterator[tuple[Change, tuple[Event, ...]]]:
        """Yield the changes that were not told, with the events that each makes."""
        told, known = log.told, dict[str, Known]()
        for change in log.changes(after=told):
            if self._reacting is None:
                yield change, ()
                continue
            of = change.community
            if of not in known:
                events = log.events(of)
                since = log.changes(community=of, event=events[0].number if events else 0)
                known[of] = self._reacting.recalled((one for one in since if one.number <= told), None)
            made, known[of] = self._reacting.made_by(change, known[of])
            yield change, made

    def _load(self, community: str) -> Watched:
        """Return what the store keeps of a community."""
        assert self._log is not None
        kept = kept_of(self.ruleset, self._log, community, self._reacting)
        outcomes = decide_all(self._network, kept.facts)
        self._settled = False
        self._settling.settle_all(outcomes)
        self._settled = True
        return evolve(kept, outcomes=bytes(outcomes))


def _in_utc(when: datetime) -> datetime:
    if not isinstance(when, datetime):
        raise MonitorError.of(
            "SR804", f"{shorten(repr(when))} is no time", "give one with its zone: `datetime.now(UTC)`"
        )
    if when.tzinfo is None:
        raise MonitorError.of(
            "SR804", f"the time {when.isoformat()} has no time zone", "give one with its zone: `datetime.now(UTC)`"
        )
    try:
        return when.astimezone(UTC)
    except OverflowError:
        raise MonitorError.of(
            "SR804", f"the time {when.isoformat()} does not exist in UTC", "give one with its zone: `datetime.now(UTC)`"
        ) from None


def _now() -> datetime:
    return datetime.now(UTC)
