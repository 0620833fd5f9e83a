"""What a monitor must know of a community to say, exactly once, which reactions of its ruleset come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from attrs import evolve, frozen

from smartrules.facts import Facts
from smartrules.live.changes import Change
from smartrules.live.reactions import NOTHING, Event, Memory, Reactions
from smartrules.standard import Edition


@frozen
class Known:
    """What is known of a community for the sake of reactions.

    Attributes:
        memory: what changes left.
        came: when each fact came last that a reaction takes for too old at a time.
    """

    memory: Memory = NOTHING
    came: Mapping[str, datetime] = {}

    def to_plain(self) -> Any:
        """Return it as plain values."""
        if self == UNKNOWN:
            return None
        return self.memory.to_plain(), {name: when.isoformat() for name, when in self.came.items()}

    @classmethod
    def from_plain(cls, plain: Any) -> Known:
        """Return what `to_plain` wrote."""
        if plain is None:
            return UNKNOWN
        memory, came = plain
        return cls(Memory.from_plain(memory), {name: datetime.fromisoformat(when) for name, when in came.items()})


UNKNOWN = Known()


class Reacting:
    """The reactions of an edition over the communities of a monitor. Not for several threads at once."""

    def __init__(self, edition: Edition) -> None:
        self._reactions = Reactions(edition)
        self._aging = frozenset(name for one in edition.reactions if one.kind == "stale" for name in one.facts)
        self._due: dict[str, datetime] = {}

    def came(self, known: Known, body: Any, facts: Facts, when: datetime) -> Known:
        """Return what is known after an event.

        Args:
            known: before it.
            body: what arrived, in the shape of a facts document, or the ids that were taken back.
            facts: what is known of the community after it.
            when: its time.
        """
        if not self._aging:
            return known
        tables = ("facts", "stated", "collections")
        named = {name for table in tables for name in body.get(table) or ()} if isinstance(body, Mapping) else set()
        still = facts.facts.keys() | facts.stated.keys() | facts.collections.keys()
        came = {name: at for name, at in known.came.items() if name in still}
        came.update(dict.fromkeys(named & still & self._aging, when))
        return evolve(known, came=came)

    def made_by(self, change: Change, known: Known) -> tuple[tuple[Event, ...], Known]:
        """Return the events that a change makes, and what is known after it."""
        events, memory = self._reactions.events(change, known.memory)
        return events, evolve(known, memory=memory)

    def recalled(self, changes: Iterable[Change], told: Any) -> Known:
        """Return what is known after changes, and after `told_plainly` of some time."""
        memory = self._reactions.recalled(changes)
        if told:
            memory = evolve(memory, told=Memory.from_plain({"seen": 0, "turned": [], "told": told}).told)
        return Known(memory)

    def aged(self, community: str, facts: Facts, known: Known, now: datetime) -> tuple[tuple[Event, ...], Known]:
        """Return the events of what is too old at a time, and what is known once they are told."""
        events, memory = self._reactions.stale(facts, known.came, now, known.memory, community=community)
        return events, evolve(known, memory=memory)

    def told_plainly(self, known: Known) -> Any:
        """Return as values of JSON of which values it was told that they are too old."""
        return known.memory.to_plain()["told"]

    def expect(self, community: str, facts: Facts, known: Known) -> None:
        """Note when something of a community becomes too old."""
        if self._aging:
            due = self._reactions.due(facts, known.came, known.memory)
            if due is None:
                self.leave(community)
            else:
                self._due[community] = due

    def leave(self, community: str) -> None:
        """Expect nothing of a community any more."""
        self._due.pop(community, None)

    def due(self, now: datetime) -> list[str]:
        """Return the communities of which something becomes too old until a time, until each is expected again."""
        return sorted((one for one, at in self._due.items() if at <= now), key=lambda one: (self._due[one], one))

    @property
    def ages(self) -> bool:
        """Whether anything becomes too old."""
        return bool(self._aging)
