"""How far a learner has come with a lesson: as shipped, begun, or passed."""

from pathlib import Path
from typing import Literal

from checks.course.folders import read, written
from checks.course.lessons import Lesson, instruction, is_own, open_tasks
from checks.regular_file import read_bytes
from checks.verdict import Verdict

State = Literal[
    "to_do", "in_progress", "needs_attention", "passed", "machine", "broken"
]


def state_of(verdict: Verdict, lesson: Lesson, project: Path) -> State:
    """What a verdict on a project means to whoever works on it.

    Only what somebody has written can need attention. Where nothing has been changed,
    the lesson is to do; where the next task has not been begun, it is in progress.
    """
    if verdict.verdict != "failed":
        return verdict.verdict
    if is_as_shipped(lesson, project):
        return "to_do"
    return "in_progress" if _waits(verdict, lesson, project) else "needs_attention"


def count_passed(verdict: Verdict, state: State) -> int:
    """How many checks count as passed: none for what was shipped like that."""
    if state == "to_do":
        return 0
    return sum(check.outcome == "passed" for check in verdict.checks)


def is_as_shipped(lesson: Lesson, project: Path) -> bool:
    """Whether a project is the starter of its lesson, with no code added to it."""
    shipped = read(lesson.starter)
    if not shipped:
        return False
    for path, file in shipped.items():
        if not is_own(path) and _content(project / path) != file.content:
            return False
    inside = (path.relative_to(project) for path in written(project, ".py"))
    visible = (p for p in inside if not any(part[0] == "." for part in p.parts))
    return all(
        is_own(path.as_posix()) or path.as_posix() in shipped for path in visible
    )


def _content(path: Path) -> bytes | None:
    try:
        return read_bytes(path)
    except OSError:
        return None


def _waits(verdict: Verdict, lesson: Lesson, project: Path) -> bool:
    """Whether the cause says no more than that a task has not been begun."""
    failed = next((check for check in verdict.checks if check.cause), None)
    if not failed or not failed.task or not verdict.cause:
        return False
    _, to_do = instruction(project, lesson, failed.task)
    is_open = failed.task in open_tasks(project, lesson)
    return is_open and verdict.cause.cure == to_do
