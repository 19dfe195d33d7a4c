"""The words for a position: titles of the course, and names of mistakes."""

from functools import cache
from typing import Any

from checks.course.lessons import Course, Lesson
from checks.explain.mistakes import catalogue
from checks.wall.protocol import Position

OTHER = {
    "passed": "",  # The state says it.
    "machine": "A problem of the machine",
    "broken": "A problem of the checker",
}


def shown(position: Position | None) -> dict[str, Any]:
    """What a tile shows of a position, or of a learner who has none yet."""
    if position is None:
        return {"lesson": None, "state": "to_do", "at": "", "passed": 0, "checks": 0}
    return {
        "lesson": position.lesson,
        "state": position.state,
        "at": _at(position),
        "passed": position.passed,
        "checks": position.checks,
    }


def _at(position: Position) -> str:
    """The mistake that a learner is at, or else the task."""
    if position.state in OTHER:
        return OTHER[position.state]
    if position.state == "needs_attention" and position.mistake in _names():
        return _names()[position.mistake]
    task = _tasks().get((position.lesson, position.task))
    return f"Task {position.task}: {task}" if task else ""


@cache
def _names() -> dict[str | None, str]:
    return {mistake.id: mistake.name for mistake in catalogue()}


@cache
def _tasks() -> dict[tuple[int, int | None], str]:
    lessons: list[Lesson] = Course().lessons
    return {(it.step, task.number): task.title for it in lessons for task in it.tasks}
