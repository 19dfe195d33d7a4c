"""The outputs of the notebooks are those of the solutions.

After a change, `pytest tests/notebook --record` runs what lies in lessons/, writes the
outputs there, and fails; `make sync` carries them on.
"""

import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest

from checks.author.projects import build
from checks.course.lessons import Lesson
from checks.notebook import document, execution
from tests.notebook.conftest import LESSONS


def _execute(lesson: Lesson, project: Path, record: object) -> Any:
    build(lesson.slug, project, solved=True)
    if record:
        shutil.copy(lesson.folder / document.NAME, project)
    executed = document.read(lesson, project)
    assert execution.execute(executed, lesson, project) is None
    return executed


@pytest.mark.in_sample(3)
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.slug)
def test_the_outputs_are_those_of_the_solution(
    lesson: Lesson, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    record = pytestconfig.getoption("record")
    result = _execute(lesson, tmp_path / lesson.slug, record)
    words = f"{nbformat.writes(result)}\n"  # type: ignore[no-untyped-call]
    if record:
        _record(lesson.folder / document.NAME, words)
    assert words == (lesson.starter / document.NAME).read_text()


def _record(path: Path, words: str) -> None:
    if path.read_text() != words:
        path.write_text(words)
        pytest.fail(f"recorded {path}; now `make sync`")


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.slug)
def test_a_notebook_has_six_to_ten_short_cells(lesson: Lesson) -> None:
    cells = document.read(lesson, lesson.starter).cells
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    assert 6 <= len(code) <= len(cells) <= 10
    assert max(len(line) for source in code for line in source.splitlines()) <= 80
    assert "Decide, then run" in cells[0].source


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.slug)
def test_a_notebook_keeps_nothing_that_differs_from_run_to_run(lesson: Lesson) -> None:
    kept = document.read(lesson, lesson.starter)
    python = {"display_name": "Python 3", "language": "python", "name": "python3"}
    assert kept.metadata == {"kernelspec": python, "language_info": {"name": "python"}}
    assert all(cell.metadata == {} for cell in kept.cells)
