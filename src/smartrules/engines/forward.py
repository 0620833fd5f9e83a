"""durable_rules: the one file that knows it, and every way around its limits.

durable_rules 2.0.28, its last release, is called by the functions of its extension, because its own host starts two threads
that never end, and turns an error of an action into a text in a state. What its limits are is held by the tests in
`tests/live/test_durable_rules*.py`, which fail where a new release mends one. The ways around them:

- It compares texts with numbers, floats as they are rounded, and whole numbers beyond 64 bits as the last that fits: of a
  community it is given nothing but whole numbers that count outcomes.
- It knows names, ids and sessions by a hash of 32 bits: all of them are made here, and so few that none has another's.
- It keeps at most 1,024 sessions, each as large as the rules are many, and never takes another once it has refused one:
  there are few, and one that is not in use is handed on; what was asserted in it is retracted before.
- A session that is deleted before anything fired in it takes the process: a rule of its own fires first in each session.
- A ruleset keeps the sessions that are there when it is deleted: each is deleted before.
- A retraction takes away what another fact is yet to fire: all fires after each fact, before anything is retracted.
- A process that interrupts a firing leaves its session locked for a minute: then everything begins again.
- 512 conditions with which rules begin are searched without end, and 4,096 rules are the most of a ruleset: whoever makes
  rules groups them, and keeps below `MOST_RULES`.
- Where the last of several tests of a pattern is one against another fact and fails, it reads beyond them: `joined` puts a
  test there that cannot fail. An alias that nothing defines matches anything: whoever makes patterns sees to it.
- `post` lets one rule consume a message: facts are asserted, and retracted where they are no longer true.
- From Python 3.13 on, its extension imports only where symbols are bound when they are first used.
"""

from __future__ import annotations

import json
import os
import sys
from collections import OrderedDict
from collections.abc import Callable, Mapping
from itertools import count
from types import ModuleType
from typing import Any

from attrs import define, field

from smartrules.diagnostics import MissingExtraError


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

#: The most rules that a ruleset takes; one of those 4,096 is the one that fires first.
MOST_RULES = 4095
#: The most facts that may meet in a rule, and the most tests of one of them, less the one of `joined` and the ends.
MOST_FACTS, MOST_TESTS = 16, 28
# What sessions may take together, and one takes for each rule, in bytes; the latter was measured.
_ROOM, _PER_RULE, _MOST_SESSIONS = 32 << 20, 16 << 10, 64
_BORN = "born"


@define(eq=False)
class _Session:
    """A session with what is asserted in it, by a key of the caller's, as it was written."""

    id: str
    alive: dict[int, str] = field(factory=dict)


