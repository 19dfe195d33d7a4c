"""What goes wrong in a notebook is told in one true sentence, and nothing stays."""

from pathlib import Path

import pytest

from checks.course.lessons import ROOT
from checks.notebook import document, execution
from checks.notebook.failures import Failure
from checks.verdict import Finding
from tests.notebook.conftest import LESSONS, Make, change

ECHO = """\
from checks.explore import open_tab, received
tab = open_tab("/ws/chat/lobby/")
tab.sends("hello")
received(tab)
"""
ELSEWHERE = """\
import os
del os.environ["CHECKS_STEP"]
os.chdir("/")
from checks.explore import open_tab
open_tab("/ws/chat/lobby/")
"""
BREAKS_OURS = "from checks.course.fences import regions; regions(None)"
NEVER = "print('not to be seen')"


def run(step: int, project: Path, limit: float = 60) -> tuple[Failure, list[str]]:
    """Run the notebook of a project: why it failed, and what its cells show."""
    lesson = LESSONS[step - 1]
    executed = document.read(lesson, project)
    failure = execution.execute(executed, lesson, project, limit)
    assert failure
    code = [cell for _, cell in document.code_cells(executed)]
    return failure, [_shown(cell.outputs) for cell in code]


def _shown(outputs: list[dict[str, str]]) -> str:
    return "".join(o.get("text") or "\n".join(o["traceback"]) for o in outputs)


@pytest.mark.usefixtures("leaves_nothing")
def test_a_loop_without_end_in_a_consumer_is_reported_with_its_line(make: Make) -> None:
    project = make(1, ECHO, NEVER)
    consumers = project / "chat/consumers.py"
    change(consumers, "        try:", "        while 1: pass\n        try:")
    failure, shown = run(1, project)
    assert failure.voice == "project"
    assert "but the server was still busy" in " ".join(failure.text.split())
    assert "Look at chat/consumers.py, line 17" in failure.text
    assert "Messages:" in failure.text
    assert shown == [failure.text, "Not run: a cell above failed.\n"]


@pytest.mark.usefixtures("leaves_nothing")
def test_a_cell_that_does_not_end_is_stopped_at_the_limit(make: Make) -> None:
    project = make(1, "print('x' * 30_000)\nwhile True: pass", NEVER)
    failure, shown = run(1, project, limit=2)
    assert failure.voice == "project"
    assert failure.text == (
        "Your project: expected all cells to be done within 2 s, but cell 1 of\n"
        "explore.ipynb was still running.\n"
        "  Do Look for a loop in it that does not end, or give it more time:"
        " LIMIT=120.\n"
    )
    assert f"x… (10,001 more characters)\n{failure.text}" in shown[0]
    assert shown[1] == "Not run: a cell above failed.\n"


@pytest.mark.parametrize(
    ("cell", "voice", "got"),
    [
        (ELSEWHERE, "machine", "it runs in /, where there is no lesson.toml"),
        ("tab_a.sends('hello')", "project", "NameError: name 'tab_a' is not defined"),
        ("import os; os._exit(1)", "project", "it ended the Python that runs"),
        (
            BREAKS_OURS,
            "checker",
            "AttributeError: 'NoneType' object has no attribute 'splitlines'",
        ),
    ],
)
@pytest.mark.usefixtures("leaves_nothing")
def test_an_exception_in_a_cell_is_reported_by_who_is_to_act(
    make: Make, cell: str, voice: str, got: str
) -> None:
    failure, _ = run(1, make(1, cell, NEVER))
    assert failure.voice == voice
    assert got in " ".join(failure.text.split())


@pytest.mark.usefixtures("leaves_nothing")
def test_the_course_may_lie_in_a_home_folder(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(ROOT.parent))
    failure, _ = run(1, make(1, BREAKS_OURS, NEVER))
    assert "~/" in failure.text
    assert failure.voice == "checker"


def test_without_a_layer_the_open_task_is_the_cure(make: Make) -> None:
    failure, _ = run(3, make(3, solved=False))
    assert "Do      Name the channel layer: Redis" in failure.text


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"cells": 3}'])
def test_a_notebook_that_cannot_be_read_is_reported(make: Make, text: str) -> None:
    project = make(1)
    (project / document.NAME).write_text(text)
    with pytest.raises(Finding, match=r"make reset STEP=1"):
        document.read(LESSONS[0], project)
