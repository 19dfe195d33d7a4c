"""What must hold between the files of the course, read as text; running it is a test.

Asks only about what is shipped, never about `lessons/`, which is a learner's.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from checks import fences
from checks.author import pages, sync
from checks.author.projects import STARTERS, slugs
from checks.course import ROOT
from checks.folders import File, Files, differing, read

WIDTH = 80
HINTS = 3
_KEYS = {"title", "minutes", "files", "proved", "tasks"}
_INCLUDED = re.compile(r"(?:starter|solution)/([^\s:\"]+:[\d.]*\d)")


def problems(root: Path = ROOT) -> list[str]:
    """What is out of step, a sentence for each; empty when all is well."""
    found = [*_numbering(root), *_strays(root), *_pages(root)]
    final: Files | None = None
    for slug in slugs(root / STARTERS):
        lesson = _Lesson(root, slug)
        broken = list(_fences(lesson))
        found += broken
        if broken:  # Nothing more can be said, of the next lesson neither.
            break
        for rule in (_solved, _described, _tasks, _page, _width):
            found += rule(lesson)
        found += _follows(lesson, final)
        final = sync.finished(lesson.files, lesson.solution)
    return found


@dataclass(frozen=True)
class _Lesson:
    """One lesson as shipped, with all that the course has about it."""

    root: Path
    slug: str

    @cached_property
    def files(self) -> Files:
        return read(self.root / STARTERS / self.slug)

    @cached_property
    def solution(self) -> Files:
        return read(self.root / "solutions" / self.slug)

    @cached_property
    def described(self) -> dict[str, Any]:
        return tomllib.loads(self.files.get("lesson.toml", File(b"")).text)

    @cached_property
    def regions(self) -> dict[str, list[fences.Region]]:
        """The regions of the solution by its files."""
        return {path: fences.regions(f.text) for path, f in self.solution.items()}

    @property
    def tasks(self) -> set[int]:
        return set(range(1, len(self.described.get("tasks", [])) + 1))


def _numbering(root: Path) -> Iterator[str]:
    for number, slug in enumerate(slugs(root / STARTERS), start=1):
        if not re.fullmatch(rf"{number:02}_[a-z0-9_]+", slug):
            yield f"lessons/{slug}: lesson {number} is to be named {number:02}_…"


def _strays(root: Path) -> Iterator[str]:
    """Files and folders that belong to no lesson."""
    known = set(slugs(root / STARTERS))
    for path in sorted((root / "solutions").glob("[!.]*")):
        if path.name not in known:
            yield f"solutions/{path.name} belongs to no lesson"
    for path in sorted((root / "docs/lessons").glob("*")):
        if path.suffix != ".md" or path.stem not in known:
            yield f"docs/lessons/{path.name} belongs to no lesson"
    submissions = read(root / "tests/submissions")
    for name in submissions:
        slug, kind, *inside = [*Path(name).parts, ""][:4]
        if slug not in known or kind not in ("wrong", "valid") or "" in inside:
            yield f"tests/submissions/{name} belongs to no submission"
        elif kind == "wrong" and f"{slug}/wrong/{inside[0]}/expected.txt" not in (
            submissions
        ):
            yield f"tests/submissions/{name}: there is no expected.txt beside it"


def _pages(root: Path) -> Iterator[str]:
    for path in pages.stale(root):
        yield f"{path} does not follow from mistakes and submissions: `make sync`"


def _fences(lesson: _Lesson) -> Iterator[str]:
    """Fences that cannot be read, and fences that nobody has an answer to."""
    named = {f"{STARTERS.as_posix()}/{lesson.slug}": lesson.files}
    named[f"solutions/{lesson.slug}"] = lesson.solution
    for folder, files in named.items():
        for path, file in files.items():
            if sync.is_own(path):
                continue
            try:
                found = fences.regions(file.content.decode(errors="replace"), path)
            except fences.FenceError as wrong:
                yield f"{folder}/{wrong}"
            else:
                if found and path not in lesson.solution:
                    yield f"{folder}/{path} has a task and no solution"


def _follows(lesson: _Lesson, final: Files | None) -> Iterator[str]:
    """A lesson starts from what the lesson before ends with."""
    try:
        due = sync.starter(lesson.slug, final, lesson.files, lesson.solution)
    except sync.OutOfStepError as wrong:
        yield str(wrong)
        return
    for path in differing(due, lesson.files):
        where = f"{STARTERS.as_posix()}/{lesson.slug}/{path}"
        yield f"{where} does not follow from the lesson before: `make sync`"


def _solved(lesson: _Lesson) -> Iterator[str]:
    for path in lesson.solution.keys() & lesson.files.keys():
        for name in sync.answered(lesson.files[path], lesson.solution[path]):
            yield f"{lesson.slug}/{path}: the starter of task {name} is its solution"


def _described(lesson: _Lesson) -> Iterator[str]:
    """`lesson.toml` says all it has to, and names the files of the solution."""
    where = f"lessons/{lesson.slug}/lesson.toml"
    for key in sorted(_KEYS - lesson.described.keys()):
        yield f"{where} has no `{key}`"
    named, there = set(lesson.described.get("files", [])), lesson.solution.keys()
    for path in sorted(named - there):
        yield f"{where} names {path}, and there is no solutions/{lesson.slug}/{path}"
    for path in sorted(there - named):
        yield f"{where} does not name {path} among its files"
    for number, task in enumerate(lesson.described.get("tasks", []), start=1):
        hints = [hint for hint in task.get("hints", []) if hint.strip()]
        if len(hints) != HINTS:
            yield f"{where}: task {number} has {len(hints)} hints and needs {HINTS}"


def _tasks(lesson: _Lesson) -> Iterator[str]:
    """Every task has a check and a fence, and they have a task."""
    checked = {
        number
        for path, file in lesson.files.items()
        if path.startswith("test_") and sync.is_own(path)
        for number in _checked(file.text)
    }
    fenced = {r.task for regions in lesson.regions.values() for r in regions}
    for what, numbers in (("check", checked), ("fence", fenced)):
        for number in sorted(lesson.tasks - numbers):
            yield f"lessons/{lesson.slug}: task {number} has no {what}"
        for number in sorted(numbers - lesson.tasks):
            where = f"lessons/{lesson.slug}/lesson.toml"
            yield f"{where}: there is a {what} for task {number}, but no such task"


def _checked(source: str) -> Iterator[int]:
    """The numbers in the decorators `@task(2)` of a file of checks."""
    for node in ast.walk(ast.parse(source)):
        for mark in getattr(node, "decorator_list", []):
            match mark:
                case ast.Call(ast.Name("task"), [ast.Constant(int(number))]):
                    yield number


def _page(lesson: _Lesson) -> Iterator[str]:
    """The page of a lesson shows every region."""
    page = lesson.root / f"docs/lessons/{lesson.slug}.md"
    if not page.exists():
        yield f"docs/lessons/{page.name} is missing"
        return
    shown = set(_INCLUDED.findall(page.read_text()))
    for path, regions in lesson.regions.items():
        for region in regions:
            if f"{lesson.slug}/{path}:{region.name}" not in shown:
                name = f"starter/{lesson.slug}/{path}:{region.name}"
                yield f"docs/lessons/{page.name} does not include {name}"


def _width(lesson: _Lesson) -> Iterator[str]:
    for path, file in lesson.solution.items():
        for number, line in enumerate(file.text.splitlines(), start=1):
            if len(line) > WIDTH:
                where = f"solutions/{lesson.slug}/{path}:{number}"
                yield f"{where} has {len(line)} columns; {WIDTH} is the most"
