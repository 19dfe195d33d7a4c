"""How far the learner has come: what became of each lesson, in `build/progress.json`.

Every run on a lesson's own folder is noted, whichever command made it. A lesson that
has passed once counts as done, whatever happens to it later.
"""

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from checks.course.folders import DATABASE, written
from checks.course.lessons import ROOT, Course, Lesson, is_own
from checks.course.state import count_passed, is_as_shipped, state_of
from checks.regular_file import read_bytes
from checks.verdict import Verdict

Known = dict[str, Any]
"""What is known of one lesson: `verdict`, `state` and `passed` of its last run;
`first_passed`, a time; and `last_passed`, what it passed with."""

KEPT = {"at", "files", "versions", "checks"}
"""What is noted of a run that passes."""


def file_in(root: Path) -> Path:
    """The file in which the course of this folder notes the progress."""
    return root / "build" / "progress.json"


def stored(root: Path = ROOT) -> dict[str, Known]:
    """What is known of each lesson, by its slug; nothing if it cannot be read."""
    try:
        known = json.loads(file_in(root).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(known, dict):
        return {}
    return {slug: entry for slug, entry in known.items() if isinstance(entry, dict)}


def note(lesson: Lesson, project: Path, verdict: Verdict) -> None:
    """Note a verdict, if it is one on the lesson's own folder."""
    if project.resolve() != lesson.folder.resolve():
        return
    root = lesson.folder.parents[1]
    known = stored(root)
    state = state_of(verdict, lesson, project)
    entry = known.get(lesson.slug, {}) | {
        "verdict": verdict.verdict,
        "state": state,
        "passed": count_passed(verdict, state),
    }
    if verdict.cause is None:
        entry.setdefault("first_passed", verdict.started_at)
        entry["last_passed"] = _circumstances(lesson, verdict)
    _store(root, known | {lesson.slug: entry})


def has_passed(known: Known) -> bool:
    """Whether a lesson has passed at least once."""
    return "first_passed" in known or known.get("verdict") == "passed"


def last_passed(known: Known) -> Known | None:
    """What a lesson passed with last, and when; None if that is not known."""
    noted = known.get("last_passed")
    if not isinstance(noted, dict) or not noted.keys() >= KEPT:
        return None
    return noted


def state(lesson: Lesson, known: Known) -> Literal["to_do", "in_progress", "passed"]:
    """How far a lesson is: as it was shipped, in progress, or passed at least once."""
    if is_as_shipped(lesson, lesson.folder):
        return "to_do"
    return "passed" if has_passed(known) else "in_progress"


def any_passed(lessons: list[Lesson]) -> bool:
    """Whether one of these lessons has passed at least once."""
    known = stored(lessons[0].folder.parents[1])
    return any(has_passed(known.get(lesson.slug, {})) for lesson in lessons)


def first_open() -> Lesson:
    """The first lesson that did not pass in its last run; the last if all did."""
    known, lessons = stored(), Course().lessons
    open_ = (it for it in lessons if known.get(it.slug, {}).get("verdict") != "passed")
    return next(open_, lessons[-1])


def changed_since_pass(lesson: Lesson, verdict: Verdict, known: Known) -> list[str]:
    """What is no longer as it was when the lesson passed last: files, and versions.

    Empty if nothing is known of that time, or nothing is different.
    """
    then, now = last_passed(known), _circumstances(lesson, verdict)
    if then is None:
        return []
    files = sorted(
        path
        for path in then["files"].keys() | now["files"].keys()
        if then["files"].get(path) != now["files"].get(path)
    )
    versions = [
        f"{name} ({then['versions'].get(name, 'none')}, now {version})"
        for name, version in now["versions"].items()
        if then["versions"].get(name) != version
    ]
    checks = ["the checks of the course"] * (then["checks"] != now["checks"])
    return files + versions + checks


def _circumstances(lesson: Lesson, verdict: Verdict) -> Known:
    """What a verdict depends on: the project's files, the versions, the checks."""
    return {
        "at": verdict.started_at,
        "files": dict(digests(lesson.folder)),
        "versions": verdict.versions,
        "checks": verdict.checks_sha256,
    }


def digests(project: Path) -> Iterator[tuple[str, str]]:
    """Each file that somebody writes in a project, with a digest of what it holds."""
    for path in written(project):
        name = path.relative_to(project).as_posix()
        if is_own(name) or DATABASE.fullmatch(path.name):
            continue
        with contextlib.suppress(OSError):  # A learner's folder may have anything.
            yield name, hashlib.sha256(read_bytes(path)).hexdigest()[:16]


def _store(root: Path, known: dict[str, Known]) -> None:
    """Write the file in one step, if that is possible."""
    new = file_in(root).with_suffix(f".{os.getpid()}")
    with contextlib.suppress(OSError):
        new.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(json.dumps(known, indent=1), encoding="utf-8")
        new.replace(file_in(root))
