"""`python -m checks …`: the commands, nothing else."""

import json
import sys
from pathlib import Path

import click

from checks.course import Course, Lesson, NoSuchLesson


class Step(click.ParamType):
    """A lesson, by its number or its name."""

    name = "step"

    def convert(self, value: str, *_: object) -> Lesson:
        """The lesson; a sentence that names all of them where there is none."""
        try:
            return Course().lesson(value)
        except NoSuchLesson as error:
            raise click.UsageError(str(error)) from None


@click.group()
def main() -> None:
    """Channels, step by step."""


@main.command()
@click.argument("lesson", type=Step())
@click.option("--project", type=click.Path(path_type=Path))
@click.option("--format", type=click.Choice(["text", "json"]), default="text")
@click.option("--limit", type=float, default=60.0)
@click.option("--seed")
def check(
    lesson: Lesson, project: Path | None, format: str, limit: float, seed: str | None
) -> None:
    """One verdict on one lesson."""
    from rich.console import Console

    from checks import runner
    from checks.show.text import show

    verdict = runner.check(lesson, project or lesson.folder, limit, seed)
    if format == "json":
        click.echo(json.dumps(verdict.as_dict(), ensure_ascii=False))
    else:
        show(verdict, lesson, Console(highlight=False))
    sys.exit(verdict.exit_status)


if __name__ == "__main__":
    main()
