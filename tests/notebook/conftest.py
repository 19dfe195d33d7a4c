"""A machine and a project on which a lesson's notebook is run."""

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from checks.author.projects import build
from checks.course.lessons import Course
from checks.notebook import document
from tests.machine import processes_with

MARK = "NOTEBOOK_UNDER_TEST"
"""In the environment of every process that a test of a notebook starts."""
LESSONS = Course().lessons

Make = Callable[..., Path]


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine that has another kernel named "python3", and nobody before it."""
    kernel = tmp_path / "jupyter/kernels/python3/kernel.json"
    kernel.parent.mkdir(parents=True)
    spec = {"argv": ["false"], "display_name": "Another", "language": "python"}
    kernel.write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    monkeypatch.setenv("OPEN", "0")


@pytest.fixture
def leaves_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Fail if a process or a temporary file is left behind.

    Not for lessons with Redis: others may have come to use the one that was started.
    """
    monkeypatch.setenv(MARK, str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    with tempfile.TemporaryDirectory(prefix="nb-") as folder:
        monkeypatch.setenv("TMPDIR", folder)
        yield
        assert list(Path(folder).iterdir()) == []
        assert processes_with(MARK, str(tmp_path)) == []
    tempfile.tempdir = None


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """A function that lays a lesson out in a folder, with cells of its own if asked."""

    def make(step: int, *cells: str, solved: bool = True) -> Path:
        folder = tmp_path / "project"
        build(LESSONS[step - 1].slug, folder, solved=solved)
        if cells:
            (folder / document.NAME).write_text(written(cells))
        return folder

    return make


def written(cells: Iterable[str]) -> str:
    """A notebook of these cells, as an editor writes it that gives them no ids."""
    code: list[dict[str, Any]] = [
        {"cell_type": "code", "source": source, "metadata": {}}
        | {"execution_count": None, "outputs": []}
        for source in cells
    ]
    whole = {"cells": code, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole)


def change(path: Path, old: str, new: str) -> None:
    """Put other code into a file."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
