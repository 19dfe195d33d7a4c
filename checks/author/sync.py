"""What is derived: each lesson from the one before it, and the untouched copies.

Lesson N+1 starts from lesson N with solution N laid over it, fences removed.  In a file
that it changes, the starter is solution N+1 with what lay there before between the
fences.  Hand-written are the first lesson, files that are new in a lesson, and what
each lesson has of its own.
"""

import tomllib
from collections.abc import Iterator, Sequence
from datetime import datetime
from fnmatch import fnmatch
from pathlib import Path

from checks.author import fences
from checks.author.projects import ROOT, STARTERS, File, Files, read, slugs, write

OWN = ("lesson.toml", "test_*.py", "explore.ipynb")
"""Every lesson has these of its own: they are never carried to the next one."""


class OutOfStepError(Exception):
    """Sync cannot go on, and has written nothing: says why in one sentence."""


def sync(root: Path = ROOT) -> list[str]:
    """Write what is derived and differs, and return what there is to say about it.

    Whatever it replaces or takes away in `lessons/` stays in a folder under `kept/`.
    Raises OutOfStepError or FenceError before anything is written.
    """
    planned = plan(root)
    lessons = {slug: read(root / "lessons" / slug) for slug in planned}
    shipped = {slug: read(root / STARTERS / slug) for slug in slugs(root / STARTERS)}
    for slug, starter in planned.items():
        solution = read(root / "solutions" / slug)
        _refuse_solved(slug, lessons[slug], starter, shipped.get(slug, {}), solution)
    kept = root / "kept" / f"{datetime.now():%Y-%m-%d-%H%M%S}"
    said: list[str] = []
    for slug, starter in planned.items():
        stale = shipped.get(slug, {}).keys() & lessons[slug].keys() - starter.keys()
        changed = {path for path in starter if lessons[slug].get(path) != starter[path]}
        for path in (stale | changed) & lessons[slug].keys():
            write(lessons[slug][path], kept / "lessons" / slug / path)
            said.append(f"kept {(kept / 'lessons' / slug / path).relative_to(root)}")
        said += _write(root, Path("lessons", slug), starter, stale)
    for slug in sorted(planned.keys() | shipped.keys()):
        starter = planned.get(slug, {})
        stale = shipped.get(slug, {}).keys() - starter.keys()
        said += _write(root, STARTERS / slug, starter, stale)
    return said


def shipped(root: Path = ROOT) -> list[str]:
    """Where `lessons/` is not what is shipped, which only a release must be."""
    return [
        f"lessons/{slug}/{path} differs from {STARTERS.as_posix()}/{slug}/{path}"
        for slug in sorted({*slugs(root / "lessons"), *slugs(root / STARTERS)})
        for path in differing(
            read(root / "lessons" / slug), read(root / STARTERS / slug)
        )
    ]


def differing(one: Files, other: Files) -> list[str]:
    """The paths whose file is not the same on both sides, or is missing on one."""
    return sorted(
        path for path in one.keys() | other.keys() if one.get(path) != other.get(path)
    )


def plan(root: Path) -> dict[str, Files]:
    """Every lesson as it is to be shipped, from `lessons/` and `solutions/`."""
    planned: dict[str, Files] = {}
    final: Files | None = None
    for slug in slugs(root / "lessons"):
        lesson, solution = (read(root / at / slug) for at in ("lessons", "solutions"))
        planned[slug] = starter(slug, final, lesson, solution)
        final = finished(planned[slug], solution)
    return planned


def finished(starter: Files, solution: Files) -> Files:
    """What the next lesson starts from: solved, without fences."""
    final = {p: f for p, f in (starter | solution).items() if not _is_own(p)}
    for path, file in solution.items():
        text = fences.without_fences(file.text, path)
        final[path] = File(text.encode(), starter.get(path, file).executable)
    return final


def starter(slug: str, final: Files | None, lesson: Files, solution: Files) -> Files:
    """One lesson as it is to be shipped.

    `final` is what the lesson before ends with, None for the first lesson.  Of
    `lesson` only what is written by hand counts.  Raises OutOfStepError.
    """
    files = dict(final or {})
    given = {path for path in lesson if _is_own(path)} | _given(lesson)
    if final is None:
        given |= lesson.keys()
    for path, file in solution.items():
        source = f"solutions/{slug}/{path}"
        if path in files and path not in given:
            files[path] = _derived(files[path], file, source)
        elif path not in lesson:
            raise OutOfStepError(f"{source} is new: it needs a lessons/{slug}/{path}")
        else:
            _compare_outside(lesson[path], file, f"{slug}/{path}")
            files[path] = lesson[path]
    return files | {path: lesson[path] for path in given & lesson.keys()}


def _is_own(path: str) -> bool:
    return any(fnmatch(path, pattern) for pattern in OWN) and "/" not in path


def _given(lesson: Files) -> set[str]:
    """Files that a lesson brings along, new or changed, with nothing to do in them."""
    described = tomllib.loads(lesson.get("lesson.toml", File(b"")).text)
    return set(described.get("given", []))


