"""Which release of the course checks: the hashes of its checks, and those recorded.

`checks/releases.txt` has a line for each part of each release: the version, the part
(`checker`, or a lesson), and a SHA-256. Maintainers write it with `python -m
checks.author release 2027.1`.
"""

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from checks.course.folders import digest, read
from checks.course.lessons import ROOT, Course, Lesson

RELEASES = ROOT / "checks/releases.txt"
CHECKER = "checker"
REPORTS = {ROOT / "checks" / part for part in ("grade", "starters", "author")}
"""What changes no verdict."""

Hashes = dict[str, str]
"""SHA-256 by part."""


@cache
def checker() -> str:
    """The hash of the code of the checker, without what only reports."""
    return _checker()


@cache
def lesson(lesson: Lesson) -> str:
    """The hash of all that a lesson is shipped with."""
    return digest(read(lesson.starter))


def now() -> Hashes:
    """The hashes of the files as they are now, of all parts."""
    lessons = {it.slug: digest(read(it.starter)) for it in Course().lessons}
    return {CHECKER: _checker()} | lessons


def _checker() -> str:
    total = hashlib.sha256()
    for path in _code():
        total.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return total.hexdigest()


def _code() -> Iterator[Path]:
    for path in sorted((ROOT / "checks").rglob("*.py")):
        if not REPORTS & {*path.parents}:
            yield path


def recorded() -> dict[str, Hashes]:
    """The hashes of each release, the newest release first."""
    found: dict[str, Hashes] = {}
    for line in RELEASES.read_text(encoding="utf-8").splitlines():
        version, part, sha256 = line.split()
        found.setdefault(version, {})[part] = sha256
    return dict(reversed(found.items()))


def of(checker_sha256: str, slug: str, lesson_sha256: str) -> str:
    """The newest release that checks a lesson in this way; "" if there is none."""
    wanted = {CHECKER: checker_sha256, slug: lesson_sha256}.items()
    return next((it for it, has in recorded().items() if wanted <= has.items()), "")


def record(version: str) -> None:
    """Add what is here now as a release. Raises ValueError if it is there already."""
    if version in recorded():
        raise ValueError(f"{version} is recorded already.")
    lines = [f"{version} {part} {sha256}\n" for part, sha256 in now().items()]
    with RELEASES.open("a", encoding="utf-8") as file:
        file.writelines(lines)
