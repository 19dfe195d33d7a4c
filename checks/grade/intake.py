"""What a student handed in: which lessons are in it, and the files of each.

A submission is a whole fork, the project of one lesson, or only the files that were
changed, in a folder, a zip or a tar, with or without a folder around it.
"""

import hashlib
import os
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from checks.course.folders import File, Files, read, write
from checks.course.lessons import Lesson, is_own
from checks.grade.archive import MOST_BYTES, SUFFIXES, Unreadable, entries

MOST_FILES = 2_000
"""Files of one student that are kept, of all lessons together."""
LARGEST = 8 * 2**20
"""Bytes of one file."""
BELONGS_TO_PROJECT = {"manage.py", "mysite", "chat", "lessons"}
"""Names at the top of a project, or of a fork: no folder is around them."""
IN_FORK = re.compile(r"(^|/)lessons/\d+_\w+/")
"""Files of a fork that matter: it also has the course's own, which are many."""
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters of a name that would change how it is displayed."""


@dataclass(frozen=True)
class Student:
    """One entry of the folder of submissions."""

    name: str
    path: Path

    @property
    def id(self) -> str:
        """A name for files and addresses: ASCII, and different for each student."""
        plain = re.sub(r"[^A-Za-z0-9]+", "-", self.name).strip("-")[:40] or "student"
        return f"{plain}-{hashlib.sha256(self.name.encode()).hexdigest()[:8]}"


@dataclass
class Submission:
    """The files of one student by lesson, and what was left out."""

    lessons: dict[str, Files] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


def students(folder: Path, besides: Path) -> list[Student]:
    """The students in a folder of submissions; `besides` is no submission."""
    found: dict[str, Student] = {}
    for path in sorted(folder.iterdir()):
        regular = path.is_dir() or path.name.lower().endswith(SUFFIXES)
        if path.name.startswith(".") or not regular or path.resolve() == besides:
            continue
        name = shown(_stem(path))
        name = shown(path.name) if name in found else name
        while name in found:
            name += "'"
        found[name] = Student(name, path)
    return list(found.values())


def shown(name: str) -> str:
    """A name from a file system as text that can be printed."""
    return CONTROL.sub("\ufffd", os.fsencode(name).decode(errors="replace"))


def _stem(path: Path) -> str:
    lower = path.name.lower()
    longest = max((s for s in SUFFIXES if lower.endswith(s)), key=len, default="")
    is_folder = path.is_dir() or not longest
    return path.name if is_folder else path.name[: -len(longest)]


def read_submission(
    student: Student, lessons: list[Lesson], asked: Lesson | None
) -> Submission:
    """Read what a student handed in. Raises Unreadable.

    `asked` is the lesson of files that do not say of which lesson they are.
    """
    if student.path.is_symlink():
        raise Unreadable("it is a link")
    submission = Submission()
    files = _without_wrapping(_files(student.path, submission.left_out))
    for lesson in lessons:
        for prefix in (f"lessons/{lesson.slug}/", f"{lesson.slug}/"):
            if inside := _below(prefix, files):
                submission.lessons.setdefault(lesson.slug, inside)
    if not submission.lessons:
        submission.lessons = _one_lesson(files, lessons, asked)
    if asked:
        kept = submission.lessons.get(asked.slug)
        submission.lessons = {asked.slug: kept} if kept else {}
    if not submission.lessons:
        raise Unreadable("it has no files of a lesson in it")
    return submission


def _files(path: Path, left_out: list[str]) -> Files:
    """The files of a submission, of a fork those of its lessons."""
    with entries(path) as found:
        names = [it.path for it in found if not isinstance(it, str)]
    is_fork = any(map(IN_FORK.search, names))
    files: Files = {}
    total = 0
    with entries(path) as found:
        for entry in found:
            if isinstance(entry, str):
                left_out.append(shown(entry))
            elif not is_fork or IN_FORK.search(entry.path):
                if entry.size > LARGEST:
                    left_out.append(f"{shown(entry.path)}: it is larger than 8 MiB")
                    continue
                content = entry.read()
                total += len(content)
                if total > MOST_BYTES or len(files) >= MOST_FILES:
                    raise Unreadable("it has more than 2,000 files or 64 MiB")
                files[_plain(entry.path)] = File(content)
    return files


def _plain(path: str) -> str:
    """A path without `./` and doubled slashes."""
    return "/".join(part for part in path.split("/") if part not in ("", "."))


def _below(prefix: str, files: Files) -> Files:
    inside = (path for path in files if path.startswith(prefix))
    return {path.removeprefix(prefix): files[path] for path in inside}


def _without_wrapping(files: Files) -> Files:
    """The files without the folders that are around all of them."""
    while files:
        tops = {path.partition("/")[0] for path in files}
        (top, *others) = tops
        if others or top in BELONGS_TO_PROJECT or top in files or top[:2].isdigit():
            break
        files = {path.partition("/")[2]: file for path, file in files.items()}
    return files


def _one_lesson(
    files: Files, lessons: list[Lesson], asked: Lesson | None
) -> dict[str, Files]:
    lesson = asked or _described(files, lessons)
    if lesson is None and files:
        raise Unreadable("it does not say of which lesson it is: name it with STEP=")
    return {lesson.slug: files} if lesson and files else {}


def _described(files: Files, lessons: Iterable[Lesson]) -> Lesson | None:
    """The lesson whose lesson.toml is among the files."""
    try:
        title = tomllib.loads(files["lesson.toml"].text)["title"]
    except (KeyError, ValueError):
        return None
    return next((lesson for lesson in lessons if lesson.title == title), None)


def assemble(lesson: Lesson, files: Files) -> Files:
    """The project to check: a whole one as it is, changed files over the starter.

    What belongs to the course (its checks, lesson.toml) is the course's in any case.
    """
    shipped = read(lesson.starter)
    mine = {path: file for path, file in files.items() if not is_own(path)}
    if "manage.py" in mine:
        shipped = {path: file for path, file in shipped.items() if is_own(path)}
    return shipped | mine


def lay_out(files: Files, folder: Path) -> None:
    """Write a project. Raises Unreadable where its files exclude each other."""
    try:
        for path, file in files.items():
            write(file, folder / path)
    except OSError as error:
        raise Unreadable(f"its files cannot be written ({error.strerror})") from None