def _compare_outside(stub: File, solution: File, path: str) -> None:
    """Raise OutOfStepError where two files differ outside of their fences."""
    ours = fences.outside(stub.text, path)
    theirs = fences.outside(solution.text, path)
    for number, line in enumerate(theirs):
        if ours[number : number + 1] != [line]:
            text = f"{path}: starter and solution differ outside the fences at `{line}`"
            raise OutOfStepError(text)
    if len(ours) > len(theirs):
        raise OutOfStepError(f"{path}: `{ours[len(theirs)]}` is not in the solution")


def _derived(before: File, solution: File, source: str) -> File:
    """The solution with what lay there before between its fences."""
    bodies = _Carving(before.text, solution.text, source).bodies()
    text = fences.with_bodies(solution.text, bodies, source)
    return File(text.encode(), before.executable)


class _Carving:
    """Which lines of an earlier file lie between the fences of a later one.

    Outside the fences both have the same lines, blank ones aside.  Where a line occurs
    more than once, regions are as short as can be; but of two regions with nothing
    between them, the first takes every line that is indented as far as its comment.
    """

    def __init__(self, before: str, solution: str, source: str) -> None:
        self.all = before.splitlines()
        self.filled = [at for at, line in enumerate(self.all) if line.strip()]
        self.parts = list(_parts(solution, source))
        self.source = source
        self.stuck = (0, 0)  # The part and the line where no match went further.

    def bodies(self) -> dict[str, list[str]]:
        """Lines by the names of regions; OutOfStepError for a line out of place."""
        bodies = self._match(0, 0)
        if bodies is None:
            raise OutOfStepError(self._why())
        return bodies

    def _match(self, part: int, at: int) -> dict[str, list[str]] | None:
        while part < len(self.parts):
            here = self.parts[part]
            if isinstance(here, fences.Region):
                return self._match_region(here, part, at)
            if self._line(at) != here[1]:
                self.stuck = max(self.stuck, (part, at))
                return None
            part, at = part + 1, at + 1
        self.stuck = max(self.stuck, (part, at))
        return {} if at == len(self.filled) else None

    def _match_region(
        self, region: fences.Region, part: int, at: int
    ) -> dict[str, list[str]] | None:
        for stop in self._stops(region, part, at):
            rest = self._match(part + 1, stop)
            if rest is not None:
                lines = self.filled[at:stop]
                body = self.all[lines[0] : lines[-1] + 1] if lines else []
                return {region.name: body, **rest}
        return None

    def _stops(self, region: fences.Region, part: int, at: int) -> Sequence[int]:
        following = self.parts[part + 1 : part + 2]
        if not following or not isinstance(following[0], fences.Region):
            return range(at, len(self.filled) + 1)
        stop = at
        while stop < len(self.filled) and self._line(stop).startswith(region.indent):
            stop += 1
        return range(stop, at - 1, -1)

    def _line(self, at: int) -> str:
        return self.all[self.filled[at]] if at < len(self.filled) else ""

    def _why(self) -> str:
        part, at = self.stuck
        here = self.parts[part] if part < len(self.parts) else None
        wanted = f"{here[0]}: `{here[1]}`" if isinstance(here, tuple) else "end"
        return (
            f"{self.source}:{wanted} stands outside the fences, where the lesson "
            f"before has `{self._line(at)}`"
        )


def _parts(solution: str, source: str) -> Iterator[fences.Region | tuple[int, str]]:
    """The regions, and between them each line that is not blank with its number."""
    starts = {region.start: region for region in fences.regions(solution, source)}
    end = 0
    for number, line in enumerate(solution.splitlines(), start=1):
        if number in starts:
            end = starts[number].end
            yield starts[number]
        elif number > end and line.strip():
            yield number, line


def _refuse_solved(
    slug: str, lesson: Files, starter: Files, shipped: Files, solution: Files
) -> None:
    """Raise OutOfStepError if what lies in `lessons/` is somebody's answer."""
    for path in solution.keys() & lesson.keys():
        derived = starter[path] != lesson[path]
        unsolved = starter[path] if derived else shipped.get(path, lesson[path])
        if _bodies(lesson[path]) & _bodies(solution[path]) - _bodies(unsolved):
            raise OutOfStepError(
                f"lessons/{slug}/{path} holds the solution: "
                f"`make reset STEP={int(slug[:2])}` first, then sync again."
            )


def _bodies(file: File) -> set[tuple[str, tuple[str, ...]]]:
    try:
        return {(region.name, region.body) for region in fences.regions(file.text)}
    except fences.FenceError:
        return set()


def _write(root: Path, folder: Path, files: Files, stale: set[str]) -> list[str]:
    """Bring one folder up to date, and say what was written and deleted."""
    there = read(root / folder)
    changed = [path for path in files if there.get(path) != files[path]]
    for path in changed:
        write(files[path], root / folder / path)
    for path in stale:
        (root / folder / path).unlink()
    return [f"wrote {(folder / path).as_posix()}" for path in changed] + [
        f"deleted {(folder / path).as_posix()}" for path in sorted(stale)
    ]
