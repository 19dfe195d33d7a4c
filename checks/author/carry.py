"""Takes a learner's own code of one lesson into the next one."""

from pathlib import Path

from checks.author import sync
from checks.course import fences
from checks.course.folders import File, Files, backup_folder, read, replace
from checks.course.lessons import Lesson, is_own


def carry(before: Lesson, lesson: Lesson, root: Path) -> list[str]:
    """Start a lesson from the learner's own version of the lesson before.

    Returns a line for each file kept or written, and for each that stays as shipped,
    because the tasks of the lesson do not fit into the learner's version.
    """
    theirs = {p: _plain(f) for p, f in read(before.folder).items() if not is_own(p)}
    files, unfit = _started(theirs, read(before.starter), lesson, root)
    folder = lesson.folder.relative_to(root)
    done = replace(root, folder, files, set(), backup_folder(root))
    reason = "its tasks do not fit into your version"
    return done + [f"as shipped: {(folder / p).as_posix()}, {reason}" for p in unfit]


def _plain(file: File) -> File:
    """A file without the comments around its tasks; as it is, if they are broken."""
    try:
        return File(fences.without_fences(file.text).encode(), file.executable)
    except ValueError:  # Broken fences, or no text at all.
        return file


def _started(
    theirs: Files, before: Files, lesson: Lesson, root: Path
) -> tuple[Files, list[str]]:
    """The files that the lesson starts with, and those that had to stay as shipped."""
    shipped = {p: f for p, f in read(lesson.starter).items() if not is_own(p)}
    solution = read(root / "solutions" / lesson.slug)
    given = sync.given(read(lesson.starter))
    files, unfit = dict(shipped), []
    for path, file in theirs.items():
        if path in given or (path in shipped and path not in before):
            continue
        if path not in solution:
            files[path] = file
            continue
        try:
            files[path] = sync.derived(file, solution[path], path)
        except (sync.OutOfStepError, ValueError):
            unfit.append(path)
    return files, unfit
