"""Forward chaining: outcomes of clauses → those of joints, each asserted, matched and fired in durable_rules.

The fact of a joint stands for what its parts came to. Where a part becomes another one, that fact is no longer true and is
retracted, the new one is asserted, and the rule that fires says what the joint comes to; where that is another outcome, the
facts of the joints above are no longer true either. So conclusions are maintained up to the tiers, and what does not change
is not asked again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import heapify, heappop, heappush
from typing import Any

from smartrules.engines.chaining import Joint, Network
from smartrules.engines.forward import MOST_RULES, Rules, name_of

_GROUP = 32  # joints a group; rules begin with their group, so that few conditions are the first of a rule


class Settling:
    """A network in durable_rules. Not for several threads at once.

    Attributes:
        network: what is chained.
        rules: the rulesets, one unless there are more rules than it takes.
    """

    def __init__(self, network: Network, *, sessions: int | None = None) -> None:
        self.network = network
        self._becomes: dict[str, int] = {}
        self._rules_of: dict[int, int] = {}
        parts: list[dict[str, Any]] = [{}]
        for joint in network.joints:
            own = dict(self._definitions(joint))
            if len(parts[-1]) + len(own) > MOST_RULES:
                parts.append({})
            parts[-1].update(own)
            self._rules_of[joint.place] = len(parts) - 1
        self.rules = tuple(Rules(definitions, sessions=sessions) for definitions in parts)

    def _definitions(self, joint: Joint) -> Iterable[tuple[str, Any]]:
        for number, (code, tests) in enumerate(joint.rules()):
            name = f"{joint.place}.{number}"
            self._becomes[name] = code
            identity = [{"g": joint.place // _GROUP}, {"n": joint.place}]
            yield name, {"all": [{"m": {"$and": [*identity, *tests]}}]}

    def settle(self, community: str, outcomes: bytearray, changed: Iterable[int]) -> list[int]:
        """Chain from some outcomes that changed to all that follow from them, in place; return those that changed by it.

        Args:
            community: whose they are.
            outcomes: all outcomes of the network, by their places.
            changed: the places of those that are not what the joints above them were settled with.
        """
        network = self.network
        waiting = list({parent for place in changed for parent in network.parents[place]})
        heapify(waiting)
        queued, followed = set(waiting), list[int]()
        while waiting:
            place = heappop(waiting)  # parts have lower places than their wholes, so each joint is asked once
            found = self._asked(community, network.joint(place), outcomes)
            if found is None or found == outcomes[place]:
                continue
            outcomes[place] = found
            followed.append(place)
            for parent in network.parents[place]:
                if parent not in queued:
                    queued.add(parent)
                    heappush(waiting, parent)
        return followed

    def settle_all(self, outcomes: bytearray) -> None:
        """Chain from the outcomes of all clauses to those of all joints, in place, for nobody in particular."""
        for joint in self.network.joints:
            found = self._asked(None, joint, outcomes)
            assert found is not None
            outcomes[joint.place] = found
        for rules in self.rules:
            rules.leave(None)

    def leave(self, community: str) -> None:
        """Take everything back that is asserted of a community."""
        for rules in self.rules:
            rules.leave(community)

    def begin_again(self) -> None:
        """Take everything back that is asserted of any community, whatever state an interruption left it in."""
        for rules in self.rules:
            rules.begin_again()

    def close(self) -> None:
        """Give back what durable_rules keeps; a second time does nothing."""
        for rules in self.rules:
            rules.close()

    def _asked(self, community: str | None, joint: Joint, outcomes: Sequence[int]) -> int | None:
        """Assert the fact of a joint; return what a rule makes of it, None where it is the one that was asserted already."""
        place = joint.place
        fact = joint.measurement(outcomes)
        fact["g"] = place // _GROUP
        fired = self.rules[self._rules_of[place]].assert_fact(community, place, fact)
        if fired is None:
            return None
        if len(fired) != 1:
            raise RuntimeError(f"{len(fired)} rules of durable_rules took {fact}, and one has to")
        return self._becomes[name_of(fired[0])]
