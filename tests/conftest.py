"""What the tests of the course share: the checker, run as a user runs it."""

import asyncio
import contextlib
import inspect
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

from checks.browser import chromium
from checks.course.lessons import Course
from checks.sandbox import redis_server
from tests.machine import TIMEOUT
from tests.sample import Sample
from tests.schedule import Schedule, workers

collect_ignore = ["submissions"]
"""Nothing in these 1,500 folders is a test."""
CHECKER = [sys.executable, "-P", str(Path(__file__).with_name("checker_process.py"))]
"""The command of `CheckerProcess`, or of one command on another course."""


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
    """An environment as people have it, in which Python may write bytecode.

    Nothing in it says that make or pytest runs.
    """
    left_out = {"PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "DJANGO_SETTINGS_MODULE"}
    left_out |= {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in left_out and not name.startswith("PYTEST_")
    }
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
            stdout, stderr = process.communicate(timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return Checked.of(process.returncode, stdout, stderr)


class CheckerProcess:
    """Runs the checker's commands in forks of a process that has imported everything.

    This takes half the time that `run_check` takes.
    """

    def __init__(self, folder: Path) -> None:
        self.files = folder / "stdin", folder / "stdout", folder / "stderr"
        self.process = subprocess.Popen(
            CHECKER,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(
        self,
        command: list[str],
        folder: Path,
        course: Path | None = None,
        answer: str = "",
        **variables: str,
    ) -> tuple[int, str, str]:
        """Run a command in a folder; return its exit status and what it printed.

        `course` is the folder of another course than this one; `answer` is what is
        typed while the command runs.
        """
        stdin, stdout, stderr = self.files
        stdin.write_text(answer)
        asked = {
            "folder": str(folder),
            "stdin": str(stdin),
            "stdout": str(stdout),
            "stderr": str(stderr),
            "command": command,
            "course": course and str(course),
            "variables": variables,
        }
        timer = threading.Timer(TIMEOUT, self.process.kill)
        timer.start()
        status = self._ask(json.dumps(asked))
        timer.cancel()
        assert status, f"no status: killed after {TIMEOUT} s, or ended by itself"
        return int(status), stdout.read_text(), stderr.read_text()

    def _ask(self, line: str) -> str:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline()

    def check(self, step: int | str, project: Path, *options: str) -> Checked:
        """Check a project, from the folder that it is in."""
        typed = command(step, project, *options)[3:]
        return Checked.of(*self.run(typed, project.parent))

    def close(self) -> None:
        """End the process."""
        self.process.communicate()


@pytest.fixture(scope="session")
def checker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CheckerProcess]:
    """The process that checks, one for each process of pytest."""
    checker = CheckerProcess(tmp_path_factory.mktemp("printed"))
    yield checker
    checker.close()


@pytest.fixture(scope="session")
def lessons_redis() -> Iterator[None]:
    """The Redis that the lessons name, for as long as this process of pytest runs.

    Whoever starts it forks a process that ends it after its last user. In a test that
    asks what a command leaves behind, the command must find it: what it started would
    stay as long as the tests of other workers use it.
    """
    with contextlib.ExitStack() as stack:
        addresses = {address for it in Course().lessons for address in it.broker}
        for address in addresses:
            stack.enter_context(redis_server.connected({"address": address}))
        yield


@pytest.fixture(scope="session")
def check(checker: CheckerProcess, lessons_redis: None) -> Check:  # noqa: ARG001
    """`check(step, project, *options)` runs the checker on a project."""
    return checker.check


@pytest.fixture(scope="session")
def cold_check() -> Check:
    """The same in a process that nobody has prepared, given `NAME=value` too."""
    return run_check


@pytest.fixture
def no_browser(tmp_path: Path) -> dict[str, str]:
    """The environment of a machine on which there is no browser.

    It is empty where this machine has a browser that cannot be hidden.
    """
    if any(os.access(place, os.X_OK) for place in chromium.PLACES):
        return {}
    folder = tmp_path / "bin"
    folder.mkdir()
    return {"PATH": str(folder), "PLAYWRIGHT_BROWSERS_PATH": str(folder)}


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a test that is a coroutine."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = pyfuncitem._fixtureinfo.argnames
    asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let recorded texts be written again, and a part of the tests be left out."""
    parser.addoption(
        "--record",
        action="store_true",
        help="write the expected.txt of submissions, and fail where one changed",
    )
    parser.addoption(
        "--sample",
        action="store_true",
        help="leave out what `make test` leaves out, and say so at the end",
    )
    parser.addoption(
        "--sample-seed",
        metavar="WORD",
        help="with --sample, which tests are in the sample (default: the date)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Have SIGINT end what tests start, also where a shell started us without it.

    What is ignored stays ignored in every process that is started; a handler does not.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    config.pluginmanager.register(Sample(config), "course_sample")
    config.pluginmanager.register(Schedule(config), "course_schedule")


@pytest.hookimpl(optionalhook=True, tryfirst=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """How many workers `-n auto` starts: asked before plugins are configured."""
    return workers()
