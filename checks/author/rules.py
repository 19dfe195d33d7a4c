"""The rules for one lesson: each yields what is missing, in the order to do it.

Rules read files and run nothing; what can only be found out by running is in the tests.
"""

import ast
import json
import re
import tomllib
from collections.abc import Callable, Iterator

from checks.author import sync
from checks.author.problem import Problem
from checks.author.projects import STARTERS
from checks.author.shipped import Shipped
from checks.course import fences
from checks.course.folders import Files, differing, read
from checks.course.lessons import CHECKS, OWN_MISTAKES, is_own

WIDTH = 80
HINTS = 3
ENOUGH = {"wrong": 8, "valid": 5}
"""The least number of submissions of each kind that a lesson has."""
CELLS = (6, 9)
"""The least and the greatest number of code cells in a notebook."""
COMMANDS = ("check", "run", "tabs", "notebook")
"""The commands that the page of every lesson shows."""
RECORD = "type `make record STEP={}`"
_TO_WRITE = re.compile(r"WRITE: ([^.\n]*)")
_INCLUDED = re.compile(r"(?:starter|solution)/([^\s:\"]+:[\d.]*\d)")


def readable(lesson: Shipped) -> Iterator[Problem]:
    """Find files that cannot be parsed, and fences without an answer in the solution.

    If there are any, nothing else can be checked in this or a later lesson.
    """
    own = ((path, f) for path, f in lesson.files.items() if is_own(path))
    for path, file in own:
        try:
            _READS[path.rpartition(".")[2]](file.content.decode())
        except (ValueError, SyntaxError) as wrong:
            yield Problem(f"{lesson.folder}/{path}", f"cannot be read: {wrong}")
    named = {f"{STARTERS.as_posix()}/{lesson.slug}": lesson.files}
    named[f"solutions/{lesson.slug}"] = lesson.solution
    for folder, files in named.items():
        yield from _fences(folder, files, lesson.solution)


_READS: dict[str, Callable[[str], object]] = {
    "toml": tomllib.loads,
    "py": ast.parse,
    "ipynb": json.loads,
}


def _fences(folder: str, files: Files, solution: Files) -> Iterator[Problem]:
    for path, file in files.items():
        if is_own(path):
            continue
        try:
            found = fences.regions(file.content.decode(errors="replace"), path)
        except fences.FenceError as wrong:
            yield Problem.from_error(wrong, f"{folder}/")
        else:
            if found and path not in solution:
                yield Problem(f"{folder}/{path}", "has a task and no solution")


def _to_write(path: str, text: str) -> Iterator[Problem]:
    """Find the `WRITE:` comments of the templates that are still in a file."""
    for number, line in enumerate(text.splitlines(), start=1):
        if found := _TO_WRITE.search(line):
            yield Problem(path, f"line {number}: write {found[1]}")


def _solution(lesson: Shipped) -> Iterator[Problem]:
    """Every task has an answer that differs from the starter."""
    for path, file in lesson.solution.items():
        yield from _to_write(f"solutions/{lesson.slug}/{path}", file.text)
    for path in sorted(lesson.solution.keys() & lesson.files.keys()):
        for name in sync.answered(lesson.files[path], lesson.solution[path]):
            yield Problem(
                f"solutions/{lesson.slug}/{path}",
                f"task {name}: the answer is what the starter has there already",
            )


def _width(lesson: Shipped) -> Iterator[Problem]:
    for path, file in lesson.solution.items():
        for number, line in enumerate(file.text.splitlines(), start=1):
            if len(line) > WIDTH:
                many = f"line {number} has {len(line)} columns; {WIDTH} is the most"
                yield Problem(f"solutions/{lesson.slug}/{path}", many)


