"""What is typed after `make load`: the command and its options."""

from pathlib import Path
from typing import Any

import click

from checks.course.lessons import Lesson
from checks.options import output_format, project, step
from checks.show import terminal

MANY = click.IntRange(1, 64)
TABS = click.IntRange(1, 20_000)
RATE = click.FloatRange(0, 100_000, min_open=True)


@click.command()
@step
@project
@output_format
@click.option("--servers", default=2, type=MANY, show_default=True)
@click.option("--tabs", default=50, type=TABS, show_default=True, help="In all.")
@click.option(
    "--rate",
    default=20.0,
    type=RATE,
    show_default=True,
    help="Messages a second, of all tabs together.",
)
@click.option("--seconds", default=10.0, type=RATE, show_default=True)
@click.option("--rooms", default=1, type=TABS, show_default=True)
@click.option("--workers", type=MANY, help="Processes in which the tabs are.")
@click.option("--address", multiple=True, help="Of servers that run already.")
@click.option("--cookie", multiple=True, help="Of users who are logged in there.")
@click.option("--to", type=click.Path(path_type=Path), help="Where results are kept.")
def load(lesson: Lesson, project: Path, form: str, **options: Any) -> int:
    """Many tabs at once on your project: what they receive, how late, what is lost."""
    from checks.load import command

    consoles = terminal.make_console(), terminal.make_console(stderr=True)
    asked = command.Asked(lesson, project, **options)
    return command.run(asked, *consoles, as_json=form == "json")
