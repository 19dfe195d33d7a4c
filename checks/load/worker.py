"""One process of tabs: `python -m checks.load.worker 0` is the first one.

Reads the plan, one line of JSON, opens its tabs, and prints what became of them. Then
it prints four times a second what was sent and received, and does what the lines on
the standard input ask for, until that ends: to `start` at a time with what the plan
says, and to `probe`. All processes of a machine have one monotonic clock, so the time
in a message can be compared in each of them.

A probe is a message from one tab of each server in each room. Messages keep their
order on the way through a layer and a consumer, so what a tab lacks that has received
the probes of all servers is lost rather than late.
"""

import asyncio
import json
import sys
import time
from collections.abc import Coroutine, Iterable
from typing import Any

from checks.load.delays import bucket
from checks.load.plan import Plan
from checks.load.tab import Sample, Tab

AT_ONCE = 20
"""How many tabs are being opened at a time."""
CLOSING = 5.0
"""Seconds in which the tabs are closed; what is left then is cut."""
REPORT = 0.25
"""Seconds between two reports."""
TICK = 0.05
"""Seconds between two looks at how late this process itself is."""


class Worker:
    """The tabs of this process."""

    def __init__(self, plan: Plan, number: int) -> None:
        self.plan = plan
        self.tabs = {tab: Tab(plan, tab) for tab in plan.own(number)}
        self.sample = Sample()
        self.turn, self.start = 0, 0.0
        self.servers: set[int] = set()
        self.tasks: set[asyncio.Task[None]] = set()

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin something that goes on until this process ends."""
        self.tasks.add(asyncio.create_task(work))

    def obey(
        self, start: float = 0, probe: int = 0, servers: Iterable[int] = ()
    ) -> None:
        """Do what a line of the standard input asks for: start, or send probes."""
        if start:
            self.start = start
            self.sample.clear()
            self.begin(self.send(start))
        else:
            self.turn, self.servers = probe, {*servers}
            for tab in self.probing().values():
                self.begin(tab.probe(probe))

    def probing(self) -> dict[tuple[int, int], Tab]:
        """One tab that is open for each room on each server, if there is one here."""
        return {
            (self.plan.room(tab.number), self.plan.server(tab.number)): tab
            for tab in self.tabs.values()
            if not tab.code
        }

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

    async def report(self) -> None:
        """Print what happens, until cancelled."""
        while True:
            until = time.monotonic() + REPORT
            while (before := time.monotonic()) < until:
                await asyncio.sleep(TICK)
                late = time.monotonic() - before - TICK
                self.sample.lags[bucket(late)] += 1
            self.print_sample()

    def print_sample(self) -> None:
        """Print what happened since the last report, and in which second that is."""
        passed = time.monotonic() - self.start
        second = max(0, int(passed)) if self.start else None
        tabs = self.tabs.values()
        waiting = sum(tab.waits(self.turn, self.servers) for tab in tabs)
        still_open = sorted({server for _, server in self.probing()})
        now = {"second": second, "turn": self.turn, "waiting": waiting}
        print_line(**vars(self.sample), **now, open=still_open)
        self.sample.clear()

    async def close(self) -> None:
        """Close the tabs."""
        closing = [asyncio.create_task(tab.close()) for tab in self.tabs.values()]
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
    for tab in worker.tabs.values():
        worker.begin(tab.read(worker.sample))
    worker.begin(worker.report())
    while line := await reader.readline():
        worker.obey(**json.loads(line))
    worker.print_sample()
    await worker.close()
    await cancelled(worker.tasks)
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
