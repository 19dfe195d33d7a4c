"""A wall as `make wall` serves it, and who connects to it."""

import asyncio
import contextlib
import dataclasses
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from checks.classroom import Wall
from checks.course.lessons import ROOT
from checks.sandbox import embedded_redis
from checks.wall.protocol import JOIN, WATCH
from tests.conftest import environment
from tests.machine import TIMEOUT, free_port, until

DEADLINE = float(TIMEOUT)
HOUR = 3600.0

Event = dict[str, Any]


def new_wall(seconds: float = HOUR) -> Wall:
    """A wall on this machine, which expires after so many seconds."""
    return Wall("localhost", free_port(), time.time() + seconds)


class Server:
    """The process that serves a wall; it can be ended and started again."""

    def __init__(self, wall: Wall, log: Path, module: str = "checks.wall") -> None:
        self.wall, self.log, self.module = wall, log, module
        self.start()

    def start(self) -> None:
        """Serve the wall, always with the same address."""
        application = {"tests.wall": "tests.wall.impatient:application"}
        *options, usual = self.wall.options
        served = application.get(self.module, usual)
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "daphne", *options, served],
                cwd=ROOT,
                env=environment(**self.wall.settings),
                stderr=log,
            )
        assert until(lambda: embedded_redis.listens(self.wall.port)), (
            self.log.read_text()
        )

    def kill(self) -> None:
        """End it at once, as when the machine fails."""
        self.process.kill()
        self.process.wait(TIMEOUT)

    def expire(self) -> "Server":
        """The same wall after its time is over."""
        self.kill()
        self.wall = dataclasses.replace(self.wall, expires=time.time() - 1)
        self.start()
        return self


@contextlib.contextmanager
def served(folder: Path, module: str = "checks.wall") -> Iterator[Server]:
    """A wall, and no line in its log: nothing that a client does is an exception."""
    server = Server(new_wall(), folder / "wall.log", module)
    try:
        yield server
    finally:
        server.kill()
    assert not (printed := server.log.read_text()), printed


class Client:
    """An open connection to the wall."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def sends(self, kind: str, **facts: Any) -> None:
        """Send a frame."""
        await self.socket.send(json.dumps({"type": kind, **facts}))

    async def receives(self) -> Event:
        """The next event."""
        async with asyncio.timeout(DEADLINE):
            event: Event = json.loads(await self.socket.recv())
        return event

    async def is_closed(self) -> int | None:
        """The code with which the wall closes the connection."""
        with contextlib.suppress(ConnectionClosed):
            while True:
                await self.receives()
        return self.socket.close_code


class Page(Client):
    """The teacher's page, as far as its WebSocket goes, and the tiles it would show."""

    def __init__(self, socket: ClientConnection) -> None:
        super().__init__(socket)
        self.tiles: dict[int, Event] = {}

    async def shows(
        self, true: Callable[[dict[str, Event]], object]
    ) -> dict[str, Event]:
        """Wait until this is true of the tiles, by their names.

        It is not while one is missing that it names.
        """

        def is_true() -> object:
            with contextlib.suppress(KeyError):
                return true(named)
            return False

        named = {it["name"]: it for it in self.tiles.values()}
        while not is_true():
            event = await self.receives()
            assert event["type"] == "tiles"
            if event["whole"]:
                self.tiles.clear()
            self.tiles |= {tile["number"]: tile for tile in event["tiles"]}
            named = {it["name"]: it for it in self.tiles.values()}
            await self.sends("next")
        return named


@contextlib.asynccontextmanager
async def client(wall: Wall, path: str = JOIN, **options: Any) -> AsyncIterator[Client]:
    """A client that is connected, and has not said who it is."""
    uri = f"ws://127.0.0.1:{wall.port}{path}"
    async with connect(uri, proxy=None, close_timeout=1, **options) as socket:
        yield Client(socket)


@contextlib.asynccontextmanager
async def learner(
    wall: Wall, name: str = "Ada", id_: str = "", **options: Any
) -> AsyncIterator[Client]:
    """A learner who has joined; the id is the name, if no other is given."""
    async with client(wall, **options) as one:
        who = {"learner": id_ or name.replace(" ", "_"), "name": name}
        await one.sends("join", token=wall.token, **who)
        assert await one.receives() == {"type": "joined"}
        yield one


@contextlib.asynccontextmanager
async def teacher(wall: Wall, host: str = "localhost") -> AsyncIterator[Page]:
    """The teacher's page, which shows the wall."""
    origin: Any = f"http://{host}:{wall.port}"
    uri = f"ws://127.0.0.1:{wall.port}{WATCH}"
    async with connect(uri, origin=origin, proxy=None, close_timeout=1) as socket:
        page = Page(socket)
        await page.sends("watch", secret=wall.secret)
        await page.sends("next")
        event = await page.receives()
        assert (event["type"], event["address"]) == ("wall", wall.address)
        yield page
