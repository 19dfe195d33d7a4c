"""How long a class takes to grade, and how much memory that needs at once.

    .venv/bin/python bench/grade.py [--students 300] [--lessons 1 2 3] [--passing 70]
                                    [--jobs 3] [--pages]

The class is made of `tests/submissions`: of each lesson, so many in a hundred hand in
one that passes, and the others each a mistake. With `--pages` these may have another
template of the chat; a page that differs is tried in a real browser. Memory is the sum
of the proportional set sizes (PSS) of all processes, those of browsers apart: what they
share is counted once.
"""

import argparse
import itertools
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from checks.author.projects import build, slugs
from checks.course.lessons import ROOT
from checks.observe.process_tree import all_below

BETWEEN = 0.5
"""Seconds between two looks at the memory."""


def hand_in(folder: Path, given: argparse.Namespace, slug: str) -> None:
    """Write what a class hands in of a lesson; the same each time."""
    right, wrong = (
        itertools.cycle(_submissions(ROOT / "tests/submissions" / slug / kind, given))
        for kind in ("valid", "wrong")
    )
    shuffled = random.Random(slug)
    for number in range(given.students):
        passes = shuffled.random() * 100 < given.passing
        submission = next(right) if passes else next(wrong)
        into = folder / f"Student {number:04}" / "lessons" / slug
        build(slug, into, solved=True, submission=submission)


def _submissions(folder: Path, given: argparse.Namespace) -> list[Path]:
    every = sorted(folder.iterdir())
    return [it for it in every if given.pages or not any(it.rglob("*.html"))]


class Memory(threading.Thread):
    """Looks at the memory of a process and of all that it started, until stopped."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.samples, self.browsers = pid, [0.0], [0.0]
        self.over = threading.Event()

    def run(self) -> None:
        """Note the MiB of all of them now and then."""
        while not self.over.wait(BETWEEN):
            pids = {self.pid, *all_below(self.pid)}
            browsers = set(filter(_is_of_browser, pids))
            self.samples.append(sum(map(_mib, pids - browsers)))
            self.browsers.append(sum(map(_mib, browsers)))


def _is_of_browser(pid: int) -> bool:
    """Whether a process is a part of Chromium, or of what drives it."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    return b"chrom" in command or b"playwright" in command


def _mib(pid: int) -> float:
    """MiB that a process uses, its share of what it shares with others included."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:  # It has just ended.
        return 0.0
    return next(
        int(line.split()[1]) / 1024
        for line in rollup.splitlines()
        if line.startswith("Pss:")
    )


def main() -> int:
    """Grade a class, and print what it took."""
    known = slugs(ROOT / "lessons")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=300)
    parser.add_argument("--lessons", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--passing", type=int, default=70)
    parser.add_argument("--jobs", default="")
    parser.add_argument("--pages", action="store_true")
    given = parser.parse_args()
    lessons = [known[number - 1] for number in given.lessons]
    signal.signal(signal.SIGTERM, lambda signum, _: sys.exit(128 + signum))
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for slug in lessons:
            hand_in(Path(folder, "from"), given, slug)
        jobs = ["--jobs", given.jobs] if given.jobs else []
        typed = [sys.executable, "-m", "checks", "grade", *jobs, "from", "to"]
        began = time.monotonic()
        process = subprocess.Popen(
            typed, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}
        )
        memory = Memory(process.pid)
        memory.start()
        try:
            status = process.wait()
        finally:
            process.terminate()
            process.wait()
        memory.over.set()
        seconds = time.monotonic() - began
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    checked = given.students * len(lessons)
    print(
        f"{checked} in {seconds:.0f} s, {(used.ru_utime + used.ru_stime) / checked:.2f}"
        f" s of a processor for each; {max(memory.samples):.0f} MiB at most, "
        f"{sum(memory.samples) / len(memory.samples):.0f} in the mean, "
        f"and {max(memory.browsers):.0f} MiB of browsers; "
        f"load {os.getloadavg()[0]:.1f}"
    )
    return status


if __name__ == "__main__":
    sys.exit(main())
