"""Takes a learner's own code of one lesson into the next one."""

import ast
import re
import subprocess
import tempfile
from pathlib import Path

from checks.author import sync
from checks.course import fences
from checks.course.folders import File, Files, backup_folder, read, replace
from checks.course.lessons import Lesson, is_own

SAME_LINES = "its tasks begin at lines that you have changed, too"
NO_GIT = "Git is not installed, which puts them into your version"
MARKS = 40
"""How long the marks of a conflict are, so that no line of a file looks like one."""
CONFLICT = re.compile(
    rf"^<{{{MARKS}}}.*\n(?P<own>(?:.*\n)*?)\|{{{MARKS}}}.*\n(?P<base>(?:.*\n)*?)"
    rf"={{{MARKS}}}\n(?P<shipped>(?:.*\n)*?)>{{{MARKS}}}.*\n",
    re.MULTILINE,
)


class UnfitError(Exception):
    """The tasks of a lesson cannot be put into a file; the words say why."""


def carry(before: Lesson, lesson: Lesson, root: Path) -> list[str]:
    """Start a lesson from the learner's own version of the lesson before.

    Returns a line for each file kept or written, and for each that stays as shipped.
    """
    theirs = {p: _plain(f) for p, f in read(before.folder).items() if not is_own(p)}
    base = sync.finished(read(before.starter), read(root / "solutions" / before.slug))
    files, unfit = _started(theirs, base, lesson, root)
    folder = lesson.folder.relative_to(root)
    done = replace(root, folder, files, set(), backup_folder(root))
    shipped = (f"as shipped: {folder / path}, as {why}" for path, why in unfit.items())
    return [*done, *shipped]


def _plain(file: File) -> File:
    """A file without the comments around its tasks; as it is, if they are broken."""
    try:
        return File(fences.without_fences(file.text).encode(), file.executable)
    except ValueError:  # Broken fences, or no text at all.
        return file


def _started(
    theirs: Files, base: Files, lesson: Lesson, root: Path
) -> tuple[Files, dict[str, str]]:
    """The files that the lesson starts with, and why some had to stay as shipped."""
    shipped = {p: f for p, f in read(lesson.starter).items() if not is_own(p)}
    solution = read(root / "solutions" / lesson.slug)
    for path in sync.given(read(lesson.starter)):
        solution.pop(path, None)
    files, unfit = dict(shipped), dict[str, str]()
    for path, file in theirs.items():
        if path in shipped and (path not in base or file.content == base[path].content):
            continue
        if path not in shipped or shipped[path] == base.get(path):
            files[path] = file
            continue
        try:
            files[path] = _with_tasks(file, base, shipped, solution, path)
        except UnfitError as reason:
            unfit[path] = str(reason)
    return files, unfit


def _with_tasks(
    file: File, base: Files, shipped: Files, solution: Files, path: str
) -> File:
    """A learner's file with the tasks of the next lesson in it. Raises UnfitError."""
    try:
        return sync.derived(file, solution[path], path)
    except (KeyError, sync.OutOfStepError, ValueError):
        return _merged(file, base[path], shipped[path], path)


def _merged(own: File, base: File, shipped: File, path: str) -> File:
    """What the learner and the next lesson have changed, both. Raises UnfitError."""
    try:
        text = CONFLICT.sub(_both, _merge(own.text, base.text, shipped.text))
        names = [region.name for region in fences.regions(text)]
        if names != [region.name for region in fences.regions(shipped.text)]:
            raise UnfitError(SAME_LINES)
        if path.endswith(".py"):
            ast.parse(text)
    except (ValueError, SyntaxError):
        raise UnfitError(SAME_LINES) from None
    return File(text.encode(), own.executable)


def _merge(own: str, base: str, shipped: str) -> str:
    """The three versions merged by Git, with its marks where that is not clear."""
    with tempfile.TemporaryDirectory(prefix="carry-") as folder:
        files = [Path(folder) / name for name in ("own", "base", "shipped")]
        for file, text in zip(files, (own, base, shipped), strict=True):
            file.write_text(text, encoding="utf-8")
        command = ["git", "merge-file", "-p", "--diff3", f"--marker-size={MARKS}"]
        try:
            done = subprocess.run([*command, *files], capture_output=True, check=False)
        except FileNotFoundError:
            raise UnfitError(NO_GIT) from None
    return done.stdout.decode()


def _both(conflict: re.Match[str]) -> str:
    """The learner's lines, where the lesson has only put comments around the others."""
    own, base, shipped = conflict.group("own", "base", "shipped")
    start, found, end = shipped.partition(base) if base else ("", True, shipped)
    if not found:
        raise UnfitError(SAME_LINES)
    return start + own + end
