"""A page of the site, as far as its WebSocket goes, and who tells it events."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from checks.live.publish import Publisher
from tests.live.server import SITE, Live

DEADLINE = 20.0
"""Seconds after which what has not come does not come."""
OWN = f"http://localhost:{SITE}"
LESSON = "01_consumer"
CHOOSE, HINT = {"type": "choose"}, {"type": "hint"}

Event = dict[str, Any]


def run(number: int, lesson: str = LESSON, **more: Any) -> Event:
    """An event for the pages of one lesson."""
    return {"type": "run", "lesson": lesson, "run": number, "check": None, **more}


def progress(*lessons: str) -> Event:
    """An event for all pages."""
    return {"type": "progress", "lessons": [{"slug": slug} for slug in lessons]}


class Page:
    """An open connection to the live results."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def hears(self) -> Event:
        """The next event."""
        text = await asyncio.wait_for(self.connection.recv(), DEADLINE)
        event: Event = json.loads(text)
        return event

    async def hears_until(self, last: Event) -> list[Event]:
        """All events up to this one, and this one."""
        heard = [await self.hears()]
        while heard[-1] != last:
            heard.append(await self.hears())
        return heard

    async def says(self, frame: object) -> None:
        """Send text and bytes as they are, anything else as JSON."""
        if not isinstance(frame, str | bytes):
            frame = json.dumps(frame)
        await self.connection.send(frame)

    async def asks(self, frame: object) -> Event:
        """Send a frame, and hear the answer."""
        await self.says(frame)
        return await self.hears()

    async def is_closed(self) -> int | None:
        """The code with which the server closes, after whatever it tells before."""
        with contextlib.suppress(ConnectionClosed):
            while True:
                await self.hears()
        return self.connection.close_code

    async def is_refused(self) -> tuple[int | None, str]:
        """The code with which the server closes, and the reason told before."""
        while (event := await self.hears())["type"] != "refused":
            pass
        code = await self.is_closed()
        assert event["code"] == code
        return code, event["reason"]


@contextlib.asynccontextmanager
async def page(
    live: Live,
    path: str = f"/live/{LESSON}/",
    origin: str | None = OWN,
    **options: Any,
) -> AsyncIterator[Page]:
    """A page that is connected, until the context ends."""
    uri = f"ws://127.0.0.1:{live.port}{path}"
    patience: Any = {"open_timeout": DEADLINE, "close_timeout": DEADLINE}
    given: Any = {"origin": origin, "proxy": None, **patience, **options}
    async with connect(uri, **given) as connection:
        yield Page(connection)


@contextlib.asynccontextmanager
async def publisher(live: Live) -> AsyncIterator[Publisher]:
    """The other end, as `make learn` has it."""
    publisher = Publisher(live.redis_url)
    try:
        yield publisher
    finally:
        await publisher.close()


async def comes_true(true: Callable[[], Awaitable[object]]) -> None:
    """Ask again until it is so: a place and a Redis have no event to wait for."""
    async with asyncio.timeout(DEADLINE):
        while not await true():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def members(publisher: Publisher, group: str) -> int:
    """How many pages are in a group."""
    return int(await publisher.last_messages.redis.zcard(f"live::group:{group}"))


async def choice(publisher: Publisher) -> str:
    """The next lesson that a page chooses."""
    async with contextlib.aclosing(publisher.choices()) as chosen:
        asked = await asyncio.wait_for(anext(chosen), DEADLINE)
        return str(asked["lesson"])
