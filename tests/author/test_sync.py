"""Lessons follow from the lessons before them, and nobody's work is lost."""

import subprocess
import sys
from pathlib import Path

import pytest

from checks.author import projects, sync
from checks.course import folders
from checks.course.lessons import OWN_MISTAKES, ROOT

LOUDER = "lessons/02_louder/talk.py"


def text(root: Path, path: str) -> str:
    return (root / path).read_text()


def put(root: Path, path: str, text: str) -> None:
    (root / path).write_text(text)


def change(root: Path, path: str, old: str, new: str) -> None:
    assert old in text(root, path)
    put(root, path, text(root, path).replace(old, new))


def everything(root: Path) -> dict[str, str]:
    return {path: file.text for path, file in folders.read(root).items()}


def test_between_the_fences_lies_what_the_lesson_before_ends_with(toy: Path) -> None:
    sync.sync(toy)
    solution = text(toy, "solutions/02_louder/talk.py")
    starter = solution.replace("HELLO", "hello", 1)
    assert text(toy, LOUDER) == starter.replace('    print("HELLO, HELLO")\n', "")


def test_other_files_are_carried_with_their_mode(toy: Path) -> None:
    sync.sync(toy)
    for copy in ("lessons/02_louder", "checks/starters/02_louder"):
        assert text(toy, f"{copy}/manage.py") == "#!/usr/bin/env python\n"
        assert (toy / copy / "manage.py").stat().st_mode & 0o111


def test_what_a_lesson_has_of_its_own_is_not_carried(toy: Path) -> None:
    put(toy, "lessons/01_hello/explore.ipynb", "{}")
    (toy / "lessons/02_louder/explore.ipynb").unlink()
    sync.sync(toy)
    assert not (toy / "lessons/02_louder/explore.ipynb").exists()
    assert "tasks" in text(toy, "lessons/02_louder/lesson.toml")
    assert text(toy, "checks/starters/01_hello/explore.ipynb") == "{}"


def test_fixtures_and_mistakes_of_a_lesson_are_copied_and_not_carried(
    toy: Path,
) -> None:
    put(toy, "lessons/01_hello/conftest.py", "# Fixtures.\n")
    (toy / "lessons/01_hello/.checks").mkdir()
    put(toy, f"lessons/01_hello/{OWN_MISTAKES}", "MISTAKES = ()\n")
    sync.sync(toy)
    for path in ("conftest.py", OWN_MISTAKES):
        assert (toy / "checks/starters/01_hello" / path).exists()
        assert not (toy / "lessons/02_louder" / path).exists()
    (toy / "lessons/01_hello/conftest.py").unlink()
    sync.sync(toy)
    assert not (toy / "checks/starters/01_hello/conftest.py").exists()


def test_only_files_at_their_place_are_a_lessons_own(toy: Path) -> None:
    (toy / "lessons/01_hello/chat").mkdir()
    for name in ("conftest.py", "mistakes.py", "test_more.py"):
        put(toy, f"lessons/01_hello/chat/{name}", "")
    sync.sync(toy)
    carried = {path.name for path in (toy / "lessons/02_louder/chat").iterdir()}
    assert carried == {"conftest.py", "mistakes.py", "test_more.py"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("MISTAKES = (", "SyntaxError: '(' was never closed"),
        ("import nowhere", "ModuleNotFoundError: No module named 'nowhere'"),
        ("MISTAKE = ()", "AttributeError: "),
        ("MISTAKES = (1,)", "TypeError: MISTAKES has something in it that is not a"),
    ],
)
def test_mistakes_that_cannot_be_loaded_are_refused(
    toy: Path, text: str, said: str
) -> None:
    sync.sync(toy)
    (toy / "lessons/02_louder/.checks").mkdir()
    put(toy, f"lessons/02_louder/{OWN_MISTAKES}", text)
    before = everything(toy)
    with pytest.raises(sync.OutOfStepError) as error:
        sync.sync(toy)
    where = f"lessons/02_louder/{OWN_MISTAKES}: cannot be read: "
    assert str(error.value).startswith(where + said)
    assert everything(toy) == before


def test_the_untouched_copies_equal_the_lessons(toy: Path) -> None:
    sync.sync(toy)
    assert sync.unshipped(toy) == []


def test_a_second_run_has_nothing_to_do(toy: Path) -> None:
    assert "wrote checks/starters/01_hello/talk.py" in sync.sync(toy)
    before = everything(toy)
    assert sync.sync(toy) == []
    assert everything(toy) == before


def test_a_changed_first_lesson_reaches_the_next(toy: Path) -> None:
    sync.sync(toy)
    change(toy, "solutions/01_hello/talk.py", '"hello"', "json")
    done = sync.sync(toy)
    assert "    print(json)\n" in text(toy, LOUDER)
    assert f"wrote {LOUDER}" in done


