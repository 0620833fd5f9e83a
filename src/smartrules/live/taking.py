"""An event that is worked out and perhaps kept, so that an interrupt at any moment leaves it taken or not, in all places."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from attrs import define

from smartrules.live.changes import Change
from smartrules.live.telling import Call
from smartrules.live.watched import Watched


@define(eq=False)
class Taking:
    """What becomes of an event once it is kept; doing it a second time does nothing more.

    Attributes:
        community: its id.
        watched: the community after it; None where it is forgotten by it.
        changes: what it changed.
        calls: those that the host is owed for it, and None behind them; empty once they wait to be made.
        event: the number that it has in the store, 0 where there is none.
    """

    community: str
    watched: Watched | None
    changes: Sequence[Change]
    calls: deque[Call | None]
    event: int
