"""Checks many projects side by side, each in a fork of a process that is prepared.

A worker has one folder, into which one project after another is written, and a warm
process (`checks.run.warm`) that looks at this folder: as if one person saved again and
again. The time limit is held here too, should the run not hold its own.

The warm processes of all workers are forks of one, so that what is imported is in
memory once.
"""

import asyncio
import contextlib
import io
import shutil
import tempfile
from pathlib import Path
from typing import Self

from rich.console import Console

from checks.course.folders import Files
from checks.course.lessons import Course, Lesson
from checks.grade import intake
from checks.grade.forked import Forks
from checks.learn.warm_runner import WarmRunner
from checks.show import text
from checks.verdict import Cause, Verdict, broke

GRACE = 1
"""Seconds beyond its limit after which a run is asked to stop from outside.

One more second later it is killed (`events.CLEANUP`).
"""
PREPARING = 60
"""Seconds in which a requested run has to begin, however busy the machine is."""
ATTEMPTS = 2
"""A run that ended without a verdict is made once more."""
WIDTH = 88
"""Columns of the verdict on a student's page."""


class Worker:
    """One project at a time of one lesson."""

    def __init__(
        self, lesson: Lesson, limit: float, forks: Forks, *, plain: bool = False
    ) -> None:
        self.lesson, self.limit, self.forks = lesson, limit, forks
        self.plain = plain

    async def __aenter__(self) -> Self:
        """Prepare a process."""
        async with contextlib.AsyncExitStack() as stack:
            folder = tempfile.TemporaryDirectory(
                prefix="grade-", ignore_cleanup_errors=True
            )
            self.project = Path(stack.enter_context(folder), "project")
            runner = WarmRunner(
                *(self.lesson, self.project, self.forks.start),
                limit=self.limit,
                strict=True,
                plain=self.plain,
            )
            self.runner = await stack.enter_async_context(runner)
            self.stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        """End the process, and delete its files."""
        await self.stack.aclose()

    async def check(self, files: Files) -> tuple[Verdict, str]:
        """The verdict on a project, and its words: 2 s after the limit, at the latest.

        Raises TimeoutError if the run did not even begin.
        """
        shutil.rmtree(self.project, ignore_errors=True)
        intake.lay_out(files, self.project)
        verdict = await self._run()
        return verdict, self._words(verdict)

    async def _run(self) -> Verdict:
        error = EOFError()
        for _ in range(ATTEMPTS):
            try:
                return await self._run_in_time()
            except EOFError as ended:
                error = ended
        return self._verdict(broke(error))

    async def _run_in_time(self) -> Verdict:
        """One run, stopped if it does not hold its own limit."""
        loop = asyncio.get_running_loop()
        began = False
        try:
            async with asyncio.timeout(PREPARING) as ends:

                def begin() -> None:
                    nonlocal began
                    began = True
                    ends.reschedule(loop.time() + self.limit + GRACE)

                return await self.runner.run(lambda _: None, on_begin=begin)
        except TimeoutError:
            if not began:
                raise
        return self._verdict(self._stopped(), self.limit + GRACE)

    def _verdict(self, cause: Cause, seconds: float = 0.0) -> Verdict:
        """The verdict on a run that has none of its own."""
        step, slug = self.lesson.step, self.lesson.slug
        return Verdict(step, slug, str(self.project), cause=cause, seconds=seconds)

    def _stopped(self) -> Cause:
        return Cause(
            "project",
            f"all checks to be done within {self.limit:g} s",
            f"the run went on for {GRACE} s more, and was stopped from outside",
            "Look for code that never ends, or that keeps the processor busy.",
        )

    def _words(self, verdict: Verdict) -> str:
        """What a student would see in a terminal."""
        out = io.StringIO()
        console = Console(file=out, width=WIDTH, highlight=False, emoji=False)
        text.show(verdict, self.lesson, console, Course().after(self.lesson))
        return self.without_path(out.getvalue())

    def without_path(self, words: str) -> str:
        """Words without the place where the project was checked."""
        words = words.replace(f" PROJECT={self.project}", "")
        return words.replace(str(self.project), f"lessons/{self.lesson.slug}")
