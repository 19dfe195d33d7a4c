"""Which hint comes next: three rungs for a task, and a count of those that were given.

The count is kept for each project, lesson and task in a file under `build/`. Without
that file everything begins with the first hint.
"""

import contextlib
import dataclasses
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checks.course.lessons import ROOT, Lesson, Task
from checks.verdict import Verdict

CODE = re.compile(r"`([^`]+)`")
FILE = ROOT / "build/hints.json"
"""Where the hints are counted that were given, in a terminal or on a page."""


@dataclass(frozen=True)
class Hint:
    """A rung that was chosen: its number from 1, None when all were given before.

    `left_out` are the numbers of rungs that say no more than the cure did; `kept` is
    whether the count could be written.
    """

    task: Task
    number: int | None
    left_out: tuple[int, ...] = ()
    kept: bool = True


def subject(verdict: dict[str, Any], lesson: Lesson) -> tuple[Task, str] | None:
    """The task that a hint is to be about, and what somebody was told of it already.

    `verdict` is one as JSON has it. The task is that of the first check that fails;
    None if nothing fails, or the lesson has no hints for it.
    """
    failed = [check for check in verdict["checks"] if check["outcome"] == "failed"]
    if verdict["verdict"] != "failed" or not failed:
        return None
    for task in lesson.tasks:
        if task.number == failed[0]["task"] and task.hints:
            cause = verdict["cause"]
            return task, f"{cause['cure']} {cause['why']} {cause['where']}"
    return None


def repeats(hint: str, told: str) -> bool:
    """Whether a hint names no piece of code but those that somebody was told already.

    A question repeats nothing, nor does a hint without code.
    """
    names = {name for code in CODE.findall(hint) for name in re.findall(r"\w+", code)}
    question = hint.endswith("?")
    return bool(names) and not question and names <= set(re.findall(r"\w+", told))


def after(task: Task, given: int, told: str) -> Hint:
    """The next hint for a task of which `given` were given, after what was told."""
    left_out: list[int] = []
    for number in range(given + 1, len(task.hints) + 1):
        if not repeats(task.hints[number - 1], told):
            return Hint(task, number, tuple(left_out))
        left_out.append(number)
    return Hint(task, None, tuple(left_out))


class Count:
    """How many hints were given for each task of one project's lesson."""

    def __init__(self, file: Path, lesson: Lesson, project: Path) -> None:
        self.file, self.lesson = file, lesson
        self.name = f"{lesson.slug} in {project.resolve()}"

    def next(self, task: Task, told: str) -> Hint:
        """The next hint, counted from now on as given."""
        counts = self._read()
        name = f"{self.name}, task {task.number}"
        hint = after(task, counts.get(name, 0), told)
        counts[name] = hint.number or len(task.hints)
        return dataclasses.replace(hint, kept=self._write(counts))

    def begin_anew(self, verdict: Verdict) -> None:
        """Forget the hints of tasks that have been passed now."""
        counts = self._read()
        for task in self.lesson.tasks:
            checks = [check for check in verdict.checks if check.task == task.number]
            if checks and all(check.outcome == "passed" for check in checks):
                counts.pop(f"{self.name}, task {task.number}", None)
        if counts != self._read():
            self._write(counts)

    def _read(self) -> dict[str, int]:
        try:
            counts = json.loads(self.file.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        if not isinstance(counts, dict):
            return {}
        return {k: n for k, n in counts.items() if isinstance(n, int) and n > 0}

    def _write(self, counts: dict[str, int]) -> bool:
        """Whether it could be written; whoever reads meanwhile sees all or nothing."""
        new = self.file.with_suffix(f".{os.getpid()}")
        with contextlib.suppress(OSError):
            self.file.parent.mkdir(parents=True, exist_ok=True)
            new.write_text(json.dumps(counts, indent=1), encoding="utf-8")
            new.replace(self.file)
            return True
        with contextlib.suppress(OSError):
            new.unlink()
        return False
