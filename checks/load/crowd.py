"""The processes in which the tabs are: started, asked, and read by this one."""

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

from checks.course.lessons import ROOT
from checks.learn.supervisor import end
from checks.load.plan import Plan
from checks.load.result import Counts
from checks.verdict import Cause, Finding

LONGEST_LINE = 1 << 24
"""Bytes of one line that a worker prints: what became of each of its tabs."""
SOON = 0.3
"""Seconds from now at which all of them begin to send."""
QUIET = 1.0
"""Seconds without a message after which the probes may tell what is lost."""
LONGEST_WAIT = 60.0
"""Seconds for the probes to arrive, before messages are sent and after that."""
PROBE_AGAIN = 3.0
"""Seconds after which probes are sent again: one can be lost, too."""
LOOK_AGAIN = 0.25


class Crowd:
    """The workers of one run."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.counts = plan, Counts(plan)
        self.processes: list[asyncio.subprocess.Process] = []
        self.reading: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Open all tabs. Raises Finding if some are not accepted."""
        for process in self.processes:
            self._write(process, self.plan.as_json())
        lines = await asyncio.gather(*map(self._line, self.processes))
        refused = [why for line in lines for why in line["refused"]]
        if refused:
            raise Finding(_not_accepted(len(refused), self.plan, refused[0]))
        self.reading = [
            asyncio.create_task(self._read(*it)) for it in enumerate(self.processes)
        ]

    async def settle(self) -> None:
        """Have each tab receive a first message: what opening them caused is done then.

        Raises Finding if one does not.
        """
        if not await self._probe(1, lambda: None):
            raise Finding(_too_many(self.plan))

    async def run(self, show: Callable[[Counts, float], None]) -> float:
        """Send what the plan says, and wait until all of it has arrived or is lost.

        `show` is called now and then with what was counted, and the seconds so far.
        Returns the seconds from the first message until the last one arrived.
        """
        start = time.monotonic() + SOON
        self._ask(start=start)

        def show_now() -> None:
            show(self.counts, time.monotonic() - start)

        over = start + self.plan.seconds
        while (now := time.monotonic()) < over or not self._has_sent():
            if now > over + LONGEST_WAIT:  # A server does not read what is sent.
                break
            await self._look_again(show_now)
        self.counts.is_settled = self._has_sent() and await self._probe(2, show_now)
        for process in self.processes:
            if process.stdin:
                process.stdin.close()
        await asyncio.gather(*self.reading)
        return max(self.counts.last_received - start, self.plan.seconds)

    def _ask(self, **what: Any) -> None:
        """Ask all workers for something."""
        for process in self.processes:
            self._write(process, json.dumps(what))

    def _has_sent(self) -> bool:
        return self.counts.sent + self.counts.unsent == self.plan.messages

    async def _probe(self, turn: int, show: Callable[[], None]) -> bool:
        """Send probes until nothing more can arrive; return whether that is so."""
        again = began = time.monotonic()
        while (now := time.monotonic()) < began + LONGEST_WAIT:
            if self._is_over(turn, now):
                return True
            if now >= again:
                self._ask(probe=turn, servers=[*self.counts.servers])
                again = now + PROBE_AGAIN
            await self._look_again(show)
        return False

    async def _look_again(self, show: Callable[[], None]) -> None:
        """Wait a moment, and show what there is. Raises what a worker has raised."""
        await asyncio.sleep(LOOK_AGAIN)
        for task in self.reading:
            if task.done():
                task.result()
        show()

    def _is_over(self, turn: int, now: float) -> bool:
        """Whether all has arrived, or the probes have, and nothing since then."""
        counts = self.counts
        if counts.due and not counts.missing:
            return True
        quiet = now - counts.last_received > QUIET
        return quiet and counts.all_probed(turn, self.plan.workers)

    async def _read(self, number: int, process: asyncio.subprocess.Process) -> None:
        """Count what a worker prints, until it has told what became of its tabs."""
        while "tabs" not in (line := await self._line(process)):
            self.counts.add(number, line)
        self.counts.tabs += line["tabs"]

    async def _line(self, process: asyncio.subprocess.Process) -> dict[str, Any]:
        """What a worker prints next. Raises RuntimeError if it has ended."""
        if process.stdout and (line := await process.stdout.readline()):
            found: dict[str, Any] = json.loads(line)
            return found
        raise RuntimeError("a process of tabs has ended; its traceback stands above")

    def _write(self, process: asyncio.subprocess.Process, line: str) -> None:
        if process.stdin:
            process.stdin.write(f"{line}\n".encode())


@contextlib.asynccontextmanager
async def crowd(plan: Plan) -> AsyncIterator[Crowd]:
    """The processes for a plan; they end with the context."""
    found = Crowd(plan)
    pipe = asyncio.subprocess.PIPE
    try:
        for number in range(plan.workers):
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "checks.load.worker", str(number)),
                cwd=ROOT,
                stdin=pipe,
                stdout=pipe,
                limit=LONGEST_LINE,
                process_group=0,
            )
            found.processes.append(process)
        yield found
    finally:
        for task in found.reading:
            task.cancel()
        await asyncio.gather(*(end(process) for process in found.processes))


def _not_accepted(count: int, plan: Plan, why: str) -> Cause:
    return Cause(
        "project",
        f"{plan.tabs:,} tabs to be accepted",
        f"{count:,} were not: {why}",
        "Try fewer tabs, such as TABS=10.",
    )


def _too_many(plan: Plan) -> Cause:
    return Cause(
        "project",
        f"each of {plan.tabs:,} tabs to receive a message before the others are sent",
        f"some have not in {LONGEST_WAIT:.0f} s",
        "Try fewer tabs, such as TABS=10.",
    )