def _described(lesson: Shipped) -> Iterator[Problem]:
    """`lesson.toml` has all keys, and names the files of the solution."""
    where = f"{lesson.folder}/lesson.toml"
    yield from _to_write(where, lesson.toml)
    for key in sync.KEYS:
        if key not in lesson.described:
            yield Problem(where, f"`{key}` is missing")
    predictions = lesson.described.get("predictions", [])
    named = {key: lesson.described.get(key) for key in ("replay", "second_half")}
    named |= {f"prediction {it['id']}": it["check"] for it in predictions}
    for what, check in named.items():
        if check and check not in {name for name, _ in lesson.checks}:
            yield Problem(where, f"`{what}` names {check}, which is no check")
    files, there = set(lesson.described.get("files", [])), lesson.solution.keys()
    for path in sorted(files - there):
        yield Problem(where, f"`files` names {path}, which the solution does not have")
    for path in sorted(there - files):
        yield Problem(where, f"`files` does not name {path}, which the solution has")
    for number, task in enumerate(lesson.tasks, start=1):
        hints = [hint for hint in task.get("hints", []) if hint.strip()]
        if len(hints) != HINTS:
            many = f"task {number} has {len(hints)} hints and needs {HINTS}"
            yield Problem(where, many)


def _tasks(lesson: Shipped) -> Iterator[Problem]:
    """Every task has a check and a fence, and the other way round."""
    for path in (path for path in lesson.files if is_own(path, CHECKS)):
        yield from _to_write(f"{lesson.folder}/{path}", lesson.files[path].text)
    checked = {task for _, task in lesson.checks if task is not None}
    fenced = {r.task for regions in lesson.regions.values() for r in regions}
    checks = f"{lesson.folder}/{lesson.tests[0] if lesson.tests else 'test_*.py'}"
    for what, where, numbers in (
        ("fence", f"solutions/{lesson.slug}", fenced),
        ("check", checks, checked),
    ):
        for number in sorted(lesson.numbers - numbers):
            yield Problem(where, f"task {number} has no {what}")
        for number in sorted(numbers - lesson.numbers):
            no_task = f"there is a {what} for task {number}, but no such task"
            yield Problem(f"{lesson.folder}/lesson.toml", no_task)


def follows(lesson: Shipped, final: Files | None) -> Iterator[Problem]:
    """A lesson starts from what the lesson before ends with."""
    try:
        due = sync.starter(lesson.slug, final, lesson.files, lesson.solution)
    except sync.OutOfStepError as wrong:
        yield Problem.from_error(wrong)
        return
    for path in differing(due, lesson.files):
        where = f"{STARTERS.as_posix()}/{lesson.slug}/{path}"
        yield Problem(where, "does not follow from the lesson before: `make sync`")


def _submissions(lesson: Shipped) -> Iterator[Problem]:
    """There are enough submissions, and every wrong one is recorded."""
    for kind, enough in ENOUGH.items():
        there = len(lesson.submissions_of(kind))
        if there < enough:
            many = f"has {there} of the {enough} submissions that a lesson needs"
            yield Problem(f"{lesson.submissions}/{kind}", many)
        for folder in lesson.submissions_of(kind):
            for path, file in read(folder).items():
                where = f"{lesson.submissions}/{kind}/{folder.name}/{path}"
                yield from _to_write(where, file.content.decode(errors="replace"))
    wrong = lesson.submissions_of("wrong")
    silent = [path.name for path in wrong if not (path / "expected.txt").exists()]
    if silent:
        words = f"{', '.join(silent)} not recorded: {RECORD.format(lesson.step)}"
        yield Problem(f"{lesson.submissions}/wrong", words)
    else:
        yield from _shown(lesson)


def _shown(lesson: Shipped) -> Iterator[Problem]:
    """Every check fails for a wrong submission; every advice is given to one."""
    failed = set(re.findall(r"^Failed: (\w+)", lesson.recorded, re.MULTILINE))
    for name, task in lesson.checks:
        if task is not None and name not in failed:
            yield Problem(f"{lesson.submissions}/wrong", f"none of them fails {name}")
    asked = sum(task is None for _, task in lesson.checks)
    advised = r"^Advice\n(?:Mistake: .*\n)?Expected: (.*)"
    given = len(set(re.findall(advised, lesson.recorded, re.MULTILINE)))
    if given < asked:
        many = f"they are given {given} of the {asked} advices"
        yield Problem(f"{lesson.submissions}/valid", many)


