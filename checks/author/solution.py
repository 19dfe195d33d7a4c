"""The solution of a lesson, for the commands that show or run it."""

from pathlib import Path

from checks.author.projects import build
from checks.course.folders import Files, backup_folder, read, replace
from checks.course.lessons import Lesson


def of(lesson: Lesson, root: Path) -> Files:
    """The files that the solution changes."""
    return read(root / "solutions" / lesson.slug)


def write(lesson: Lesson, root: Path) -> list[str]:
    """Write the solution into the lesson; a line for each file kept or written."""
    folder = lesson.folder.relative_to(root)
    return replace(root, folder, of(lesson, root), set(), backup_folder(root))


def project(lesson: Lesson, root: Path) -> Path:
    """Build the solved lesson under `build/`, and return its folder."""
    return build(
        lesson.slug, root / "build/solution" / lesson.slug, solved=True, root=root
    )
