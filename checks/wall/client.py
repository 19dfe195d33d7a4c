"""The learner's end: it connects, sends where the learner is, and comes back.

Nothing that the wall does or fails to do is raised here. What becomes of the connection
is reported as a `Status`; whoever is connected may leave at any time.
"""

import asyncio
import contextlib
import json
import random
import secrets
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from checks.live.refusals import Code
from checks.wall.protocol import HEARTBEAT, Address, Position

DELAYS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds until the next attempt to connect, the last one from then on.

Each is shortened at random, so that a class does not come back all at once.
"""
STABLE = 10.0
"""Seconds that a connection has to last before the delays start again."""
PAUSE = 0.3
"""Seconds between two frames: who saves faster than that sends the newest verdict."""
OPENING, LEAVING = 5.0, 0.5
"""Seconds to connect, and to say goodbye."""
PING = 10.0
"""Seconds between two pings, and in which one has to be answered."""
LARGEST = 1000
"""Bytes of a frame of the wall, at most."""
FINAL: dict[int, str] = {
    Code.NOT_ALLOWED: "does not know this address. Ask for the new one",
    Code.EXPIRED: "has expired. Ask for a new address",
    Code.NOT_UNDERSTOOD: "does not understand this version of the course",
    Code.TOO_LARGE: "does not understand this version of the course",
}
"""Why the wall closes a connection, where another attempt cannot help."""
BUSY: dict[int, str] = {Code.TOO_MANY_PAGES: "is full", Code.TOO_MANY_FRAMES: "is busy"}
UNREACHABLE = "cannot be reached"

NO_WALL = (
    *(OSError, WebSocketException),  # No server, or none that speaks WebSocket;
    *(ValueError, TypeError, LookupError, RecursionError),  # or no JSON of a wall's.
)
State = Literal["connecting", "joined", "away", "refused", "left"]


@dataclass(frozen=True)
class Status:
    """What became of the connection; `why` completes "The wall …" where it is away."""

    state: State
    name: str
    help: bool
    why: str = ""


class WallClient:
    """Keeps a learner on the wall until they leave; `report` gets each new status."""

    def __init__(
        self, address: Address, name: str, report: Callable[[Status], None]
    ) -> None:
        self.address, self.name, self.report = address, name, report
        self.id = secrets.token_urlsafe(16)
        self.status = Status("connecting", name, help=False)
        self.position: Position | None = None
        self.since = time.monotonic()
        self.help = self.has_left = False
        self.changed = asyncio.Event()

    # What the learner does ----------------------------------------------------------

    def move(self, position: Position) -> None:
        """Show where the learner is now; the time counts from the first such verdict.

        How many checks pass does not matter for that, as long as it is the same place.
        """
        if _place(position) != _place(self.position):
            self.since = time.monotonic()
        self.position = position
        self.changed.set()

    def ask_for_help(self, *, asked: bool) -> None:
        """Show that the learner asks for help, or no longer does."""
        self.help = asked
        self._report(self.status.state, self.status.why)
        self.changed.set()

    def leave(self) -> None:
        """Take the tile down, and stay away."""
        self.has_left = True
        self.changed.set()

    # The connection -----------------------------------------------------------------

    async def run(self) -> None:
        """Stay connected until the learner leaves, or the wall refuses them."""
        failures = 0
        self._report("connecting")
        while not self.has_left:
            began = time.monotonic()
            refusal = await self._attempt()
            if refusal and not self.has_left:
                return self._report("refused", refusal)
            if time.monotonic() - began > STABLE:
                failures = 0
            await self._wait(DELAYS[min(failures, len(DELAYS) - 1)])
            failures += 1
        return self._report("left")

    async def _wait(self, seconds: float) -> None:
        """Wait for a part of so many seconds, or until the learner leaves."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds * random.uniform(0.5, 1)):
                while not self.has_left:
                    self.changed.clear()
                    await self.changed.wait()

    async def _attempt(self) -> str:
        """Connect once, for as long as that lasts; why it cannot be done again."""
        why = UNREACHABLE
        try:
            async with self._connect() as socket:
                await self._talk(socket)
        except ConnectionClosed as closed:
            code = closed.rcvd.code if closed.rcvd else 0
            if code in FINAL:
                return FINAL[code]
            why = BUSY.get(code, why)
        except NO_WALL:
            pass  # Nobody is there, or something that is no wall.
        self._report("away", why)
        return ""

    def _connect(self) -> connect:
        return connect(
            self.address.websocket,
            proxy=None,  # A wall is in the same room.
            open_timeout=OPENING,
            ping_interval=PING,
            ping_timeout=PING,
            close_timeout=LEAVING,
            max_size=LARGEST,
        )

    async def _talk(self, socket: ClientConnection) -> None:
        """Join, and send and receive until the connection is closed."""
        who = {"token": self.address.token, "learner": self.id, "name": self.name}
        await _send(socket, "join", **who)
        sending: asyncio.Task[None] | None = None
        try:
            while True:
                event = json.loads(await socket.recv())["type"]
                if event == "helped":
                    self.ask_for_help(asked=False)
                elif event == "joined" and not sending:
                    sending = asyncio.create_task(self._send_changes(socket))
                    self._report("joined")
        except asyncio.CancelledError:
            await self._say_goodbye(socket)
            raise
        finally:
            if sending:
                sending.cancel()
                await asyncio.wait([sending])

    async def _send_changes(self, socket: ClientConnection) -> None:
        """Send what has changed, and a heartbeat when nothing has."""
        self.changed.set()  # A wall that has restarted knows nothing.
        sent: dict[str, Any] = {}
        with contextlib.suppress(ConnectionClosed):
            while not self.has_left:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(HEARTBEAT):
                        await self.changed.wait()
                self.changed.clear()
                sent = await self._send_news(socket, sent)
                await asyncio.sleep(PAUSE)
            await self._say_goodbye(socket)

    async def _send_news(
        self, socket: ClientConnection, sent: dict[str, Any]
    ) -> dict[str, Any]:
        """Send what differs from what was sent; return all that is known by now."""
        known: dict[str, Any] = {"help": {"asked": self.help}}
        if self.position:
            known["position"] = asdict(self.position)
        news = {kind: it for kind, it in known.items() if sent.get(kind) != it}
        if "position" in news:
            seconds = int(time.monotonic() - self.since)
            news["position"] = {**news["position"], "seconds": seconds}
        for kind, facts in (news or {"here": {}}).items():
            await _send(socket, kind, **facts)
        return known

    async def _say_goodbye(self, socket: ClientConnection) -> None:
        """Take the tile down, also at Ctrl-C: the wall keeps those who are cut off."""
        with contextlib.suppress(ConnectionClosed, TimeoutError):
            async with asyncio.timeout(LEAVING):
                await _send(socket, "leave")
                await socket.close()

    def _report(self, state: State, why: str = "") -> None:
        """Report the status, if it is a new one."""
        status = Status(state, self.name, self.help, why)
        if status != self.status or state == "connecting":
            self.status = status
            self.report(status)


def _place(position: Position | None) -> tuple[object, ...]:
    """What makes a learner stay where they are, whatever else changes."""
    if position is None:
        return ()
    return position.lesson, position.state, position.task, position.mistake


async def _send(socket: ClientConnection, kind: str, **facts: Any) -> None:
    await socket.send(json.dumps({"type": kind, **facts}))