def test_what_is_replaced_in_a_lesson_is_kept(toy: Path) -> None:
    sync.sync(toy)
    mine = text(toy, LOUDER).replace("hello", "my own words")
    put(toy, LOUDER, mine)
    assert sync.unshipped(toy) == [LOUDER]
    done = sync.sync(toy)
    (kept,) = [line.split()[1] for line in done if line.startswith("kept ")]
    assert kept.startswith("kept/")
    assert kept.endswith(f"/{LOUDER}")
    assert text(toy, kept) == mine
    assert "my own words" not in text(toy, LOUDER)


def test_a_file_that_the_course_drops_is_dropped_everywhere(toy: Path) -> None:
    sync.sync(toy)
    (toy / "lessons/01_hello/manage.py").unlink()
    done = sync.sync(toy)
    left = [path for path in everything(toy) if path.endswith("manage.py")]
    assert "deleted lessons/02_louder/manage.py" in done
    assert [path.split("/")[0] for path in left] == ["kept"]


def test_a_lesson_that_the_course_drops_leaves_no_copy(toy: Path) -> None:
    sync.sync(toy)
    (toy / "lessons/02_louder").rename(toy / "elsewhere")
    sync.sync(toy)
    assert projects.slugs(toy / "checks/starters") == ["01_hello"]


def test_a_file_that_nobody_knows_is_left_alone(toy: Path) -> None:
    sync.sync(toy)
    put(toy, "lessons/02_louder/notes.txt", "mine")
    put(toy, "lessons/02_louder/db.sqlite3", "")
    assert sync.sync(toy) == []
    assert sync.unshipped(toy) == ["lessons/02_louder/notes.txt"]


def test_a_lesson_may_bring_files_along(toy: Path) -> None:
    given = 'given = ["manage.py", "new.txt"]\nminutes'
    change(toy, "lessons/02_louder/lesson.toml", "minutes", given)
    put(toy, "lessons/02_louder/manage.py", "# changed\n")
    put(toy, "lessons/02_louder/new.txt", "new\n")
    sync.sync(toy)
    assert text(toy, "lessons/02_louder/manage.py") == "# changed\n"
    assert text(toy, "checks/starters/02_louder/new.txt") == "new\n"


@pytest.mark.parametrize(
    "path", ["01_hello/talk.py", "02_louder/talk.py", "02_louder/extra.py"]
)
def test_a_solved_lesson_is_refused(toy: Path, path: str) -> None:
    sync.sync(toy)
    put(toy, f"lessons/{path}", text(toy, f"solutions/{path}"))
    before = everything(toy)
    with pytest.raises(sync.OutOfStepError) as error:
        sync.sync(toy)
    assert str(error.value) == (
        f"lessons/{path} holds the solution: `make reset STEP={path[1]}` first, "
        "then sync again."
    )
    assert everything(toy) == before


def test_half_a_fence_in_somebodys_work_is_replaced(toy: Path) -> None:
    sync.sync(toy)
    put(toy, LOUDER, "# Task 1.1: Say it louder.\n")
    assert f"wrote {LOUDER}" in sync.sync(toy)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("import json", "import math", 1),
        ("import json\n", "", 3),
        ("    # Task 1.1", "    more = 1\n    # Task 1.1", 5),
        ("\n    # Task 1.2", "    more = 1\n    # Task 1.2", 8),
        ("    # End of task 1.2", "    # End of task 1.2\n    more = 1", 12),
    ],
)
def test_a_line_out_of_place_outside_the_fences_is_named(
    toy: Path, old: str, new: str, line: int
) -> None:
    path = "solutions/02_louder/talk.py"
    change(toy, path, old, new)
    before = everything(toy)
    with pytest.raises(sync.OutOfStepError) as error:
        sync.sync(toy)
    assert str(error.value).startswith(f"{path}:{line}: what stands outside the fences")
    assert everything(toy) == before


def test_a_new_file_without_a_starter_is_asked_for(toy: Path) -> None:
    (toy / "lessons/02_louder/extra.py").unlink()
    with pytest.raises(sync.OutOfStepError, match=r"lessons/02_louder/extra\.py, "):
        sync.sync(toy)


def test_a_new_file_whose_starter_differs_outside_is_named(toy: Path) -> None:
    change(toy, "lessons/02_louder/extra.py", "# Task 2", "x = 1\n# Task 2")
    with pytest.raises(sync.OutOfStepError) as error:
        sync.sync(toy)
    assert str(error.value) == (
        "lessons/02_louder/extra.py: outside the fences the starter has `x = 1`, "
        "the solution `# Task 2: Name yourself.`."
    )


