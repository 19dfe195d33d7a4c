"""How long a verdict takes, beside plain pytest; and how often a right one is missed.

`make bench`, or `python bench/bench.py [--runs N] [--flakes N] [--saves N]`. All take
turns, so that what else the machine does falls on all alike. Commands start from
nothing warm; watchers are up, and are measured from a save to the whole answer.
With `--pages N`, so many saves are measured until a page shows them, and nothing else.
"""

import argparse
import contextlib
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from subprocess import CompletedProcess

import saves
from rich.console import Console
from rich.progress import track
from rich.table import Table

from checks.author.projects import build
from checks.course.lessons import ROOT, Course, Lesson

PYTEST = [sys.executable, "-m", "pytest", "-q"]
PASSED = "status 0"
YARDSTICK = [*PYTEST, "-p", "no:django", "-c", os.devnull, f"{ROOT}/bench/yardstick.py"]

Command = tuple[list[str], Path]
"""What is typed, and in which folder."""
Run = tuple[float, str]
"""The seconds that something took, and how it ended."""

console = Console(width=100, highlight=False)
errors = Console(stderr=True)


def checking(step: int, project: Path) -> Command:
    """What `make check STEP=… FORMAT=json PROJECT=…` runs."""
    command = [sys.executable, "-m", "checks", "check", str(step), "--format", "json"]
    return [*command, "--project", str(project)], ROOT


def measures(
    lesson: Lesson, folder: Path, watching: contextlib.ExitStack
) -> dict[str, Callable[[], Run]]:
    """What is measured of a lesson, by its name; plain pytest comes first."""
    solved = build(lesson.slug, folder / f"{lesson.slug} solved", solved=True)
    fresh = build(lesson.slug, folder / f"{lesson.slug} fresh", solved=False)
    watch, rerun = saves.ours(lesson, folder), saves.rerun(lesson, folder)
    watching.callback(rerun.close)
    watching.callback(watch.close)
    found: dict[str, Callable[[], Run]] = {
        "pytest in its folder": partial(run, (PYTEST, solved)),
        "check, solved": partial(run, checking(lesson.step, solved)),
        "check, fresh starter": partial(run, checking(lesson.step, fresh)),
        "pytest on a save, right": partial(rerun.save, right=True),
        "pytest on a save, wrong": partial(rerun.save, right=False),
        "watch, right": partial(watch.save, right=True),
        "watch, wrong": partial(watch.save, right=False),
    }
    if lesson.step == 1:
        found["pytest, in one process"] = partial(run, (YARDSTICK, solved))
    return found


def start(command: Command) -> CompletedProcess[str]:
    """Run a command to its end."""
    typed, folder = command
    paths = os.environ | {"PYTHONPATH": str(folder)}
    return subprocess.run(
        typed, cwd=folder, env=paths, capture_output=True, text=True, check=False
    )


def run(command: Command) -> Run:
    """Run a command to its end, and look at the clock."""
    began = time.perf_counter()
    ended = start(command)
    return time.perf_counter() - began, said(ended)


def said(ended: CompletedProcess[str]) -> str:
    """How a command ended, and the cause if there is one."""
    try:
        return f"{ended.returncode}: {json.loads(ended.stdout)['cause']['expected']}"
    except (ValueError, TypeError, KeyError):
        return f"status {ended.returncode}"


def spread(runs: list[Run]) -> list[str]:
    """Median, 95th percentile and maximum of the seconds."""
    took = sorted(seconds for seconds, _ in runs) or [0.0]
    p95 = took[math.ceil(0.95 * len(took)) - 1]
    return [f"{value:.2f}" for value in (statistics.median(took), p95, took[-1])]


