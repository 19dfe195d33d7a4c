"""Derives each lesson from the one before it, and writes the untouched copies.

Lesson N+1 starts from lesson N with solution N applied and the fences removed. If it
changes a file, the starter is solution N+1 with the earlier lines between the fences.
The first lesson, new files, and each lesson's own files are written by hand.
"""

import re
import tomllib
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

from checks.author.projects import STARTERS, slugs
from checks.course import fences
from checks.course.folders import File, Files, backup_folder, differing, read, replace
from checks.course.lessons import OWN_MISTAKES, ROOT, is_own
from checks.explain.mistakes.lessons import declared

KEYS = ("title", "minutes", "files", "proved", "tasks")
"""The keys that every `lesson.toml` has."""
BLOCK = re.compile(r"( *)(?:async )?(def|class) (\w+)")
"""The first line of a function or a class."""


class OutOfStepError(Exception):
    """Two files contradict each other; the message says which, and what to do."""


def sync(root: Path = ROOT) -> list[str]:
    """Write the derived files that are out of date, and return a line for each.

    Files that it replaces or deletes in `lessons/` are kept under `kept/`. Raises
    OutOfStepError or FenceError before anything is written.
    """
    shipped = {slug: read(root / STARTERS / slug) for slug in slugs(root / STARTERS)}
    planned = _plan(root, shipped)
    kept = backup_folder(root)
    done: list[str] = []
    for slug in sorted(planned.keys() | shipped.keys()):
        files = planned.get(slug, {})
        stale = shipped.get(slug, {}).keys() - files.keys()
        if slug in planned:
            done += replace(root, Path("lessons", slug), files, stale, kept)
        done += replace(root, STARTERS / slug, files, stale)
    return done


def _plan(root: Path, shipped: dict[str, Files]) -> dict[str, Files]:
    """Return the files of every lesson as they have to be shipped."""
    planned: dict[str, Files] = {}
    final: Files | None = None
    for slug in slugs(root / "lessons"):
        lesson, solution = (read(root / at / slug) for at in ("lessons", "solutions"))
        _refuse_unreadable(slug, lesson)
        _refuse_undeclared(root / "lessons" / slug)
        planned[slug] = starter(slug, final, lesson, solution)
        unsolved = shipped.get(slug, {})
        _refuse_solved(slug, lesson, planned[slug], unsolved, solution)
        final = finished(planned[slug], solution)
    return planned


def unshipped(root: Path = ROOT) -> list[str]:
    """The files of `lessons/` that differ from what is shipped."""
    return [
        f"lessons/{slug}/{path}"
        for slug in sorted({*slugs(root / "lessons"), *slugs(root / STARTERS)})
        for path in differing(
            read(root / "lessons" / slug), read(root / STARTERS / slug)
        )
    ]


def starter(slug: str, final: Files | None, lesson: Files, solution: Files) -> Files:
    """Return the files of a lesson as they have to be shipped.

    `final` is what the lesson before ends with, None for the first lesson. Of `lesson`
    only the files written by hand are used. Raises OutOfStepError.
    """
    first = final is None
    by_hand = {path for path in lesson if first or is_own(path)} | given(lesson)
    files = dict(final or {})
    for path, file in solution.items():
        if path in files and path not in by_hand:
            files[path] = derived(files[path], file, f"solutions/{slug}/{path}")
        elif path in lesson:
            _compare_outside(lesson[path], file, f"{slug}/{path}")
            files[path] = lesson[path]
        else:
            raise OutOfStepError(
                f"solutions/{slug}/{path} is new in this lesson: write its starter, "
                f"lessons/{slug}/{path}, with the same fences."
            )
    return files | {path: lesson[path] for path in by_hand & lesson.keys()}


def finished(starter: Files, solution: Files) -> Files:
    """What the next lesson starts from: this one solved, without fences."""
    final = {path: file for path, file in starter.items() if not is_own(path)}
    for path, file in solution.items():
        text = fences.without_fences(file.text, path)
        final[path] = File(text.encode(), starter.get(path, file).executable)
    return final


def given(lesson: Files) -> set[str]:
    """Files that a lesson adds or changes, and in which there is no task."""
    text = lesson.get("lesson.toml", File(b"")).text
    return set(tomllib.loads(text).get("given", []))


def _compare_outside(stub: File, solution: File, path: str) -> None:
    """Raise OutOfStepError if two files differ outside their fences."""
    ours = fences.outside(stub.text, f"lessons/{path}")
    theirs = fences.outside(solution.text, f"solutions/{path}")
    for one, other in zip_longest(ours, theirs, fillvalue=""):
        if one != other:
            raise OutOfStepError(
                f"lessons/{path}: outside the fences the starter has `{one.strip()}`, "
                f"the solution `{other.strip()}`."
            )


