"""Every lesson that has passed once, checked again.

Each lesson is a project of its own, so a change in one breaks no other. What breaks a
lesson that has passed is a change in its own folder, another version of a package, or
a newer version of the course; which of them it was is compared.
"""

from dataclasses import dataclass
from typing import Any, Literal

from checks import once
from checks.course import progress
from checks.course.lessons import Lesson
from checks.verdict import Verdict

Outcome = Literal[
    "passes", "fails", "machine", "broken", "reset", "in_progress", "to_do"
]
OUTCOMES: dict[str, Outcome] = {
    "passed": "passes",
    "failed": "fails",
    "machine": "machine",
    "broken": "broken",
}
"""What a verdict on a lesson that has passed once means."""


@dataclass(frozen=True)
class Rechecked:
    """One lesson: a verdict, if it has passed once and was not reset since.

    `changed` are the files and versions that differ from those with which it passed
    last, empty where it passes; `last_passed` is the time of that, None if unknown.
    """

    lesson: Lesson
    outcome: Outcome
    verdict: Verdict | None = None
    changed: tuple[str, ...] = ()
    last_passed: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The lesson as JSON has it."""
        return {
            "step": self.lesson.step,
            "lesson": self.lesson.slug,
            "outcome": self.outcome,
            "last_passed": self.last_passed,
            "changed": self.changed,
            "verdict": self.verdict and self.verdict.as_dict(),
        }


def recheck(
    lessons: list[Lesson], limit: float, seed: str | None, *, quiet: bool
) -> list[Rechecked]:
    """Check each lesson that has passed once, and say of the others how far they are.

    `limit` is in seconds, for each lesson.
    """
    return [_recheck(lesson, limit, seed, quiet=quiet) for lesson in lessons]


def _recheck(
    lesson: Lesson, limit: float, seed: str | None, *, quiet: bool
) -> Rechecked:
    known = progress.stored(lesson.folder.parents[1]).get(lesson.slug, {})
    noted = progress.last_passed(known)
    at = noted["at"] if noted else None
    if (state := progress.state(lesson, known)) != "passed":
        was_reset = state == "to_do" and progress.has_passed(known)
        return Rechecked(lesson, "reset" if was_reset else state, last_passed=at)
    lead = f"lesson {lesson.step}  "
    verdict = once.verdict(lesson, lesson.folder, limit, seed, quiet=quiet, lead=lead)
    changed = progress.changed_since_pass(lesson, verdict, known)
    outcome = OUTCOMES[verdict.verdict]
    return Rechecked(
        lesson, outcome, verdict, tuple(changed) if verdict.cause else (), at
    )


def exit_status(lessons: list[Rechecked]) -> int:
    """0 if all that was checked passes, or the status of the worst verdict."""
    return max((it.verdict.exit_status for it in lessons if it.verdict), default=0)


def as_dict(lessons: list[Rechecked]) -> dict[str, Any]:
    """All of it as one JSON document, `schema` 1."""
    words = {0: "passed", 1: "failed", 3: "machine", 4: "broken"}
    return {
        "schema": 1,
        "verdict": words[exit_status(lessons)],
        "lessons": [it.as_dict() for it in lessons],
    }
