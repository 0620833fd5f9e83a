"""Communities as a monitor keeps them: those with recent events at hand, the others packed as bytes."""

from __future__ import annotations

import marshal
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

from attrs import define

from smartrules.facts import NO_EVIDENCE, Community, Evidence, Fact, Facts, Record
from smartrules.live.reacting import UNKNOWN, Known
from smartrules.outcome import Outcome
from smartrules.standard import Edition


@define(eq=False)
class Watched:
    """One community: what is known of it, and what that came to.

    Attributes:
        facts: what is known.
        outcomes: of every clause and joint of the network, by their places.
        when: the time of its last event.
        began: the number of its first event, where there is a store.
        reacted: what is known for the sake of reactions.
    """

    facts: Facts
    outcomes: bytes
    when: datetime | None = None
    began: int = 0
    reacted: Known = UNKNOWN


class Shelf:
    """The communities of a monitor by their ids, in the order in which they came.

    A packed community takes the bytes of its values; one at hand takes several times that. So the memory of a monitor grows
    with the number of communities by what each has reported, and by nothing else.

    Not for several threads at once.
    """

    def __init__(
        self,
        edition: Edition,
        stored: Iterable[str] = (),
        load: Callable[[str], Watched] | None = None,
        at_hand: int = 4096,
    ) -> None:
        """Begin with the communities of a store, each of which ``load`` reads when it is first asked for."""
        self._edition = edition
        self._load = load
        self._most = at_hand
        self._at_hand: OrderedDict[str, Watched] = OrderedDict()
        # None while a community is at hand, nothing while it is only in the store.
        self._packed: dict[str, bytes | None] = dict.fromkeys(stored, b"")
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
        if packed:
            found = self._unpacked(community, packed)
        else:
            assert self._load is not None
            found = self._load(community)
        self.put(community, found)
        return found

    def put(self, community: str, watched: Watched) -> None:
        """Keep a community, in the place of what was kept of it."""
        self._at_hand[community] = watched
        self._at_hand.move_to_end(community)
        self._packed[community] = None
        if len(self._at_hand) > self._most:
            oldest = next(iter(self._at_hand))
            self._packed[oldest] = self._pack(self._at_hand[oldest])  # first, as an interrupt may come in between
            del self._at_hand[oldest]

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
            None if facts.on is None else facts.on.toordinal(),
            name,
            watched.outcomes,
            None if watched.when is None else _microseconds(watched.when),
            watched.began,
            watched.reacted.to_plain(),
        )
        return marshal.dumps(plain)  # read back in this process only

    def _unpacked(self, community: str, packed: bytes) -> Watched:
        facts, stated, collections, claims, not_reported, on, name, outcomes, when, began, reacted = marshal.loads(
            packed
        )
        known = Facts(
            self._edition.name,
            self._unpack_facts(facts),
            self._unpack_facts(stated),
            {key: Outcome(outcome) for key, outcome in (claims or {}).items()},
            Community(community, name),
            None if on is None else date.fromordinal(on),
            {
                key: tuple(Record(one, self._unpack_facts(own)) for one, own in records)
                for key, records in (collections or {}).items()
            },
            not_reported=frozenset(not_reported or ()),
        )
        return Watched(
            known,
            outcomes,
            None if when is None else _time(when),
            began,
            Known.from_plain(reacted),
        )

    def _pack_facts(self, facts: Mapping[str, Fact]) -> list[Any]:
        flat: list[Any] = []
        numbers = self._numbers
        for name, fact in facts.items():
            value: Any = fact.value
            kind = type(value)
            if kind is Fraction:
                value = value.numerator, value.denominator
            elif kind is date:
                value = [value.toordinal()]
            written = None if kind is int and fact.written == str(value) else fact.written
            flat += (
                numbers[name],
                value,
                written,
                None if fact.evidence is NO_EVIDENCE else _pack_evidence(fact.evidence),
            )
        return flat

    def _unpack_facts(self, flat: list[Any]) -> dict[str, Fact]:
        found, names = {}, self._names
        parts = iter(flat)
        for number, value, written, evidence in zip(parts, parts, parts, parts, strict=True):
            name, kind = names[number], type(value)
            if kind is tuple:
                value = Fraction(*value)
            elif kind is list:
                value = date.fromordinal(value[0])
            if written is None:
                written = str(value)
            found[name] = Fact(name, value, written, NO_EVIDENCE if evidence is None else _unpack_evidence(evidence))
        return found


def _pack_evidence(evidence: Evidence) -> tuple[Any, ...] | None:
    if evidence == NO_EVIDENCE:
        return None
    observed = evidence.observed
    return evidence.documents, None if observed is None else observed.toordinal(), evidence.note


def _unpack_evidence(packed: tuple[Any, ...]) -> Evidence:
    documents, observed, note = packed
    return Evidence(documents, None if observed is None else date.fromordinal(observed), note)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def _microseconds(time: datetime) -> int:
    return (time - _EPOCH) // _MICROSECOND


def _time(microseconds: int) -> datetime:
    return _EPOCH + microseconds * _MICROSECOND
