"""Which hint comes next: each task has three, and those that were given are counted.

The count is stored for each project, lesson and task in a file under `build/`. Without
that file, the first hint comes next.
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
"""The file with the count of hints given in a terminal or on a page."""


@dataclass(frozen=True)
class Hint:
    """The hint that comes next: its number from 1, None when all were given before.

    `left_out` are the numbers of hints that say no more than the cure did; `counted` is
    whether the count could be written.
    """

    task: Task
    number: int | None
    left_out: tuple[int, ...] = ()
    counted: bool = True


def subject(verdict: dict[str, Any], lesson: Lesson) -> tuple[Task, str] | None:
    """The task that a hint should be about, and what the verdict said about it.

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


def repeats(hint: str, said: str) -> bool:
    """Whether a hint names only pieces of code that the verdict named already.

    A question repeats nothing, nor does a hint without code.
    """
    names = {name for code in CODE.findall(hint) for name in re.findall(r"\w+", code)}
    question = hint.endswith("?")
    return bool(names) and not question and names <= set(re.findall(r"\w+", said))


def after(task: Task, given: int, said: str) -> Hint:
    """The next hint for a task, after `given` hints and what the verdict said."""
    left_out: list[int] = []
    for number in range(given + 1, len(task.hints) + 1):
        if not repeats(task.hints[number - 1], said):
            return Hint(task, number, tuple(left_out))
        left_out.append(number)
    return Hint(task, None, tuple(left_out))


class Count:
    """How many hints were given for each task of one project's lesson."""

    def __init__(self, file: Path, lesson: Lesson, project: Path) -> None:
        self.file, self.lesson = file, lesson
        self.name = f"{lesson.slug} in {project.resolve()}"

    def next(self, task: Task, said: str) -> Hint:
        """The next hint, which counts as given from now on."""
        counts = self._read()
        name = f"{self.name}, task {task.number}"
        hint = after(task, counts.get(name, 0), said)
        counts[name] = hint.number or len(task.hints)
        return dataclasses.replace(hint, counted=self._write(counts))

    def forget_passed(self, verdict: Verdict) -> None:
        """Forget the hints of tasks that pass now."""
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
        """Write the counts in one step; whether that was possible."""
        new = self.file.with_suffix(f".{os.getpid()}")
        with contextlib.suppress(OSError):
            self.file.parent.mkdir(parents=True, exist_ok=True)
            new.write_text(json.dumps(counts, indent=1), encoding="utf-8")
            new.replace(self.file)
            return True
        with contextlib.suppress(OSError):
            new.unlink()
        return False
