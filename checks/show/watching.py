"""What `watch` prints: each verdict on a clear screen, or as one line of JSON."""

import contextlib
import json
import time
from collections.abc import Callable
from pathlib import Path

import click
from rich.console import Console

from checks.course.lessons import Course, Lesson
from checks.show import progress, text
from checks.show.terminal import QUIET, print_line, print_wrapped
from checks.verdict import Cause, Check, Verdict, Where

SAME_SAVE = 1.0
"""Seconds in which a file that is written again, and was not answered, is one save."""
MOST_NAMES = 3
"""This many files are named of those saved at once, such as by a git command."""


class Lines:
    """Prints each verdict as one line of JSON, with the number of its run."""

    def polling_started(self) -> None:
        """Nothing is printed between the verdicts."""

    def redis_reported(self, found: str | Cause) -> None:
        """Each verdict has the name of its Redis."""

    def run_started(self, run: int, changed: list[str]) -> None:
        """A line is printed when a run has ended."""

    def check_started(self, run: int, check: Check) -> None:
        """A line is printed when a run has ended."""

    def cause_found(self, run: int, so_far: Verdict) -> None:
        """A line is printed when a run has ended."""

    def run_finished(self, run: int, verdict: Verdict) -> None:
        """Print the verdict."""
        click.echo(json.dumps(verdict.as_dict() | {"run": run}))


class Problems(Lines):
    """Prints `file:line: error: words`, as editors read it, between two lines.

    Paths are those below the folder of the course; the two lines begin with `checking`
    and `checked`.
    """

    def run_started(self, run: int, changed: list[str]) -> None:
        """Print that older problems are no longer true."""
        click.echo("checking")

    def run_finished(self, run: int, verdict: Verdict) -> None:
        """Print the cause and the remarks, each on a line, and what came out."""
        if verdict.cause:
            self._print(verdict, verdict.cause, "error")
        for cause in verdict.advice:
            self._print(verdict, cause, "warning")
        click.echo(f"checked: {verdict.verdict}")

    def _print(self, verdict: Verdict, cause: Cause, severity: str) -> None:
        where = cause.where or Where("manage.py")
        place = f"{Path(verdict.project, where.file).as_posix()}:{where.line or 1}"
        words = f"expected {cause.expected}, but {cause.got}. {cause.cure}"
        click.echo(f"{place}: {severity}: {' '.join(words.split())}")


class Screen:
    """Prints each verdict as `check` does; for `watch`, on a clear screen.

    `command` is what the person has typed. `address` gives where the pages are served,
    if they are.
    """

    def __init__(
        self,
        lesson: Lesson,
        console: Console,
        command: str,
        address: Callable[[], str | None] = lambda: None,
    ) -> None:
        self.lesson, self.console, self.command = lesson, console, command
        self.address = address
        self.following = Course().after(lesson)
        self.progress = contextlib.ExitStack()
        self.shown: Cause | None = None
        self.unanswered: tuple[set[str], float] = set(), 0.0

    def polling_started(self) -> None:
        """Say that saves are found by comparing the files."""
        words = "No saves are reported here: comparing the files ten times a second."
        print_wrapped(self.console, words, style=QUIET)

    def redis_reported(self, found: str | Cause) -> None:
        """Print which Redis runs, or why none can run on this machine."""
        if isinstance(found, str):
            print_wrapped(self.console, found, f"{'Redis':<14}")
        elif found.voice == "machine":
            text.show_cause(found, self.console)

    def run_started(self, run: int, changed: list[str]) -> None:
        """Clear the screen, and print why it checks again."""
        self.progress.close()
        self.shown = None
        if not self._is_same_save(changed):
            self._announce(changed)
        self._show_progress()

    def _show_progress(self) -> None:
        # A line that is overwritten would get lost between what servers print.
        quiet = self.command == "learn"
        self.on_check = self.progress.enter_context(progress.progress_line(quiet=quiet))

    def _is_same_save(self, changed: list[str]) -> bool:
        """Whether an editor wrote in two steps, and the first was announced."""
        files, announced = self.unanswered
        now = time.monotonic()
        if files >= set(changed) and now - announced < SAME_SAVE:
            return bool(changed)
        self.unanswered = set(changed), now
        return False

    def _announce(self, changed: list[str]) -> None:
        if self.command == "watch":
            self.console.clear()
        names = ", ".join(changed[:MOST_NAMES])
        more = f" and {len(changed) - MOST_NAMES} more" * (len(changed) > MOST_NAMES)
        saved = f", after {names}{more}" if changed else ""
        print_line(self.console, f"── {time.strftime('%H:%M:%S')}{saved}", QUIET)

    def check_started(self, run: int, check: Check) -> None:
        """Show which check runs."""
        if self.on_check:
            self.on_check(check)

    def cause_found(self, run: int, so_far: Verdict) -> None:
        """Print why it does not pass; the other checks follow at the end."""
        self.progress.close()
        self.shown = so_far.cause
        text.show_failure(so_far, self.lesson, self.console)
        self._show_progress()

    def run_finished(self, run: int, verdict: Verdict) -> None:
        """Print the verdict, or what has not been printed of it."""
        self.progress.close()
        self.unanswered = set(), 0.0
        text.show(
            verdict,
            self.lesson,
            self.console,
            self.following,
            then=self._then(),
            shown=self.shown,
        )
        print_line(self.console, "Save a file to check again; Ctrl-C ends.", QUIET)

    def _then(self) -> str:
        """What to do for the next lesson, or after the last one."""
        if address := self.address():
            then = f"lessons/{self.following.slug}/" if self.following else "end/"
            return f"  Open {address}{then}"
        return text.reading(self.following, self.command) if self.following else ""
