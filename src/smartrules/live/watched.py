"""Communities as a monitor keeps them: those with recent events at hand, the others packed as bytes."""

from __future__ import annotations

import pickle
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from attrs import define

from smartrules.facts import NO_EVIDENCE, Community, Evidence, Fact, Facts, Record
from smartrules.outcome import Outcome
from smartrules.standard import Edition


@define(eq=False)
class Watched:
    """One community: what is known of it, and what that came to.

    Attributes:
        facts: what is known.
        outcomes: of every clause and joint of the network, by their places.
        when: the time of its last event.
        came: when each fact that has an age came.
        memory: what reactions must remember, as plain values; None where they remember nothing.
    """

    facts: Facts
    outcomes: bytes
    when: datetime | None = None
    came: Mapping[str, datetime] = {}
    memory: Any = None


class Shelf:
    """The communities of a monitor by their ids, in the order in which they came.

    A packed community takes the bytes of its values; one at hand takes several times that. So the memory of a monitor grows
    with the number of communities by what each has reported, and by nothing else.
    """

    def __init__(self, edition: Edition, at_hand: int = 4096) -> None:
        self._edition = edition
        self._most = at_hand
        self._at_hand: OrderedDict[str, Watched] = OrderedDict()
        self._packed: dict[str, bytes | None] = {}  # None while it is at hand
        self._names = [*(fact.id for fact in edition.facts), *edition.measure_by_id]
        self._names += [fact.id for collection in edition.collections for fact in collection.facts]
        self._numbers = {name: number for number, name in enumerate(self._names)}

    def __contains__(self, community: str) -> bool:
        return community in self._packed

    def __len__(self) -> int:
        return len(self._packed)

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def get(self, community: str) -> Watched | None:
        """Return a community, None where it is not there."""
        found = self._at_hand.get(community)
        if found is not None:
            self._at_hand.move_to_end(community)
            return found
        packed = self._packed.get(community)
        if packed is None:
            return None
        found = self._unpacked(community, packed)
        self.put(community, found)
        return found

    def put(self, community: str, watched: Watched) -> None:
        """Keep a community, in the place of what was kept of it."""
        self._packed[community] = None
        self._at_hand[community] = watched
        self._at_hand.move_to_end(community)
        if len(self._at_hand) > self._most:
            oldest, left = self._at_hand.popitem(last=False)
            self._packed[oldest] = self._pack(left)

    def remove(self, community: str) -> None:
        """Keep nothing of a community any more."""
        self._packed.pop(community, None)
        self._at_hand.pop(community, None)

    # --- bytes -----------------------------------------------------------------------------------------------------

    def _pack(self, watched: Watched) -> bytes:
        facts = watched.facts
        name = None if facts.community is None else facts.community.name
        plain = (
            self._pack_facts(facts.facts),
            self._pack_facts(facts.stated),
            {
                key: [(one.id, self._pack_facts(one.facts)) for one in records]
                for key, records in facts.collections.items()
            }
            or None,
            {key: outcome.value for key, outcome in facts.claims.items()} or None,
            tuple(facts.not_reported) or None,
            facts.on,
            name,
            watched.outcomes,
            watched.when,
            dict(watched.came) or None,
            watched.memory,
        )
        return pickle.dumps(plain, pickle.HIGHEST_PROTOCOL)

    def _unpacked(self, community: str, packed: bytes) -> Watched:
        facts, stated, collections, claims, not_reported, on, name, outcomes, when, came, memory = pickle.loads(packed)
        assert on is None or isinstance(on, date)
        known = Facts(
            self._edition.name,
            self._unpack_facts(facts),
            self._unpack_facts(stated),
            {key: Outcome(outcome) for key, outcome in (claims or {}).items()},
            Community(community, name),
            on,
            {
                key: tuple(Record(one, self._unpack_facts(own)) for one, own in records)
                for key, records in (collections or {}).items()
            },
            not_reported=frozenset(not_reported or ()),
        )
        return Watched(known, outcomes, when, came or {}, memory)

    def _pack_facts(self, facts: Mapping[str, Fact]) -> list[Any]:
        flat: list[Any] = []
        for fact in facts.values():
            flat += (self._numbers[fact.id], fact.value, fact.written, _pack_evidence(fact.evidence))
        return flat

    def _unpack_facts(self, flat: list[Any]) -> dict[str, Fact]:
        found = {}
        for place in range(0, len(flat), 4):
            number, value, written, evidence = flat[place : place + 4]
            name = self._names[number]
            found[name] = Fact(name, value, written, NO_EVIDENCE if evidence is None else Evidence(*evidence))
        return found


def _pack_evidence(evidence: Evidence) -> tuple[Any, ...] | None:
    if evidence == NO_EVIDENCE:
        return None
    return evidence.documents, evidence.observed, evidence.note
