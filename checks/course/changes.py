"""What a learner changed in the files of a lesson, and how to undo it."""

import difflib
from collections.abc import Iterator
from pathlib import Path

from checks.course.folders import Files, backup_folder, read, replace
from checks.course.lessons import Lesson

NOT_COMPARED = ("explore.ipynb",)
"""Files that change when they are used, so that a diff of them says nothing."""


def unified_diff(old: Files, new: Files) -> Iterator[str]:
    """The lines of a unified diff between two sets of files."""
    for path in sorted(old.keys() | new.keys()):
        if old.get(path) == new.get(path) or path in NOT_COMPARED:
            continue
        before, after = (
            files[path].content.decode(errors="replace").splitlines()
            if path in files
            else []
            for files in (old, new)
        )
        yield from difflib.unified_diff(before, after, path, path, lineterm="")


def diff(lesson: Lesson, solution: Files | None = None) -> list[str]:
    """What the learner changed, as a diff from the starter, or to the solution."""
    theirs = read(lesson.folder)
    if solution is None:
        return list(unified_diff(read(lesson.starter), theirs))
    same = {path: theirs[path] for path in solution if path in theirs}
    return list(unified_diff(same, solution))


def reset(lesson: Lesson, root: Path) -> list[str]:
    """Replace the learner's files by the starter; a line for each file kept or written.

    The learner's versions are kept under `kept/`. Files that the starter does not have
    are the learner's own, and are not touched.
    """
    folder = lesson.folder.relative_to(root)
    return replace(root, folder, read(lesson.starter), set(), backup_folder(root))
