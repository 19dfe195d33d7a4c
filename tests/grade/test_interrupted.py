"""Ctrl-C while a class is graded: nothing is left, and the next run does the rest."""

import json
import os
import shutil
import signal
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest

from checks.author.projects import build
from checks.course.lessons import ROOT
from checks.sandbox import own_network
from tests.conftest import environment
from tests.grade.conftest import grade
from tests.machine import TIMEOUT, processes_with, until

SLUG = "03_channel_layer"
STUDENTS = ("Ada", "Ben", "Cem", "Dana")
apart = pytest.mark.skipif(not own_network.is_possible(), reason="no namespaces")


class Started:
    """`make grade`, typed in a terminal of its own; all it starts can be found."""

    def __init__(self, folder: Path) -> None:
        self.report, self.temporary = folder / "report", folder / "tmp"
        self.temporary.mkdir()
        self.mark = str(uuid.uuid4())
        variables = {"TMPDIR": str(self.temporary), "GRADED_BY": self.mark}
        command = [sys.executable, "-m", "checks", "grade", "--jobs", "2"]
        self.process = subprocess.Popen(
            [*command, str(folder / "submissions"), str(self.report)],
            cwd=ROOT,
            env=environment(**variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def processes(self) -> list[str]:
        """What has come of it, and still runs."""
        return processes_with("GRADED_BY", self.mark)

    def send(self, signum: int) -> tuple[int, str]:
        """Send a signal as a terminal does, to all of its group; how it ends.

        That is when one student is done: then another one is being checked.
        """
        assert until(lambda: results(self.report), TIMEOUT)
        os.killpg(self.process.pid, signum)
        printed, _ = self.process.communicate(timeout=TIMEOUT)
        return self.process.returncode, printed


def results(report: Path) -> dict[str, Any]:
    """What is known of each student, without how long it took."""
    found = {}
    for path in report.glob(f"results/{SLUG}/*.json"):
        result = json.loads(path.read_text())
        cause = result["verdict"]["cause"]
        kept = ("status", "tasks", "key", "before")
        found[path.stem] = [result[name] for name in kept], cause and cause["mistake"]
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the submissions of four students, one of them wrong."""
    wrong = ROOT / f"tests/submissions/{SLUG}/wrong"
    for name in STUDENTS:
        submission = min(wrong.iterdir()) if name == "Cem" else None
        build(SLUG, tmp_path / "submissions" / name, solved=True, submission=submission)
    return tmp_path


@apart
def test_what_ctrl_c_leaves_undone_is_done_by_the_next_run(folder: Path) -> None:
    started = Started(folder)
    status, printed = started.send(signal.SIGINT)
    assert (status, "Stopped. What is done is kept" in printed) == (130, True)
    assert started.processes() == []
    assert list(started.temporary.iterdir()) == []
    done = results(started.report)
    assert 0 < len(done) < len(STUDENTS)
    assert not list(started.report.rglob("*.tmp"))

    submissions, left = folder / "submissions", len(STUDENTS) - len(done)
    status, printed = grade(submissions, started.report)
    assert (status, f"to check: {left}," in printed) == (0, True), printed
    status, printed = grade(submissions, folder / "at once", "--jobs", 2)
    assert status == 0, printed
    assert results(started.report) == results(folder / "at once")
    for name in ("index.html", "grades.csv"):
        resumed = (started.report / name).read_text()
        assert resumed == (folder / "at once" / name).read_text()


@apart
def test_no_process_outlives_one_that_is_killed(folder: Path) -> None:
    started = Started(folder)
    status, _ = started.send(signal.SIGKILL)
    assert status == -signal.SIGKILL
    assert until(lambda: not started.processes()), started.processes()
    shutil.rmtree(started.temporary)
