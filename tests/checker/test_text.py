"""A verdict in words: the cause comes first, and says who is to act."""

import io

import pytest
from rich.console import Console

from checks.course import Course
from checks.show import text
from checks.verdict import Actor, Cause, Check, Frame, Moment, Verdict, Where, shown

CAUSE = Cause(
    "project",
    "an answer",
    "there was none",
    "Write one.",
    Where("talk.py", 7),
    frames=(Frame("talk.py", 7, "receive", "    answer()"),),
)


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
    lines = console.file.getvalue().splitlines()
    return "\n".join(line.rstrip() for line in lines)


def test_what_failed_is_told_in_this_order() -> None:
    transcript = [
        Moment(at / 1000, Actor("tab-a", "tab"), "says", f"[b]{at}[/b]")
        for at in range(14)
    ]
    failed = Check("test_a", 1, "It answers.", "failed", cause=CAUSE)
    failed.transcript = transcript
    later = Check("test_b", 2, "It ends.", reason="it needs: It answers.")
    assert (
        told(verdict(failed, later, cause=CAUSE))
        == """\
Your project: expected an answer, but there was none.
  Look at talk.py, line 7
  Do      Write one.
  talk.py:7: answer()

What passed at last:
     2 ms tab-a says [b]2[/b]
     3 ms tab-a says [b]3[/b]
     4 ms tab-a says [b]4[/b]
     5 ms tab-a says [b]5[/b]
     6 ms tab-a says [b]6[/b]
     7 ms tab-a says [b]7[/b]
     8 ms tab-a says [b]8[/b]
     9 ms tab-a says [b]9[/b]
    10 ms tab-a says [b]10[/b]
    11 ms tab-a says [b]11[/b]
    12 ms tab-a says [b]12[/b]
    13 ms tab-a says [b]13[/b]

✗ failed       task 1  It answers.
· not reached  task 2  It ends.

0 of 2 checks passed in 0.5 s."""
    )


def test_passing_is_told_with_what_it_proves_and_with_advice() -> None:
    passed = verdict(Check("test_a", 1, "It answers.", "passed"))
    passed.advice.append(CAUSE)
    passed.broker, passed.checks_changed = "valkey 9 at localhost:6379", True
    assert (
        told(passed)
        == f"""
✓ passed  task 1  It answers.

Passed. {Course().lessons[0].proved}
Advice: expected an answer, but there was none.
  Look at talk.py, line 7
  Do      Write one.
1 of 1 checks passed in 0.5 s, through valkey 9 at localhost:6379.
The course's own checks ran; those in your lesson differ."""
    )


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
    assert "Your project printed 9 bytes; OUTPUT=1 shows them." in told(printed)
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