def speed(lesson: Lesson, folder: Path, times: int) -> None:
    """Print how long everything takes, and how often plain pytest takes that long."""
    with contextlib.ExitStack() as watching:
        measured = measures(lesson, folder, watching)
        runs: dict[str, list[Run]] = {name: [] for name in measured}
        for _ in track(range(times), f"lesson {lesson.step}", console=errors):
            for name, measure in measured.items():
                runs[name].append(measure())
    table = Table(f"lesson {lesson.step}", "median s", "p95", "max", "pytest", "ended")
    middles = [statistics.median(s for s, _ in of_one) for of_one in runs.values()]
    for (name, of_one), middle in zip(runs.items(), middles, strict=True):
        ends = ", ".join(sorted({ended for _, ended in of_one}))
        table.add_row(name, *spread(of_one), f"{middles[0] / middle:.1f} to 1", ends)
    console.print(table)


def shown(lesson: Lesson, folder: Path, times: int) -> None:
    """Print how long a save takes until the page of the lesson shows its verdict."""
    import pages  # It needs what a site and a browser need.

    with pages.looking(lesson, folder) as page:
        for right in (True, False, True, False):  # The first ones warm things up.
            page.save(right=right)
        turns = track(range(times), f"lesson {lesson.step}, page", console=errors)
        runs = [(page.save(right=True), page.save(right=False)) for _ in turns]
    load = f"load {os.getloadavg()[0]:.1f}"
    table = Table(f"lesson {lesson.step}, {load}", "median s", "p95", "max", "saves")
    for name, of_one in zip(
        ("page, green", "page, red"), zip(*runs, strict=True), strict=True
    ):
        table.add_row(name, *spread(list(of_one)), str(times))
    console.print(table)


def growth(lesson: Lesson, folder: Path, times: int) -> None:
    """Print what a watcher needs, and what it needs after so many saves."""
    watch = saves.ours(lesson, folder / "growth")
    before = watch.memory()
    turns = track(range(times), f"lesson {lesson.step}, saves", console=errors)
    answers = [watch.save(right=number % 2 == 0) for number in turns]
    after, seconds = watch.memory(), watch.close()
    ends = Counter(answer for _, answer in answers)
    console.print(
        f"lesson {lesson.step}: an idle watcher has {before:.0f} MiB, and {after:.0f} "
        f"after {times} saves ({dict(ends)}); Ctrl-C takes {seconds:.2f} s",
        soft_wrap=True,
    )


@contextlib.contextmanager
def full_load() -> Iterator[None]:
    """Keep every core busy with something else."""
    loop = [sys.executable, "-c", "while True: pass"]
    busy = [subprocess.Popen(loop) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()


def flakes(folder: Path, times: int) -> int:
    """Check every solution so often, the last fifth under load; return the failures."""
    table = Table("", "runs", "failures", "median s", "p95", "max")
    failures = 0
    for lesson in Course().lessons:
        solved = build(lesson.slug, folder / lesson.slug, solved=True)
        loads = {"": times - times // 5, ", full load": times // 5}
        for load, count in loads.items():
            name = f"lesson {lesson.step}{load}"
            with full_load() if load else contextlib.nullcontext():
                turns = track(range(count), name, console=errors)
                runs = [run(checking(lesson.step, solved)) for _ in turns]
            failed = [ended for _, ended in runs if ended != PASSED]
            for ended in failed:
                console.print(f"{name} failed: {ended}", soft_wrap=True)
            table.add_row(name, str(count), str(len(failed)), *spread(runs))
            failures += len(failed)
    console.print(table)
    return failures


def main() -> int:
    """Measure what was asked for; 1 if a right solution failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10, help="measure each so often")
    parser.add_argument("--saves", type=int, default=0, help="save so often; weigh")
    parser.add_argument("--pages", type=int, default=0, help="saves that a page shows")
    parser.add_argument("--flakes", type=int, default=0, help="check each so often")
    asked = parser.parse_args()
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    machine = f"{platform.platform()}, {os.cpu_count()} cores, load {load}"
    console.print(f"{machine}, Python {platform.python_version()}", soft_wrap=True)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for lesson in Course().lessons:
            if asked.pages:
                shown(lesson, Path(folder), asked.pages)
                continue
            speed(lesson, Path(folder), asked.runs)
            if asked.saves:
                growth(lesson, Path(folder), asked.saves)
        return min(1, flakes(Path(folder), asked.flakes)) if asked.flakes else 0


if __name__ == "__main__":
    sys.exit(main())
