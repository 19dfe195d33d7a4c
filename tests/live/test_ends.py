"""What becomes of the pages when Redis goes, or the server is ended."""

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import redis

from checks.sandbox import embedded_redis
from tests.live.pages import CHOOSE, page, progress, publisher, run
from tests.live.server import Live, running
from tests.machine import free_port, until

LATE = 8.0
"""Seconds in which it has ended, which takes 0.3 where nobody else uses the machine."""
GONE = (4502, "The course's Redis is gone.")


class Mortal:
    """An embedded Redis that can die, and come back."""

    def __init__(self, lease: embedded_redis.Lease) -> None:
        self.lease = lease

    def dies(self) -> None:
        """End it as a crash does."""
        client: Any = redis.Redis(port=self.lease.port)
        pid = client.info("server")["process_id"]
        client.close()
        os.kill(pid, signal.SIGKILL)
        assert until(lambda: not self.lease.embedded)

    def comes_back(self) -> None:
        """Start it again, empty."""
        self.lease.provide()


@pytest.fixture
def mortal() -> Iterator[Mortal]:
    """A Redis of this test's own."""
    with embedded_redis.leased(free_port()) as lease:
        yield Mortal(lease)


@pytest.fixture
def dependent(mortal: Mortal, tmp_path: Path) -> Iterator[Live]:
    """A server whose Redis can die."""
    with running(mortal.lease.port, tmp_path) as live:
        yield live


async def test_without_redis_pages_are_sent_that_and_with_it_everything(
    mortal: Mortal, dependent: Live
) -> None:
    async with publisher(dependent) as course:
        chosen = course.choices()
        choice = asyncio.ensure_future(anext(chosen))
        for event in (progress("old"), run(1), progress("new")):
            await course.publish(event)
        async with page(dependent) as one, page(dependent, "/live/") as front:
            assert await one.hears_until(progress("new"))
            mortal.dies()
            assert await one.is_refused() == await front.is_refused() == GONE
        async with page(dependent) as one:
            assert await one.is_refused() == GONE
        await course.publish(run(2))
        mortal.comes_back()
        async with page(dependent) as one:
            heard = await one.hears_until(run(2))
            assert heard == [progress("new"), run(2)]
            await course.publish(run(3))
            assert await one.hears() == run(3)
            await one.says(CHOOSE)
            assert (await choice)["lesson"] == "01_consumer"
        await chosen.aclose()


async def test_it_ends_at_once_also_with_pages_open(own: Live) -> None:
    async with publisher(own) as course, AsyncExitStack() as stack:
        await course.publish(progress())
        pages = [await stack.enter_async_context(page(own)) for _ in range(10)]
        for one in pages:
            assert await one.hears() == progress()
        begun = time.monotonic()
        assert own.terminate() == 0
        assert time.monotonic() - begun < LATE
        assert {await one.is_closed() for one in pages} == {1006}
