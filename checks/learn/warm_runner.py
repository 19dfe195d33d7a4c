"""Runs checks in a warm process (`checks.run.warm`), and restarts it when it ends."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Protocol, Self

from checks.course.lessons import ROOT, Lesson
from checks.learn.supervisor import ended, within
from checks.run import events
from checks.run.events import CLEANUP
from checks.verdict import Check, Verdict

STARTING = 10
"""Seconds in which a requested run has to begin, however busy the machine is."""
LONGEST_EVENT = 1 << 26
"""Bytes of a verdict with its transcripts, at most."""


class Requests(Protocol):
    """The standard input of a warm process."""

    def write(self, data: bytes) -> None:
        """Ask for a run."""

    def close(self) -> None:
        """Ask for no more."""


class Process(Protocol):
    """What is used of an `asyncio.subprocess.Process`."""

    @property
    def pid(self) -> int:
        """The number of the process, and of its group."""

    @property
    def stdin(self) -> Requests | None:
        """Where runs are asked for."""

    @property
    def stdout(self) -> asyncio.StreamReader | None:
        """What it reports."""

    @property
    def returncode(self) -> int | None:
        """None as long as it runs."""

    async def wait(self) -> object:
        """Wait for its end."""


Start = Callable[[dict[str, Any], int], Awaitable[Process]]
"""Starts a warm process by a request, and the bytes of the longest line it writes."""


async def start_process(request: dict[str, Any], limit: int) -> Process:
    """Start a warm process that shares nothing with others."""
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "checks.run.warm", json.dumps(request)),
        cwd=ROOT,
        stdin=pipe,
        stdout=pipe,
        process_group=0,
        limit=limit,
    )


class WarmRunner:
    """A warm process for one lesson's checks on one project, and its temporary files.

    The folder is made here, because a process that is killed cannot delete its own.
    """

    def __init__(
        self,
        lesson: Lesson,
        project: Path,
        start: Start = start_process,
        **options: Any,
    ) -> None:
        self.request = {"step": lesson.slug, "project": str(project), **options}
        self.start = start
        self.pid: int | None = None

    async def __aenter__(self) -> Self:
        """Start the process; it is ready a second later, and can be asked before."""
        self.folder = Path(tempfile.mkdtemp(prefix="checks-"))
        try:
            await self._start()
        except BaseException:
            shutil.rmtree(self.folder)
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        """End the process, wait until it has ended, and delete its files."""
        self.request_exit()
        await ended(self.process, 2 * CLEANUP)
        await self._kill()

    async def _start(self) -> None:
        request = self.request | {"folder": str(self.folder)}
        self.process = await self.start(request, LONGEST_EVENT)

    def request_exit(self) -> None:
        """Ask the process to end; while it still starts, it ends at once."""
        if self.process.stdin:
            self.process.stdin.close()
        if self.process.returncode is None:  # `terminate` would take its status away.
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, signal.SIGTERM)

    async def _kill(self) -> None:
        """Kill the process, and delete the files of its runs."""
        if self.process.stdin:
            self.process.stdin.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        await self.process.wait()
        await delete(self.folder)

    async def run(
        self,
        on_check: Callable[[Check], None],
        on_cause: Callable[[Verdict], None] = lambda _: None,
        on_begin: Callable[[], None] = lambda: None,
    ) -> Verdict:
        """Make one run now; cancelling the task stops the run.

        `on_check` and `on_cause` are those of `runner.check`. `on_begin` is called when
        it begins: the process may have to prepare it yet.
        Raises EOFError when the run ends without a verdict, or the process is gone.
        """
        if self.process.returncode is not None:  # It broke, or had to be killed.
            await self._kill()
            await self.__aenter__()
        self.pid = None
        if self.process.stdin:
            self.process.stdin.write(b".")
        try:
            verdict = await self._verdict(on_check, on_cause, on_begin)
        except asyncio.CancelledError:
            await self._stop_run()
            raise
        if verdict is None:
            raise EOFError("a run ended without a verdict")
        return verdict

    async def _verdict(
        self,
        on_check: Callable[[Check], None],
        on_cause: Callable[[Verdict], None],
        on_begin: Callable[[], None],
    ) -> Verdict | None:
        """The verdict of a run, once the run has ended."""
        verdict: Verdict | None = None
        while (event := await self._event()) is not None:
            match event:
                case events.FAILED:
                    return None
                case int():
                    on_begin()
                case Check():
                    on_check(event)
                case events.Unfinished(so_far):
                    on_cause(so_far)
                case Verdict():
                    verdict = event
        return verdict

    async def _event(self) -> events.Event:
        line = await self.process.stdout.readline() if self.process.stdout else b""
        if not line:
            raise EOFError("the process that stands by has ended")
        event = events.decoded(line)
        if isinstance(event, int):
            self.pid = event
        return event

    async def _stop_run(self) -> None:
        """Stop the run, and wait until it has cleaned up; if it does not, kill all."""
        try:
            # One that has not begun cannot be stopped.
            pid = await within(STARTING, self._begun())
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
            await within(CLEANUP, self._over())
        except (TimeoutError, EOFError):
            await self._kill()

    async def _begun(self) -> int:
        """The number of the process that makes the run, once there is one."""
        while not self.pid:
            await self._event()
        return self.pid

    async def _over(self) -> None:
        """Wait until the run says that it has ended."""
        while await self._event() not in (None, events.FAILED):
            pass


async def delete(folder: Path) -> None:
    """Delete a folder, even if a process that is about to end still writes there."""
    for _ in range(50):
        if _delete(folder):
            return
        await asyncio.sleep(CLEANUP / 50)


def _delete(folder: Path) -> bool:
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()
