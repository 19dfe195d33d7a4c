"""What a watcher reports, as events for the pages."""

import asyncio
import contextlib
from collections.abc import Callable
from functools import partial
from typing import Any

from checks.course import progress
from checks.course.checklist import checklist
from checks.course.lessons import Course, Lesson, open_parts
from checks.course.state import is_as_shipped, state_of
from checks.live import places
from checks.live.figures import figures
from checks.live.history import History
from checks.live.publish import Publisher
from checks.verdict import Check, Verdict

LESSONS = Course().lessons
GLANCE = 0.1
"""Seconds between two reports of the check that runs: to draw each takes longer."""


class Pages:
    """Queues events for the pages, so that nobody has to wait for Redis.

    Each is a function: what takes long to look up does not delay the one before it.
    """

    def __init__(self, publisher: Publisher) -> None:
        self.publisher = publisher
        self.events: asyncio.Queue[Callable[[], dict[str, Any]]] = asyncio.Queue()
        self.running: dict[str, Any] = {}
        self.glance: asyncio.TimerHandle | None = None

    async def publish(self) -> None:
        """Publish one event after another, until cancelled."""
        while True:
            make = await self.events.get()
            event = await asyncio.to_thread(make)
            with contextlib.suppress(ValueError):  # A verdict too large for a frame.
                await self.publisher.publish(event)

    def send(self, kind: str, **event: Any) -> None:
        """Send the pages this event, after those before it."""
        self.events.put_nowait(partial(dict, event, type=kind))

    def send_saved(self, lesson: Lesson, run: int, saved: list[str]) -> None:
        """Send that these files were saved, and that a run begins because of it."""
        self.running = {}
        self.send("run", lesson=lesson.slug, run=run, check=None, saved=saved)

    def send_check(self, lesson: Lesson, run: int, check: Check) -> None:
        """Send that a check of a run begins, unless others follow at once."""
        self.running = {"lesson": lesson.slug, "run": run, "check": check.id}
        if not self.glance:
            loop = asyncio.get_running_loop()
            self.glance = loop.call_later(GLANCE, self._send_running)

    def _send_running(self) -> None:
        """Send which check runs, if any does."""
        self.glance = None
        if self.running:
            self.send("run", **self.running)

    def send_verdict(
        self, lesson: Lesson, run: int, verdict: Verdict, *, unfinished: bool = False
    ) -> None:
        """Send the verdict of a run: at its end, or so far where it is unfinished."""
        self.running = {}
        where = verdict.cause.where if verdict.cause else None
        code = places.excerpt(lesson.folder, where)
        document = verdict.as_dict() | {"run": run, "code": code}
        state = state_of(verdict, lesson, lesson.folder)
        parts = [] if state == "passed" else open_parts(lesson.folder, lesson)
        event = {"lesson": lesson.slug, "run": run, "state": state}
        event["open"] = [{"task": part.task, "title": part.title} for part in parts]
        event["unfinished"] = unfinished
        self.send("verdict", **event, verdict=document)

    def send_progress(self) -> None:
        """Send how many checks of each lesson passed, and what else was counted."""
        self.events.put_nowait(_all_progress)


def _all_progress() -> dict[str, Any]:
    """The event for that: the files of all lessons are read, which takes 0.1 s."""
    known = progress.stored()
    lessons = [
        {"slug": lesson.slug, "step": lesson.step, "title": lesson.title}
        | _progress(lesson, known.get(lesson.slug, {}))
        | {"saves": History(lesson.slug).passed_after}
        for lesson in LESSONS
    ]
    return {"type": "progress", "lessons": lessons, "figures": figures(LESSONS)}


def _progress(lesson: Lesson, known: dict[str, Any]) -> dict[str, Any]:
    """The state of a lesson, and how many of its checks passed in the last run.

    Of a lesson that nobody has changed, none counts: nothing has been done yet.
    """
    checks = len(checklist(lesson))
    if is_as_shipped(lesson, lesson.folder):
        return {"state": "to_do", "passed": 0, "checks": checks}
    state = known.get("state", "in_progress")
    begun = "in_progress" if state == "to_do" else state
    return {"state": begun, "passed": known.get("passed", 0), "checks": checks}
