"""The processes in which the tabs are: started, asked, and read by this one."""

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

from websockets.exceptions import InvalidStatus, WebSocketException

from checks.course.lessons import ROOT, Lesson
from checks.learn.supervisor import end
from checks.load import worker
from checks.load.plan import Plan
from checks.load.result import Counts
from checks.verdict import Cause, Finding

LONGEST_LINE = 1 << 24
"""Bytes of one line that a worker prints: what became of each of its tabs."""
SOON = 0.3
"""Seconds from now at which all of them begin to send."""
QUIET = 3.0
"""After so many seconds without a message, one that is missing counts as lost."""
LONGEST_WAIT = 60.0
"""Seconds after the last message was sent: what arrives later counts as lost, too."""
LOOK_AGAIN = 0.25
ANSWER = 10.0
"""Seconds that the first tab has to receive what it sends."""
FORBIDDEN = 403


class Crowd:
    """The workers of one run."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.counts = plan, Counts()
        self.processes: list[asyncio.subprocess.Process] = []

    async def open(self) -> None:
        """Open all tabs. Raises Finding if some are not accepted."""
        for process in self.processes:
            self._write(process, self.plan.as_json())
        lines = await asyncio.gather(*map(self._line, self.processes))
        refused = [why for line in lines for why in line["refused"]]
        if refused:
            raise Finding(_not_accepted(len(refused), self.plan, refused[0]))

    async def run(self, show: Callable[[Counts, float], None]) -> None:
        """Send what the plan says, and wait until all of it has arrived or is lost.

        `show` is called now and then with what was counted, and the seconds so far.
        """
        start = time.monotonic() + SOON
        for process in self.processes:
            self._write(process, repr(start))
        reading = [asyncio.create_task(self._read(one)) for one in self.processes]
        end_of_sending = start + self.plan.seconds
        try:
            while not self._is_over(end_of_sending):
                await asyncio.sleep(LOOK_AGAIN)
                if time.monotonic() > start:
                    show(self.counts, time.monotonic() - start)
            for process in self.processes:
                self._write(process, "")
            await asyncio.gather(*reading)
        finally:
            for task in reading:
                task.cancel()

    def _is_over(self, end_of_sending: float) -> bool:
        """Whether everything was sent, and nothing more is waited for."""
        now, counts = time.monotonic(), self.counts
        done = counts.sent + counts.unsent == self.plan.messages
        waited = now - max(end_of_sending, counts.last_received)
        all_there = done and counts.received == counts.due
        quiet = waited > QUIET
        return now > end_of_sending + LONGEST_WAIT or (
            now > end_of_sending and (all_there or quiet)
        )

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        """Count what a worker prints, until it has told what became of its tabs."""
        while "tabs" not in (line := await self._line(process)):
            self.counts.add(process.pid, line)
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
        await asyncio.gather(*(end(process) for process in found.processes))


def _not_accepted(count: int, plan: Plan, why: str) -> Cause:
    return Cause(
        "project",
        f"{plan.tabs:,} tabs to be accepted",
        f"{count:,} were not: {why}",
        "Try fewer tabs, such as TABS=10.",
    )


async def wants_a_login(plan: Plan) -> bool:
    """Whether a tab without a cookie is rejected."""
    try:
        await (await worker.opened(plan, 0)).close()
    except InvalidStatus as error:
        return error.response.status_code == FORBIDDEN
    except (OSError, TimeoutError) as error:
        raise Finding(_nobody_there(plan.address(0), str(error))) from None
    return False


async def try_each_server(lesson: Lesson, plan: Plan) -> None:
    """Have one tab on each server receive what it sends.

    Raises Finding if one does not: a crowd would not tell more than that.
    """
    rooms = dict.fromkeys(map(plan.address, range(plan.tabs)))
    for tab in (
        next(t for t in range(plan.tabs) if plan.address(t) == it) for it in rooms
    ):
        cure = f"Type make check STEP={lesson.step}: it names the task."
        expected = f"a tab on {plan.address(tab)} to receive what it sends"
        try:
            async with asyncio.timeout(ANSWER):
                await _answers(plan, tab)
        except TimeoutError:
            got = f"nothing came within {ANSWER:.0f} s"
            raise Finding(Cause("project", expected, got, cure)) from None
        except (WebSocketException, OSError) as error:
            got = f"its connection ended: {error}"
            raise Finding(Cause("project", expected, got, cure)) from None


async def _answers(plan: Plan, tab: int) -> None:
    """Send a message, and wait until it comes back."""
    socket = await worker.opened(plan, tab)
    try:
        await socket.send(worker.written(plan, 0, time.monotonic()))
        while not worker.read(plan, await socket.recv()):
            pass
    finally:
        await socket.close()


def _nobody_there(address: str, why: str) -> Cause:
    return Cause(
        "machine",
        f"a server at {address}",
        why,
        "Start it, or leave ADDRESS out: then your project is started for you.",
    )
