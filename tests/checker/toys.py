"""A toy course in a folder of its own: change it, check it, see what is left."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from tests.checker.contract import kept
from tests.conftest import PATIENCE, Checked, environment

SHIPPED = Path(__file__).parents[1] / "toy_course"
COMMAND = [sys.executable, "-P", str(Path(__file__).with_name("toy.py"))]
IMPORTS = (
    "import os, sys, time\n\nimport pytest\nfrom checks import advice, needs, task\n"
)
"""What the checks begin with that a test puts in the place of the course's own."""


class Warm:
    """A process that has everything imported and checks in forks: twice as fast."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            COMMAND,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(
        self, folder: Path, command: list[str], variables: dict[str, str]
    ) -> Checked:
        """Run one command in this folder."""
        assert self.process.stdin
        assert self.process.stdout
        files = [folder.parent / name for name in ("stdout", "stderr")]
        for file in files:
            file.write_text("")
        asked = [str(folder), *map(str, files), command, variables]
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        watch = threading.Timer(PATIENCE, self.process.kill)
        watch.start()
        status = self.process.stdout.readline()
        watch.cancel()
        return kept(int(status), *(file.read_text() for file in files))

    def close(self) -> None:
        """End the warm process."""
        self.process.communicate()


class Toy:
    """The toy course, and a project that begins as the lesson's folder does: solved."""

    def __init__(self, folder: Path, warm: Warm) -> None:
        self.warm = warm
        self.root = folder / "course"
        self.starter = self.root / "checks/starters/01_talk"
        self.project = self.root / "lessons/01_talk"
        self.temporary = folder / "tmp"
        self.temporary.mkdir(parents=True)
        for copy in (self.starter, self.project):
            shutil.copytree(
                SHIPPED / "01_talk", copy, ignore=shutil.ignore_patterns("__pycache__")
            )

    def write(self, path: str, text: str) -> "Toy":
        """Put a file into the project."""
        (self.project / path).parent.mkdir(parents=True, exist_ok=True)
        (self.project / path).write_text(text)
        return self

    def checks(self, text: str) -> "Toy":
        """Put other checks in the place of the course's."""
        for folder in (self.starter, self.project):
            (folder / "test_talk.py").write_text(IMPORTS + text)
        return self

    def _check(self, *options: str) -> list[str]:
        return [str(self.root), "check", "1", "--format", "json", *options]

    def check(self, *options: str, **variables: str) -> Checked:
        """Check the project."""
        variables["TMPDIR"] = str(self.temporary)
        return self.warm.run(self.root, self._check(*options), variables)

    def begin(self, *options: str, **variables: str) -> "subprocess.Popen[str]":
        """Start a check as a person does, and do not wait for it."""
        return subprocess.Popen(
            [*COMMAND, *self._check(*options)],
            cwd=self.root,
            env=environment(TMPDIR=str(self.temporary), **variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def left(self) -> list[str]:
        """What lies in the folder for temporary files, but for the leases."""
        names = [path.name for path in self.temporary.iterdir()]
        return [name for name in names if not name.startswith("channels-course-")]


def finished(process: "subprocess.Popen[str]") -> Checked:
    """How a process ended. Where it printed no verdict, `verdict` is empty."""
    try:
        stdout, stderr = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    return kept(process.returncode, stdout, stderr)


def until(true: Callable[[], object]) -> bool:
    """Ask until it is so, or until nobody would wait any longer."""
    deadline = time.monotonic() + PATIENCE / 2
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


HOLD = """
import fcntl, os
os.set_inheritable(held := os.open({path!r}, os.O_RDWR | os.O_CREAT), True)
fcntl.flock(held, fcntl.LOCK_SH)
"""
"""Code of a project: whatever comes of this process holds a lock as long as it runs."""


def is_free(lock: Path) -> bool:
    """Whether no process is left that holds the lock of `HOLD`."""
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def outcomes(result: Checked) -> dict[str, str]:
    """What became of each check, by its name."""
    return {check["id"]: check["outcome"] for check in result.verdict["checks"]}
