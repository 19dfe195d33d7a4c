"""What a watcher reports, as events for the pages."""

import asyncio
import contextlib
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


class Pages:
    """Queues events for the pages, so that nobody has to wait for Redis."""

    def __init__(self, publisher: Publisher) -> None:
        self.publisher = publisher
        self.events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def publish(self) -> None:
        """Publish one event after another, until cancelled."""
        while True:
            event = await self.events.get()
            with contextlib.suppress(ValueError):  # A verdict too large for a frame.
                await self.publisher.publish(event)

    def send(self, kind: str, **event: Any) -> None:
        """Send the pages this event, after those before it."""
        self.events.put_nowait({"type": kind, **event})

    def send_saved(self, lesson: Lesson, run: int, saved: list[str]) -> None:
        """Send that these files were saved, and that a run begins because of it."""
        self.send("run", lesson=lesson.slug, run=run, check=None, saved=saved)

    def send_check(self, lesson: Lesson, run: int, check: Check) -> None:
        """Send that a check of a run begins."""
        self.send("run", lesson=lesson.slug, run=run, check=check.id)

    def send_verdict(self, lesson: Lesson, run: int, verdict: Verdict) -> None:
        """Send that a run has ended with this verdict, and how far one has come."""
        where = verdict.cause.where if verdict.cause else None
        code = places.excerpt(lesson.folder, where)
        document = verdict.as_dict() | {"run": run, "code": code}
        state = state_of(verdict, lesson, lesson.folder)
        parts = [] if state == "passed" else open_parts(lesson.folder, lesson)
        event = {"lesson": lesson.slug, "run": run, "state": state}
        event["open"] = [{"task": part.task, "title": part.title} for part in parts]
        self.send("verdict", **event, verdict=document)
        self.send_progress()

    def send_progress(self) -> None:
        """Send how many checks of each lesson passed, and what else was counted."""
        known = progress.stored()
        lessons = [
            {"slug": lesson.slug, "step": lesson.step, "title": lesson.title}
            | _progress(lesson, known.get(lesson.slug, {}))
            | {"saves": History(lesson.slug).passed_after}
            for lesson in LESSONS
        ]
        self.send("progress", lessons=lessons, figures=figures(LESSONS))


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
