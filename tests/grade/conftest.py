"""A class of four, graded once as a teacher types it."""

import json
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from checks.author.projects import build
from checks.course.lessons import ROOT
from tests.conftest import environment
from tests.machine import TIMEOUT

SLUG = "01_consumer"
HOSTILE = "=1+1<img src=x onerror=alert(1)>"
"""The name of a student that a page must not interpret, nor a spreadsheet."""
WRONG = ROOT / "tests/submissions/01_consumer/wrong/echoes_twice"


@dataclass(frozen=True)
class Graded:
    """A folder of submissions, and the report on it."""

    submissions: Path
    report: Path
    printed: str
    status: int

    def results(self) -> dict[str, dict[str, Any]]:
        """The results by the names of the students."""
        files = self.report.glob("results/*/*.json")
        found = [json.loads(file.read_text()) for file in files]
        return {result["student"]: result for result in found}


def grade(*typed: object) -> tuple[int, str]:
    """What `python -m checks grade` ends with, and what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "checks", "grade", *map(str, typed)],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def hand_in(folder: Path) -> Path:
    """Four submissions: changed files, a zipped fork, a starter, and a broken zip."""
    changed = ROOT / "solutions" / SLUG
    shutil.copytree(changed, folder / "Ada Lovelace")
    fork = folder.parent / "fork"
    build(SLUG, fork / "lessons" / SLUG, solved=True, submission=WRONG)
    with zipfile.ZipFile(folder / "Зоя Иванова.zip", "w") as archive:
        for path in fork.rglob("*"):
            archive.write(path, Path("course-main", path.relative_to(fork)))
    build(SLUG, folder / HOSTILE, solved=False)
    (folder / "Broken.zip").write_bytes(b"PK\x03\x04 and no more")
    return folder


@pytest.fixture(scope="session")
def graded(
    tmp_path_factory: pytest.TempPathFactory,
    lessons_redis: None,  # noqa: ARG001
) -> Graded:
    """The class, graded."""
    folder = tmp_path_factory.mktemp("class")
    submissions, report = hand_in(folder / "submissions"), folder / "report"
    status, printed = grade(submissions, report, "--step", 1, "--jobs", 1)
    return Graded(submissions, report, printed, status)
