"""The site as mkdocs builds it, once for all processes of a run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from checks.course.lessons import ROOT
from checks.sandbox import file_lock


def site(factory: pytest.TempPathFactory, name: str, live: str = "") -> Path:
    """The folder of the built site; a warning of mkdocs fails it.

    `live` are the ports for which `make learn` builds it. The first who asks builds it,
    and the others wait.
    """
    run = factory.getbasetemp()
    run = run.parent if "PYTEST_XDIST_WORKER" in os.environ else run
    folder, unfinished = run / name, run / f"{name}-unfinished"
    with file_lock.exclusive(run / f"{name}.lock"):
        if not folder.exists():
            _build(unfinished, live)
            unfinished.rename(folder)
    return folder


def _build(folder: Path, live: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str(folder)],
        check=False,
        cwd=ROOT,
        env=os.environ | {"COURSE_LIVE": live, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
