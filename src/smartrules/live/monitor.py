"""Communities under watch: facts arrive, are corrected and are taken back, and the host is told what that changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from os import PathLike
from threading import RLock
from types import TracebackType
from typing import Any, Self

from smartrules.assessment import Assessment
from smartrules.diagnostics import FactsError, MonitorError, NotFoundError, did_you_mean, shorten
from smartrules.documents.corrections import correct, take_back
from smartrules.engines import exact
from smartrules.engines.chaining import OUTCOMES
from smartrules.facts import Community, Facts
from smartrules.live.changes import Change
from smartrules.live.keeping import Keeping
from smartrules.live.patterns import read_rules
from smartrules.live.reactions import Event
from smartrules.live.taking import Taking
from smartrules.live.telling import owed
from smartrules.live.watched import Watched
from smartrules.outcome import Outcome
from smartrules.ruleset import Ruleset


class Monitor(Keeping):
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
        own = read_rules(ruleset.edition, rules or {})
        super().__init__(ruleset, on_change, on_event, store, own, remember)
        self._clock = clock or _now
        self._lock = RLock()

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
            self._end()

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
        self._put_in_order()

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
