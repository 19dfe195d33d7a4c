"""The guard finds what is out of step, and the course is in step."""

from pathlib import Path

import pytest

from checks.author import guard, sync

STARTER = "checks/starters/01_hello"
CARRIED = "checks/starters/02_louder"
SOLUTION = "solutions/01_hello/talk.py"
WRONG = "tests/submissions/01_hello/wrong"


def test_the_course_is_in_step() -> None:
    assert guard.problems() == []


@pytest.fixture
def shipped(toy: Path) -> Path:
    """The toy course after sync, with a submission of each kind."""
    sync.sync(toy)
    put(toy, f"{WRONG}/silent/talk.py", "")
    put(toy, f"{WRONG}/silent/expected.txt", "It is silent.")
    put(toy, "tests/submissions/02_louder/valid/other/talk.py", "")
    return toy


def put(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def test_a_course_in_step_has_no_problems(shipped: Path) -> None:
    assert guard.problems(shipped) == []


def test_what_a_learner_does_is_none_of_its_business(shipped: Path) -> None:
    solution = (shipped / SOLUTION).read_text()
    put(shipped, "lessons/01_hello/talk.py", solution)
    put(shipped, "lessons/99_mine/notes.txt", "")
    assert guard.problems(shipped) == []


CHANGES = {
    f"{STARTER}/talk.py:5: task 1 is left open": (
        f"{STARTER}/talk.py",
        "    # End of task 1\n",
        "",
    ),
    f"{SOLUTION}:5: task 1 is left open": (SOLUTION, "    # End of task 1\n", ""),
    f"{STARTER}/manage.py has a task and no solution": (
        f"{STARTER}/manage.py",
        "\n",
        "\n# Task 1: Manage.\n# End of task 1\n",
    ),
    "01_hello/talk.py: the starter of task 1 is its solution": (
        f"{STARTER}/talk.py",
        "pass",
        'print("hello")',
    ),
    "01_hello/talk.py: outside the fences the starter has `import math`, "
    "the solution `import json`.": (f"{STARTER}/talk.py", "json", "math"),
    f"{CARRIED}/manage.py does not follow from the lesson before: `make sync`": (
        f"{CARRIED}/manage.py",
        "python",
        "python3",
    ),
    f"{CARRIED}/talk.py does not follow from the lesson before: `make sync`": (
        f"{CARRIED}/talk.py",
        "hello",
        "hallo",
    ),
    "lessons/01_hello/lesson.toml has no `minutes`": (
        f"{STARTER}/lesson.toml",
        "minutes = 5\n",
        "",
    ),
    "lessons/01_hello/lesson.toml names other.py, and there is no "
    "solutions/01_hello/other.py": (
        f"{STARTER}/lesson.toml",
        "'talk.py'",
        "'talk.py', 'other.py'",
    ),
    "lessons/02_louder/lesson.toml does not name extra.py among its files": (
        f"{CARRIED}/lesson.toml",
        "'extra.py', ",
        "",
    ),
    "lessons/01_hello/lesson.toml: task 1 has 2 hints and needs 3": (
        f"{STARTER}/lesson.toml",
        '"Where?"',
        '" "',
    ),
    "lessons/01_hello: task 1 has no check": (
        f"{STARTER}/test_talk.py",
        "@task(1)",
        "",
    ),
    "lessons/01_hello/lesson.toml: there is a check for task 7, but no such task": (
        f"{STARTER}/test_talk.py",
        "@task(1)",
        "@task(7)\n@task(1)",
    ),
    "docs/lessons/02_louder.md does not include starter/02_louder/talk.py:1.2": (
        "docs/lessons/02_louder.md",
        "talk.py:1.2",
        "talk.py:1.1",
    ),
    f"{SOLUTION}:6 has 81 columns; 80 is the most": (
        SOLUTION,
        'print("hello")',
        f'print("{"h" * 68}")',
    ),
}


@pytest.mark.parametrize("problem", CHANGES)
def test_a_changed_file_is_found(shipped: Path, problem: str) -> None:
    path, old, new = CHANGES[problem]
    text = (shipped / path).read_text()
    assert old in text
    put(shipped, path, text.replace(old, new))
    assert problem in guard.problems(shipped)


def test_a_task_without_a_fence_and_a_fence_without_a_task_are_found(
    shipped: Path,
) -> None:
    for path in (SOLUTION, f"{STARTER}/talk.py"):
        put(shipped, path, (shipped / path).read_text().replace("ask 1", "ask 2"))
    toml = "lessons/01_hello/lesson.toml"
    problems = guard.problems(shipped)
    assert "lessons/01_hello: task 1 has no fence" in problems
    assert f"{toml}: there is a fence for task 2, but no such task" in problems


ADDED = {
    "solutions/03_more/talk.py": "solutions/03_more belongs to no lesson",
    "solutions/README.md": "solutions/README.md belongs to no lesson",
    "solutions/01_hello/new.py": "solutions/01_hello/new.py is new in this lesson: "
    "write its starter, lessons/01_hello/new.py, with the same fences.",
    f"{CARRIED}/left.py": f"{CARRIED}/left.py does not follow from the lesson before: "
    "`make sync`",
    "docs/lessons/03_more.md": "docs/lessons/03_more.md belongs to no lesson",
    "tests/submissions/03_more/wrong/silent/talk.py": "tests/submissions/03_more/"
    "wrong/silent/talk.py belongs to no submission",
    "tests/submissions/01_hello/right/loud/talk.py": "tests/submissions/01_hello/"
    "right/loud/talk.py belongs to no submission",
    f"{WRONG}/talk.py": f"{WRONG}/talk.py belongs to no submission",
    f"{WRONG}/loud/talk.py": f"{WRONG}/loud/talk.py: there is no expected.txt "
    "beside it",
    "checks/starters/04_later/lesson.toml": "lessons/04_later: lesson 3 is to be "
    "named 03_…",
}


@pytest.mark.parametrize("path", ADDED)
def test_a_file_that_belongs_to_nobody_is_found(shipped: Path, path: str) -> None:
    put(shipped, path, "")
    assert ADDED[path] in guard.problems(shipped)


def test_a_lesson_without_a_page_is_found(shipped: Path) -> None:
    (shipped / "docs/lessons/01_hello.md").unlink()
    assert guard.problems(shipped) == ["docs/lessons/01_hello.md is missing"]
