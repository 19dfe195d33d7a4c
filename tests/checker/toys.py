"""A toy course in a folder of its own: change it, check it, see what is left."""

import fcntl
import os
import shutil
import signal
import subprocess
from pathlib import Path

from tests.checker.contract import kept
from tests.conftest import CHECKER, Checked, CheckerProcess, environment
from tests.machine import TIMEOUT

SHIPPED = Path(__file__).parents[1] / "toy_course"
CHECK = ["check", "1", "--format", "json"]
IMPORTS = (
    "import os, sys, time\n\nimport pytest\nfrom checks import advice, needs, task\n"
)
"""What the checks begin with that a test puts in the place of the course's own."""


class Toy:
    """The toy course, and a project that begins as the lesson's folder does: solved."""

    def __init__(
        self, folder: Path, checker: CheckerProcess, lesson: str = "01_talk"
    ) -> None:
        self.checker = checker
        self.root = folder / "course"
        self.starter = self.root / "checks/starters" / lesson
        self.project = self.root / "lessons" / lesson
        self.temporary = folder / "tmp"
        self.temporary.mkdir(parents=True)
        for copy in (self.starter, self.project):
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(SHIPPED / lesson, copy, ignore=ignored)

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

    def check(self, *options: str, **variables: str) -> Checked:
        """Check the project."""
        variables["TMPDIR"] = str(self.temporary)
        return kept(
            *self.checker.run([*CHECK, *options], self.root, self.root, **variables)
        )

    def begin(self, *options: str, **variables: str) -> "subprocess.Popen[str]":
        """Start a check as a person does, and do not wait for it."""
        return subprocess.Popen(
            [*CHECKER, str(self.root), *CHECK, *options],
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
        stdout, stderr = process.communicate(timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    return kept(process.returncode, stdout, stderr)


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
