"""Communities as a monitor keeps them: those with recent events at hand, the others packed as bytes."""

from __future__ import annotations

import marshal
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime

from attrs import define

from smartrules.facts import Community, Facts, Record
from smartrules.live.events import microseconds, moment
from smartrules.live.packed_facts import Names, PackedFacts, plain_of
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
        self._names = Names(edition)

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
            plain_of(self._names, facts.facts),
            plain_of(self._names, facts.stated),
            {
                key: [(one.id, plain_of(self._names, one.facts)) for one in records]
                for key, records in facts.collections.items()
            }
            or None,
            {key: outcome.value for key, outcome in facts.claims.items()} or None,
            tuple(facts.not_reported) or None,
            None if facts.on is None else facts.on.toordinal(),
            name,
            watched.outcomes,
            None if watched.when is None else microseconds(watched.when),
            watched.began,
            watched.reacted.to_plain(),
        )
        return marshal.dumps(plain, _WITHOUT_SHARING)  # read back in this process only

    def _unpacked(self, community: str, packed: bytes) -> Watched:
        facts, stated, collections, claims, not_reported, on, name, outcomes, when, began, reacted = marshal.loads(
            packed
        )
        known = Facts(
            self._edition.name,
            PackedFacts(self._names, facts),
            PackedFacts(self._names, stated),
            {key: Outcome(outcome) for key, outcome in (claims or {}).items()},
            Community(community, name),
            None if on is None else date.fromordinal(on),
            {
                key: tuple(Record(one, PackedFacts(self._names, own)) for one, own in records)
                for key, records in (collections or {}).items()
            },
            not_reported=frozenset(not_reported or ()),
        )
        return Watched(
            known,
            outcomes,
            None if when is None else moment(when),
            began,
            Known.from_plain(reacted),
        )


# What is in a community's values twice is small, and looking for it takes longer than writing it again.
_WITHOUT_SHARING = 2
