"""A learner's own figures: what was counted while they worked on the course."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from checks.course import progress
from checks.course.lessons import ROOT, Lesson
from checks.live.history import Event, History

LABELS = {
    "passed": "Lessons passed",
    "saves": "Saves checked",
    "mistakes": "Known mistakes fixed",
    "first": "Your first verdict",
    "last": "Your last verdict",
}
NONE = "none yet"


def figures(lessons: list[Lesson], root: Path = ROOT) -> dict[str, str]:
    """Each figure as text, by its name in `LABELS`."""
    known = progress.stored(root)
    passed = [
        lesson
        for lesson in lessons
        if progress.state(lesson, known.get(lesson.slug, {})) == "passed"
    ]
    histories = {it: History(it.slug, root / "build/history") for it in lessons}
    first = ((one, it.first) for one, it in histories.items() if it.first)
    last = ((one, it.verdicts[-1]) for one, it in histories.items() if it.verdicts)
    return {
        "passed": f"{len(passed)} of {len(lessons)}",
        "saves": str(sum(history.saves for history in histories.values())),
        "mistakes": str(sum(len(histories[lesson].mistakes) for lesson in passed)),
        "first": min(_told(first), default=("", NONE))[1],
        "last": max(_told(last), default=("", NONE))[1],
    }


def _told(verdicts: Iterator[tuple[Lesson, Event]]) -> Iterator[tuple[str, str]]:
    """When each verdict was, and in words what it said."""
    for lesson, verdict in verdicts:
        local = datetime.fromisoformat(verdict["at"]).astimezone()
        when = f"{local.day} {local:%B %Y, %H:%M}"
        said = verdict["sentence"].rstrip(".") or verdict["verdict"]
        yield verdict["at"], f"{when}, lesson {lesson.step}: {said}."
