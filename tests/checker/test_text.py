"""A verdict in words: the cause comes first, and says who is to act."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from checks.author import projects
from checks.course.lessons import Course, instruction, open_parts
from checks.show import text
from checks.verdict import Cause, Check, Verdict, shown


def verdict(*checks: Check, cause: Cause | None = None) -> Verdict:
    """A verdict with these checks."""
    return Verdict(
        1, "01_consumer", "project", "", 0.5, cause=cause, checks=list(checks)
    )


def told(of: Verdict, *, output: bool = False) -> str:
    """What a terminal of 100 columns shows."""
    console = Console(file=io.StringIO(), width=100, highlight=False)
    text.show(of, Course().lessons[0], console, output=output)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().removesuffix("\n")


@pytest.mark.parametrize(
    ("voice", "words"),
    [
        ("machine", "Your machine: expected "),
        ("checker", "The checker broke: expected "),
    ],
)
def test_who_is_to_act_comes_first(voice: str, words: str) -> None:
    cause = Cause(voice, "it", "it is not", "Do it.")  # type: ignore[arg-type]
    broken = verdict(Check("test_a", 1, "It.", "broken", cause=cause), cause=cause)
    broken.traceback = "Traceback: [somewhere]"
    assert told(broken).startswith(words)
    assert "Traceback: [somewhere]" in told(broken)
    assert "! broken  task 1  It." in told(broken)


def test_what_was_printed_is_shown_on_request() -> None:
    printed = verdict(Check("test_a", 1, "It.", "skipped"))
    printed.printed, printed.printed_bytes = "[red]once", 9
    assert "Your project printed 9 bytes: make check STEP=1" in told(printed)
    assert told(printed, output=True).endswith("Your project printed:\n[red]once")
    printed.printed_bytes = 2_000_000
    end = "Your project printed, at the end:\n[red]once"
    assert told(printed, output=True).endswith(end)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("plain", "plain"),
        ("", "''"),
        (" at the end ", "' at the end '"),
        ("two\nlines", r"'two\nlines'"),
        ("xy" * 150, "xy" * 150),
        ("xy" * 151, "xy" * 150 + "… (302 characters)"),
        ("x" * 19, "x" * 19),
        ("x" * 20 + ">", "xxx… (20 times)>"),
    ],
)
def test_a_value_is_shown_so_that_one_sees_it(value: str, words: str) -> None:
    assert shown(value) == words


def test_what_has_not_been_begun_is_to_do(tmp_path: Path) -> None:
    lesson = Course().lessons[0]
    project = projects.build(lesson.slug, tmp_path / "project", solved=False)
    _, cure = instruction(project, lesson, 1)
    cause = Cause("project", "it", "it is not", cure)
    judged = verdict(
        Check("test_a", 1, "It.", "passed"),
        Check("test_b", 1, "That.", "failed", cause=cause),
        Check("test_c", 2, "More.", "not_reached"),
        cause=cause,
    )
    judged.project = str(project)
    words = told(judged)
    assert words.startswith("Nothing has been changed yet: start with task 1, ")
    assert words.count("○ to do") == 3
    assert "0 of 3 checks in 0.5 s." in words
    (project / "chat/more.py").write_text("")
    words = told(judged)
    assert words.startswith("Next: task 1, ")
    assert words.count("✓ passed") == 1
    assert words.count("○ to do") == 2
    assert "1 of 3 checks passed in 0.5 s." in words


def test_of_a_task_that_is_begun_the_parts_left_are_known(tmp_path: Path) -> None:
    lesson = Course().lessons[2]
    project = projects.build(lesson.slug, tmp_path / "project", solved=False)
    assert open_parts(project, lesson) == []
    consumers = project / "chat/consumers.py"
    solved = projects.build(lesson.slug, tmp_path / "solved", solved=True)
    begun = (solved / "chat/consumers.py").read_text()
    leaves = begun.partition("    def disconnect")[2].partition("    def receive")[0]
    shipped = consumers.read_text().partition("    def disconnect")[2]
    consumers.write_text(begun.replace(leaves, shipped.partition("    def receive")[0]))
    titles = [part.title for part in open_parts(project, lesson)]
    assert titles == ["Task 2.3: Leave the group."]
