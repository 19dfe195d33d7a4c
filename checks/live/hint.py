"""A hint for a page: what `make hint` says, as JSON."""

import json
from typing import Any

from django.conf import settings

from checks.course import hints
from checks.course.lessons import ROOT, Lesson, Task

Event = dict[str, Any]


def answer(lesson: Lesson, last_verdict: str | None) -> Event:
    """The answer to a page that asks for a hint.

    `last_verdict` is the event, as text, with the last verdict on the lesson. A failing
    lesson gets the next hint, or all hints of its task again when all were given; a
    passing one gets every hint, and why it is solved like that.
    """
    if last_verdict is None:
        return no_hint("This lesson has not been checked yet. Save one of its files.")
    verdict = json.loads(last_verdict)["verdict"]
    if verdict["verdict"] == "passed":
        tasks = [all_hints(task) for task in lesson.tasks]
        return {"type": "hints", "passed": True, "tasks": tasks}
    subject = hints.subject(verdict, lesson)
    if subject is None:
        return no_hint(
            "There is no hint for this. The verdict says what there is to do."
        )
    project = ROOT / verdict["project"]
    return one_hint(hints.Count(settings.LIVE_HINTS, lesson, project).next(*subject))


def no_hint(why: str) -> Event:
    """Say that there is no hint, and why."""
    return {"type": "no_hint", "why": why}


def one_hint(given: hints.Hint) -> Event:
    """One hint; when all were given before, all of its task again."""
    task, number = given.task, given.number
    if number is None:
        tasks = [all_hints(task) | {"why": None}]
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


def all_hints(task: Task) -> Event:
    """All hints of a task, and why it is solved like that."""
    return {
        "task": task.number,
        "title": task.title,
        "hints": task.hints,
        "why": task.why,
    }
