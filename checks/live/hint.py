"""A hint for a page: what `make hint` says, as JSON."""

import json
from typing import Any

from django.conf import settings

from checks.course import hints
from checks.course.lessons import ROOT, Lesson, Task

Event = dict[str, Any]


def answer(lesson: Lesson, told: str | None) -> Event:
    """The answer to a page that asks for a hint.

    `told` is the event, as text, with the last verdict on the lesson. A failing lesson
    gets the next hint, or all those of its task again when all were given; a passing
    one gets every hint, and why it is solved so.
    """
    if told is None:
        return nothing("This lesson has not been checked yet. Save one of its files.")
    verdict = json.loads(told)["verdict"]
    if verdict["verdict"] == "passed":
        tasks = [whole(task) for task in lesson.tasks]
        return {"type": "hints", "passed": True, "tasks": tasks}
    subject = hints.subject(verdict, lesson)
    if subject is None:
        return nothing(
            "There is no hint for this. The verdict says what there is to do."
        )
    project = ROOT / verdict["project"]
    return rung(hints.Count(settings.LIVE_HINTS, lesson, project).next(*subject))


def nothing(why: str) -> Event:
    """There is no hint, and why not."""
    return {"type": "no_hint", "why": why}


def rung(given: hints.Hint) -> Event:
    """One hint; when all were given before, all of its task again."""
    task, number = given.task, given.number
    if number is None:
        tasks = [whole(task) | {"why": None}]
        return {"type": "hints", "passed": False, "tasks": tasks}
    return {
        "type": "hint",
        "task": task.number,
        "title": task.title,
        "number": number,
        "of": len(task.hints),
        "text": task.hints[number - 1],
        "last": number == len(task.hints),
        "left_out": given.left_out,
    }


def whole(task: Task) -> Event:
    """All hints of a task, and why it is solved so."""
    return {
        "task": task.number,
        "title": task.title,
        "hints": task.hints,
        "why": task.why,
    }
