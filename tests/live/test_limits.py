"""Many pages, and pages that do not read."""

import socket
import time
from contextlib import AsyncExitStack
from typing import Any

from checks.live import layer
from checks.live.publish import Publisher
from tests.live.pages import (
    LESSON,
    Event,
    Page,
    comes_true,
    members,
    page,
    progress,
    publisher,
    run,
)
from tests.live.server import Live

MOST = 50
LATE = 8.0
"""Seconds after which an event is late, also where others use the machine."""


def large(number: int) -> Event:
    """An event of 100 kB."""
    return run(number, large="x" * 100_000)


def slow(live: Live) -> dict[str, Any]:
    """What makes a page leave unread all that it is not asked for."""
    small = socket.socket()
    small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    small.connect(("127.0.0.1", live.port))
    return {"sock": small, "max_queue": 1, "ping_interval": None}


async def latest(course: Publisher, quick: Page, numbers: range) -> float:
    """How many seconds an event takes to a page that reads, at most."""
    seconds = []
    for number in numbers:
        begun = time.monotonic()
        await course.publish(large(number))
        assert await quick.hears() == large(number)
        seconds.append(time.monotonic() - begun)
    return max(seconds)


async def test_one_page_too_many_is_refused_until_another_goes(own: Live) -> None:
    async with publisher(own) as course, AsyncExitStack() as stack:
        await course.publish(progress())

        async def comes_in() -> bool:
            pages.append(await stack.enter_async_context(page(own)))
            return await pages[-1].hears() == progress()

        pages: list[Page] = []
        assert all([await comes_in() for _ in range(MOST)])
        async with page(own, "/live/") as one:
            reason = f"{MOST} pages are connected already. Close one."
            assert await one.is_refused() == (4503, reason)
        await course.publish(run(1))
        for each in pages:
            assert await each.hears() == run(1)
        await pages[0].connection.close()
        await comes_true(comes_in)


async def test_a_refused_page_keeps_no_place(own: Live) -> None:
    async with publisher(own) as course, AsyncExitStack() as stack:
        await course.publish(progress())
        for _ in range(MOST):
            async with page(own, "/live/99_nothing/") as one:
                assert (await one.is_refused())[0] == 4404
            async with page(own) as one:
                await one.says("bad")
                assert (await one.is_refused())[0] == 4400
        for _ in range(MOST):
            one = await stack.enter_async_context(page(own))
            assert await one.hears() == progress()


async def test_a_page_leaves_its_groups_however_it_goes(own: Live) -> None:
    async with publisher(own) as course:

        async def nobody() -> bool:
            groups = (layer.EVERYBODY, layer.lesson_group(LESSON))
            return not any([await members(course, group) for group in groups])

        assert await nobody()
        async with page(own) as leaves, page(own) as breaks, page(own) as refused:
            for one in (leaves, breaks, refused):
                await course.publish(run(1))
                assert await one.hears()
            assert await members(course, layer.EVERYBODY) == 3
            breaks.connection.transport.abort()
            await refused.says("bad")
            await refused.is_refused()
        await comes_true(nobody)


async def test_a_page_that_does_not_read_slows_nobody_and_costs_little(
    own: Live,
) -> None:
    """What is old by the time that it reads again is left out."""
    async with publisher(own) as course, page(own) as quick:
        await latest(course, quick, range(50))
        before = own.memory
        async with page(own, **slow(own)) as one:
            assert await latest(course, quick, range(50, 200)) < LATE
            assert own.memory - before < 6
            verdict = {"type": "verdict", "lesson": LESSON, "run": 200, "verdict": {}}
            for event in (verdict, run(201)):
                await course.publish(event)
                assert await quick.hears() == event
            heard = await one.hears_until(run(201))
            assert heard[-2:] == [verdict, run(201)]
            numbers = [event["run"] for event in heard]
            assert numbers == sorted(set(numbers))
            assert len(numbers) < 100
            await course.publish(large(202))
            assert await one.hears() == large(202)


async def test_a_page_that_never_reads_is_dropped(impatient: Live) -> None:
    """Whether it lives, it is asked behind all that it leaves unread."""
    async with (
        publisher(impatient) as course,
        page(impatient) as quick,
        page(impatient, **slow(impatient)),
    ):
        await latest(course, quick, range(100))

        async def dropped() -> bool:
            return await members(course, layer.EVERYBODY) == 1

        await comes_true(dropped)
