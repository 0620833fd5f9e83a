"""The monitor of asyncio: events are awaited, and each that listens hears every change from then on."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from smartrules.diagnostics import FactsError, MonitorError
from smartrules.live import AsyncMonitor, Change
from smartrules.outcome import MET
from tests.live.test_monitor import HOMES
from tests.rulesets import ruleset


def test_changes_are_heard_by_all_that_listen() -> None:
    async def listen(monitor: AsyncMonitor, ready: asyncio.Event, wanted: int) -> list[str]:
        heard = []
        async with monitor.changes() as changes:
            ready.set()
            async for change in changes:
                heard.append(f"{change.community} {change.tier}.{change.indicator} {change.after.value}")
                if len(heard) == wanted:
                    break
        return heard

    async def main() -> None:
        async with AsyncMonitor(ruleset(HOMES)) as monitor:
            ready = [asyncio.Event(), asyncio.Event()]
            listeners = [
                asyncio.create_task(listen(monitor, event, wanted))
                for event, wanted in zip(ready, (2, 99), strict=True)
            ]
            for event in ready:
                await event.wait()
            await asyncio.gather(*(monitor.assert_facts(f"c{n}", {"gated": True}) for n in range(3)))
            assert (await monitor.outcomes("c0"))["basic"]["gate"] is MET
            assert (await monitor.tiers("c0"))["basic"].value == "undetermined"
            assert (await monitor.facts("c0")).value("gated") is True
            assert (await monitor.assessment("c0"))["basic"]["gate"].outcome is MET
            await monitor.retract("c0", ["gated"])
            await monitor.forget("c2")
            assert await monitor.communities() == ("c0", "c1")
        first, all_ = [await one for one in listeners]
        assert first == ["c0 basic.gate met", "c0 best.gate met"]
        assert all_ == [f"c{n} {tier}.gate met" for n in range(3) for tier in ("basic", "best")] + [
            "c0 basic.gate undetermined",
            "c0 best.gate undetermined",
        ]

    asyncio.run(main())


def test_what_is_refused_is_raised_where_it_is_awaited() -> None:
    async def main() -> None:
        async with AsyncMonitor(ruleset(HOMES)) as monitor:
            with pytest.raises(FactsError, match="declares no fact `gatd`"):
                await monitor.assert_facts("a", {"gatd": True})
            with pytest.raises(TypeError, match="takes no `on_change`"):
                AsyncMonitor(ruleset(HOMES), on_change=print)
        with pytest.raises(MonitorError, match="the monitor is closed"):
            await monitor.assert_facts("a", {"gated": True})
        with pytest.raises(MonitorError, match="the monitor is closed"):
            monitor.changes()
        await monitor.close()

    asyncio.run(main())


def test_a_listener_that_is_too_slow_is_told_so() -> None:
    async def main() -> None:
        async with AsyncMonitor(ruleset(HOMES)) as monitor, monitor.changes(most=3) as changes:
            for turn in range(5):
                await monitor.assert_facts("a", {"gated": turn % 2 == 0})
            assert [(await anext(changes)).number for _ in range(3)] == [1, 2, 3], "what waited is given first"
            with pytest.raises(MonitorError) as caught:
                await anext(changes)
            assert str(caught.value) == (
                "error[SR807]: more than 3 changes waited for a listener, which is too slow\n"
                "help: listen again, and read anew what is known: `outcomes`"
            )

    asyncio.run(main())


def test_one_may_listen_to_one_community_and_without_more_ado() -> None:
    async def main() -> list[int]:
        async with AsyncMonitor(ruleset(HOMES)) as monitor:
            changes = monitor.changes(community="b")
            for community in "abab":
                await monitor.assert_facts(community, {"gated": community == "a"})
            await monitor.tick()
            changes.close()
            await monitor.assert_facts("b", {"gated": True})
            return [change.number async for change in changes]

    assert asyncio.run(main()) == [3, 4, 5, 6]


def test_a_listener_that_waits_is_woken() -> None:
    async def main() -> list[int]:
        async with AsyncMonitor(ruleset(HOMES)) as monitor:

            async def listen() -> list[int]:
                return [change.number async for change in monitor.changes()]

            task = asyncio.create_task(listen())
            for turn in range(3):
                await asyncio.sleep(0.01)
                await monitor.assert_facts("a", {"gated": turn % 2 == 0})
            await asyncio.sleep(0.01)
            await monitor.close()
            return await task

    assert asyncio.run(main()) == list(range(1, 11))


def test_an_event_that_nobody_waits_for_any_more_is_taken_all_the_same() -> None:
    async def main() -> None:
        async with AsyncMonitor(ruleset(HOMES)) as monitor:
            task = asyncio.create_task(monitor.assert_facts("a", {"gated": True}))
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert (await monitor.outcomes("a"))["basic"]["gate"] is MET

    asyncio.run(main())


def test_a_change_is_a_change() -> None:
    async def main() -> list[Change]:
        heard = []
        async with AsyncMonitor(ruleset(HOMES)) as monitor, monitor.changes() as changes:
            await monitor.assert_facts("a", {"homes": 1, "covered": 1})
            await monitor.close()
            async for change in changes:
                heard.append(change)
            async for change in changes:
                heard.append(change)
        return heard

    assert [(one.number, one.indicator) for one in asyncio.run(main())] == [(1, "coverage"), (2, "coverage")]


def test_a_close_that_is_cancelled_closes_all_the_same(tmp_path: Path) -> None:
    async def main() -> None:
        monitor = AsyncMonitor(ruleset(HOMES), store=tmp_path / "homes.sqlite")
        busy = threading.Event()
        monitor._thread.submit(busy.wait)
        closing = asyncio.create_task(monitor.close())
        await asyncio.sleep(0)
        closing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await closing
        busy.set()
        monitor._thread.shutdown(wait=True)
        async with AsyncMonitor(ruleset(HOMES), store=tmp_path / "homes.sqlite"):
            pass

    asyncio.run(main())


def test_a_second_close_waits_for_the_first(tmp_path: Path) -> None:
    async def main() -> None:
        monitor = AsyncMonitor(ruleset(HOMES), store=tmp_path / "homes.sqlite")
        busy = threading.Event()
        monitor._thread.submit(busy.wait)
        first, second = (asyncio.create_task(monitor.close()) for _ in range(2))
        done, _ = await asyncio.wait([first, second], timeout=0.05)
        assert not done
        busy.set()
        await second
        async with AsyncMonitor(ruleset(HOMES), store=tmp_path / "homes.sqlite"):
            pass
        await first

    asyncio.run(main())


def test_a_close_that_a_loop_did_not_see_done_can_be_awaited_in_another(tmp_path: Path) -> None:
    async def begin() -> AsyncMonitor:
        monitor = AsyncMonitor(ruleset(HOMES), store=tmp_path / "homes.sqlite")
        monitor._thread.submit(busy.wait)
        asyncio.create_task(monitor.close())  # noqa: RUF006 (the loop ends and cancels it)
        await asyncio.sleep(0)
        return monitor

    async def end(monitor: AsyncMonitor) -> None:
        await monitor.close()
        async with AsyncMonitor(ruleset(HOMES), store=tmp_path / "homes.sqlite"):
            pass

    busy = threading.Event()
    monitor = asyncio.run(begin())
    busy.set()
    asyncio.run(end(monitor))
