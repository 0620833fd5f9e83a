"""durable_rules: the one file that knows it, and every way around its limits.

durable_rules 2.0.28, its last release, is called by the functions of its extension, because its own host starts two threads
that never end and turns an error of an action into a text in a state. What its limits are is held by the tests in
`tests/live/test_durable_rules.py`, one for each, which fail where a new release mends it. The ways around them:

- It compares a text with a number and says yes, and numbers beyond 64 bits wrongly: it is given whole numbers that count
  outcomes, and nothing of a community.
- It keeps at most 1,024 sessions, each as large as the rules are many: there are few, made once, and a community that has
  none takes over that of the one that was longest without an event. What it would find in it is asserted when it is needed.
- A session that is deleted after a fact that no rule took ends the process: none is deleted, and each fact has its rule.
- `post` lets one rule consume a message: facts are asserted, and retracted where they are no longer true.
- From Python 3.13 on, its extension imports only where symbols are bound when they are first used.
"""

from __future__ import annotations

import json
import os
import sys
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush
from itertools import count
from types import ModuleType
from typing import Any

from attrs import define, field

from smartrules.diagnostics import MissingExtraError
from smartrules.engines.chaining import Joint, Network


def _import_engine() -> ModuleType:
    """Return the extension of durable_rules."""
    flags = sys.getdlopenflags() if hasattr(sys, "getdlopenflags") else None
    try:
        if flags is not None:
            sys.setdlopenflags((flags & ~os.RTLD_NOW) | os.RTLD_LAZY)
        import durable_rules_engine
    except ModuleNotFoundError as error:
        if error.name != "durable_rules_engine":
            raise
        raise MissingExtraError.of(
            "SR604",
            "communities are watched with the package `durable_rules`, which is not installed",
            "install it: `pip install 'smartrules[live]'`; it is built from source, which needs a C compiler",
        ) from None
    finally:
        if flags is not None:
            sys.setdlopenflags(flags)
    module: ModuleType = durable_rules_engine
    return module


_durable = _import_engine()
_names = count(1)

#: What the sessions of a network may take, and what one takes of it for each rule, in bytes; both were measured.
_ROOM, _PER_RULE, _MOST_SESSIONS = 32 << 20, 16 << 10, 64


@define(eq=False)
class _Session:
    """A session with what is asserted in it: of each joint its fact, as it was written."""

    id: str
    alive: dict[int, str] = field(factory=dict)


class Forward:
    """The rules of a network in durable_rules, and the sessions in which communities are chained through them.

    Not for several threads at once.

    Attributes:
        rules: in the JSON form of durable_rules, by name: the place of a joint and what it comes to.
        sessions: how many there are at most.
    """

    def __init__(self, network: Network, *, sessions: int | None = None) -> None:
        self.network = network
        self.rules: dict[str, Any] = {}
        self._becomes: dict[str, int] = {}
        for joint in network.joints:
            for number, (code, tests) in enumerate(joint.rules()):
                name = f"{joint.place}.{number}"
                self.rules[name] = {"all": [{"m": tests[0] if len(tests) == 1 else {"$and": tests}}]}
                self._becomes[name] = code
        fitting = _ROOM // (_PER_RULE * max(len(self.rules), 1))
        self.sessions = sessions or max(1, min(_MOST_SESSIONS, fitting))
        self._by_community: OrderedDict[str | None, _Session] = OrderedDict()
        self._handle: int | None = None
        self.begin_again()

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
            found = self._chain(community, network.joint(place), outcomes)
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
        """Chain from the outcomes of all clauses to those of all joints, in place."""
        session = self._take(None)
        for joint in self.network.joints:
            found = self._assert(session, joint, outcomes)
            assert found is not None
            outcomes[joint.place] = found
        self._clear(session)

    def leave(self, community: str) -> None:
        """Take everything back that is asserted of a community."""
        session = self._by_community.get(community)
        if session is not None:
            self._clear(session)

    def begin_again(self) -> None:
        """Take everything back that is asserted of any community, whatever state an interruption left it in."""
        self.close()
        self._handle = _durable.create_ruleset(f"smartrules{next(_names)}", json.dumps(self.rules))

    def close(self) -> None:
        """Give back what durable_rules keeps; a second time does nothing."""
        if self._handle is not None:
            handle, self._handle = self._handle, None
            self._by_community.clear()
            _durable.delete_ruleset(handle)

    def _chain(self, community: str, joint: Joint, outcomes: Sequence[int]) -> int | None:
        return self._assert(self._take(community), joint, outcomes)

    def _assert(self, session: _Session, joint: Joint, outcomes: Sequence[int]) -> int | None:
        """Assert the fact of a joint in the place of the one before; return what a rule makes of it, None where it is the same."""
        fact = _written(session.id, joint.place, joint.measurement(outcomes))
        before = session.alive.get(joint.place)
        if before == fact:
            return None
        if before is not None:
            _durable.retract_fact(self._handle, before)
        session.alive[joint.place] = fact
        state = _durable.assert_fact(self._handle, fact)[1]
        started = _durable.start_action_for_state(self._handle, state)
        fired = None if started is None else started[1]
        found = None
        while fired is not None:
            # {"17.2":{"m":{…}}}: the names are ours, and have no quotation marks.
            found = self._becomes[fired[2 : fired.index('"', 2)]]
            fired = _durable.complete_and_start_action(self._handle, state)
        if found is None:
            raise RuntimeError(f"no rule of durable_rules took {fact}")
        return found

    def _take(self, community: str | None) -> _Session:
        """Return the session of a community: its own, a new one, or that of the one longest without an event."""
        session = self._by_community.get(community)
        if session is not None:
            self._by_community.move_to_end(community)
            return session
        if len(self._by_community) < self.sessions:
            session = _Session(str(len(self._by_community) + 1))
        else:
            session = self._by_community.popitem(last=False)[1]
            self._clear(session)
        self._by_community[community] = session
        return session

    def _clear(self, session: _Session) -> None:
        for fact in session.alive.values():
            _durable.retract_fact(self._handle, fact)
        session.alive.clear()


def _written(session: str, place: int, measurement: Mapping[str, int]) -> str:
    numbers = ",".join(f'"{name}":{number}' for name, number in measurement.items())
    return f'{{"sid":"{session}","id":"{place}",{numbers}}}'
