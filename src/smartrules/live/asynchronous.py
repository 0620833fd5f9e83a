"""A monitor for asyncio: its events are awaited, and its changes are an iterator for each that listens."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from types import TracebackType
from typing import Any, Self, TypeVar
from weakref import WeakSet

from smartrules.assessment import Assessment
from smartrules.diagnostics import MonitorError
from smartrules.facts import Facts
from smartrules.live.changes import Change
from smartrules.live.monitor import Monitor
from smartrules.outcome import Outcome
from smartrules.ruleset import Ruleset

_Returned = TypeVar("_Returned")


class AsyncMonitor:
    """A `Monitor` whose work is done in a thread of its own, so that the loop never waits for it.

    Events are taken in the order in which they are awaited. A context manager of `async with`.

    Attributes:
        ruleset: what decides.
    """

    def __init__(self, ruleset: Ruleset, **options: Any) -> None:
        """Begin to watch.

        Args:
            ruleset: what decides.
            options: as `Monitor` takes them, except ``on_change``: `changes` takes its place.

        Raises:
            TypeError: for ``on_change``, or an option that there is not.
        """
        if "on_change" in options:
            raise TypeError("AsyncMonitor takes no `on_change`: iterate over `changes()`")
        self.ruleset = ruleset
        self._thread = ThreadPoolExecutor(1, "smartrules-live")
        self._listeners: WeakSet[Listener] = WeakSet()
        self._closing: Future[None] | None = None
        self._monitor = Monitor(ruleset, on_change=self._tell, **options)

    async def assert_facts(self, community: str, facts: Mapping[str, Any], *, when: datetime | None = None) -> None:
        """Take facts of a community, as `Monitor.assert_facts` does and with its errors."""
        await self._done(lambda: self._monitor.assert_facts(community, facts, when=when))

    async def retract(self, community: str, fact_ids: Iterable[str], *, when: datetime | None = None) -> None:
        """Take back facts of a community, as `Monitor.retract` does and with its errors."""
        await self._done(lambda: self._monitor.retract(community, fact_ids, when=when))

    async def tick(self, when: datetime | None = None) -> None:
        """Let time pass, as `Monitor.tick` does and with its errors."""
        await self._done(lambda: self._monitor.tick(when))

    async def forget(self, community: str, *, when: datetime | None = None) -> None:
        """Watch a community no more, as `Monitor.forget` does and with its errors."""
        await self._done(lambda: self._monitor.forget(community, when=when))

    async def outcomes(self, community: str) -> dict[str, dict[str, Outcome]]:
        """Return the outcomes of a community, as `Monitor.outcomes` does and with its errors."""
        return await self._done(lambda: self._monitor.outcomes(community))

    async def tiers(self, community: str) -> dict[str, Outcome]:
        """Return what each tier comes to for a community, as `Monitor.tiers` does and with its errors."""
        return await self._done(lambda: self._monitor.tiers(community))

    async def facts(self, community: str) -> Facts:
        """Return what is known of a community, as `Monitor.facts` does and with its errors."""
        return await self._done(lambda: self._monitor.facts(community))

    async def assessment(self, community: str) -> Assessment:
        """Return the assessment of a community, as `Monitor.assessment` does and with its errors."""
        return await self._done(lambda: self._monitor.assessment(community))

    async def communities(self) -> tuple[str, ...]:
        """Return the ids of the communities under watch, as `Monitor.communities` does and with its errors."""
        return await self._done(self._monitor.communities)

    def changes(self, *, community: str | None = None, most: int = 0) -> Listener:
        """Return the changes from now on, for one that listens: ``async for change in monitor.changes(): …``.

        It ends where the monitor is closed. Several may listen, each hears all. Whoever leaves the loop before says so with
        ``async with monitor.changes() as changes: async for change in changes: …``, or by `Listener.close`.

        Args:
            community: the id of the one whose changes are heard; None where all are.
            most: how many changes may wait for a listener; one that is slower loses its place, and its iterator raises
                SR807. By default any number.

        Raises:
            MonitorError: SR801, where the monitor is closed.
        """
        self._check_open()
        listener = Listener(asyncio.get_running_loop(), community, most)
        self._listeners.add(listener)
        return listener

    async def close(self) -> None:
        """End the watch and every iterator of changes; a second time waits until the first is done."""
        closing = self._closing
        if closing is None:
            closing = self._closing = self._thread.submit(self._monitor.close)
            self._thread.shutdown(wait=False)
        try:
            # What is closed is closed, whether or not somebody still waits for it.
            await asyncio.shield(asyncio.wrap_future(closing))
        finally:
            for listener in list(self._listeners):
                listener.close()

    async def __aenter__(self) -> Self:
        self._check_open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _check_open(self) -> None:
        if self._closing is not None:
            raise MonitorError.of(
                "SR801", "the monitor is closed", "open a new one, on the same store where it had one"
            )

    async def _done(self, work: Callable[[], _Returned]) -> _Returned:
        self._check_open()
        # An event that is being taken is taken, whether or not somebody still waits for it.
        return await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._thread, work))

    def _tell(self, change: Change) -> None:
        """Hand a change to all that listen; called in the thread of the monitor."""
        for listener in list(self._listeners):
            listener.hear(change)


class Listener:
    """The changes of an `AsyncMonitor` from the moment at which it was asked for them: an iterator, and a context manager."""

    def __init__(self, loop: asyncio.AbstractEventLoop, community: str | None, most: int) -> None:
        self._loop = loop
        self._community = community
        self._most = most
        self._waiting: deque[Change] = deque()
        self._lost = self._ended = False
        self._more = asyncio.Event()

    def hear(self, change: Change) -> None:
        """Let a change wait for whoever iterates; from any thread."""
        if self._ended or self._lost or (self._community is not None and change.community != self._community):
            return
        if self._most and len(self._waiting) >= self._most:
            self._lost = True
        else:
            self._waiting.append(change)
        self._wake()

    def close(self) -> None:
        """Listen no more: what waits is still given, then the iterator ends. From any thread; a second time does nothing."""
        self._ended = True
        self._wake()

    def _wake(self) -> None:
        with suppress(RuntimeError):  # the loop is closed, and nobody iterates any more
            self._loop.call_soon_threadsafe(self._more.set)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Change:
        while not self._waiting:
            if self._lost:
                raise MonitorError.of(
                    "SR807",
                    f"more than {self._most} changes waited for a listener, which is too slow",
                    "listen again, and read anew what is known: `outcomes`",
                )
            if self._ended:
                raise StopAsyncIteration
            self._more.clear()
            if not self._waiting and not self._lost and not self._ended:
                await self._more.wait()
        return self._waiting.popleft()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
