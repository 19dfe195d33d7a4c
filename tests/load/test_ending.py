"""However `make load` ends, nothing of it stays: no process, and no folder."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from checks.course.lessons import ROOT
from tests.conftest import environment
from tests.load.conftest import Solved, command
from tests.machine import TIMEOUT, processes_with, until

pytestmark = pytest.mark.usefixtures("lessons_redis")

MARK = "COURSE_LOAD_TEST"
LONG = "--tabs", "6", "--rate", "10", "--seconds", "600"
OF_REDIS = "channels-course-"
"""The folder by which commands share the Redis that comes with the course."""
STARTING, SENDING = "Starting your project", "  2 s  sent "


@contextmanager
def typed(project: Path, temporary: Path) -> Iterator["subprocess.Popen[str]"]:
    """The command, running, with a folder for its temporary files."""
    temporary.mkdir()
    variables = {MARK: str(project), "TMPDIR": str(temporary), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command(3, project, *LONG),
        cwd=ROOT,
        env=environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        yield process
        process.kill()
    assert until(lambda: not processes_with(MARK, str(project)))


def wait_for(process: "subprocess.Popen[str]", words: str) -> None:
    """Read until it prints these words."""
    assert process.stdout
    assert any(words in line for line in process.stdout)


@pytest.mark.parametrize(
    ("words", "signum"),
    [(STARTING, signal.SIGINT), (SENDING, signal.SIGINT), (SENDING, signal.SIGTERM)],
)
def test_a_signal_ends_it_and_leaves_nothing(
    words: str, signum: int, solved: Solved, tmp_path: Path
) -> None:
    project = solved(3)
    with typed(project, tmp_path / "tmp") as process:
        wait_for(process, words)
        process.send_signal(signum)
        process.communicate(timeout=TIMEOUT)
        assert process.returncode == 128 + signum
        assert processes_with(MARK, str(project)) == []
    left = {path.name for path in (tmp_path / "tmp").iterdir()}
    assert {name for name in left if not name.startswith(OF_REDIS)} == set()
    assert not (project.parent / "kept").exists()


def test_no_process_stays_where_it_is_killed(solved: Solved, tmp_path: Path) -> None:
    with typed(solved(3), tmp_path / "tmp") as process:
        wait_for(process, SENDING)
        process.kill()
