"""What the live results send to the pages, as tests send it (see `live_feed`)."""

from typing import Any

from checks.course.lessons import ROOT, Course
from tests.browser.live_feed import Event

SUBMISSIONS = ROOT / "tests/submissions"
ONE = "01_consumer"


def judged(verdict: dict[str, Any], run: int = 1, state: str | None = None) -> Event:
    """A verdict as an event; a lesson that fails needs attention, unless said so."""
    told = verdict["verdict"]
    state = state or {"failed": "needs_attention"}.get(told, told)
    event = {"type": "verdict", "lesson": verdict["lesson"], "run": run}
    return event | {"state": state, "verdict": verdict}


def running(run: int, check: str | None = None, lesson: str = ONE) -> Event:
    """A run has begun, or a check of it."""
    return {"type": "run", "lesson": lesson, "run": run, "check": check}


def saved(run: int, *files: str, lesson: str = ONE) -> Event:
    """A run has begun, because these files were saved."""
    return running(run, None, lesson) | {"saved": list(files)}


def chosen(lesson: str) -> Event:
    """The lesson that is being checked."""
    return {"type": "chosen", "lesson": lesson}


def project(
    *states: str, why: str | None = None, lesson: str = ONE, ports: tuple[int, ...] = ()
) -> Event:
    """How the two servers of the learner's project are."""
    servers = [
        {"number": number, "port": port, "state": state, "why": why}
        for number, (state, port) in enumerate(
            zip(states, ports or (1, 1), strict=True), start=1
        )
    ]
    return {"type": "project", "lesson": lesson, "servers": servers}


def progress(*states: str) -> Event:
    """How far one has come in the first lessons."""
    lessons = [
        {
            "slug": lesson.slug,
            "step": lesson.step,
            "title": lesson.title,
            "state": state,
            "passed": 0 if state == "to_do" else 2,
            "checks": 7,
        }
        for lesson, state in zip(Course().lessons, states, strict=False)
    ]
    return {"type": "progress", "lessons": lessons}


def hint(number: int, words: str, *, last: bool = False) -> Event:
    """A hint for the second task."""
    return {
        "type": "hint",
        "task": 2,
        "number": number,
        "of": 3,
        "text": words,
        "last": last,
        "left_out": [],
    }
