"""Check again on every save, warm."""

import asyncio
import contextlib
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Any, Protocol, Self

from watchfiles import awatch

from checks.course.lessons import ROOT, Lesson
from checks.run.events import DYING, Event, decoded
from checks.verdict import Check, Verdict, broke

QUIET = 500
"""Milliseconds after which files are looked at though no event told of a save."""
POLLING = 0.1
"""Seconds between two looks where no event can be expected."""
SETTLING = 10
"""Milliseconds without another event after which a save is over."""
STARTING = 10
"""Seconds in which a run begins that was asked for, however busy the machine is."""
LONGEST_EVENT = 1 << 26
"""Bytes of a verdict with its transcripts, at most."""


NOT_SAVED = re.compile(
    r"\.|__pycache__$|node_modules$"  # hidden ones: Git's, and swap files
    r"|.*\.(sqlite3(-\w+)?|py[cod]|tmp|sw.)$|.*~$|#.*#$|\d+$"
)
"""Names of what is not a file that somebody saves: made by Python, SQLite, editors."""

Seen = dict[Path, tuple[int, ...]]


def files(folder: Path) -> Seen:
    """The files of a project, each with what differs when it has been saved."""
    found: Seen = {}
    with contextlib.suppress(OSError):  # It may go while it is looked at.
        for path in folder.iterdir():
            if NOT_SAVED.match(path.name):
                continue
            if path.is_dir():
                found |= files(path)
            else:
                stat = path.stat()
                found[path] = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
    return found


class Sight:
    """The files of a folder, as they were when they were last looked at."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.seen = folder, files(folder)

    def changed(self) -> list[str]:
        """The files that were saved, added, renamed or deleted since the last look."""
        before, self.seen = self.seen, files(self.folder)
        changed = {path for path, _ in before.items() ^ self.seen.items()}
        return sorted(str(path.relative_to(self.folder)) for path in changed)


async def saves(
    folder: Path, on_polling: Callable[[], None]
) -> AsyncIterator[list[str]]:
    """The files that are saved, as it happens; first, none.

    An event of the system tells when to look; what is seen counts, so that an event
    without a change is none, and a change without an event is found half a second
    later. If that happens before any event came, none will: `on_polling` is called,
    and from then on the files are looked at ten times a second.
    """
    sight, told = Sight(folder), False
    yield []
    with contextlib.suppress(OSError):  # There are no more watches to be had.
        async for events in _events(folder):
            told = told or bool(events)
            if changed := sight.changed():
                yield changed
                if not told:
                    break
    on_polling()
    while True:
        await asyncio.sleep(POLLING)
        if changed := sight.changed():
            yield changed


def _events(folder: Path) -> AsyncIterator[set[Any]]:
    """What the system tells of a folder; nothing, now and then, when it is quiet."""
    return awatch(
        folder,
        watch_filter=None,
        step=SETTLING,
        rust_timeout=QUIET,
        yield_on_timeout=True,
    )


class Warm:
    """The process that stands by for one lesson's checks on one project."""

    def __init__(self, lesson: Lesson, project: Path, **options: Any) -> None:
        asked = {"step": lesson.slug, "project": str(project), **options}
        self.command = [sys.executable, "-m", "checks.run.warm", json.dumps(asked)]
        self.pid: int | None = None

    async def __aenter__(self) -> Self:
        """Start it; it is ready a second later, and may be asked before."""
        pipe = asyncio.subprocess.PIPE
        self.process = await asyncio.create_subprocess_exec(
            *self.command,
            cwd=ROOT,
            stdin=pipe,
            stdout=pipe,
            process_group=0,
            limit=LONGEST_EVENT,
        )
        return self

    def leave(self) -> None:
        """Have it end: at once while it starts, else when all is put away."""
        if self.process.stdin:
            self.process.stdin.close()
        if self.process.returncode is None:  # `terminate` would take its status away.
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, signal.SIGTERM)

    async def __aexit__(self, *_: object) -> None:
        """End it, and wait until it has."""
        self.leave()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.process.wait(), 2 * DYING)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        await self.process.wait()

    async def run(self, on_check: Callable[[Check], None]) -> Verdict:
        """One run, from now; it is cut short when the task is cancelled.

        Raises EOFError when it ends without a verdict, or the process is gone.
        """
        if self.process.returncode is not None:  # It broke, or had to be killed.
            await self.__aenter__()
        self.pid = None
        verdict: Verdict | None = None
        if self.process.stdin:
            self.process.stdin.write(b".")
        try:
            while (event := await self._event()) is not None:
                if isinstance(event, Check):
                    on_check(event)
                elif isinstance(event, Verdict):
                    verdict = event
        except asyncio.CancelledError:
            await self._cut_short()
            raise
        if verdict is None:
            raise EOFError("a run ended without a verdict")
        return verdict

    async def _event(self) -> Event:
        line = await self.process.stdout.readline() if self.process.stdout else b""
        if not line:
            raise EOFError("the process that stands by has ended")
        event = decoded(line)
        if isinstance(event, int):
            self.pid = event
        return event

    async def _cut_short(self) -> None:
        """Have the run put its things away, and wait until it has; else kill all."""
        try:
            async with asyncio.timeout(STARTING):
                while self.pid is None:  # One that has not begun cannot be stopped.
                    await self._event()
            async with asyncio.timeout(DYING):
                self._stop_run()
                while await self._event() is not None:
                    self._stop_run()
        except (TimeoutError, EOFError):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            await self.process.wait()

    def _stop_run(self) -> None:
        if self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGTERM)


class Onlooker(Protocol):
    """Whoever is told what a watcher does."""

    def polls(self) -> None:
        """No event tells of saves: the files are looked at again and again."""

    def begins(self, run: int, changed: list[str]) -> None:
        """A run begins, because these files changed; none for the first run."""

    def checks(self, run: int, check: Check) -> None:
        """A check of this run begins."""

    def ends(self, run: int, verdict: Verdict) -> None:
        """A run has ended by itself: one that a save cut short is never told."""


class Watcher:
    """Checks one project again whenever a file of it is saved."""

    def __init__(
        self, lesson: Lesson, project: Path, onlooker: Onlooker, **options: Any
    ) -> None:
        self.lesson, self.project = lesson, project.resolve()
        self.onlooker, self.number = onlooker, 0
        self.warm = Warm(lesson, self.project, **options)

    async def watch(self) -> None:
        """Run until cancelled. A save during a run cuts it short."""
        running: asyncio.Task[None] | None = None
        async with self.warm, asyncio.TaskGroup() as runs:
            try:
                async for changed in saves(self.project, self.onlooker.polls):
                    if running:
                        running.cancel()
                        await asyncio.wait([running])
                    self.number += 1
                    self.onlooker.begins(self.number, changed)
                    running = runs.create_task(self._run(self.number))
            finally:
                self.warm.leave()

    async def _run(self, number: int) -> None:
        try:
            verdict = await self.warm.run(partial(self.onlooker.checks, number))
        except EOFError as error:
            verdict = Verdict(self.lesson.step, self.lesson.slug, str(self.project))
            verdict.cause = broke(error)
            await self.warm.__aexit__()
        self.onlooker.ends(number, verdict)
