"""`make tabs` as a person types it, with an eye on what it leaves behind."""

import json
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest

from checks.author import projects
from checks.course.lessons import Course
from tests.conftest import environment
from tests.machine import TIMEOUT, processes_with, until

MARK = "COURSE_TABS_TEST"
"""A variable that whatever a command starts inherits, and is found by."""
GOING = 10.0
"""Seconds that processes may take to go once the command is gone."""


@dataclass(frozen=True)
class Seen:
    """What `python -m checks tabs` printed, and how it ended."""

    status: int
    stdout: str
    stderr: str

    @property
    def sight(self) -> dict[str, Any]:
        """The JSON document that was asked for."""
        document: dict[str, Any] = json.loads(self.stdout)
        return document


Tabs = Callable[..., Seen]


class Running(NamedTuple):
    """The command, what all of its processes carry, and where its files lie."""

    process: "subprocess.Popen[str]"
    mark: str
    temporary: Path


@contextmanager
def started(
    step: int, project: Path, *options: str, **variables: str
) -> Iterator[Running]:
    """The command, running; no process and no file of its may be there afterwards."""
    mark = secrets.token_hex(8)
    command = [sys.executable, "-m", "checks", "tabs", str(step)]
    with TemporaryDirectory() as temporary:
        given = {MARK: mark, "TMPDIR": temporary}
        if Course().lesson(str(step)).broker:
            del given["TMPDIR"]  # All who share a broker find each other there.
        with subprocess.Popen(
            [*command, "--project", str(project), *options],
            cwd=project.parent,
            env=environment(**given | variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                yield Running(process, mark, Path(temporary))
            finally:
                process.kill()
        assert gone(mark) == []
        assert list(Path(temporary).iterdir()) == []


def marked(mark: str) -> list[str]:
    """The command lines of the processes that carry this mark."""
    return processes_with(MARK, mark)


def gone(mark: str) -> list[str]:
    """What still runs of what carries this mark, after a while to go."""
    until(lambda: not marked(mark), GOING)
    return marked(mark)


@pytest.fixture
def tabs() -> Tabs:
    """`tabs(step, project, *options, **environment)` looks at a project's tabs."""

    def look(step: int, project: Path, *options: str, **variables: str) -> Seen:
        with started(step, project, *options, **variables) as running:
            stdout, stderr = running.process.communicate(timeout=TIMEOUT)
        return Seen(running.process.returncode, stdout, stderr)

    return look


@pytest.fixture
def lay(tmp_path: Path) -> Callable[..., Path]:
    """`lay(step, solved=…, files={path: text})` makes a project, some files changed."""

    def lay(
        step: int, *, solved: bool = True, files: dict[str, str] | None = None
    ) -> Path:
        slug = Course().lesson(str(step)).slug
        folder = projects.build(slug, tmp_path / "project", solved=solved)
        for path, text in (files or {}).items():
            (folder / path).write_text(text)
        return folder

    return lay
