"""What a watcher reports, as events for the pages."""

import asyncio
import contextlib
import json
from typing import Any

from checks.course.lessons import ROOT, Course, Lesson
from checks.live import places
from checks.live.publish import Publisher
from checks.verdict import Check, Verdict

PROGRESS = ROOT / "build" / "progress.json"
"""The result of the last run of each lesson, by its slug."""


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

    def send_run(self, lesson: Lesson, run: int, check: Check | None) -> None:
        """Send that a run began, or one of its checks."""
        self.send("run", lesson=lesson.slug, run=run, check=check and check.id)

    def send_verdict(self, lesson: Lesson, run: int, verdict: Verdict) -> None:
        """Send that a run has ended with this verdict, and store the progress."""
        where = verdict.cause.where if verdict.cause else None
        code = places.excerpt(lesson.folder, where)
        document = verdict.as_dict() | {"run": run, "code": code}
        self.send("verdict", lesson=lesson.slug, run=run, verdict=document)
        passed = sum(check.outcome == "passed" for check in verdict.checks)
        result = {"verdict": verdict.verdict, "passed": passed}
        result |= {"checks": len(verdict.checks)}
        store_progress({**stored_progress(), lesson.slug: result})
        self.send_progress()

    def send_progress(self) -> None:
        """Send how many checks of each lesson passed."""
        known = stored_progress()
        nothing = {"verdict": None, "passed": 0, "checks": 0}
        lessons = [
            {"slug": lesson.slug, "step": lesson.step, "title": lesson.title}
            | known.get(lesson.slug, nothing)
            for lesson in Course().lessons
        ]
        self.send("progress", lessons=lessons)


def stored_progress() -> dict[str, dict[str, Any]]:
    """The stored results of each lesson; none if they cannot be read."""
    try:
        known = json.loads(PROGRESS.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return known if isinstance(known, dict) else {}


def store_progress(known: dict[str, dict[str, Any]]) -> None:
    """Store the results for the next time, if the file can be written."""
    with contextlib.suppress(OSError):
        PROGRESS.parent.mkdir(parents=True, exist_ok=True)
        PROGRESS.write_text(json.dumps(known, indent=1), encoding="utf-8")
