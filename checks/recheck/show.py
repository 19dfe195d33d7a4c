"""Shows what became of the lessons: first what fails, then one line for each."""

from datetime import datetime

from rich.console import Console
from rich.text import Text

from checks.recheck.recheck import Rechecked
from checks.show.terminal import BAD, BROKEN, GOOD, QUIET, print_line, print_wrapped
from checks.show.text import show_cause

SIGNS = {
    "passes": ("✓ still passes", GOOD),
    "fails": ("✗ fails now", BAD),
    "machine": ("! not checked", BROKEN),
    "broken": ("! not checked", BROKEN),
    "reset": ("○ reset", QUIET),
    "in_progress": ("○ not passed yet", QUIET),
    "to_do": ("○ to do", QUIET),
}
WIDTH = max(len(sign) for sign, _ in SIGNS.values())
MOST_NAMES = 5
"""This many changes are named: after an upgrade every file may be one."""


def show(lessons: list[Rechecked], console: Console) -> None:
    """Print why the first lesson fails that does, then what became of each."""
    verdicts = [it.verdict for it in lessons if it.verdict]
    failing = next((it for it in lessons if it.verdict and it.verdict.cause), None)
    if failing:
        _show_cause(failing, console)
    else:
        print_wrapped(console, _all_pass(len(verdicts)), style=f"bold {GOOD}")
    print_line(console, "")
    for lesson in lessons:
        _show_line(lesson, console)
    print_line(console, "")
    seconds = sum(verdict.seconds for verdict in verdicts)
    words = f"{_count(len(verdicts))} checked again in {seconds:.1f} s."
    print_wrapped(console, words, style=QUIET)


def _all_pass(number: int) -> str:
    if not number:
        return "Every lesson that has passed was reset since: nothing to check."
    return f"{_count(number)} passed before, and nothing has been broken since."


def _show_cause(lesson: Rechecked, console: Console) -> None:
    """The sentence of its verdict, which begins with what became of the lesson."""
    lead = ""
    if lesson.outcome == "fails":
        when = f" on {_day(lesson.last_passed)}" if lesson.last_passed else ""
        lead = f"Lesson {lesson.lesson.step} passed{when}, and fails now. "
    if lesson.verdict and lesson.verdict.cause:
        show_cause(lesson.verdict.cause, console, lesson.lesson.folder, lead)


def _show_line(lesson: Rechecked, console: Console) -> None:
    sign, style = SIGNS[lesson.outcome]
    lead = Text.assemble((f"{sign:<{WIDTH}}", style), f"  {lesson.lesson.step:>2}  ")
    print_wrapped(console, f"{lesson.lesson.title}{_counted(lesson)}", lead)
    if lesson.outcome == "fails":
        below = " " * len(lead)
        print_wrapped(console, _changed(lesson), below)
        print_wrapped(console, f"make check STEP={lesson.lesson.step}", below)


def _counted(lesson: Rechecked) -> str:
    """How many of its checks pass, as the end of a line."""
    checks = lesson.verdict.checks if lesson.verdict else []
    passed = sum(check.outcome == "passed" for check in checks)
    return f" ({passed} of {len(checks)} checks)" if checks else ""


def _changed(lesson: Rechecked) -> str:
    """What differs from the last time that it passed."""
    if lesson.last_passed is None:
        return "Not known: what has changed since it passed."
    names = lesson.changed[:MOST_NAMES]
    if not names:
        return "Since it passed, no file in its folder and no version has changed."
    more = len(lesson.changed) - len(names)
    return f"Changed since it passed: {', '.join(names)}" + f" and {more} more" * (
        more > 0
    )


def _count(number: int) -> str:
    return f"{number} lesson" + "s" * (number != 1)


def _day(at: str) -> str:
    """The day of a time in UTC, here, as people write it."""
    local = datetime.fromisoformat(at).astimezone()
    return f"{local.day} {local:%B %Y}"
