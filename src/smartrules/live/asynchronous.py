"""A monitor for asyncio: its events are awaited, and its changes are an iterator for each that listens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime
from types import TracebackType
from typing import Any, Self, TypeVar

from smartrules.assessment import Assessment
from smartrules.diagnostics import MonitorError
from smartrules.facts import Facts
from smartrules.live.changes import Change
from smartrules.live.monitor import Monitor
from smartrules.outcome import Outcome
from smartrules.ruleset import Ruleset

_Returned = TypeVar("_Returned")
_END = object()


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
        self._queues: dict[asyncio.Queue[Any], asyncio.AbstractEventLoop] = {}
        self._closed = False
        self._monitor = Monitor(ruleset, on_change=self._tell, **options)

    async def assert_facts(self, community: str, facts: Mapping[str, Any], *, when: datetime | None = None) -> None:
        """Take facts of a community, as `Monitor.assert_facts` does and with its errors."""
        await self._done(lambda: self._monitor.assert_facts(community, facts, when=when))

    async def retract(self, community: str, fact_ids: Iterable[str], *, when: datetime | None = None) -> None:
        """Take back facts of a community, as `Monitor.retract` does and with its errors."""
        await self._done(lambda: self._monitor.retract(community, fact_ids, when=when))

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

    @asynccontextmanager
    async def changes(self, *, most: int = 0) -> AsyncIterator[AsyncIterator[Change]]:
        """Give the changes from now on, to one that listens: ``async with monitor.changes() as changes: async for …``.

        The iterator ends where the monitor is closed. Several may listen, each hears all.

        Args:
            most: how many changes may wait for a listener; one that is slower loses its place, and its iterator raises.
                By default any number.

        Raises:
            MonitorError: SR801, where the monitor is closed; SR807 from the iterator, where more than ``most`` waited.
        """
        if self._closed:
            raise MonitorError.of(
                "SR801", "the monitor is closed", "open a new one, on the same store where it had one"
            )
        queue: asyncio.Queue[Any] = asyncio.Queue()
        self._queues[queue] = asyncio.get_running_loop()
        try:
            yield self._heard(queue, most)
        finally:
            self._queues.pop(queue, None)

    async def close(self) -> None:
        """End the watch and every iterator of changes; a second time does nothing."""
        if self._closed:
            return
        self._closed = True
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._monitor.close)
        finally:
            for queue, loop in list(self._queues.items()):
                loop.call_soon_threadsafe(queue.put_nowait, _END)
            self._thread.shutdown(wait=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _done(self, work: Callable[[], _Returned]) -> _Returned:
        if self._closed:
            raise MonitorError.of(
                "SR801", "the monitor is closed", "open a new one, on the same store where it had one"
            )
        # An event that is being taken is taken, whether or not somebody still waits for it.
        return await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._thread, work))

    def _tell(self, change: Change) -> None:
        """Hand a change to all that listen; called in the thread of the monitor."""
        for queue, loop in list(self._queues.items()):
            loop.call_soon_threadsafe(queue.put_nowait, change)

    async def _heard(self, queue: asyncio.Queue[Any], most: int) -> AsyncIterator[Change]:
        while True:
            change = await queue.get()
            if most and queue.qsize() > most:
                self._queues.pop(queue, None)
                raise MonitorError.of(
                    "SR807",
                    f"more than {most} changes waited for a listener, which is too slow",
                    "listen again, and read anew what is known: `outcomes`",
                )
            if change is _END:
                await queue.put(_END)  # whoever asks again after the end hears it again
                return
            yield change