def _mistakes(lesson: Shipped) -> Iterator[Problem]:
    """The lesson's own mistakes have its step, and each has a submission."""
    where = f"{lesson.folder}/{OWN_MISTAKES}"
    if OWN_MISTAKES in lesson.files:
        yield from _to_write(where, lesson.files[OWN_MISTAKES].text)
    for mistake in lesson.mistakes:
        if mistake.step != lesson.step:
            due = f"`step` is {mistake.step} and has to be {lesson.step}"
            yield Problem(where, f"`{mistake.id}`: {due}")
        yield from _reported(lesson, mistake.id)


def _reported(lesson: Shipped, name: str) -> Iterator[Problem]:
    """The submission named after a mistake is recorded as that mistake."""
    where = f"{lesson.folder}/{OWN_MISTAKES}"
    folders = [f for kind in ENOUGH for f in lesson.submissions_of(kind)]
    words = [f / "expected.txt" for f in folders if f.name == name]
    if not words:
        missing = f"`{name}` needs a submission, {lesson.submissions}/wrong/{name}"
        yield Problem(where, missing)
    for file in (file for file in words if file.exists()):
        reported = re.findall(r"^Mistake: (.*)", file.read_text(), re.MULTILINE)
        if name not in reported:
            instead = f"reported as {' and '.join(reported) or 'no mistake'}"
            more = "add a clue or a weight, or correct a clue"
            yield Problem(where, f"`{name}` is {instead}: {more}")


def _notebook(lesson: Shipped) -> Iterator[Problem]:
    where = f"{lesson.folder}/explore.ipynb"
    if lesson.cells is None:
        yield Problem(where, "is missing")
        return
    yield from _to_write(where, lesson.files["explore.ipynb"].text)
    many = len(lesson.cells)
    if not CELLS[0] <= many <= CELLS[1]:
        due = f"has {many} cells of code; {CELLS[0]} to {CELLS[1]} are due"
        yield Problem(where, due)
    if any(cell.get("execution_count") is None for cell in lesson.cells):
        yield Problem(where, f"has cells without output: {RECORD.format(lesson.step)}")


def _outputs(lesson: Shipped) -> Iterator[Problem]:
    for path in lesson.outputs:
        if not (lesson.root / path).exists():
            where, _, name = path.rpartition("/")
            yield Problem(where, f"{name} is missing: {RECORD.format(lesson.step)}")


def _page(lesson: Shipped) -> Iterator[Problem]:
    """The page has every title, and shows all code, output and commands."""
    if not (lesson.root / lesson.page).exists():
        yield Problem(lesson.page, "is missing")
        return
    text = (lesson.root / lesson.page).read_text()
    yield from _to_write(lesson.page, text)
    lines = text.splitlines()
    titles = [f"# {lesson.described.get('title')}"]
    for number, task in enumerate(lesson.tasks, start=1):
        titles.append(f"## Task {number}: {task.get('title')}")
    for title in titles:
        if title not in lines:
            yield Problem(lesson.page, f"has no heading `{title}`")
    shown = set(_INCLUDED.findall(text))
    for path, regions in lesson.regions.items():
        for region in regions:
            if f"{lesson.slug}/{path}:{region.name}" not in shown:
                name = f"starter/{lesson.slug}/{path}:{region.name}"
                yield Problem(lesson.page, f"does not include {name}")
    commands = [f"make {command} STEP={lesson.step}" for command in COMMANDS]
    for name in (*lesson.outputs, *commands):
        if name not in text:
            yield Problem(lesson.page, f"does not show {name}")


RULES: tuple[Callable[[Shipped], Iterator[Problem]], ...] = (
    _solution, _width, _described, _tasks,
    _submissions, _mistakes, _notebook, _outputs, _page,
)  # fmt: skip
