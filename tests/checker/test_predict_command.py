"""`make predict`: the questions of a lesson in a terminal, and what a run answers."""

from pathlib import Path

import pytest
from rich.console import Console

from checks.author import projects
from checks.course.lessons import Course
from checks.show import predict
from checks.verdict import Answer, Cause, Verdict
from tests.conftest import CheckerProcess

LESSON = Course().lesson("1")
ONE, TWO = (prediction.id for prediction in LESSON.predictions)


def answered(
    capsys: pytest.CaptureFixture[str], said: dict[str, str], verdict: Verdict
) -> str:
    """What is printed of predictions and a run."""
    predict.answer(LESSON, said, verdict, Console(width=200))
    return capsys.readouterr().out


def test_it_says_what_happened_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    verdict = Verdict(1, LESSON.slug, "")
    verdict.answers = [Answer(TWO, "sender", "only tab A received it", "it did")]
    out = answered(capsys, {TWO: "all"}, verdict)
    assert "You said: both. Not quite: only tab A received it, because it did." in out
    out = answered(capsys, {TWO: "sender"}, verdict)
    assert "You said: tab A. Right: only tab A received it" in out


def test_of_a_run_that_stopped_before_it_says_why(
    capsys: pytest.CaptureFixture[str],
) -> None:
    verdict = Verdict(1, LESSON.slug, "", cause=Cause("project", "a", "b", "Do c."))
    out = answered(capsys, {TWO: "all"}, verdict)
    assert "You said: both. The run did not come that far." in out
    assert "Expected a, but b. Do c." in out


def test_who_answers_nothing_is_not_checked(
    checker: CheckerProcess, tmp_path: Path
) -> None:
    project = projects.build(LESSON.slug, tmp_path / "project", solved=True)
    command = ["predict", "1", "--project", str(project)]
    status, stdout, _ = checker.run(command, tmp_path, None)
    assert status == 0
    assert LESSON.predictions[0].question in stdout
    assert "You said" not in stdout


def test_code_is_printed_without_backticks(capsys: pytest.CaptureFixture[str]) -> None:
    lesson = Course().lesson("6")
    verdict = Verdict(6, lesson.slug, "")
    predict.answer(lesson, {"leaves": "none"}, verdict, Console(width=200))
    out = capsys.readouterr().out
    assert "Tab B sends /in 5 tea, and closes" in out
    assert "`" not in out
