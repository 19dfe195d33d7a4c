"""The course's solution of a lesson, for those who ask for it."""

from pathlib import Path

from checks.author.projects import build
from checks.course.folders import Files, read
from checks.course.lessons import Lesson


def of(lesson: Lesson, root: Path) -> Files:
    """The files that the solution changes."""
    return read(root / "solutions" / lesson.slug)


def project(lesson: Lesson, root: Path) -> Path:
    """The solved lesson as a project of its own, under `build/`."""
    return build(
        lesson.slug, root / "build/solution" / lesson.slug, solved=True, root=root
    )
