"""Where the answers of a lesson are, which no project may read while it is checked."""

from collections.abc import Iterator
from pathlib import Path

from checks.course.lessons import ROOT, Lesson
from checks.sandbox.confinement import Confinement

HAVE_ANSWERS = (".git", "checks/starters", "docs", "solutions", "tests")


def confinement(lesson: Lesson, *, strict: bool = False) -> Confinement:
    """What the processes of a project are confined to while it is checked."""
    return Confinement(ROOT, tuple(_answers(lesson)), strict)


def _answers(lesson: Lesson) -> Iterator[Path]:
    """The solutions, and the lessons after this one, which begin with its solution."""
    yield from (ROOT / name for name in HAVE_ANSWERS)
    for folder in (ROOT / "lessons").glob("[0-9][0-9]_*"):
        if int(folder.name[:2]) > lesson.step:
            yield folder
