"""Checks many projects side by side, each in a fork of a process that is prepared.

A worker has one folder, into which one project after another is written, and a warm
process (`checks.run.warm`) that looks at this folder: as if one person saved again and
again. The time limit is held here too, should the run not hold its own.
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
from checks.learn.warm_runner import WarmRunner
from checks.show import text
from checks.verdict import Verdict, broke

GRACE = 20
"""Seconds beyond the limit of a run after which it is stopped from outside."""
ATTEMPTS = 2
"""A run that ended without a verdict is made once more."""
WIDTH = 88
"""Columns of the verdict on a student's page."""


class Worker:
    """One project at a time of one lesson."""

    def __init__(self, lesson: Lesson, limit: float) -> None:
        self.lesson, self.limit = lesson, limit

    async def __aenter__(self) -> Self:
        """Prepare a process."""
        async with contextlib.AsyncExitStack() as stack:
            folder = tempfile.TemporaryDirectory(
                prefix="grade-", ignore_cleanup_errors=True
            )
            self.project = Path(stack.enter_context(folder), "project")
            runner = WarmRunner(
                self.lesson, self.project, limit=self.limit, strict=True
            )
            self.runner = await stack.enter_async_context(runner)
            self.stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        """End the process, and delete its files."""
        await self.stack.aclose()

    async def check(self, files: Files) -> tuple[Verdict | None, str]:
        """The verdict on a project and its words; None where it ran out of time."""
        shutil.rmtree(self.project, ignore_errors=True)
        intake.lay_out(files, self.project)
        try:
            async with asyncio.timeout(self.limit + GRACE):
                verdict = await self._run()
        except TimeoutError:
            return None, f"The run was stopped after {self.limit + GRACE:g} s."
        return verdict, self._words(verdict)

    async def _run(self) -> Verdict:
        error = EOFError()
        for _ in range(ATTEMPTS):
            try:
                return await self.runner.run(lambda _: None)
            except EOFError as ended:
                error = ended
        step, slug = self.lesson.step, self.lesson.slug
        return Verdict(step, slug, str(self.project), cause=broke(error))

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
