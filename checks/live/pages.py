"""What a watcher does, as the events that the pages are told."""

import asyncio
import contextlib
import json
from typing import Any

from checks.course.lessons import ROOT, Course, Lesson
from checks.live.publish import Publisher
from checks.verdict import Check, Verdict

PROGRESS = ROOT / "build" / "progress.json"
"""What became of the last run of each lesson, by its slug."""


class Pages:
    """Hands on what happens, in its order, without keeping anybody waiting."""

    def __init__(self, publisher: Publisher) -> None:
        self.publisher = publisher
        self.events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def publish(self) -> None:
        """Tell the pages one event after another, until cancelled."""
        while True:
            event = await self.events.get()
            with contextlib.suppress(ValueError):  # A verdict too large for a frame.
                await self.publisher.tell(event)

    def tell(self, kind: str, **event: Any) -> None:
        """Tell the pages this event, after those before it."""
        self.events.put_nowait({"type": kind, **event})

    def runs(self, lesson: Lesson, run: int, check: Check | None) -> None:
        """A run began, or one of its checks."""
        self.tell("run", lesson=lesson.slug, run=run, check=check and check.id)

    def judged(self, lesson: Lesson, run: int, verdict: Verdict) -> None:
        """A run has ended with this verdict."""
        told = verdict.as_dict() | {"run": run}
        self.tell("verdict", lesson=lesson.slug, run=run, verdict=told)
        passed = sum(check.outcome == "passed" for check in verdict.checks)
        stands = {"verdict": verdict.verdict, "passed": passed}
        remember({**progress(), lesson.slug: stands | {"checks": len(verdict.checks)}})
        self.progress()

    def progress(self) -> None:
        """Where the learner stands in each lesson."""
        known = progress()
        nothing = {"verdict": None, "passed": 0, "checks": 0}
        lessons = [
            {"slug": lesson.slug, "step": lesson.step, "title": lesson.title}
            | known.get(lesson.slug, nothing)
            for lesson in Course().lessons
        ]
        self.tell("progress", lessons=lessons)


def progress() -> dict[str, dict[str, Any]]:
    """What is remembered of each lesson; nothing where that cannot be read."""
    try:
        known = json.loads(PROGRESS.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return known if isinstance(known, dict) else {}


def remember(known: dict[str, dict[str, Any]]) -> None:
    """Keep it for the next time, if the file can be written."""
    with contextlib.suppress(OSError):
        PROGRESS.parent.mkdir(parents=True, exist_ok=True)
        PROGRESS.write_text(json.dumps(known, indent=1), encoding="utf-8")
