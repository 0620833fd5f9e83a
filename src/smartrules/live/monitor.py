"""Communities under watch: facts arrive, are corrected and are taken back, and the host is told what that changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from os import PathLike
from threading import RLock
from types import TracebackType
from typing import Any, Self

from attrs import frozen

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
from smartrules.live.log import EventLog
from smartrules.live.telling import Calls
from smartrules.live.watched import Shelf, Watched
from smartrules.outcome import Outcome
from smartrules.ruleset import Ruleset

OnChange = Callable[[Change], object]


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
        on_change: OnChange | None = None,
        store: str | PathLike[str] | None = None,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        """Begin to watch.

        Args:
            ruleset: what decides.
            on_change: called with each `Change`, once, in their order, after the event is taken: the indicators of a tier
                in the order of the standard, then the tier. What it raises reaches the caller of the event once all changes
                are told; the event stays taken. With None, changes pass without anybody being told.
            store: where every event is kept before it is acknowledged: the path of a file, which is made where there is
                none, or the address of a database, ``postgresql+psycopg://…``. What it keeps already is watched from the
                beginning, and the changes that were not told any more are told at the first event, or at ``with``.
            clock: says what time it is; by default the clock of the machine.

        Raises:
            StoreError: where the store cannot be used, as `EventLog.open`.
        """
        self.ruleset = ruleset
        self._on_change = on_change
        self._clock = clock or _now
        self._lock = RLock()
        self._calls = Calls()
        self._network: Network = network_of(ruleset.edition)
        self._spoken = _spoken(self._network)
        self._settling = Settling(self._network)
        self._nothing = decide_all(self._network, Facts(ruleset.name))
        self._settling.settle_all(self._nothing)
        try:
            self._log = None if store is None else EventLog.open(store, ruleset.edition.standard.id)
        except BaseException:
            self._settling.close()
            raise
        self._last_change = 0 if self._log is None else self._log.last_change
        self._owes = self._log is not None and self._log.told < self._last_change
        self._shelf = Shelf(ruleset.edition, () if self._log is None else self._log.communities(), self._load)
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
            MonitorError: as in `assert_facts`.
            Exception: what the host raised when it was told.
        """
        ids = [fact_ids] if isinstance(fact_ids, str) else list(fact_ids)
        with self._lock:
            self._check_open()
            self._tell_owed()
            before = self._known(community)
            time = self._time(community, before, when)
            self._take(community, before, "retract", take_back(self.ruleset.edition, before.facts, ids), time)
            self._calls.make()

    def forget(self, community: str, *, when: datetime | None = None) -> None:
        """Watch a community no more, and keep nothing of it. Nobody is told of a change by that.

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
            if self._log is not None:
                self._log.append(community, "forget", None, time)
            self._settling.leave(community)
            self._shelf.remove(community)

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

    # --- its end ---------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """End the watch; a second time does nothing."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._settling.close()
                if self._log is not None:
                    self._log.close()

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
        if self._closed:
            raise MonitorError.of(
                "SR801", "the monitor is closed", "open a new one, on the same store where it had one"
            )

    def _known(self, community: str) -> Watched:
        found = self._shelf.get(community)
        if found is None:
            hint = did_you_mean(community, self._shelf) or "facts that are asserted of it begin the watch"
            raise NotFoundError.of("SR802", f"no community `{shorten(community)}` is watched", hint)
        return found

    def _find(self, community: str) -> Watched:
        """Return a community, one of which nothing is known where it is new."""
        found = self._shelf.get(community)
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
            now = self._clock()
            return now if before.when is None else max(now, before.when)
        if when.tzinfo is None:
            raise MonitorError.of(
                "SR804", f"the time {when.isoformat()} has no time zone", "give one: `datetime.now(UTC)`"
            )
        when = when.astimezone(UTC)
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
        try:
            followed = self._settling.settle(community, outcomes, changed) if changed else []
        except BaseException:
            self._settling.begin_again()
            raise
        changes = list(self._changes(community, before.outcomes, outcomes, followed, found.named, when))
        if self._log is not None:
            try:
                self._log.append(community, kind, found.body, when, changes)
            except BaseException:
                self._settling.leave(community)  # what it asserts is not so
                raise
        self._shelf.put(community, Watched(found.facts, bytes(outcomes), when))
        self._last_change += len(changes)
        for change in changes:
            self._calls.add(partial(self._tell, change))

    def _tell(self, change: Change) -> None:
        try:
            if self._on_change is not None:
                self._on_change(change)
        finally:
            if self._log is not None and not self._closed:
                self._log.tell(change.number)

    def _tell_owed(self) -> None:
        """Tell the changes of which the store does not know that they were told."""
        if self._owes and self._log is not None:
            self._owes = False
            for change in self._log.changes(after=self._log.told):
                self._calls.add(partial(self._tell, change))
            self._calls.make()

    def _load(self, community: str) -> Watched:
        """Return what the store keeps of a community."""
        assert self._log is not None
        facts, when = Facts(self.ruleset.name, community=Community(community)), None
        for event in self._log.events(community):
            try:
                if event.kind == "assert":
                    facts = correct(self.ruleset.edition, facts, event.body, disagreements=exact.disagreements).facts
                else:
                    facts = take_back(self.ruleset.edition, facts, event.body).facts
            except FactsError as error:
                raise StoreError.of(
                    "SR808",
                    f"event {event.number} of the store, of `{shorten(community)}`, is none that `{self.ruleset.name}` takes: "
                    f"{error.diagnostics[0].message}",
                    "open the store with the ruleset with which it was kept",
                ) from None
            when = event.when
        outcomes = decide_all(self._network, facts)
        self._settling.settle_all(outcomes)
        return Watched(facts, bytes(outcomes), when)

    def _changes(
        self,
        community: str,
        before: bytes,
        after: bytearray,
        followed: list[int],
        named: list[str],
        when: datetime,
    ) -> Iterator[Change]:
        spoken = sorted((spoken, place) for place in followed if (spoken := self._spoken.get(place)) is not None)
        for number, (one, place) in enumerate(spoken, self._last_change + 1):
            names = self._network.joint(place).names
            yield Change(
                number,
                community,
                one.tier,
                one.indicator,
                OUTCOMES[before[place]],
                OUTCOMES[after[place]],
                tuple(name for name in named if name in names),
                when,
            )


@frozen(order=True)
class _Spoken:
    """A joint of which the host is told, in the order in which it is."""

    order: tuple[int, int]
    tier: str
    indicator: str | None


def _spoken(network: Network) -> dict[int, _Spoken]:
    found = {}
    for level, (tier, place) in enumerate(network.tiers.items()):
        own = network.indicators[tier]
        found[place] = _Spoken((level, len(own)), tier, None)
        for number, (name, at) in enumerate(own.items()):
            found[at] = _Spoken((level, number), tier, name)
    return found


def _now() -> datetime:
    return datetime.now(UTC)
