"""How long a verdict takes, beside plain pytest; and how often a right one is missed.

`make bench`, or `python bench/bench.py [--runs N] [--flakes N]`. Each run starts from
nothing warm, and all take turns, so that what else the machine does falls on all alike.
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
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess

from rich.console import Console
from rich.progress import track
from rich.table import Table

from checks.author.projects import build
from checks.course import ROOT, Course

PYTEST = [sys.executable, "-m", "pytest", "-q"]
YARDSTICK = [*PYTEST, "-p", "no:django", "-c", os.devnull, f"{ROOT}/bench/yardstick.py"]

Command = tuple[list[str], Path]
"""What is typed, and in which folder."""
Run = tuple[float, CompletedProcess[str]]
"""The seconds that a command took, and how it ended."""

console = Console(width=100, highlight=False)
errors = Console(stderr=True)


def checking(step: int, project: Path) -> Command:
    """What `make check STEP=… FORMAT=json PROJECT=…` runs."""
    command = [sys.executable, "-m", "checks", "check", str(step), "--format", "json"]
    return [*command, "--project", str(project)], ROOT


def commands(folder: Path) -> dict[str, Command]:
    """What is measured, by its name; the yardstick comes first."""
    found: dict[str, Command] = {}
    for lesson in Course().lessons:
        name = f"lesson {lesson.step}"
        solved = build(lesson.slug, folder / f"{name} solved", solved=True)
        fresh = build(lesson.slug, folder / f"{name} fresh", solved=False)
        if not found:
            found[f"{name}: plain pytest, in one process"] = YARDSTICK, solved
        found[f"{name}: check, solved"] = checking(lesson.step, solved)
        found[f"{name}: check, fresh starter"] = checking(lesson.step, fresh)
        found[f"{name}: pytest in its folder"] = PYTEST, solved
    return found


def run(command: Command) -> Run:
    """Run a command, and look at the clock."""
    typed, folder = command
    paths = os.environ | {"PYTHONPATH": str(folder)}
    began = time.perf_counter()
    ended = subprocess.run(
        typed, cwd=folder, env=paths, capture_output=True, text=True, check=False
    )
    return time.perf_counter() - began, ended


def spread(runs: list[Run]) -> list[str]:
    """Median, 95th percentile and maximum of the seconds."""
    took = sorted(seconds for seconds, _ in runs) or [0.0]
    p95 = took[math.ceil(0.95 * len(took)) - 1]
    return [f"{value:.2f}" for value in (statistics.median(took), p95, took[-1])]


def speed(folder: Path, times: int) -> None:
    """Print how long everything takes, and its ratio to plain pytest."""
    measured = commands(folder)
    runs: dict[str, list[Run]] = {name: [] for name in measured}
    for _ in track(range(times), "measuring", console=errors):
        for name, command in measured.items():
            runs[name].append(run(command))
    table = Table("", "median s", "p95", "max", "ratio", "exit status")
    middles = [statistics.median(s for s, _ in of_one) for of_one in runs.values()]
    for (name, of_one), middle in zip(runs.items(), middles, strict=True):
        statuses = ", ".join(sorted({str(ended.returncode) for _, ended in of_one}))
        table.add_row(name, *spread(of_one), f"{middle / middles[0]:.2f}", statuses)
    console.print(table)


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
            failed = [ended for _, ended in runs if ended.returncode]
            for ended in failed:
                console.print(f"{name} failed: {said(ended)}", soft_wrap=True)
            table.add_row(name, str(count), str(len(failed)), *spread(runs))
            failures += len(failed)
    console.print(table)
    return failures


def said(ended: CompletedProcess[str]) -> str:
    """What was said of a solution that is right."""
    try:
        return str(json.loads(ended.stdout)["cause"])
    except ValueError:
        return f"status {ended.returncode}: {ended.stderr}"


def main() -> int:
    """Measure what was asked for; 1 if a right solution failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="measure each so often")
    parser.add_argument("--flakes", type=int, default=0, help="check each so often")
    asked = parser.parse_args()
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    machine = f"{platform.platform()}, {os.cpu_count()} cores, load {load}"
    console.print(f"{machine}, Python {platform.python_version()}", soft_wrap=True)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        speed(Path(folder), asked.runs)
        return min(1, flakes(Path(folder), asked.flakes)) if asked.flakes else 0


if __name__ == "__main__":
    sys.exit(main())
