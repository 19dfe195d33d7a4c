"""The solution of a lesson, for the commands that show or run it."""

from pathlib import Path

from checks.author.projects import build
from checks.course.folders import Files, read
from checks.course.lessons import Lesson


def of(lesson: Lesson, root: Path) -> Files:
    """The files that the solution changes."""
    return read(root / "solutions" / lesson.slug)


def project(lesson: Lesson, root: Path) -> Path:
    """Build the solved lesson under `build/`, and return its folder."""
    return build(
        lesson.slug, root / "build/solution" / lesson.slug, solved=True, root=root
    )
