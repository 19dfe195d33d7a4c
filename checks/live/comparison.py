"""The learner's code beside the course's, for a page whose lesson passes."""

import difflib
import json
from collections.abc import Iterator
from typing import Any

from checks.author import solution
from checks.course.fences import FenceError, Region, regions
from checks.course.folders import Files, read
from checks.course.lessons import ROOT, Lesson, Task

Event = dict[str, Any]
NOT_YET = "The comparison is there once this lesson passes."


def answer(lesson: Lesson, last_verdict: str | None) -> Event:
    """How the solution of each task differs from what the learner wrote, and why.

    `last_verdict` is the event, as text, with the last verdict on the lesson.
    """
    passes = last_verdict and json.loads(last_verdict)["verdict"]["verdict"] == "passed"
    if not passes:
        return {"type": "comparison", "why_not": NOT_YET, "tasks": []}
    theirs, ours = read(lesson.folder), solution.of(lesson, ROOT)
    return {
        "type": "comparison",
        "tasks": [_task(task, theirs, ours) for task in lesson.tasks],
        "apply": f"make solution STEP={lesson.step} WRITE=1",
    }


def _task(task: Task, theirs: Files, ours: Files) -> Event:
    named = {"task": task.number, "title": task.title, "why": task.why}
    return named | {"parts": list(_parts(task, theirs, ours))}


def _parts(task: Task, theirs: Files, ours: Files) -> Iterator[Event]:
    """The places of a task, each with the lines that differ; none where all is equal.

    Where the learner took the comments around a task out, the whole file is compared.
    """
    for path, file in ours.items():
        found = [region for region in regions(file.text) if region.task == task.number]
        text = theirs[path].content.decode(errors="replace") if path in theirs else ""
        written = _regions(text)
        if any(region.name not in written for region in found):
            yield from _part(path, text.splitlines(), file.text.splitlines())
            continue
        for region in found:
            yield from _part(path, written[region.name].body, region.body)


def _regions(text: str) -> dict[str, Region]:
    try:
        return {region.name: region for region in regions(text)}
    except FenceError:
        return {}


def _part(path: str, theirs: Any, ours: Any) -> Iterator[Event]:
    if lines := list(difflib.unified_diff(theirs, ours, lineterm="", n=2))[2:]:
        shown = [line for line in lines if not line.startswith("@@")]
        yield {"file": path, "diff": shown}
