"""The task of VS Code reads what `make watch FORMAT=lines` prints."""

import json
import re

import pytest

from checks.course.lessons import Course
from checks.show.watching import Problems
from checks.verdict import Cause, Verdict, Where

from .conftest import ROOT

TASKS = json.loads((ROOT / ".vscode/tasks.json").read_text())


def test_it_finds_the_place_between_its_two_patterns(
    capsys: pytest.CaptureFixture[str],
) -> None:
    where = Where("chat/consumers.py", 9)
    cause = Cause("project", "a", "b\nc", "Save it.", where)
    verdict = Verdict(1, "01_consumer", "lessons/01_consumer", cause=cause)
    verdict.advice = [Cause("project", "d", "e", "Do it.")]
    Problems().run_started(1, [])
    Problems().run_finished(1, verdict)
    first, *found, last = capsys.readouterr().out.splitlines()
    (task,) = TASKS["tasks"]
    matcher = task["problemMatcher"]
    assert re.search(matcher["background"]["beginsPattern"], first)
    assert re.search(matcher["background"]["endsPattern"], last)
    matched = [re.fullmatch(matcher["pattern"]["regexp"], line) for line in found]
    assert [one and one.groups() for one in matched] == [
        (
            "lessons/01_consumer/chat/consumers.py",
            "9",
            "error",
            "expected a, but b c. Save it.",
        ),
        (
            "lessons/01_consumer/manage.py",
            "1",
            "warning",
            "expected d, but e. Do it.",
        ),
    ]


def test_it_asks_for_one_of_the_lessons() -> None:
    (asked,) = TASKS["inputs"]
    assert asked["options"] == [str(lesson.step) for lesson in Course().lessons]
