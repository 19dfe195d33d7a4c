"""What the tests of `make load` share: solved projects, and the command."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from checks.author import projects
from checks.course.lessons import ROOT, Course
from tests.conftest import environment
from tests.machine import TIMEOUT
from tests.plain import with_own_groups

Solved = Callable[[int], Path]
ENDED = 3 * TIMEOUT
"""Seconds: the servers, the users and the crowd take their time on a busy machine."""


@pytest.fixture
def solved(tmp_path: Path) -> Solved:
    """`solved(3)` is the solved project of lesson 3, with groups of its own."""

    def build(step: int) -> Path:
        slug = Course().lesson(str(step)).slug
        project = projects.build(slug, tmp_path / slug, solved=True)
        return with_own_groups(project)

    return build


@dataclass(frozen=True)
class Loaded:
    """How the command ended, and what it printed."""

    status: int
    stdout: str
    stderr: str

    @property
    def said(self) -> str:
        """Its errors, as if they were not wrapped."""
        return " ".join(self.stderr.split())

    @property
    def result(self) -> dict[str, Any]:
        """The result that it printed as JSON."""
        assert self.status == 0, self.stderr
        found: dict[str, Any] = json.loads(self.stdout)
        return found


def command(step: int, project: Path, *options: str) -> list[str]:
    """The command, with what it keeps beside the project."""
    told = ["--project", str(project), "--to", str(project.parent / "kept")]
    return [sys.executable, "-m", "checks", "load", str(step), *told, *options]


def load(step: int, project: Path, *options: str, **variables: str) -> Loaded:
    """Type it, and wait until it has ended."""
    done = subprocess.run(
        command(step, project, *options),
        cwd=ROOT,
        env=environment(**variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=ENDED,
        check=False,
    )
    return Loaded(done.returncode, done.stdout, done.stderr)
