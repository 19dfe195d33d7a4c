"""The guard finds what is missing or out of step, and the course is in step."""

from pathlib import Path

import pytest

from checks.author import guard, sync
from checks.author.problem import Problem, listed
from checks.explain.mistakes import catalogue

STARTER = "checks/starters/01_hello"
CARRIED = "checks/starters/02_louder"
SOLUTION = "solutions/01_hello/talk.py"
PAGE = "docs/lessons/02_louder.md"
SUBMISSIONS = "tests/submissions/01_hello"
NUMBER_1 = f"{SUBMISSIONS}/wrong/number_1"


def test_the_course_is_in_step() -> None:
    assert guard.problems() == []


@pytest.fixture
def shipped(toy: Path) -> Path:
    """The toy course after sync."""
    sync.sync(toy)
    return toy


def put(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def found(root: Path) -> list[str]:
    """What the guard says, a line for each problem."""
    return [str(problem) for problem in guard.problems(root)]


def test_a_course_in_step_has_no_problems(shipped: Path) -> None:
    assert found(shipped) == []


def test_what_a_learner_does_is_none_of_its_business(shipped: Path) -> None:
    solution = (shipped / SOLUTION).read_text()
    put(shipped, "lessons/01_hello/talk.py", solution)
    put(shipped, "lessons/99_mine/notes.txt", "")
    assert found(shipped) == []


CHANGES = {
    f"{STARTER}/talk.py: line 5: task 1 is left open": (
        f"{STARTER}/talk.py",
        "    # End of task 1\n",
        "",
    ),
    f"{SOLUTION}: line 5: task 1 is left open": (SOLUTION, "    # End of task 1\n", ""),
    f"{STARTER}/manage.py: has a task and no solution": (
        f"{STARTER}/manage.py",
        "\n",
        "\n# Task 1: Manage.\n# End of task 1\n",
    ),
    f"{SOLUTION}: task 1: the answer is what the starter has there already": (
        f"{STARTER}/talk.py",
        "pass",
        'print("hello")',
    ),
    "lessons/01_hello/talk.py: outside the fences the starter has `import math`, "
    "the solution `import json`.": (f"{STARTER}/talk.py", "json", "math"),
    f"{CARRIED}/manage.py: does not follow from the lesson before: `make sync`": (
        f"{CARRIED}/manage.py",
        "python",
        "python3",
    ),
    f"{CARRIED}/talk.py: does not follow from the lesson before: `make sync`": (
        f"{CARRIED}/talk.py",
        "hello",
        "hallo",
    ),
    "lessons/01_hello/lesson.toml: cannot be read: Invalid value (at line 2, "
    "column 11)": (f"{STARTER}/lesson.toml", "minutes = 5", "minutes = many"),
    "lessons/01_hello/test_talk.py: cannot be read: '(' was never closed "
    "(<unknown>, line 4)": (f"{STARTER}/test_talk.py", "(1)", "(1"),
    "lessons/01_hello/explore.ipynb: cannot be read: Extra data: line 1 column 8 "
    "(char 7)": (f"{STARTER}/explore.ipynb", '{"cells', '"cells'),
    "lessons/01_hello/lesson.toml: `minutes` is missing": (
        f"{STARTER}/lesson.toml",
        "minutes = 5\n",
        "",
    ),
    "lessons/01_hello/lesson.toml: line 1: write the title": (
        f"{STARTER}/lesson.toml",
        "Say it",
        "WRITE: the title.",
    ),
    f"{SOLUTION}: line 6: write more": (
        SOLUTION,
        'print("hello")',
        'print("hello")  # WRITE: more',
    ),
    "lessons/01_hello/lesson.toml: `files` names other.py, which the solution does "
    "not have": (f"{STARTER}/lesson.toml", "'talk.py'", "'talk.py', 'other.py'"),
    "lessons/02_louder/lesson.toml: `files` does not name extra.py, which the solution "
    "has": (f"{CARRIED}/lesson.toml", "'extra.py', ", ""),
    "lessons/01_hello/lesson.toml: task 1 has 2 hints and needs 3": (
        f"{STARTER}/lesson.toml",
        '"Where?"',
        '" "',
    ),
    "lessons/01_hello/test_talk.py: task 1 has no check": (
        f"{STARTER}/test_talk.py",
        "@task(1)",
        "",
    ),
    "lessons/01_hello/lesson.toml: there is a check for task 7, but no such task": (
        f"{STARTER}/test_talk.py",
        "@task(1)",
        "@task(7)\n@task(1)",
    ),
    f"{SUBMISSIONS}/wrong: none of them fails test_task_1": (
        f"{NUMBER_1}/expected.txt",
        "test_task_1",
        "before any check",
    ),
    f"{SUBMISSIONS}/valid: they are given 0 of the 1 advices": (
        f"{STARTER}/test_talk.py",
        "@task(1)",
        "@advice\ndef test_more():\n    'It does more.'\n\n\n@task(1)",
    ),
    "lessons/01_hello/explore.ipynb: has cells without output: type `make record "
    "STEP=1`": (
        f"{STARTER}/explore.ipynb",
        '"execution_count": 1',
        '"execution_count": null',
    ),
    "lessons/01_hello/explore.ipynb: has 5 cells of code; 6 to 9 are due": (
        f"{STARTER}/explore.ipynb",
        '{"cell_type": "code", "execution_count": 1}, ',
        "",
    ),
    f"{PAGE}: has no heading `# Say it`": (PAGE, "# Say it\n", "# Say\n"),
    f"{PAGE}: has no heading `## Task 2: Say it`": (PAGE, "Task 2", "Task two"),
    f"{PAGE}: does not include starter/02_louder/talk.py:1.2": (
        PAGE,
        "talk.py:1.2",
        "talk.py:1.1",
    ),
    f"{PAGE}: does not show make tabs STEP=2": (PAGE, "make tabs", "make table"),
    f"{PAGE}: does not show docs/recorded/check-2-task-2.txt": (
        PAGE,
        "-task-2",
        "",
    ),
    f"{SOLUTION}: line 6 has 81 columns; 80 is the most": (
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
    assert problem in found(shipped)


def test_a_task_without_a_fence_and_a_fence_without_a_task_are_found(
    shipped: Path,
) -> None:
    for path in (SOLUTION, f"{STARTER}/talk.py"):
        put(shipped, path, (shipped / path).read_text().replace("ask 1", "ask 2"))
    toml = "lessons/01_hello/lesson.toml"
    problems = found(shipped)
    assert "solutions/01_hello: task 1 has no fence" in problems
    assert f"{toml}: there is a fence for task 2, but no such task" in problems


ADDED = {
    "solutions/03_more/talk.py": "solutions/03_more: belongs to no lesson",
    "solutions/README.md": "solutions/README.md: belongs to no lesson",
    "solutions/01_hello/new.py": "solutions/01_hello/new.py: is new in this lesson: "
    "write its starter, lessons/01_hello/new.py, with the same fences.",
    f"{CARRIED}/left.py": f"{CARRIED}/left.py: does not follow from the lesson before: "
    "`make sync`",
    "docs/lessons/03_more.md": "docs/lessons/03_more.md: belongs to no lesson",
    "tests/submissions/03_more/wrong/silent/talk.py": "tests/submissions/03_more/"
    "wrong/silent/talk.py: belongs to no submission",
    f"{SUBMISSIONS}/right/loud/talk.py": f"{SUBMISSIONS}/right/loud/talk.py: belongs "
    "to no submission",
    f"{SUBMISSIONS}/wrong/talk.py": f"{SUBMISSIONS}/wrong/talk.py: belongs to no "
    "submission",
    f"{SUBMISSIONS}/wrong/loud/talk.py": f"{SUBMISSIONS}/wrong: loud not recorded: "
    "type `make record STEP=1`",
    "checks/starters/04_later/lesson.toml": "lessons/04_later: lesson 3 is to be "
    "named 03_…",
}


@pytest.mark.parametrize("path", ADDED)
def test_a_file_that_belongs_to_nobody_is_found(shipped: Path, path: str) -> None:
    put(shipped, path, "")
    assert ADDED[path] in found(shipped)


REMOVED = {
    "docs/lessons/01_hello.md": "docs/lessons/01_hello.md: is missing",
    f"{STARTER}/explore.ipynb": "lessons/01_hello/explore.ipynb: is missing",
    "docs/recorded/check-2-passed.txt": "docs/recorded: check-2-passed.txt is missing: "
    "type `make record STEP=2`",
}


@pytest.mark.parametrize("path", REMOVED)
def test_a_file_that_is_missing_is_asked_for(shipped: Path, path: str) -> None:
    (shipped / path).unlink()
    assert found(shipped) == [REMOVED[path]]


def test_submissions_are_counted(shipped: Path) -> None:
    for kind, name in (("valid", "number_5"), ("wrong", "number_8")):
        folder = shipped / SUBMISSIONS / kind / name
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
    assert found(shipped) == [
        f"{SUBMISSIONS}/wrong: has 7 of the 8 submissions that a lesson needs",
        f"{SUBMISSIONS}/valid: has 4 of the 5 submissions that a lesson needs",
    ]


def test_a_mistake_that_no_submission_shows_is_found(
    shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "catalogue", catalogue)
    shows = "Mistake: connect_never_accepts\n"
    put(shipped, f"{SUBMISSIONS}/wrong/connect_never_accepts/expected.txt", shows)
    problems = found(shipped)
    said = "checks/explain/mistakes: `{}` is reported for no submission of that name"
    assert said.format("no_group_add") in problems
    assert said.format("connect_never_accepts") not in problems


def test_the_list_names_each_file_once_in_order_of_work() -> None:
    problems = [Problem("b.py", "write more"), Problem("a.py", "is missing")]
    assert listed([*problems, Problem("b.py", "and this")]) == (
        "  1. b.py\n     - write more\n     - and this\n  2. a.py\n     - is missing"
    )


def test_an_error_without_a_place_is_reported_as_it_is() -> None:
    assert Problem.from_error(ValueError("wrong"), "a.py") == Problem("a.py", "wrong")
