"""The calls that a monitor owes its host: in their order, each once, whatever the host does in them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from attrs import define


@define(eq=False)
class Call:
    """A call that waits to be made.

    Attributes:
        once: what is called, until that is begun; nothing from then on, whatever interrupts it.
        again: what is called instead, and again where an interrupt came: a second time, it does what it has not done.
        change: the number of the change that is told by it, 0 for other calls.
    """

    once: list[Callable[[], object]]
    again: Callable[[], object] | None = None
    change: int = 0

    def make(self) -> None:
        """Make the call."""
        if self.again is not None:
            self.again()
        elif self.once:
            self.once.pop()()  # in one line, as an interrupt may come before the next


def owed(calls: Iterable[Call]) -> deque[Call | None]:
    """Return calls as `Calls.take` takes them."""
    return deque([*calls, None])


class Calls:
    """Calls that wait to be made.

    A call may lead to others, which are made after those that wait. One that raises is made all the same, and so are the
    others; then what was raised reaches whoever asked for them to be made. One that an interrupt came before waits on.
    """

    def __init__(self) -> None:
        self._waiting: deque[Call] = deque()
        self._making = False
        self._last: int | None = None

    def take(self, calls: deque[Call | None]) -> None:
        """Let calls wait, up to a None behind them, and leave none there; where there are none, nothing is done.

        No interrupt comes in between, as all are moved by one step of the interpreter.
        """
        if calls:
            self._waiting.extend(iter(calls.popleft, None))

    @property
    def making(self) -> bool:
        """Whether a call is being made."""
        return self._making

    @property
    def begun(self) -> int:
        """The number of the change of which the host is being told; 0 where there is none."""
        now = self._waiting[0] if self._waiting else None
        return 0 if now is None or now.once or now.again else now.change

    def end(self, last: int) -> None:
        """Tell no change any more after one."""
        self._last = last

    def make(self) -> None:
        """Make the calls that wait, unless that is being done already: then they follow there.

        Raises:
            Exception: what a call raised, as it is.
            ExceptionGroup: what several raised.
        """
        if self._making:
            return
        raised: list[Exception] = []
        try:
            self._making = True
            while self._waiting:
                call = self._waiting[0]
                try:
                    if self._last is None or call.change <= self._last:
                        call.make()
                except Exception as error:
                    raised.append(error)
                self._waiting.popleft()
        finally:
            self._making = False
        if len(raised) == 1:
            raise raised[0]
        if raised:
            raise ExceptionGroup("several calls of the host raised", raised)
