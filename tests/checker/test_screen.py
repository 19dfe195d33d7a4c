"""What `make watch` and `make learn` print for a save, and after it."""

import dataclasses
import io
import time
from collections.abc import Callable

import pytest
from rich.console import Console

from checks.course.lessons import Course
from checks.show.watching import SAME_SAVE, Screen
from checks.verdict import Cause, Check, Verdict, broke

LESSON = Course().lesson("1")
FILE = "mysite/asgi.py"


def screen(command: str, address: Callable[[], str | None] = lambda: None) -> Screen:
    """A screen that prints into a string."""
    console = Console(file=io.StringIO(), width=100, highlight=False)
    return Screen(LESSON, console, command, address)


def printed(screen: Screen) -> str:
    """What it has printed."""
    assert isinstance(screen.console.file, io.StringIO)
    return screen.console.file.getvalue()


def test_a_save_in_two_steps_is_announced_once(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    shown = screen("learn")
    shown.run_started(1, [FILE, "mysite/urls.py"])
    shown.run_started(2, [FILE])
    assert printed(shown).count(FILE) == 1
    now += SAME_SAVE
    shown.run_started(3, [FILE])
    assert printed(shown).count(FILE) == 2
    shown.run_started(4, ["chat/consumers.py"])
    assert printed(shown).count("chat/consumers.py") == 1


def test_a_save_after_a_verdict_is_announced() -> None:
    shown = screen("learn")
    for run in (1, 2):
        shown.run_started(run, [FILE])
        shown.run_finished(run, Verdict(1, LESSON.slug, "lessons/x"))
    assert printed(shown).count(FILE) == 2


def test_the_next_lesson_is_opened_where_the_pages_are() -> None:
    here = "http://localhost:8123/"
    ends = {
        "  Open http://localhost:8123/lessons/02_routing/\n": ("learn", lambda: here),
        "  Type make learn STEP=2\n": ("learn", lambda: None),
        "  Type make watch STEP=2\n": ("watch", lambda: None),
    }
    for words, given in ends.items():
        shown = screen(*given)
        shown.run_finished(1, Verdict(1, LESSON.slug, "lessons/x"))
        assert words in printed(shown)
        assert ("Read docs/" in printed(shown)) == ("Type" in words)


def test_after_the_last_lesson_the_page_about_the_end_is_opened() -> None:
    shown = screen("learn", lambda: "http://localhost:8123/")
    shown.following = None
    shown.run_finished(1, Verdict(1, LESSON.slug, "lessons/x"))
    assert "  Open http://localhost:8123/end/: what you have built" in printed(shown)


def test_the_cause_is_printed_when_it_is_found_and_not_again() -> None:
    cause = Cause("project", "tab A to receive it", "nothing came", "Send it.")
    failed = Check("test_a", 1, "It arrives.", "failed", cause=cause)
    left = Check("test_b", 1, "It is sent once.", "passed")
    so_far = Verdict(1, LESSON.slug, "lessons/x", cause=cause, checks=[failed])
    shown = screen("learn")
    shown.run_started(1, [FILE])
    shown.cause_found(1, so_far)
    sentence = "Your project: expected tab A to receive it, but nothing came."
    assert printed(shown).rstrip().endswith("Send it.")
    shown.run_finished(1, dataclasses.replace(so_far, checks=[failed, left]))
    words = printed(shown)
    assert words.count(sentence) == words.count("Send it.") == 1
    assert words.index(sentence) < words.index("It arrives.") < words.index("sent once")
    shown.run_started(2, [FILE])
    shown.run_finished(2, so_far)
    assert printed(shown).count(sentence) == 2


def test_a_checker_that_breaks_after_it_has_found_a_cause_is_reported() -> None:
    cause = Cause("project", "tab A to receive it", "nothing came", "Send it.")
    shown = screen("learn")
    shown.cause_found(1, Verdict(1, LESSON.slug, "lessons/x", cause=cause))
    broken = Verdict(1, LESSON.slug, "lessons/x", cause=broke(ValueError("ours")))
    shown.run_finished(1, broken)
    assert "The checker broke: expected the check to run" in printed(shown)
