"""The results as files: cache, what a broken run resumes from, and what is merged.

`results/<lesson>/<student>.json` is one result, written whole or not at all. Its key
says what it depends on; where the key is the same, nothing has to run again.
"""

import json
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, Self

from checks.course import release
from checks.course.lessons import Lesson
from checks.grade.intake import Student
from checks.run.versions import versions
from checks.verdict import Verdict

Status = Literal[
    "passed", "failed", "not_started", "timeout", "machine", "broken", "unreadable"
]
UNREADABLE = "unreadable"
"""The folder of results of submissions whose lesson is not known."""
FINAL = {"passed", "failed", "not_started", "unreadable"}
"""The results that are kept for next time; what the machine spoiled is tried again."""


@dataclass
class Result:
    """What came of one lesson of one student; `tasks` are the numbers that passed."""

    student: str
    id: str
    lesson: str
    status: Status
    key: dict[str, str] = field(default_factory=dict)
    tasks: list[int] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    words: str = ""
    seconds: float = 0.0
    verdict: dict[str, Any] | None = None
    before: dict[str, Any] | None = None

    @classmethod
    def load(cls, path: Path) -> Self | None:
        """The result in a file; None if there is none that can be read."""
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            data.pop("schema")
            return cls(**data)
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def as_dict(self) -> dict[str, Any]:
        """The result as one JSON document."""
        return {"schema": 1, **asdict(self)}


class Results:
    """A folder of results."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "results"

    def path(self, lesson: str, student_id: str) -> Path:
        """Where a result is written."""
        return self.folder / (lesson or UNREADABLE) / f"{student_id}.json"

    def save(self, result: Result) -> None:
        """Write a result, with what it was before if something else was graded then."""
        path = self.path(result.lesson, result.id)
        earlier = Result.load(path)
        if earlier and earlier.key != result.key:
            result.before = {"status": earlier.status, "tasks": earlier.tasks}
        write_atomically(path, result.as_dict())

    def known(self, lesson: str, student: Student, key: dict[str, str]) -> bool:
        """Whether a result is there that depends on exactly this."""
        result = Result.load(self.path(lesson, student.id))
        return result is not None and result.key == key and result.status in FINAL

    def forget_other(self, student: Student, lessons: Iterable[str]) -> None:
        """Delete results of lessons that are no longer in a student's submission."""
        kept = {self.path(lesson, student.id) for lesson in lessons}
        for path in self.folder.glob(f"*/{student.id}.json"):
            if path not in kept:
                path.unlink()

    def all(self) -> list[Result]:
        """Every result, by student and lesson."""
        found = (Result.load(path) for path in self.folder.glob("*/*.json"))
        return sorted(
            (it for it in found if it), key=lambda it: (it.student.lower(), it.lesson)
        )

    def note_roster(self, shard: str, students: Iterable[Student]) -> None:
        """Note who is expected, so that whoever merges can say who is missing."""
        names = {student.id: student.name for student in students}
        name = f"roster-{shard.replace('/', '-of-')}.json"
        write_atomically(self.folder / name, names)

    def roster(self) -> dict[str, str]:
        """The names of all who are expected, by id."""
        names: dict[str, str] = {}
        for path in self.folder.glob("roster-*.json"):
            names |= json.loads(path.read_text(encoding="utf-8"))
        return names


def write_atomically(path: Path, data: Any) -> None:
    """Write JSON to a file that is whole at every moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    new.write_text(json.dumps(data, ensure_ascii=True, indent=1), encoding="utf-8")
    new.replace(path)


def key(
    lesson: Lesson, project: str, limit: float, *, plain: bool = False
) -> dict[str, str]:
    """What a result depends on; `project` is the digest of what was handed in."""
    return {
        "submission": project,
        "checks": release.checker(),
        "course": release.lesson(lesson),
        "versions": " ".join(f"{n} {v}" for n, v in versions().items()),
        "limit": f"{limit:g}",
        "repeated": "under a plain daphne" if plain else "",
    }


def checked_by(results: Iterable[Result]) -> list[str]:
    """Which release of the course has checked how many results; a line for each."""
    counts = Counter(_checked_by(result) for result in results if result.verdict)
    return [f"{count:5}  checked by {what}" for what, count in counts.most_common()]


def _checked_by(result: Result) -> str:
    checker, course = result.key.get("checks", ""), result.key.get("course", "")
    if version := release.of(checker, result.lesson, course):
        return f"release {version} of the course"
    part = f"checker {checker[:8]}, {result.lesson} {course[:8]}"
    return f"no release of the course ({part})"


def tasks_passed(verdict: Verdict) -> list[int]:
    """The tasks all of whose checks passed; a skipped check does not count."""
    outcomes: dict[int, set[str]] = {}
    for check in verdict.checks:
        if check.task:
            outcomes.setdefault(check.task, set()).add(check.outcome)
    passing = {"passed", "skipped"}
    return sorted(t for t, they in outcomes.items() if they <= passing)


def write_text(path: Path, words: str) -> None:
    """Write a text file, and make the folder that it is in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(words, encoding="utf-8", errors="replace")