def derived(before: File, solution: File, source: str) -> File:
    """Return the solution with the earlier lines between its fences."""
    parts = list(_pattern(solution.text, source))
    found = re.fullmatch("".join(pattern for _, pattern in parts), before.text)
    if not found:
        raise OutOfStepError(_why(parts, before.text, source))
    bodies = {
        region.name: _padded(found[f"at{region.start}"], region)
        for region in fences.regions(solution.text)
    }
    text = fences.with_bodies(solution.text, bodies)
    return File(text.encode(), before.executable)


def _pattern(solution: str, source: str) -> Iterator[tuple[int, str]]:
    """For each region, and each line between them, its number and what matches it."""
    lines = solution.splitlines()
    found = fences.regions(solution, source)
    starts = {region.start: region for region in found}
    end, before = 0, None
    for number, line in enumerate(lines, start=1):
        if region := starts.get(number):
            end = region.end
            rest = enumerate(lines[end:], start=end + 1)
            after = starts.get(next((at for at, text in rest if text.strip()), 0))
            yield number, f"(?P<at{number}>{_earlier(region, before, after)})"
            before = region
        elif number > end and line.strip():
            yield number, rf"\n*{re.escape(line)}\n"
            before = None
    yield len(lines), r"\n*"


def _earlier(
    region: fences.Region, before: fences.Region | None, after: fences.Region | None
) -> str:
    """What matches the earlier lines of a region.

    They are as few as can be. But where another region is `before` it or `after` it,
    with nothing between, they are the function that it begins with; none, where it
    adds to the lines of an earlier task; or else all that are indented as its comment.
    """
    neighbours = [it for it in (before, after) if it]
    if not neighbours:
        return r"(?:.*\n)*?"
    first = next((line for line in region.body if line.strip()), "")
    if block := BLOCK.match(first):
        indent, kind, name = block.groups()
        head = rf"\n*{indent}(?:async )?{kind} {name}\b.*\n"
        return rf"(?:{head}(?:{indent} .*\n|\n)*)?"
    if any(it.task < region.task for it in neighbours):
        return ""
    return rf"(?:{region.indent}.*\n|\n)*" if after else r"(?:.*\n)*?"


def _why(parts: list[tuple[int, str]], before: str, source: str) -> str:
    """Say which line outside the fences is the first that is new."""
    patterns = [pattern for _, pattern in parts]
    number = next(
        (
            number
            for count, (number, _) in enumerate(parts, start=1)
            if not re.match("".join(patterns[:count]), before)
        ),
        parts[-1][0],
    )
    return (
        f"{source}:{number}: what stands outside the fences up to this line is not "
        "what the lesson before ends with."
    )


def _padded(body: str, region: fences.Region) -> list[str]:
    """Pad lines with as many blank ones as the answer has above and below."""
    answer, lines = "\n".join(region.body), body.strip("\n")
    if inner := lines and answer.strip("\n"):
        return answer.replace(inner, lines).split("\n")
    return lines.splitlines()


def _refuse_unreadable(slug: str, lesson: Files) -> None:
    """Raise OutOfStepError if no command could read what would be shipped."""
    try:
        described = tomllib.loads(lesson.get("lesson.toml", File(b"")).text)
    except ValueError as wrong:
        said = f"lessons/{slug}/lesson.toml: cannot be read: {wrong}."
        raise OutOfStepError(said) from None
    for key in KEYS:
        if key not in described:
            raise OutOfStepError(f"lessons/{slug}/lesson.toml: `{key}` is missing.")
    for number, task in enumerate(described["tasks"], start=1):
        for key in {"title", "hints"} - task.keys():
            said = f"lessons/{slug}/lesson.toml: task {number} has no `{key}`."
            raise OutOfStepError(said)


def _refuse_undeclared(folder: Path) -> None:
    """Raise OutOfStepError if the lesson's own mistakes cannot be loaded."""
    try:
        declared(folder)
    except Exception as wrong:
        said = f"{type(wrong).__name__}: {wrong}"
        where = f"lessons/{folder.name}/{OWN_MISTAKES}"
        raise OutOfStepError(f"{where}: cannot be read: {said}.") from None


def _refuse_solved(
    slug: str, lesson: Files, planned: Files, shipped: Files, solution: Files
) -> None:
    """Raise OutOfStepError if a file in `lessons/` contains the answer."""
    for path in solution.keys() & lesson.keys():
        derived = planned[path] != lesson[path]
        unsolved = planned[path] if derived else shipped.get(path, lesson[path])
        answer = solution[path]
        if answered(lesson[path], answer) - answered(unsolved, answer):
            raise OutOfStepError(
                f"lessons/{slug}/{path} holds the solution: "
                f"`make reset STEP={int(slug[:2])}` first, then sync again."
            )


def answered(file: File, solution: File) -> set[str]:
    """The names of the regions whose lines are those of the solution."""
    try:
        bodies = {(region.name, region.body) for region in fences.regions(file.text)}
    except fences.FenceError:  # Somebody's work in progress.
        return set()
    regions = fences.regions(solution.text)
    return {region.name for region in regions if (region.name, region.body) in bodies}
