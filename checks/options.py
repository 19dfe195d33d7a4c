"""What the commands take from the command line: a lesson, a project, a port."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from checks.course.lessons import Course, Lesson, NoSuchLesson

Command = Callable[..., Any]


def lesson_named(step: str | None) -> Lesson:
    """The lesson that STEP means. Raises UsageError, with what can be typed instead."""
    try:
        return Course().lesson(step)
    except NoSuchLesson as error:
        raise click.UsageError(str(error)) from None


def _lesson(_: click.Context, __: click.Parameter, step: str | None) -> Lesson:
    return lesson_named(step)


def optional_lesson(
    _: click.Context, __: click.Parameter, step: str | None
) -> Lesson | None:
    """The lesson that was asked for, or None."""
    return lesson_named(step) if step else None


def _project(
    context: click.Context, _: click.Parameter, path: Path | None
) -> Path | None:
    lesson = context.params["lesson"]
    if lesson is None and path is None:
        return None
    folder = path or lesson.folder
    if not (folder / "manage.py").is_file() and not (folder / "mysite").is_dir():
        what = "has no Django project in it" if folder.is_dir() else "is not a folder"
        raise click.UsageError(
            f"{folder} {what}. Name the folder that has manage.py in it: PROJECT=path"
        )
    return Path(folder)


def step(command: Command) -> Command:
    """Give a command the lesson that STEP means."""
    return click.argument(
        "lesson", metavar="STEP", required=False, callback=_lesson, is_eager=True
    )(command)


def optional_step(command: Command) -> Command:
    """Give a command the lesson that STEP means, or None without STEP."""
    return click.argument(
        "lesson",
        metavar="[STEP]",
        required=False,
        callback=optional_lesson,
        is_eager=True,
    )(command)


def project(command: Command) -> Command:
    """Give a command the learner's project: the lesson's folder, or another."""
    return click.option(
        "--project",
        type=click.Path(path_type=Path),
        callback=_project,
        help="The folder of the project; the lesson's own otherwise.",
    )(command)


def port(number: int) -> Callable[[Command], Command]:
    """Give a command the port that it listens on."""
    return click.option("--port", default=number, show_default=True)


def unused_port(used: int) -> str:
    """What to say if PORT in the environment means nothing here: it may be anybody's.

    Empty where there is nothing to say.
    """
    named = os.environ.get("PORT", str(used))
    source = click.get_current_context().get_parameter_source("port")
    if named == str(used) or source != click.core.ParameterSource.DEFAULT:
        return ""
    words = f"PORT={named} of the environment is left to other programs."
    return f"{words} To use it: make learn PORT={named}"


output_format = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text"
)
watch_format = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "lines"]),
    default="text",
    help="`lines` is for the problem matchers of editors.",
)
limit = click.option(
    "--limit", default=60.0, show_default=True, help="Seconds that a run may take."
)
seed = click.option("--seed", help="The same words and rooms on every run.")