def test_a_line_that_occurs_twice_is_taken_where_all_fits(toy: Path) -> None:
    before = "a = 1\nb = 2\na = 1\n# Task 1: Do.\n{}# End of task 1\n"
    after = "# Task 1: Do.\n{}# End of task 1\na = 1\nx = 1\n"
    put(toy, "lessons/01_hello/talk.py", before.format(""))
    put(toy, "solutions/01_hello/talk.py", before.format("x = 1\n"))
    put(toy, "solutions/02_louder/talk.py", after.format("c = 3\n"))
    sync.sync(toy)
    assert text(toy, LOUDER) == after.format("a = 1\nb = 2\n")


def test_of_two_fences_with_nothing_between_the_earlier_task_gets_the_lines(
    toy: Path,
) -> None:
    before = "# Task 1: Do.\n{}# End of task 1\n"
    two = "# Task {}: Do.\n{}# End of task {}\n# Task {}: Do.\n{}# End of task {}\n"
    put(toy, "lessons/01_hello/talk.py", before.format(""))
    put(toy, "solutions/01_hello/talk.py", before.format("x = 1\n"))
    for first, second in (("1", "2"), ("2", "1")):
        solved = two.format(first, "y = 1\n", first, second, "z = 1\n", second)
        put(toy, "solutions/02_louder/talk.py", solved)
        sync.sync(toy)
        lines = {first: "", second: "", "1": "x = 1\n"}
        bodies = (first, lines[first], first, second, lines[second], second)
        assert text(toy, LOUDER) == two.format(*bodies)


def test_what_a_later_task_adds_takes_no_line_of_an_earlier_one(toy: Path) -> None:
    hello, bye = 'def hello():\n    print("hello")\n', 'def bye():\n    print("bye")\n'
    before = "# Task 1: Do.\n{}# End of task 1\n"
    after = (
        "# Task 1.1: Greet.\n{}    # End of task 1.1\n"
        "    # Task 2: Greet again.\n{}    # End of task 2\n\n\n"
        "# Task 1.2: Leave.\n{}# End of task 1.2\n"
    )
    put(toy, "lessons/01_hello/talk.py", before.format(""))
    put(toy, "solutions/01_hello/talk.py", before.format(f"{hello}\n\n{bye}"))
    again = '    print("again")\n'
    solution = after.format(hello, again, f"async {bye}")
    put(toy, "solutions/02_louder/talk.py", solution)
    sync.sync(toy)
    assert text(toy, LOUDER) == after.format(hello, "", bye)


def test_a_lesson_before_that_goes_on_is_named_at_the_end(toy: Path) -> None:
    solution = "import json\n# Task 1: Do.\n# End of task 1\ndef hello():\n"
    put(toy, "solutions/02_louder/talk.py", solution)
    with pytest.raises(sync.OutOfStepError, match=r"^solutions/02_louder/talk.py:4: "):
        sync.sync(toy)


def test_blank_lines_stay_around_what_is_put_between_the_fences(toy: Path) -> None:
    after = "# Task 1: Do.\nimport {}\n\n# End of task 1\n\n\ndef hello():\n"
    body = "    # Task 2: Say.\n    print({})\n    # End of task 2\n"
    put(toy, "solutions/02_louder/talk.py", after.format("math") + body.format(1))
    sync.sync(toy)
    assert text(toy, LOUDER) == after.format("json") + body.format('"hello"')


def test_the_real_lessons_end_formatted(tmp_path: Path) -> None:
    for slug in projects.slugs(ROOT / projects.STARTERS):
        starter = folders.read(ROOT / projects.STARTERS / slug)
        solution = folders.read(ROOT / "solutions" / slug)
        for path, file in sync.finished(starter, solution).items():
            folders.write(file, tmp_path / slug / path)
    ruff = [sys.executable, "-m", "ruff", "format", "--isolated", "--line-length=80"]
    run = subprocess.run(
        [*ruff, "--diff", tmp_path], capture_output=True, text=True, check=False
    )
    assert run.stdout == ""


def test_a_folder_that_describes_no_lesson_is_none(toy: Path) -> None:
    for folder in ("lessons/03_gone", "checks/starters/03_gone"):
        bytecode = toy / folder / "chat/__pycache__/views.pyc"
        bytecode.parent.mkdir(parents=True)
        bytecode.touch()
    sync.sync(toy)
    assert projects.slugs(toy / projects.STARTERS) == ["01_hello", "02_louder"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("minutes = 5", "minutes = many", "cannot be read: Invalid value (at line 2, "),
        ("minutes = 5\n", "", "`minutes` is missing."),
        ('hints = ["What?"', 'hint = ["What?"', "task 1 has no `hints`."),
    ],
)
def test_what_no_command_could_read_is_refused(
    toy: Path, old: str, new: str, said: str
) -> None:
    sync.sync(toy)
    change(toy, "lessons/01_hello/lesson.toml", old, new)
    before = everything(toy)
    with pytest.raises(sync.OutOfStepError) as error:
        sync.sync(toy)
    assert str(error.value).startswith(f"lessons/01_hello/lesson.toml: {said}")
    assert everything(toy) == before
