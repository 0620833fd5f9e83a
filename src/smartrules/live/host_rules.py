"""A host's own rules over the changes of a community, matched by durable_rules."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from attrs import frozen

from smartrules.engines.forward import Rules, name_of
from smartrules.live.changes import Change
from smartrules.live.events import microseconds
from smartrules.live.patterns import HostRule
from smartrules.live.telling import Call, owed


@frozen
class Firing:
    """What a rule of the host fired for.

    Attributes:
        rule: its name.
        community: whose changes they are.
        changes: by the aliases of the rule.
    """

    rule: str
    community: str
    changes: Mapping[str, Change]


class HostRules:
    """Matches the changes of communities, each with those of the same community before it.

    A change stays for as long as it is remembered. Where the session of a community was handed on to another one, what is
    remembered is asserted again at its next change, and what fires by that has fired before. Not for several threads at once.
    """

    def __init__(
        self,
        rules: Iterable[HostRule],
        remember: timedelta,
        past: Callable[[str, datetime], Iterable[Change]],
    ) -> None:
        """Begin without any change.

        Args:
            rules: as `read_rules` gives them.
            remember: for how long a change meets later ones.
            past: returns the changes of a community since a time, in their order.
        """
        self._run = {rule.name: rule.run for rule in rules}
        self._remember = remember
        self._past = past
        self._seen: dict[str, dict[int, Change]] = {}
        patterns = {f"r{number}": rule.pattern for number, rule in enumerate(rules)}
        self._names = {f"r{number}": rule.name for number, rule in enumerate(rules)}
        self._rules = Rules(patterns, left=self._leave_out)
        self._whole = True  # whether nothing was interrupted
        self._last: tuple[int, deque[Call | None]] = 0, deque()

    def meet(self, change: Change) -> deque[Call | None]:
        """Let a change meet those before it; return the calls of the host that follow, in the order of its rules.

        Where it is interrupted, it is asked for the same change again; what has met then gives the same calls.
        """
        if self._last[0] != change.number:
            self._mend()
            self._whole = False
            self._last = change.number, owed(self._met(change))
            self._whole = True
        return self._last[1]

    def _mend(self) -> None:
        """Begin again with nothing asserted, where something was interrupted: what is remembered is asserted again."""
        if not self._whole:
            self._rules.begin_again()
            self._seen.clear()
            self._whole = True

    def _met(self, change: Change) -> list[Call]:
        community, since = change.community, remembered_since(change.when, self._remember)
        if not self._rules.has_session(community):
            for one in self._past(community, since):
                if one.number < change.number:
                    self._assert(one)
        seen = self._seen.setdefault(community, {})
        for key in [key for key, one in seen.items() if one.when < since]:
            self._rules.retract(community, key)
            del seen[key]
        return [Call([partial(self._run[one.rule], one)]) for one in self._assert(change)]

    def leave(self, community: str) -> None:
        """Forget the changes of a community."""
        self._mend()
        self._whole = False
        self._rules.leave(community)
        self._seen.pop(community, None)
        self._whole = True

    def close(self) -> None:
        """Give back what durable_rules keeps; a second time does nothing."""
        self._rules.close()

    def _leave_out(self, community: str) -> None:
        self._seen.pop(community, None)

    def _assert(self, change: Change) -> list[Firing]:
        # A session may be taken from another community here, so what was seen of this one is looked up after that.
        seen = self._seen.get(change.community, {})
        key = next(number for number in range(len(seen) + 1) if number not in seen)
        fired = self._rules.assert_document(change.community, key, _seen_as(change))
        seen = self._seen.setdefault(change.community, {})
        seen[key] = change
        return [self._firing(change.community, one, seen) for one in fired]

    def _firing(self, community: str, fired: str, seen: Mapping[int, Change]) -> Firing:
        rule = name_of(fired)
        changes = {alias: seen[int(fact["id"])] for alias, fact in json.loads(fired)[rule].items()}
        return Firing(self._names[rule], community, changes)


def remembered_since(when: datetime, remember: timedelta) -> datetime:
    """Return the time of the first change that is still remembered at a time; the first of all where none is too long ago."""
    try:
        return when - remember
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


def _seen_as(change: Change) -> dict[str, Any]:
    """Return what the rules see of a change."""
    seen: dict[str, Any] = {
        "number": change.number,
        "tier": change.tier,
        "before": change.before.value,
        "after": change.after.value,
        "at": microseconds(change.when),
    }
    if change.indicator is not None:
        seen["indicator"] = change.indicator
    return seen
