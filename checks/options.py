"""What the commands take from the command line: a lesson, a project, a port."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from checks.course.lessons import Course, Lesson, NoSuchLesson

Command = Callable[..., Any]


def _lesson(_: click.Context, __: click.Parameter, step: str | None) -> Lesson:
    try:
        return Course().lesson(step)
    except NoSuchLesson as error:
        raise click.UsageError(str(error)) from None


def optional_lesson(
    context: click.Context, option: click.Parameter, step: str | None
) -> Lesson | None:
    """The lesson that was asked for, or None."""
    return _lesson(context, option, step) if step else None


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
