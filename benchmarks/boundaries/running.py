"""The corpus through the peers: who agrees, who says something else, who cannot be asked."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable

from attrs import frozen

from .corpus import Row
from .peer import Answer, CannotBeAskedError, Peer
from .question import question


@frozen
class Result:
    """What a peer says of the corpus.

    Attributes:
        name: the peer's.
        given: how a fact reaches it.
        agrees: how many rows it decides as exact arithmetic does.
        disagrees: the ids of those that it decides otherwise.
        cannot: why it does not decide the others, and how many.
    """

    name: str
    given: str
    agrees: int
    disagrees: tuple[str, ...]
    cannot: dict[str, int]

    @property
    def asked(self) -> int:
        """How many rows it decides."""
        return self.agrees + len(self.disagrees)


def answer(peer: Peer, row: Row) -> Answer | str:
    """Return what a peer says of a row, or why it says nothing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = peer.ask(question(row))
    except CannotBeAskedError as error:
        return str(error)
    except Exception as error:  # whatever the peer raises is its refusal
        return f"it refuses: {type(error).__name__}"
    return found if isinstance(found.holds, bool) else f"it answers {found.holds!r}"


def run(peer: Peer, rows: Iterable[Row]) -> Result:
    """Return what a peer says of rows."""
    agrees, disagrees, cannot = 0, [], Counter[str]()
    for row in rows:
        found = answer(peer, row)
        if isinstance(found, str):
            cannot[found] += 1
        elif found.holds == question(row).holds:
            agrees += 1
        else:
            disagrees.append(row.id)
    return Result(peer.name, peer.given, agrees, tuple(disagrees), dict(sorted(cannot.items())))
