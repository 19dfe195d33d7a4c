"""Watchers, started as a person starts them: what a save costs until it is answered."""

import contextlib
import itertools
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from checks.author.projects import build
from checks.course.lessons import Lesson

SAVED = "chat/consumers.py"
BREATH = 1.0
"""Seconds between two saves: nobody reads a verdict and fixes the code in less."""
RED = "import nowhere\n"
"""A mistake with a visible cause: the project does not start."""
PYTEST = f"{sys.executable} -m pytest -q -p no:cacheprovider"


class Watching:
    """A watcher on a project of its own; each save of it is answered by a line."""

    def __init__(self, command: list[str], project: Path, answer: str) -> None:
        self.file, self.answer = project / SAVED, re.compile(answer)
        self.right = self.file.read_text()
        self.numbers = itertools.count()
        self.process = subprocess.Popen(
            command,
            cwd=project,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._answer()

    def _answer(self) -> str:
        while self.process.stdout and (line := self.process.stdout.readline()):
            if answer := self.answer.search(line):
                return answer[1]
        raise EOFError("the watcher has ended")

    def save(self, *, right: bool) -> tuple[float, str]:
        """Save right or wrong code; the seconds to the answer, and the answer."""
        time.sleep(BREATH)
        text = self.right + f"# {next(self.numbers)}\n" if right else RED
        began = time.perf_counter()
        self.file.write_text(text)
        answer = self._answer()
        return time.perf_counter() - began, answer

    def memory(self) -> float:
        """MiB of all processes of the watcher, what they share counted once."""
        time.sleep(BREATH)
        return sum(map(_kib, _descendants(self.process.pid))) / 1024

    def close(self) -> float:
        """End it as Ctrl-C does; the seconds that it takes."""
        began = time.perf_counter()
        self.process.send_signal(signal.SIGINT)
        self.process.communicate()
        return time.perf_counter() - began


def ours(lesson: Lesson, folder: Path) -> Watching:
    """`make watch` on the solved lesson."""
    project = build(lesson.slug, folder / f"{lesson.slug} watched", solved=True)
    command = [sys.executable, "-m", "checks", "watch", str(lesson.step)]
    command += ["--format", "json", "--project", str(project)]
    return Watching(command, project, r'"verdict": "(\w+)"')


def rerun(lesson: Lesson, folder: Path) -> Watching:
    """The watcher of watchfiles, which restarts pytest."""
    project = build(lesson.slug, folder / f"{lesson.slug} rerun", solved=True)
    command = [sys.executable, "-m", "watchfiles", PYTEST, str(project)]
    return Watching(command, project, r"(passed|failed|error).* in [\d.]+s")


def _descendants(pid: int) -> Iterator[int]:
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            yield from _descendants(int(child))


def _kib(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
