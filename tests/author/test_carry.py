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
    second = Course(course_with(2, tmp_path)).lessons[1]
    change(second.folder / CONSUMERS, "self.accept()", "print()\n        self.accept()")
    (second.folder / "chat/own.py").write_text("OWN = 1\n")
    return tmp_path


def course_with(step: int, root: Path) -> Path:
    """A course with this lesson, solved, and the next one, as shipped."""
    for name in ("checks/starters", "solutions"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).symlink_to(ROOT / name)
    before, lesson = Course(root).lessons[step - 1 : step + 1]
    build(before.slug, before.folder, solved=True, root=root)
    build(lesson.slug, lesson.folder, solved=False, root=root)
    return root


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
    change(second.folder / CONSUMERS, "def connect(self):", "def connect(self): pass\n")
    shipped = (third.folder / CONSUMERS).read_text()
    done, folder = carried(root)
    assert (folder / CONSUMERS).read_text() == shipped
    assert f"as shipped: lessons/{third.slug}/{CONSUMERS}, " in "\n".join(done)


def test_what_has_been_carried_is_not_carried_again(root: Path) -> None:
    carried(root)
    assert carried(root)[0] == []


def test_what_the_learner_and_the_lesson_have_changed_is_both_there(
    tmp_path: Path,
) -> None:
    root = course_with(10, tmp_path)
    ninth, tenth = Course(root).lessons[9:11]
    settings = "mysite/settings.py"
    change(ninth.folder / settings, "DEBUG = True", "DEBUG = True  # for now")
    change(ninth.folder / settings, '[("localhost", 6379)]', '["redis://localhost"]')
    assert not [line for line in carry(ninth, tenth, root) if "as shipped" in line]
    after = (tenth.folder / settings).read_text()
    assert "DEBUG = True  # for now" in after
    fence = after[after.index("# Task 1: ") : after.index("# End of task 1")]
    assert '"CONFIG": {"hosts": ["redis://localhost"]}' in fence


def test_without_git_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = course_with(10, tmp_path)
    ninth, tenth = Course(root).lessons[9:11]
    settings = ninth.folder / "mysite/settings.py"
    change(settings, "DEBUG = True", "DEBUG = True  # for now")
    monkeypatch.setenv("PATH", str(tmp_path))
    (line,) = (it for it in carry(ninth, tenth, root) if "as shipped" in it)
    assert line.endswith("as Git is not installed, which puts them into your version")


@pytest.mark.parametrize("step", range(2, len(Course().lessons) + 1))
def test_a_line_of_ones_own_in_each_file_keeps_no_lesson_from_being_carried(
    tmp_path: Path, step: int
) -> None:
    root = course_with(step - 1, tmp_path)
    before, lesson = Course(root).lessons[step - 2 : step]
    for file in before.folder.rglob("*.py"):
        for line in ("class ", "INSTALLED_APPS"):
            change(file, f"\n{line}", f"\n# My own.\n{line}")
    assert not [line for line in carry(before, lesson, root) if "as shipped" in line]
