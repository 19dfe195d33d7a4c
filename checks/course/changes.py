"""What a learner changed in the files of a lesson, and how to undo it."""

import contextlib
import difflib
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

from checks.course.fences import regions
from checks.course.folders import Files, backup_folder, read, replace, written
from checks.course.lessons import Lesson, is_own
from checks.regular_file import read_text
from checks.verdict import Where

NOT_COMPARED = ("explore.ipynb",)
"""Files that change when they are used, so that a diff of them says nothing."""

SOURCES = (".py", ".html", ".js", ".conf", ".sh", ".yml")
"""How the names of files end that decide what a project does."""


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


def outside_of_tasks(lesson: Lesson, project: Path) -> list[Where]:
    """The first line of each file that differs from the starter, but for its tasks.

    A file without the comments around its tasks is left out: nobody can tell there.
    """
    found = []
    for file in written(project, *SOURCES):
        inside = file.relative_to(project).as_posix()
        with contextlib.suppress(OSError, ValueError):
            given = lesson.starter / inside
            before = given.read_text() if given.is_file() else ""
            line = _first_change(before, read_text(file))
            if line and not (is_own(inside) or "/migrations/" in inside):
                found.append(Where(inside, line))
    return found


def _first_change(before: str, after: str) -> int:
    """The number of the first line after that is outside of tasks, and new; 0 if none.

    Where lines are gone, it is the one that follows them. Blank lines do not count.
    Raises ValueError where the tasks of either text cannot be told from the rest.
    """
    if bool(regions(before)) != bool(regions(after)):
        raise ValueError("the comments around the tasks are gone")
    old, new = _outside(before), _outside(after)
    last = len(after.splitlines())
    pairs = zip_longest(old.values(), new.items(), fillvalue=(last, ""))
    return next((number for line, (number, now) in pairs if line != now), 0)


def _outside(text: str) -> dict[int, str]:
    """The lines outside of tasks that have something in them, by their numbers."""
    found = regions(text)
    inside = {line for r in found for line in range(r.start, r.end + 1)}
    lines = enumerate(map(str.strip, text.splitlines()), start=1)
    return {number: it for number, it in lines if it and number not in inside}


def reset(lesson: Lesson, root: Path) -> list[str]:
    """Replace the learner's files by the starter; a line for each file kept or written.

    The learner's versions are kept under `kept/`. Files that the starter does not have
    are the learner's own, and are not touched.
    """
    folder = lesson.folder.relative_to(root)
    return replace(root, folder, read(lesson.starter), set(), backup_folder(root))
