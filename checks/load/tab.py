"""One tab of the crowd, and what is counted of it."""

import contextlib
import json
import time
from collections import Counter

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from checks.load.delays import Delays, bucket
from checks.load.plan import Plan

OPENING = 30.0
"""Seconds that a handshake may take."""
LOST = 1006
"""The code of a connection that ended without one."""


class Sample:
    """What happened since the last report; `lags` is how late this process was."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Begin again. It stays the same object, as what is being sent holds it."""
        self.sent = self.unsent = self.due = self.received = self.twice = 0
        self.delays: Delays = Counter()
        self.lags: Delays = Counter()

    def sends(self, due: int, late: float) -> None:
        """A message is sent, which so many tabs are to receive."""
        self.sent += 1
        self.due += due
        self.lags[bucket(late)] += 1

    def receives(self, delay: float) -> None:
        """A tab has received a message for the first time."""
        self.received += 1
        self.delays[bucket(delay)] += 1


class Tab:
    """One tab: `code` is that with which the server has closed it."""

    def __init__(self, plan: Plan, number: int) -> None:
        self.plan, self.number = plan, number
        self.seen = bytearray(plan.messages)
        self.received, self.code = 0, 0
        self.probed: set[tuple[int, int]] = set()
        self.socket: ClientConnection | None = None
        self.is_closing = False

    async def open(self) -> str:
        """Open it; return why the server does not accept it, which is mostly empty."""
        try:
            self.socket = await opened(self.plan, self.number)
        except InvalidStatus as error:
            return f"HTTP {error.response.status_code}"
        except (OSError, WebSocketException, TimeoutError) as error:
            return str(error) or type(error).__name__
        return ""

    async def read(self, sample: Sample) -> None:
        """Count what it receives, until it is closed."""
        if not self.socket:
            return
        with contextlib.suppress(ConnectionClosed):
            while True:
                self._take(await self.socket.recv(), sample)
        if not self.is_closing:
            self.code = self.socket.close_code or LOST

    async def close(self) -> None:
        """Close it."""
        self.is_closing = True
        if self.socket:
            await self.socket.close()

    def _take(self, frame: str | bytes, sample: Sample) -> None:
        """Count a frame, if it is a message of this run."""
        if not (found := read(self.plan, frame)):
            return
        number, sent_at = found
        if number < 0:
            self.probed.add((-number, int(sent_at)))
            return
        if self.seen[number]:
            sample.twice += 1
            return
        self.seen[number] = 1
        self.received += 1
        sample.receives(time.monotonic() - sent_at)

    async def probe(self, turn: int) -> None:
        """Send a probe: a message with a negative number, and that of its server."""
        frame = written(self.plan, -turn, self.plan.server(self.number))
        with contextlib.suppress(ConnectionClosed):
            if self.socket:
                await self.socket.send(frame)

    def waits(self, turn: int, servers: set[int]) -> bool:
        """Whether it is open, and lacks a probe of this turn from one of the servers.

        Those that have no tab in its room send none there.
        """
        own = {server for server in servers if server < self.plan.servers(self.number)}
        return not self.code and any((turn, it) not in self.probed for it in own)

    async def send(self, number: int, at: float, sample: Sample) -> None:
        """Send the message of this number, which was to be sent at that time."""
        now = time.monotonic()
        try:
            if self.socket:
                await self.socket.send(written(self.plan, number, now))
        except ConnectionClosed:
            sample.unsent += 1
        else:
            sample.sends(self.plan.due(self.number), now - at)


async def opened(plan: Plan, tab: int) -> ClientConnection:
    """The WebSocket of a tab, opened as a page of the project does it."""
    return await connect(
        plan.socket(tab),
        origin=plan.address(tab),  # type: ignore[arg-type]
        additional_headers=plan.headers(tab),
        compression=None,
        max_size=None,
        open_timeout=OPENING,
        ping_interval=None,
        proxy=None,
    )


def written(plan: Plan, number: int, now: float) -> str:
    """The frame of a message: its number, and when it was sent."""
    return json.dumps({"message": f"{plan.name} {number} {now:.6f}"})


def read(plan: Plan, frame: str | bytes) -> tuple[int, float] | None:
    """The number of a message and when it was sent; None for any other frame."""
    try:
        name, number, sent_at = json.loads(frame)["message"].split()
        found = int(number), float(sent_at)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    return found if name == plan.name and found[0] < plan.messages else None