class Rules:
    """Rules in durable_rules, and the sessions in which the facts of communities meet them.

    Not for several threads at once.

    Attributes:
        definitions: in the JSON form of durable_rules, by name.
        sessions: how many there are at most.
    """

    def __init__(
        self, definitions: Mapping[str, Any], *, sessions: int | None = None, left: Callable[[str], None] | None = None
    ) -> None:
        """Make the ruleset.

        Args:
            definitions: the rules by name, with neither a quotation mark nor a backslash in it.
            sessions: how many there are at most; by default as many as fit into 32 MiB, from 1 to 64.
            left: called with a community whose session is handed on: nothing of it is asserted any more.
        """
        self.definitions = {_BORN: {"all": [{"m": {_BORN: 1}}]}, **definitions}
        self.sessions = sessions or max(1, min(_MOST_SESSIONS, _ROOM // (_PER_RULE * len(self.definitions))))
        self._left = left
        self._of: OrderedDict[str | None, _Session] = OrderedDict()
        self._free: list[_Session] = []
        self._handle: int | None = None
        self.begin_again()

    def assert_fact(self, of: str | None, key: int, numbers: Mapping[str, int]) -> list[str] | None:
        """Assert a fact in the session of a community, in the place of the one of the same key.

        Returns:
            what fired, each ``{"rule":{"m":{...}}}`` as a text; None where the same fact was asserted already.
        """
        session = self._session(of)
        written = ",".join([f'"{name}":{number}' for name, number in numbers.items()])
        fact = f'{{"sid":"{session.id}","id":"{key}",{written}}}'
        if session.alive.get(key) == fact:
            return None
        self.retract(of, key)
        return self._assert(session, key, fact)

    def assert_document(self, of: str | None, key: int, fact: Mapping[str, Any]) -> list[str]:
        """Assert a fact of any JSON values, as `assert_fact` does a fact of numbers; only for what a host's rules see."""
        session = self._session(of)
        self.retract(of, key)
        return self._assert(session, key, json.dumps({**fact, "sid": session.id, "id": str(key)}, ensure_ascii=False))

    def retract(self, of: str | None, key: int) -> None:
        """Retract the fact of a key from the session of a community, where there is one."""
        session = self._of.get(of)
        before = None if session is None else session.alive.pop(key, None)
        if before is not None:
            _durable.retract_fact(self._handle, before)

    def has_session(self, of: str | None) -> bool:
        """Return whether a community has a session, in which what was asserted of it still is."""
        return of in self._of

    def leave(self, of: str | None) -> None:
        """Retract everything that is asserted of a community, and hand its session on."""
        session = self._of.pop(of, None)
        if session is not None:
            self._clear(session)
            self._free.append(session)
            if self._left is not None and of is not None:
                self._left(of)

    def begin_again(self) -> None:
        """Take everything back that is asserted of any community, whatever state an interruption left it in."""
        self.close()
        self._of.clear()  # also where a close was interrupted
        self._free.clear()
        self._handle = _durable.create_ruleset(
            f"smartrules{next(_names)}", json.dumps(self.definitions, ensure_ascii=False)
        )

    def close(self) -> None:
        """Give back what durable_rules keeps; a second time does nothing."""
        if self._handle is None:
            return
        handle, self._handle = self._handle, None
        sessions, of = [*self._of.values(), *self._free], [*self._of]
        self._of.clear()
        self._free.clear()
        for session in sessions:
            _durable.delete_state(handle, session.id)
        _durable.delete_ruleset(handle)
        if self._left is not None:
            for community in of:
                if community is not None:
                    self._left(community)

    def _assert(self, session: _Session, key: int, fact: str) -> list[str]:
        taken, state = _durable.assert_fact(self._handle, fact)
        if taken != 0:
            return []  # no rule looks at it, and so it is not kept
        session.alive[key] = fact
        return self._fired(state)

    def _fired(self, state: int) -> list[str]:
        fired: list[str] = []
        started = _durable.start_action_for_state(self._handle, state)
        one = None if started is None else started[1]
        while one is not None:
            fired.append(one)
            one = _durable.complete_and_start_action(self._handle, state)
        return fired

    def _session(self, of: str | None) -> _Session:
        """Return the session of a community: its own, a free one, a new one, or that of the one longest without an event."""
        session = self._of.get(of)
        if session is not None:
            self._of.move_to_end(of)
            return session
        if not self._free and len(self._of) >= self.sessions:
            self.leave(next(iter(self._of)))
        if self._free:
            session = self._free.pop()
        else:
            session = _Session(str(len(self._of) + 1))
            state = _durable.assert_fact(self._handle, f'{{"sid":"{session.id}","id":"{_BORN}","{_BORN}":1}}')[1]
            self._fired(state)
        self._of[of] = session
        return session

    def _clear(self, session: _Session) -> None:
        for fact in session.alive.values():
            _durable.retract_fact(self._handle, fact)
        session.alive.clear()


def joined(tests: list[dict[str, Any]], alias: str, number: str) -> dict[str, Any]:
    """Return tests of a fact as one pattern, some of them against the fact of an alias.

    Args:
        tests: all that must hold.
        alias: that of a fact before it in the rule.
        number: the name of a whole number that all facts have, from 0 to 2⁶².
    """
    never_fails = {"$lte": {number: {"$add": {"$l": {alias: number}, "$r": 1 << 62}}}}
    return {"$and": [*tests, never_fails]}


def name_of(fired: str) -> str:
    """Return the name of the rule that fired."""
    return fired[2 : fired.index('"', 2)]
