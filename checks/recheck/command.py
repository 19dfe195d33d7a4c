"""What `check` does without STEP."""

import json

import click

from checks.course import progress
from checks.course.lessons import Lesson
from checks.options import lesson_named
from checks.recheck import recheck, show
from checks.show import terminal


def check_again(
    lessons: list[Lesson], form: str, limit: float, seed: str | None, *, about_one: bool
) -> int:
    """Check the lessons that have passed, and print what became of all; the status.

    Raises UsageError where none has passed, or what was typed is `about_one` lesson.
    """
    if about_one or not progress.any_passed(lessons):
        lesson_named(None)
    checked = recheck.recheck(lessons, limit, seed, quiet=form == "json")
    if form == "json":
        click.echo(json.dumps(recheck.as_dict(checked)))
    else:
        show.show(checked, terminal.make_console())
    return recheck.exit_status(checked)
