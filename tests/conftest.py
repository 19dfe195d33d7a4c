"""What the tests of the course share: the checker, run as a user runs it."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PATIENCE = 90
"""Seconds after which a check that does not end is a failure of its own."""


@dataclass(frozen=True)
class Checked:
    """What `python -m checks check` left: a verdict, and how the process ended."""

    verdict: dict[str, Any]
    status: int
    stdout: str
    stderr: str

    @classmethod
    def of(cls, status: int, stdout: str, stderr: str) -> "Checked":
        """Read what was printed: one JSON document and nothing else, or it fails."""
        try:
            return cls(json.loads(stdout), status, stdout, stderr)
        except ValueError:
            pytest.fail(
                f"no verdict, status {status}: {stdout[:2000]}\n{stderr[-2000:]}"
            )


Check = Callable[..., Checked]


def command(step: int | str, project: Path, *options: str) -> list[str]:
    """The command of a script that wants to read the verdict."""
    told = ["--format", "json", "--seed", "course", "--project", str(project)]
    return [sys.executable, "-m", "checks", "check", str(step), *told, *options]


def environment(**given: str) -> dict[str, str]:
    """An environment as people have it: Python may write bytecode, no make is above."""
    left_out = {"PYTHONDONTWRITEBYTECODE", "DJANGO_SETTINGS_MODULE"}
    left_out |= {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return kept | given


def run_check(
    step: int | str, project: Path, *options: str, **variables: str
) -> Checked:
    """Check a project in a process of its own, from a folder that is not ours."""
    with subprocess.Popen(
        command(step, project, *options),
        cwd=project.parent,
        env=environment(**variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            stdout, stderr = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return Checked.of(process.returncode, stdout, stderr)


class Warm:
    """Checks as `run_check` does, twice as fast: in forks of one warm process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-P", Path(__file__).with_name("warm.py")],
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, step: int | str, project: Path, *options: str) -> Checked:
        """Check a project; one after another, that is."""
        assert self.process.stdin
        assert self.process.stdout
        files = [self.folder / f"{project.name}.{name}" for name in ("out", "err")]
        asked = [
            str(project.parent),
            *map(str, files),
            command(step, project, *options)[3:],
        ]
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        watch = threading.Timer(PATIENCE, self.process.kill)
        watch.start()
        status = self.process.stdout.readline()
        watch.cancel()
        assert status, f"no status: killed after {PATIENCE} s, or ended by itself"
        return Checked.of(int(status), *(file.read_text() for file in files))

    def close(self) -> None:
        """End the warm process."""
        self.process.communicate()


@pytest.fixture(scope="session")
def check(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Check]:
    """`check(step, project, *options)` runs the checker on a project."""
    warm = Warm(tmp_path_factory.mktemp("said"))
    yield warm
    warm.close()


@pytest.fixture(scope="session")
def cold_check() -> Check:
    """The same in a process that nobody has prepared, given `NAME=value` too."""
    return run_check


def pytest_configure() -> None:
    """Have SIGINT end what tests start, also where a shell started us without it.

    What is ignored stays ignored in every process that is started; a handler does not.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let recorded texts be written anew."""
    parser.addoption(
        "--record",
        action="store_true",
        help="write the expected.txt of submissions, and fail where one changed",
    )
