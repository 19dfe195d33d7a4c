"""What `watch` prints: a verdict below the other, or one JSON document a line."""

import contextlib
import json
import time

import click
from rich.console import Console

from checks.course.lessons import Course, Lesson
from checks.show import progress, text
from checks.show.terminal import QUIET, flow, line
from checks.verdict import Check, Verdict

MOST_NAMES = 3
"""So many files are named that were saved at once, such as by a git command."""


class Lines:
    """Prints each verdict as one line of JSON, with the number of its run."""

    def polls(self) -> None:
        """Nothing of this is said among the verdicts."""

    def begins(self, run: int, changed: list[str]) -> None:
        """A line is printed when a run has ended."""

    def checks(self, run: int, check: Check) -> None:
        """A line is printed when a run has ended."""

    def ends(self, run: int, verdict: Verdict) -> None:
        """Print the verdict."""
        click.echo(json.dumps(verdict.as_dict() | {"run": run}))


class Screen:
    """Prints each verdict as `check` does; for `watch`, on a screen of its own.

    `command` is what the person has typed.
    """

    def __init__(self, lesson: Lesson, console: Console, command: str) -> None:
        self.lesson, self.console, self.command = lesson, console, command
        self.following = Course().after(lesson)
        self.shown = contextlib.ExitStack()

    def polls(self) -> None:
        """Say that saves are found by looking."""
        words = "No event tells of a save here: looking ten times a second instead."
        flow(self.console, words, style=QUIET)

    def begins(self, run: int, changed: list[str]) -> None:
        """Make room, and say why it checks again."""
        self.shown.close()
        if self.command == "watch":
            self.console.clear()
        names = ", ".join(changed[:MOST_NAMES])
        more = f" and {len(changed) - MOST_NAMES} more" * (len(changed) > MOST_NAMES)
        saved = f", after {names}{more}" if changed else ""
        line(self.console, f"── {time.strftime('%H:%M:%S')}{saved}", QUIET)
        # Beside what servers print, a line that is written over would get lost.
        quiet = self.command == "learn"
        self.look = self.shown.enter_context(progress.shown(quiet=quiet))

    def checks(self, run: int, check: Check) -> None:
        """Say which check runs."""
        if self.look:
            self.look(check)

    def ends(self, run: int, verdict: Verdict) -> None:
        """Print the verdict."""
        self.shown.close()
        text.show(verdict, self.lesson, self.console, self.following, then=self.command)
        line(self.console, "Save a file to check again; Ctrl-C ends.", QUIET)
