"""Servers of the course: each may fail alone, and is started again."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any, Protocol, TypeVar

from checks.course.lessons import ROOT
from checks.learn import attached
from checks.learn.ports import wait_until_listening

LOGS = ROOT / "build" / "learn"
"""The folder of what the servers print, a file for each."""
ATTACHED = [sys.executable, "-m", "checks.learn.attached"]
"""Runs a module that ends with this process, however this one ends."""
RESTART_DELAY = 1.0
"""Seconds after which a server that has ended is started again."""
GRACE = 0.5
"""Seconds that a server has to end after SIGTERM."""
ATTEMPTS = 3
"""After so many ends without ever having listened, a server is given up."""

Settings = Mapping[str, str]
Result = TypeVar("Result")


async def end(process: asyncio.subprocess.Process, seconds: float = GRACE) -> None:
    """End a process and its process group: ask, and kill after so many seconds."""
    for signum in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signum)
        await ended(process, seconds)


class Ending(Protocol):
    """A process whose end can be waited for."""

    async def wait(self) -> object:
        """Wait for its end."""


async def within(seconds: float, work: Coroutine[Any, Any, Result]) -> Result:
    """Wait for a result, but no longer than so many seconds. Raises TimeoutError then.

    It may be called while a cancelled task cleans up. `asyncio.timeout` may not: in
    Python 3.11.2, which Debian 12 has, it raises CancelledError there. And `wait_for`
    loses, until Python 3.12, a cancel that comes when the result is there already: who
    cancels would wait for ever.
    """
    task = asyncio.ensure_future(work)
    try:
        done, _ = await asyncio.wait([task], timeout=seconds)
    finally:
        task.cancel()
    if not done:
        await asyncio.wait([task])  # What it reads may be read by others now.
        raise TimeoutError
    return task.result()


async def ended(process: Ending, seconds: float) -> None:
    """Wait until a process has ended, but no longer than so many seconds."""
    with contextlib.suppress(TimeoutError):
        await within(seconds, process.wait())


class SupervisedServer:
    """A server that is started again when it ends.

    `option` is what to type for another port.
    """

    def __init__(
        self, name: str, command: list[str], settings: Settings, port: int, option: str
    ) -> None:
        self.name, self.command = name, command
        self.port, self.option = port, option
        self.environment = {**os.environ, **settings}
        self.log = LOGS / f"{name.lower().replace(' ', '-')}.log"
        self.listens, self._decided = False, asyncio.Event()

    async def supervise(self, report: Callable[[str], None]) -> None:
        """Run it until cancelled, or until it does not start; report when it ends."""
        failures = 0
        while failures < ATTEMPTS:
            await self._run()
            failures = 0 if self.listens else failures + 1
            self.listens = False
            report(f"{self.name}: ended, and is started again. {last_line(self.log)}")
            await asyncio.sleep(RESTART_DELAY)
        self._decided.set()
        report(f"{self.name}: it does not start. Look at {self.log.relative_to(ROOT)}.")

    async def starts(self) -> bool:
        """Wait until it listens or is given up; whether it listens."""
        await self._decided.wait()
        return self.listens

    async def _run(self) -> None:
        """Run it once, until it ends."""
        LOGS.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                *self.command,
                cwd=ROOT,
                env=self.environment,
                stdin=asyncio.subprocess.PIPE,  # See `checks.learn.attached`.
                stdout=log,
                stderr=log,
                process_group=0,
            )
        noticing = asyncio.create_task(self._notice_listening())
        try:
            await process.wait()
        finally:
            noticing.cancel()
            await end(process, attached.GRACE)

    async def _notice_listening(self) -> None:
        await wait_until_listening(self.port)
        self.listens = True
        self._decided.set()


def last_line(log: Path) -> str:
    """The last line that a server printed."""
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "no output")
