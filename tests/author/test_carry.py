"""A learner's own lesson goes on into the next one."""

from pathlib import Path

import pytest

from checks.author.carry import carry
from checks.author.projects import build
from checks.course.lessons import ROOT, Course

CONSUMERS = "chat/consumers.py"
Lessons = tuple[Path, Path]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A course in which lesson 2 is solved, with a line of the learner's own."""
    for name in ("checks/starters", "solutions"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).symlink_to(ROOT / name)
    second, third = Course(tmp_path).lessons[1:3]
    build(second.slug, second.folder, solved=True, root=tmp_path)
    build(third.slug, third.folder, solved=False, root=tmp_path)
    change(second.folder / CONSUMERS, "self.accept()", "print()\n        self.accept()")
    (second.folder / "chat/own.py").write_text("OWN = 1\n")
    return tmp_path


def change(file: Path, old: str, new: str) -> None:
    file.write_text(file.read_text().replace(old, new, 1))


def carried(root: Path) -> tuple[list[str], Path]:
    second, third = Course(root).lessons[1:3]
    return carry(second, third, root), third.folder


def test_own_lines_and_files_are_there_and_so_are_the_tasks(root: Path) -> None:
    before = (Course(root).lessons[2].folder / CONSUMERS).read_text()
    done, folder = carried(root)
    after = (folder / CONSUMERS).read_text()
    assert "print()" in after
    assert "# Task 3.1: " in after
    assert "# End of task 2\n" not in after
    assert (folder / "chat/own.py").read_text() == "OWN = 1\n"
    (kept,) = [line.split()[1] for line in done if line.startswith("kept ")]
    assert (root / kept).read_text() == before


def test_a_file_into_which_the_tasks_do_not_fit_stays_as_shipped(root: Path) -> None:
    second, third = Course(root).lessons[1:3]
    change(second.folder / CONSUMERS, "class ChatConsumer", "class OtherConsumer")
    shipped = (third.folder / CONSUMERS).read_text()
    done, folder = carried(root)
    assert (folder / CONSUMERS).read_text() == shipped
    assert f"as shipped: lessons/{third.slug}/{CONSUMERS}, " in "\n".join(done)


def test_what_has_been_carried_is_not_carried_again(root: Path) -> None:
    carried(root)
    assert carried(root)[0] == []
