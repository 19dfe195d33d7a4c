"""Check a project again whenever a file of it is saved."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from checks.course import progress
from checks.course.lessons import Lesson
from checks.learn import redis_keeper
from checks.learn.saves import migrated, saves, schemas
from checks.learn.warm_runner import WarmRunner
from checks.verdict import Cause, Check, Verdict, broke

NOT_MIGRATED = {"tables_are_not_migrated", "columns_are_not_migrated"}
"""The mistakes whose cure is `manage.py migrate`, which changes no file of a person."""


class Observer(Protocol):
    """What a watcher reports to."""

    def polling_started(self) -> None:
        """No event announces saves here: the files are compared again and again."""

    def redis_reported(self, found: str | Cause) -> None:
        """The Redis of the project has this name; or there is none, and why."""

    def run_started(self, run: int, changed: list[str]) -> None:
        """A run starts, because these files changed; none for the first run."""

    def check_started(self, run: int, check: Check) -> None:
        """A check of this run starts."""

    def cause_found(self, run: int, so_far: Verdict) -> None:
        """A run cannot pass any more, and goes on with its other checks."""

    def run_finished(self, run: int, verdict: Verdict) -> None:
        """A run has ended by itself; one that a save stopped is never reported."""


class Watcher:
    """Checks one project again whenever a file of it is saved."""

    def __init__(
        self, lesson: Lesson, project: Path, observer: Observer, **options: Any
    ) -> None:
        self.lesson, self.project = lesson, project.resolve()
        self.observer, self.number = observer, 0
        self.runner = WarmRunner(lesson, self.project, **options)

    async def watch(self) -> None:
        """Run until cancelled. A save during a run stops that run."""
        running: asyncio.Task[None] | None = None
        async with self.runner, asyncio.TaskGroup() as runs:
            report = self.observer.redis_reported
            runs.create_task(redis_keeper.keep(self.lesson, self.project, report))
            try:
                async for changed in saves(self.project, self.observer.polling_started):
                    if running:
                        running.cancel()
                    self.number += 1
                    self.observer.run_started(self.number, changed)
                    if running:  # A save is answered before a run has cleaned up.
                        await asyncio.wait([running])
                    running = runs.create_task(self._run(self.number))
            finally:
                self.runner.request_exit()

    async def _run(self, number: int) -> None:
        tables = schemas(self.project)
        try:
            reports = self.observer.check_started, self.observer.cause_found
            verdict = await self.runner.run(*(partial(it, number) for it in reports))
        except EOFError as error:
            verdict = Verdict(self.lesson.step, self.lesson.slug, str(self.project))
            verdict.cause = broke(error)
            await self.runner.__aexit__()
        progress.note(self.lesson, self.project, verdict)
        self.observer.run_finished(number, verdict)
        if verdict.cause and verdict.cause.mistake in NOT_MIGRATED:
            await self._run_after(await migrated(self.project, tables))

    async def _run_after(self, changed: list[str]) -> None:
        """Check again without a save: what there was to do was to type a command."""
        self.number += 1
        self.observer.run_started(self.number, changed)
        await self._run(self.number)
