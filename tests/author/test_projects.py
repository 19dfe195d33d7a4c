"""A lesson can be laid out in a folder of its own."""

from pathlib import Path

import pytest

from checks.author import projects, sync
from checks.course import folders


@pytest.fixture
def shipped(toy: Path) -> Path:
    """The toy course after sync."""
    sync.sync(toy)
    return toy


def test_a_lesson_is_laid_out_as_shipped(shipped: Path, tmp_path: Path) -> None:
    built = projects.build("01_hello", tmp_path / "new", solved=False, root=shipped)
    assert built == tmp_path / "new"
    there = folders.read(shipped / "checks/starters/01_hello")
    assert folders.read(built) == there


def test_the_solution_is_laid_over_it(shipped: Path, tmp_path: Path) -> None:
    built = projects.build("01_hello", tmp_path / "new", solved=True, root=shipped)
    solution = (shipped / "solutions/01_hello/talk.py").read_text()
    assert (built / "talk.py").read_text() == solution
    assert (built / "lesson.toml").exists()


def test_a_submission_changes_adds_and_deletes(shipped: Path, tmp_path: Path) -> None:
    submission = tmp_path / "submission"
    files = {
        "manage.py": "import sys\n",
        "more/new.py": "",
        "deleted.txt": "talk.py\nextra.py\n",
        "expected.txt": "It is gone.",
    }
    for path, text in files.items():
        folders.write(folders.File(text.encode()), submission / path)
    built = projects.build(
        "02_louder",
        tmp_path / "new",
        solved=True,
        submission=submission,
        root=shipped,
    )
    assert sorted(folders.read(built)) == [
        "consumer.py",
        "explore.ipynb",
        "lesson.toml",
        "manage.py",
        "more/new.py",
        "test_talk.py",
    ]
    assert (built / "manage.py").read_text() == "import sys\n"
    assert (built / "manage.py").stat().st_mode & 0o111


def test_a_lesson_that_does_not_exist_is_an_error(shipped: Path) -> None:
    with pytest.raises(FileNotFoundError):
        projects.build("03_more", shipped / "new", solved=False, root=shipped)


def test_what_running_leaves_behind_is_no_part_of_a_lesson(tmp_path: Path) -> None:
    for path in (
        "talk.py",
        "cache.py",
        "__pycache__/talk.pyc",
        "more/.ipynb_checkpoints/a.ipynb",
        ".ruff_cache/0/x",
        "db.sqlite3",
        "db.sqlite3-journal",
    ):
        folders.write(folders.File(b""), tmp_path / path)
    assert list(folders.read(tmp_path)) == ["cache.py", "talk.py"]
