"""Hints: one rung at a time, counted, and none that repeats what was just told."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from checks.course import hints
from checks.course.lessons import ROOT, Course, Lesson, Task
from checks.verdict import Check, Verdict
from tests.checker.test_commands import ask
from tests.checker.toys import Toy

TASK = Task(
    1, "Answer", ("Is `receive()` called?", "In `receive()`.", "`self.send(…)`")
)
WRONG = ROOT / "tests/submissions"


@pytest.fixture
def count(tmp_path: Path) -> Callable[[str], hints.Count]:
    """A function that returns the count for a project of this name."""
    lesson = Course().lessons[0]
    file = tmp_path / "build/hints.json"
    return lambda name: hints.Count(file, lesson, tmp_path / name)


def numbers(count: hints.Count, times: int) -> list[int | None]:
    """The hints that are given when it is asked so many times."""
    return [count.next(TASK, "").number for _ in range(times)]


def passed(task: int, outcome: str = "passed") -> Verdict:
    """A verdict in which the checks of a task have this outcome."""
    verdict = Verdict(1, "01_consumer", "project", "")
    verdict.checks = [Check("test_a", task, "It answers.", outcome)]  # type: ignore[arg-type]
    return verdict


def test_each_hint_comes_once(count: Callable[[str], hints.Count]) -> None:
    assert numbers(count("mine"), 5) == [1, 2, 3, None, None]


def test_projects_are_counted_apart(count: Callable[[str], hints.Count]) -> None:
    assert numbers(count("mine"), 2) == [1, 2]
    assert numbers(count("yours"), 1) == [1]
    assert numbers(count("mine"), 1) == [3]


def test_the_count_begins_again_when_the_task_passes(
    count: Callable[[str], hints.Count],
) -> None:
    assert numbers(count("mine"), 2) == [1, 2]
    count("mine").forget_passed(passed(2))
    count("mine").forget_passed(passed(1, "failed"))
    count("yours").forget_passed(passed(1))
    assert numbers(count("mine"), 1) == [3]
    count("mine").forget_passed(passed(1))
    assert numbers(count("mine"), 1) == [1]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "\0", "[" * 10_000, '{"A": -1, "B": "2", "C": 9}']
)
def test_a_count_that_cannot_be_read_begins_again(
    text: str, count: Callable[[str], hints.Count]
) -> None:
    file = count("mine").file
    file.parent.mkdir()
    for name, letter in (("mine", "A"), ("yours", "B")):
        text = text.replace(f'"{letter}"', json.dumps(f"{count(name).name}, task 1"))
    file.write_text(text)
    assert numbers(count("mine"), 2) == [1, 2]
    assert numbers(count("yours"), 1) == [1]


def test_a_count_that_goes_too_far_is_the_end(
    count: Callable[[str], hints.Count],
) -> None:
    mine = count("mine")
    mine.file.parent.mkdir()
    mine.file.write_text(json.dumps({f"{mine.name}, task 1": 10**30}))
    assert numbers(mine, 1) == [None]


def test_a_count_that_cannot_be_written_says_so(
    count: Callable[[str], hints.Count],
) -> None:
    mine = count("mine")
    mine.file.parent.write_text("a file in the place of the folder")
    first, second = mine.next(TASK, ""), mine.next(TASK, "")
    assert (
        (first.number, first.counted) == (second.number, second.counted) == (1, False)
    )
    mine.forget_passed(passed(1))


def test_a_question_repeats_nothing() -> None:
    assert hints.after(TASK, 0, "Write receive().").number == 1


@pytest.mark.parametrize(
    ("told", "number", "left_out"),
    [
        ("Mend the name.", 2, ()),
        ("Write receive().", 3, (2,)),
        ("Call self.send() in receive().", None, (2, 3)),
    ],
)
def test_a_hint_that_the_cure_has_just_given_is_left_out(
    told: str, number: int | None, left_out: tuple[int, ...]
) -> None:
    hint = hints.after(TASK, 1, told)
    assert (hint.number, hint.left_out) == (number, left_out)


def cures() -> Iterator[Any]:
    """What each wrong submission is told, and the task at whose check it fails."""
    for lesson in Course().lessons:
        source = "".join(p.read_text() for p in lesson.starter.glob("test_*.py"))
        found = re.findall(r"@task\((\d+)\)(?s:.*?)\ndef (test_\w+)", source)
        tasks = {name: lesson.tasks[int(number) - 1] for number, name in found}
        for file in sorted((WRONG / lesson.slug).glob("wrong/*/expected.txt")):
            words = file.read_text()
            failed = re.search(r"^Failed: (test_\w+)", words, re.MULTILINE)
            if failed:
                told = " ".join(re.findall(r"(?m)^(?:Do|Why|Look at): (.*)", words))
                name = f"{lesson.slug}-{file.parent.name}"
                yield pytest.param(tasks[failed[1]], told, id=name)


@pytest.mark.parametrize(("task", "told"), list(cures()))
def test_hints_say_more_than_the_cure(task: Task, told: str) -> None:
    more = [hint for hint in task.hints if not hints.repeats(hint, told)]
    assert len(more) >= 2


@pytest.mark.parametrize("lesson", Course().lessons, ids=lambda lesson: lesson.slug)
def test_every_task_says_why(lesson: Lesson) -> None:
    assert [task.number for task in lesson.tasks if not task.why] == []


SILENT = "        pass\n"


@pytest.fixture
def silent(toy: Toy) -> Toy:
    """The toy course, with a project that does not answer."""
    source = (toy.project / "talk.py").read_text()
    return toy.write(
        "talk.py", source.replace("        self.send(text_data=text_data)\n", SILENT)
    )


def test_the_command_climbs_and_starts_again_after_passing(silent: Toy) -> None:
    assert "A hint: make hint STEP=1\n" in ask(silent, "check", "1").stdout
    given = [ask(silent, "hint", "1") for _ in range(4)]
    assert [told.returncode for told in given] == [0] * 4
    told = [told.stdout for told in given]
    assert all(words.startswith("Your project: expected tab A") for words in told)
    assert "\nHint 1 of 3 for task 1, Answer:\n  Who answers?\n" in told[0]
    assert "\nHint 2 of 3 for task 1, Answer:\n" in told[1]
    assert told[1].endswith("The next: make hint STEP=1\n")
    assert "\nHint 3 of 3 for task 1, Answer:\n" in told[2]
    for words in told[2:]:
        assert words.endswith("The solution: make solution STEP=1\n")
    assert "\n  1. Who answers?\n  2. Look at" in told[3]
    silent.write("talk.py", (silent.starter / "talk.py").read_text())
    after = ask(silent, "hint", "1")
    assert (after.returncode, after.stderr) == (0, "")
    assert "Task 2, End:\n  1. Who ends?" in after.stdout
    silent.write("talk.py", "class Talk:\n    pass\n")
    assert "Hint 1 of 3" in ask(silent, "hint", "1").stdout


def test_there_is_no_hint_for_what_is_the_machines(toy: Toy) -> None:
    redis = "import os\nos.environ['TOY_REDIS'] = 'unix:///nowhere.sock'\n"
    told = ask(toy.write("mysite/__init__.py", redis), "hint", "1")
    assert told.returncode == 3
    assert told.stdout.startswith("Your machine: ")
    assert "Hint" not in told.stdout


def test_there_is_no_hint_for_what_is_ours(toy: Toy) -> None:
    told = ask(toy.checks("@task(1)\ndef test_a():\n    1 / 0\n"), "hint", "1")
    assert told.returncode == 4
    assert told.stdout.startswith("The checker broke: ")
    assert "Hint" not in told.stdout


def test_there_is_no_hint_for_a_run_that_took_too_long(silent: Toy) -> None:
    told = ask(silent, "hint", "1", "--limit", "0")
    assert told.returncode == 1
    assert "all checks to be done within 0 s" in told.stdout
    assert "Hint" not in told.stdout
