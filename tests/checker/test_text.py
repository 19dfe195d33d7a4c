"""A verdict in words: the cause comes first, and says who is to act."""

import io

import pytest
from rich.console import Console

from checks.course.lessons import Course
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
        ("x" * 300, "x" * 300),
        ("x" * 301, "x" * 300 + "… (301 characters)"),
    ],
)
def test_a_value_is_shown_so_that_one_sees_it(value: str, words: str) -> None:
    assert shown(value) == words
