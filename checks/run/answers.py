"""Where the answers of a lesson are, which no project may read while it is checked."""

from collections.abc import Iterator
from pathlib import Path

from checks.course.lessons import ROOT, Lesson
from checks.sandbox.confinement import Confinement

OPEN = {".venv", "checks", "lessons"}
"""What a project may read in the folder of the course, besides itself."""


def confinement(lesson: Lesson, *, strict: bool = False) -> Confinement:
    """What the processes of a project are confined to while it is checked."""
    return Confinement(ROOT, tuple(_answers(lesson)), strict)


def _answers(lesson: Lesson) -> Iterator[Path]:
    """The solutions, and all else that has some, such as the lessons after this one.

    Those begin with the solution of this one.
    """
    yield from (path for path in ROOT.iterdir() if path.name not in OPEN)
    yield ROOT / "checks" / "starters"
    for folder in (ROOT / "lessons").glob("[0-9][0-9]_*"):
        if int(folder.name[:2]) > lesson.step:
            yield folder
