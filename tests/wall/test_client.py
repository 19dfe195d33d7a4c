"""The learner's end: it joins, comes back by itself, and disturbs nobody."""

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator

import pytest
from websockets.asyncio.server import ServerConnection, serve

from checks.wall.client import Status, WallClient
from checks.wall.protocol import Address, Position
from tests.machine import free_port
from tests.wall.server import DEADLINE, Server, new_wall, teacher

STUCK = Position(1, "needs_attention", 2, "echoes_twice", 4, 10)


class Learner:
    """A client that runs, and what it has reported."""

    def __init__(self, address: str, name: str = "Ada") -> None:
        self.reported: asyncio.Queue[Status] = asyncio.Queue()
        self.client = WallClient(Address.read(address), name, self.reported.put_nowait)

    async def becomes(self, state: str) -> Status:
        """Wait until it reports this state."""
        async with asyncio.timeout(DEADLINE):
            while (status := await self.reported.get()).state != state:
                pass
        return status


@contextlib.asynccontextmanager
async def running(address: str, name: str = "Ada") -> AsyncIterator[Learner]:
    """A client, until the context ends as by Ctrl-C."""
    learner = Learner(address, name)
    task = asyncio.create_task(learner.client.run())
    try:
        yield learner
    finally:
        task.cancel()
        await asyncio.wait([task])


async def test_it_shows_where_the_learner_is_and_who_asks_for_help(
    own: Server,
) -> None:
    async with teacher(own.wall) as page:
        async with running(own.wall.address) as ada:
            ada.client.move(STUCK)
            await page.shows(lambda named: named["Ada"]["passed"] == 4)
            ada.client.ask_for_help(asked=True)
            tiles = await page.shows(lambda named: named["Ada"]["help"] is not None)
            await page.sends("helped", tile=tiles["Ada"]["number"])
            while (await ada.becomes("joined")).help:
                pass
            await page.shows(lambda named: named["Ada"]["help"] is None)
        await page.shows(lambda named: not named)  # After Ctrl-C nothing is left.


async def test_it_comes_back_with_all_it_had_when_the_wall_restarts(
    own: Server,
) -> None:
    async with running(own.wall.address) as ada:
        ada.client.move(STUCK)
        ada.client.since -= 120
        ada.client.ask_for_help(asked=True)
        await ada.becomes("joined")
        own.kill()
        assert (await ada.becomes("away")).why == "cannot be reached"
        own.start()
        await ada.becomes("joined")
        async with teacher(own.wall) as page:
            tiles = await page.shows(lambda named: named["Ada"]["help"] is not None)
    assert tiles["Ada"]["passed"] == 4
    assert tiles["Ada"]["seconds"] >= 120


async def test_the_time_counts_until_the_learner_is_somewhere_else() -> None:
    client = Learner(new_wall().address).client
    client.move(STUCK)
    since = client.since
    client.move(dataclasses.replace(STUCK, passed=5))
    assert client.since == since
    client.move(dataclasses.replace(STUCK, mistake=None))
    assert client.since > since


async def test_it_is_reported_once_that_a_wall_cannot_be_reached() -> None:
    address = f"http://localhost:{free_port()}/abcd-efgh-jkmn"
    async with running(address) as ada:
        assert (await ada.becomes("away")).why == "cannot be reached"
        await asyncio.sleep(3)
        assert ada.reported.empty()


async def test_what_is_no_wall_is_a_wall_that_cannot_be_reached() -> None:
    async def answers(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n")
        writer.close()

    port = free_port()
    async with (
        await asyncio.start_server(answers, "127.0.0.1", port),
        running(f"http://127.0.0.1:{port}/abcd-efgh-jkmn") as ada,
    ):
        assert (await ada.becomes("away")).why == "cannot be reached"


@pytest.mark.parametrize("frame", ["[" * 900, "[]", "{}", "7", "no JSON", b"\xff"])
async def test_what_is_no_event_of_a_wall_is_no_error(frame: str | bytes) -> None:
    async def answers(socket: ServerConnection) -> None:
        await socket.send(frame)
        await socket.wait_closed()

    port = free_port()
    async with (
        serve(answers, "127.0.0.1", port),
        running(f"http://127.0.0.1:{port}/abcd-efgh-jkmn") as ada,
    ):
        assert (await ada.becomes("away")).why == "cannot be reached"


async def test_where_it_is_refused_it_does_not_try_again(own: Server) -> None:
    wrong = dataclasses.replace(own.wall, token="aaaa-bbbb-cccc").address  # noqa: S106
    learner = Learner(wrong)
    await asyncio.wait_for(learner.client.run(), DEADLINE)
    why = "does not know this address. Ask for the new one"
    assert (await learner.becomes("refused")).why == why
    own.expire()
    learner = Learner(own.wall.address)
    await asyncio.wait_for(learner.client.run(), DEADLINE)
    assert (await learner.becomes("refused")).why.startswith("has expired")


async def test_leaving_takes_the_tile_down_and_ends_it(own: Server) -> None:
    async with teacher(own.wall) as page, running(own.wall.address) as ada:
        await page.shows(lambda named: "Ada" in named)
        ada.client.leave()
        await ada.becomes("left")
        await page.shows(lambda named: not named)


async def test_it_can_leave_a_wall_that_cannot_be_reached() -> None:
    async with running(new_wall().address) as ada:
        await ada.becomes("away")
        ada.client.leave()
        await ada.becomes("left")


async def test_a_fast_series_of_verdicts_ends_with_the_last(own: Server) -> None:
    async with teacher(own.wall) as page, running(own.wall.address) as ada:
        await ada.becomes("joined")
        for passed in range(500):
            ada.client.move(dataclasses.replace(STUCK, passed=passed))
            await asyncio.sleep(0.005)
        await page.shows(lambda named: named["Ada"]["passed"] == 499)
