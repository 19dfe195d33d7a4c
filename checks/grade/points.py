"""What a task is worth: `grade.toml` in the folder of submissions."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import click

from checks.course.lessons import Course, Lesson
from checks.grade.results import Result

FILE = "grade.toml"
SITE = "http://localhost:8000/"
"""Where `make docs` shows the pages of the course."""


@dataclass(frozen=True)
class Points:
    """The weights of the tasks of each lesson, and where the course can be read."""

    weights: dict[str, list[float]] = field(default_factory=dict)
    site: str = SITE

    def of(self, result: Result) -> float:
        """What a result is worth."""
        weights = self.weights[result.lesson] if result.lesson else []
        return sum(weights[task - 1] for task in result.tasks)

    def most(self, lesson: str) -> float:
        """What can be reached in a lesson."""
        return sum(self.weights.get(lesson, []))


def load(folder: Path | None) -> Points:
    """The points in `grade.toml`; each task is worth one where it says nothing.

    Raises UsageError where a lesson has another number of tasks.
    """
    path = folder / FILE if folder else None
    data = {}
    if path and path.is_file():
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise click.UsageError(f"{path} is not TOML: {error}") from None
    given = data.get("points", {})
    known = {lesson.slug for lesson in Course().lessons}
    for slug in given.keys() - known:
        raise click.UsageError(f"{path}: there is no lesson {slug}.")
    weights = {it.slug: _weights(it, given.get(it.slug)) for it in Course().lessons}
    return Points(weights, str(data.get("site", SITE)).rstrip("/") + "/")


def _weights(lesson: Lesson, given: list[float] | None) -> list[float]:
    tasks = len(lesson.tasks)
    if given is None:
        return [1.0] * tasks
    numbers = isinstance(given, list) and all(isinstance(n, int | float) for n in given)
    if not numbers or len(given) != tasks:
        words = f"{lesson.slug} has {tasks} tasks: give it a list of {tasks} numbers."
        raise click.UsageError(f"{FILE}: {words}")
    return [float(number) for number in given]


def shown(points: float) -> str:
    """Points as people write them: `2`, `2.5`."""
    return f"{points:g}"
