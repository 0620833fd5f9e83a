"""What a monitor knows of its communities, and the steps by which an event is taken, kept and told."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from functools import partial
from os import PathLike
from typing import Any

from attrs import evolve

from smartrules.diagnostics import StoreError
from smartrules.documents.corrections import Correction
from smartrules.engines.chaining import CODES, Network, decide_all, network_of
from smartrules.engines.scope import Scope
from smartrules.engines.settling import Settling
from smartrules.facts import Facts
from smartrules.live.changes import Change
from smartrules.live.events import EventKind
from smartrules.live.host_rules import HostRules, remembered_since
from smartrules.live.log import EventLog
from smartrules.live.patterns import HostRule
from smartrules.live.reacting import Known, Reacting
from smartrules.live.reactions import Event
from smartrules.live.restoring import kept_of
from smartrules.live.spoken import Spoken
from smartrules.live.taking import Taking
from smartrules.live.telling import Call, Calls, owed
from smartrules.live.watched import Shelf, Watched
from smartrules.ruleset import Ruleset


class Keeping:
    """The communities of a monitor between two events. Not for several threads at once.

    Attributes:
        ruleset: what decides.
    """

    def __init__(
        self,
        ruleset: Ruleset,
        on_change: Callable[[Change], object] | None,
        on_event: Callable[[Event], object] | None,
        store: str | PathLike[str] | None,
        rules: tuple[HostRule, ...],
        remember: timedelta,
    ) -> None:
        self.ruleset = ruleset
        self._on_change, self._on_event = on_change, on_event
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
            self._host_rules = HostRules(rules, remember, self._past) if rules else None
            undone.pop_all()
        self._taking: Taking | None = None  # what is not known to be done
        self._settled = True  # whether what is asserted is what is known
        self._closed = False

    def _put_in_order(self) -> None:
        """Bring in order what an interrupt left half done."""
        if not self._settled:
            self._settling.begin_again()
            self._settled = True
        if self._taking is not None:
            if self._is_kept(self._taking):
                self._finish(self._taking)
            else:
                self._settled = False  # what is asserted is not so
                self._taking = None
                self._put_in_order()

    def _end(self) -> None:
        """Give back whatever is open; nothing is told any more."""
        self._closed = True
        with ExitStack() as ending:
            if self._log is not None:
                ending.callback(self._log.close)
                with suppress(StoreError):  # it is closed all the same
                    if self._calls.making:  # closed by the host as it is told of a change
                        self._log.tell(max(self._log.told, self._calls.begun))
                    self._calls.end(self._log.told)  # the rest is told where the store is opened again
            if self._host_rules is not None:
                ending.callback(self._host_rules.close)
            self._settling.close()

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
        if self._on_event is not None:
            for event in events:
                yield Call([partial(self._on_event, event)], change=change.number)
        yield Call([], partial(self._told, change), change.number)

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
