"""The calls that a monitor owes its host: in their order, each once, whatever the host does in them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable


class Calls:
    """Calls that wait to be made.

    A call may lead to others, which are made after those that wait. One that raises is made all the same, and so are the
    others; then what was raised reaches whoever asked for them to be made.
    """

    def __init__(self) -> None:
        self._waiting: deque[Callable[[], object]] = deque()
        self._making = False

    def add(self, call: Callable[[], object]) -> None:
        """Let a call wait."""
        self._waiting.append(call)

    def make(self) -> None:
        """Make the calls that wait, unless that is being done already: then they follow there.

        Raises:
            Exception: what a call raised, as it is.
            ExceptionGroup: what several raised.
        """
        if self._making:
            return
        raised: list[Exception] = []
        self._making = True
        try:
            while self._waiting:
                call = self._waiting.popleft()
                try:
                    call()
                except Exception as error:
                    raised.append(error)
        finally:
            self._making = False
        if len(raised) == 1:
            raise raised[0]
        if raised:
            raise ExceptionGroup("several calls of the host raised", raised)
