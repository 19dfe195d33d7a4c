"""A course of a few lines, with the real Makefile and the real bootstrap."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.machine import TIMEOUT

ROOT = Path(__file__).parents[2]
STAND_INS = Path(__file__).parent / "stand_ins"
TELLS_ITS_ARGUMENTS = "import json, sys; print(json.dumps(sys.argv[1:]))\n"


class Course:
    """A folder with the bootstrap in it, and what a person types there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "HOME": str(folder),
            "PYTHONPATH": str(STAND_INS),
        }

    def write(self, path: str, text: str) -> Path:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def start(self, *command: str, **environment: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def type(
        self, *command: str, **environment: str
    ) -> "subprocess.CompletedProcess[str]":
        with self.start(*command, **environment) as process:
            output, errors = process.communicate(timeout=TIMEOUT)
        return subprocess.CompletedProcess(command, process.returncode, output, errors)

    def install(
        self, *parts: str, **environment: str
    ) -> "subprocess.CompletedProcess[str]":
        return self.type("requirements/install", *(parts or ["learn"]), **environment)

    def installed(self) -> list[str]:
        """What pip was asked for since the last time: locks, `.` for the checker."""
        notes = self.folder / "build" / "pip"
        lines = notes.read_text().splitlines() if notes.exists() else []
        notes.unlink(missing_ok=True)
        return [line.split()[-1] for line in lines]


def new_course(folder: Path) -> Course:
    made = Course(folder)
    for path in ("Makefile", "requirements/install", "requirements/install.py"):
        made.write(path, "")
        shutil.copy(ROOT / path, made.folder / path)
    for part in ("learn", "site"):
        made.write(f"requirements/{part}.txt", f"# the lock of {part}\n")
    made.write("pyproject.toml", "")
    made.write("checks/__init__.py", "")
    made.write("checks/__main__.py", TELLS_ITS_ARGUMENTS)
    return made


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course in which nothing is installed yet, and whose pip is a stand-in."""
    return new_course(tmp_path / "a course")


@pytest.fixture
def ready(course: Course) -> Course:
    """A course in which the part `learn` is installed."""
    assert course.install().returncode == 0
    course.installed()
    return course
