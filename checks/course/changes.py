"""A learner's files beside the course's: what they changed, and how to go back."""

import difflib
from collections.abc import Iterator
from pathlib import Path

from checks.course.folders import Files, keeping, read, replace
from checks.course.lessons import Lesson

OTHERS = ("explore.ipynb",)
"""Files that change by being used; a diff of them tells nobody anything."""


def changes(old: Files, new: Files) -> Iterator[str]:
    """The lines of a unified diff between two sets of files."""
    for path in sorted(old.keys() | new.keys()):
        if old.get(path) == new.get(path) or path in OTHERS:
            continue
        before, after = (
            files[path].content.decode(errors="replace").splitlines()
            if path in files
            else []
            for files in (old, new)
        )
        yield from difflib.unified_diff(before, after, path, path, lineterm="")


def changed(lesson: Lesson, solution: Files | None = None) -> list[str]:
    """What the learner changed, as a diff from the starter, or to the solution."""
    theirs = read(lesson.folder)
    if solution is None:
        return list(changes(read(lesson.starter), theirs))
    return list(
        changes({path: theirs[path] for path in solution if path in theirs}, solution)
    )


def reset(lesson: Lesson, root: Path) -> list[str]:
    """Lay the starter over the learner's files; a line for each kept or written.

    What they wrote stays under `kept/`. Files that the lesson does not know are theirs,
    and stay where they are.
    """
    folder = lesson.folder.relative_to(root)
    return replace(root, folder, read(lesson.starter), set(), keeping(root))
