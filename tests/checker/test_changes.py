"""What somebody changed outside of the tasks is told where little else is known."""

from collections.abc import Callable
from pathlib import Path

import pytest

from checks.author.projects import build
from checks.course.changes import outside_of_tasks
from checks.course.lessons import Course
from tests.conftest import Check

CONSUMERS, SETTINGS, VIEWS = "chat/consumers.py", "mysite/settings.py", "chat/views.py"
LESSON = next(lesson for lesson in Course().lessons if lesson.step == 8)
LINES = ".splitlines():"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return build(LESSON.slug, tmp_path / "project", solved=True)


def replaced(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("file", "change", "line"),
    [
        (SETTINGS, replaced("DEBUG = True", "\n\nDEBUG = 1"), "DEBUG = 1"),
        (SETTINGS, replaced("DEBUG = True\n", ""), "SECRET_KEY"),
        (SETTINGS, lambda text: text + "LAST = 1\n", "LAST = 1"),
        (
            CONSUMERS,
            replaced("import json\n", "import json as j\n"),
            "import json as j",
        ),
        ("chat/more.py", lambda _: "\n# New.\nx = 1\n", "# New."),
    ],
)
def test_the_first_changed_line_is_found(
    project: Path, file: str, change: Callable[[str], str], line: str
) -> None:
    path = project / file
    path.write_text(change(path.read_text() if path.exists() else ""))
    (place,) = outside_of_tasks(LESSON, project)
    assert place.file == file
    assert path.read_text().splitlines()[(place.line or 0) - 1].startswith(line)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text,
        lambda text: text.replace("\n", "\n\n"),
        lambda text: "\n".join(x for x in text.splitlines() if "ask " not in x),
        lambda text: text + "\n# Task 9: Begun, and never ended.\n",
    ],
    ids=["solved", "blank lines", "without the comments", "an open comment"],
)
def test_what_is_no_change_or_cannot_be_told_is_left_out(
    project: Path, change: Callable[[str], str]
) -> None:
    path = project / CONSUMERS
    path.write_text(change(path.read_text()))
    assert outside_of_tasks(LESSON, project) == []


def test_a_guess_leads_to_the_change(check: Check, project: Path) -> None:
    views = project / VIEWS
    views.write_text(views.read_text().replace(LINES, ".splitlines()[1:]:"))
    where = check(LESSON.step, project).verdict["cause"]["where"]
    assert where["file"] == VIEWS
    assert "[1:]" in views.read_text().splitlines()[where["line"] - 1]
