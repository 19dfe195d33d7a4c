"""One process of tabs: `python -m checks.load.worker 0` is the first one.

Reads the plan, one line of JSON, opens its tabs, and prints what became of them. Then
it reads when to start, sends, and prints what was sent and received four times a
second, until the standard input has another line or ends. All processes of a machine
have one monotonic clock, so the time in a message can be compared in each of them.
"""

import asyncio
import contextlib
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from checks.load.delays import Delays, bucket
from checks.load.plan import Plan

AT_ONCE = 20
"""How many tabs are being opened at a time."""
OPENING = 30.0
"""Seconds that a handshake may take."""
CLOSING = 5.0
"""Seconds in which the tabs are closed; what is left then is cut."""
REPORT = 0.25
"""Seconds between two reports."""
TICK = 0.05
"""Seconds between two looks at how late this process itself is."""


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
        self.socket: ClientConnection | None = None

    async def open(self) -> str:
        """Open it; return why the server does not accept it, which is mostly empty."""
        try:
            self.socket = await opened(self.plan, self.number)
        except InvalidStatus as error:
            return f"HTTP {error.response.status_code}"
        except (OSError, WebSocketException, TimeoutError) as error:
            return str(error) or type(error).__name__
        return ""

    async def read(self, worker: "Worker") -> None:
        """Count what it receives, until it is closed."""
        if not self.socket:
            return
        with contextlib.suppress(ConnectionClosed):
            while True:
                self._take(await self.socket.recv(), worker.sample)
        if not worker.stops:
            self.code = self.socket.close_code or 1006

    def _take(self, frame: str | bytes, sample: Sample) -> None:
        """Count a frame, if it is a message of this run."""
        if not (found := read(self.plan, frame)):
            return
        number, sent_at = found
        if self.seen[number]:
            sample.twice += 1
            return
        self.seen[number] = 1
        self.received += 1
        sample.receives(time.monotonic() - sent_at)

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


class Worker:
    """The tabs of this process."""

    def __init__(self, plan: Plan, number: int) -> None:
        self.plan = plan
        self.tabs = {tab: Tab(plan, tab) for tab in plan.own(number)}
        self.sample, self.stops = Sample(), False

    async def open(self) -> list[str]:
        """Open the tabs; return why some were not accepted."""
        turns = asyncio.Semaphore(AT_ONCE)

        async def open_in_turn(tab: Tab) -> str:
            async with turns:
                return await tab.open()

        found = await asyncio.gather(*map(open_in_turn, self.tabs.values()))
        return [why for why in found if why]

    async def send(self, start: float) -> None:
        """Have the tabs send what the plan says, each message at its time."""
        async with asyncio.TaskGroup() as sending:
            for number in range(self.plan.messages):
                if tab := self.tabs.get(self.plan.sender(number)):
                    at = start + number / self.plan.rate
                    await asyncio.sleep(at - time.monotonic())
                    sending.create_task(tab.send(number, at, self.sample))

    async def report(self, start: float) -> None:
        """Print what happens, until cancelled."""
        while True:
            until = time.monotonic() + REPORT
            while (before := time.monotonic()) < until:
                await asyncio.sleep(TICK)
                late = time.monotonic() - before - TICK
                self.sample.lags[bucket(late)] += 1
            self.print_sample(start)

    def print_sample(self, start: float) -> None:
        """Print what happened since the last report, and in which second that is."""
        second = max(0, int(time.monotonic() - start))
        print_line(**vars(self.sample), second=second, cpu=time.process_time())
        self.sample.clear()

    async def close(self) -> None:
        """Close the tabs."""
        self.stops = True
        sockets = [tab.socket for tab in self.tabs.values() if tab.socket]
        closing = [asyncio.ensure_future(socket.close()) for socket in sockets]
        if closing:
            await asyncio.wait(closing, timeout=CLOSING)


def print_line(**data: Any) -> None:
    """Print one line of JSON for the process that has started this one."""
    print(json.dumps(data), flush=True)


async def lines() -> asyncio.StreamReader:
    """What comes on the standard input."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    return reader


async def work(number: int) -> None:
    """Do what the plan says for one process, as the standard input asks for it."""
    reader = await lines()
    worker = Worker(Plan.from_json((await reader.readline()).decode()), number)
    print_line(refused=await worker.open())
    reading = [asyncio.create_task(tab.read(worker)) for tab in worker.tabs.values()]
    if line := await reader.readline():
        start = float(line)
        tasks = [worker.report(start), worker.send(start)]
        running = [asyncio.create_task(task) for task in tasks]
        await reader.readline()
        await cancelled(running)
        worker.print_sample(start)
    await worker.close()
    await cancelled(reading)
    print_line(tabs=[[it.number, it.received, it.code] for it in worker.tabs.values()])


async def cancelled(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel tasks, and wait until they have ended. Raises what one has raised."""
    for task in tasks:
        task.cancel()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(result, Exception):
            raise result


if __name__ == "__main__":
    asyncio.run(work(int(sys.argv[1])))
