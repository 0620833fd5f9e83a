"""Outcomes of a network → the changes that a host is told, in their order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from attrs import frozen

from smartrules.engines.chaining import OUTCOMES, Network
from smartrules.live.changes import Change


class Spoken:
    """The joints of a network of which a host is told: of each tier its indicators, in the order of the standard, then it."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._joints: dict[int, _Joint] = {}
        for level, (tier, place) in enumerate(network.tiers.items()):
            own = network.indicators[tier]
            self._joints[place] = _Joint((level, len(own)), tier, None)
            for number, (name, at) in enumerate(own.items()):
                self._joints[at] = _Joint((level, number), tier, name)

    def changes(
        self,
        community: str,
        before: Sequence[int],
        after: Sequence[int],
        followed: Iterable[int],
        named: Iterable[str],
        when: datetime,
        number: int,
    ) -> Iterator[Change]:
        """Yield the changes of an event.

        Args:
            community: whose event it is.
            before: the outcomes of the network before it.
            after: those after it.
            followed: the places of joints whose outcomes changed by it.
            named: what came, was corrected or was taken back.
            when: its time.
            number: that of the first change.
        """
        found = sorted((joint, place) for place in followed if (joint := self._joints.get(place)) is not None)
        for own, (joint, place) in enumerate(found, number):
            rests_on = self._network.joint(place).names
            yield Change(
                own,
                community,
                joint.tier,
                joint.indicator,
                OUTCOMES[before[place]],
                OUTCOMES[after[place]],
                tuple([name for name in named if name in rests_on]),
                when,
            )


@frozen(order=True)
class _Joint:
    """A joint of which a host is told, in the order in which it is."""

    order: tuple[int, int]
    tier: str
    indicator: str | None
