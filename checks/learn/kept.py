"""Servers beside a program that waits: each may end without the others, or with it."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path

from checks.course.lessons import ROOT

LOGS = ROOT / "build" / "learn"
"""Where the servers' own words are kept, each in a file."""
LOOKING = 0.02
"""Seconds after which a port is tried again: that it listens is no event."""
AGAIN = 1.0
"""Seconds after which a server that has ended is started again."""
ENDING = 0.5
"""Seconds that a server has to end by itself."""
DEAD_ON_ARRIVAL = 3
"""After so many ends without ever having listened, it is not started again."""

Settings = Mapping[str, str]


async def listening(port: int) -> None:
    """Wait until something accepts connections on a port of this machine."""
    while True:
        try:
            _, writer = await asyncio.open_connection("localhost", port)
        except OSError:
            await asyncio.sleep(LOOKING)
        else:
            writer.close()
            return


async def end(process: asyncio.subprocess.Process) -> None:
    """End a process, and all of its group, soon."""
    for signum in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signum)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), ENDING)


class Kept:
    """A server of the course's own, which is started again when it ends.

    `option` is what to type before another port. `settled` is set once it `listens`, or
    will not.
    """

    def __init__(
        self,
        name: str,
        command: list[str],
        settings: Settings,
        port: int,
        option: str,
    ) -> None:
        self.name, self.command = name, command
        self.port, self.option = port, option
        self.environment = {**os.environ, **settings}
        self.log = LOGS / f"{name.lower().replace(' ', '-')}.log"
        self.settled, self.listens = asyncio.Event(), False

    async def keep(self, tell: Callable[[str], None]) -> None:
        """Run it until cancelled, or until it does not start; say when it ends."""
        failures = 0
        while failures < DEAD_ON_ARRIVAL:
            await self._run()
            failures = 0 if self.listens else failures + 1
            self.listens = False
            tell(f"{self.name}: ended, and is started anew. {last_words(self.log)}")
            await asyncio.sleep(AGAIN)
        self.settled.set()
        tell(f"{self.name}: it does not start. Look at {self.log.relative_to(ROOT)}.")

    async def _run(self) -> None:
        """Run it once, to its end."""
        LOGS.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                *self.command,
                cwd=ROOT,
                env=self.environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=0,
            )
        looking = asyncio.create_task(self._look())
        try:
            await process.wait()
        finally:
            looking.cancel()
            await end(process)

    async def _look(self) -> None:
        await listening(self.port)
        self.listens = True
        self.settled.set()


def last_words(log: Path) -> str:
    """The last line that a server wrote."""
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "no word")
