"""Which files of a folder people write."""

from pathlib import Path

import pytest

from checks.course.folders import read, written
from checks.explain.mistakes.source import statements
from checks.learn.saves import stats


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project in which somebody has installed packages."""
    installed = ("env/lib/python3.13/six.py", "site/node_modules/vue/dist/vue.js")
    for inside in ("chat/views.py", ".env", "env/pyvenv.cfg", *installed):
        path = tmp_path / inside
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1\n")
    return tmp_path


def test_what_was_installed_is_not_what_people_write(project: Path) -> None:
    assert written(project) == [project / ".env", project / "chat/views.py"]
    assert written(project, ".py") == [project / "chat/views.py"]


def test_it_is_not_copied_and_not_compared_with_mistakes(project: Path) -> None:
    assert [*read(project)] == [".env", "chat/views.py"]
    assert [line.at.file for line in statements(project)] == ["chat/views.py"]


def test_it_is_not_watched(project: Path) -> None:
    assert [*stats(project)] == [project / "chat/views.py"]
