"""The commands of maintainers: `python -m checks.author`."""

import sys

import click

from checks.author import guard, lesson, pages, record, sync
from checks.author.problem import listed
from checks.course import fences, release
from checks.course.lessons import Course, NoSuchLesson


@click.group()
def main() -> None:
    """Write derived files, and check that the course is consistent."""


@main.command("sync")
def sync_() -> None:
    """Write the derived files, and list what is missing.

    Derived are the starters of later lessons, checks/starters, and the pages about
    mistakes.
    """
    try:
        done = [*sync.sync(), *pages.sync()]
    except (sync.OutOfStepError, fences.FenceError) as wrong:
        raise click.ClickException(str(wrong)) from None
    click.echo("".join(f"{line}\n" for line in done), nl=False)
    _say_what_is_missing()


@main.command("lesson")
@click.argument("name", required=False)
def lesson_(name: str | None) -> None:
    """Create the next lesson, and list what to write in it."""
    try:
        *written, works = lesson.begin(name)
        done = [*written, *pages.sync(), works]
    except lesson.RefusedError as wrong:
        raise click.UsageError(str(wrong)) from None
    except (sync.OutOfStepError, fences.FenceError) as wrong:
        raise click.ClickException(str(wrong)) from None
    click.echo("".join(f"{line}\n" for line in done), nl=False)
    _say_what_is_missing()


@main.command("release")
@click.argument("version")
def release_(version: str) -> None:
    """Record the hashes of the checks as those of a release."""
    try:
        release.record(version)
    except ValueError as wrong:
        raise click.UsageError(str(wrong)) from None
    click.echo(f"{release.RELEASES.name}: {version}. Commit it, and tag the commit.")


@main.command("record")
@click.argument("step", required=False)
def record_(step: str | None) -> None:
    """Record the output of the commands, for one lesson or all; fail on a change."""
    try:
        if step is None:
            same = record.everything()
        else:
            same = record.of_lesson(Course().lesson(step))
            _say_what_is_missing()
    except NoSuchLesson as wrong:
        raise click.UsageError(str(wrong)) from None
    except (sync.OutOfStepError, fences.FenceError) as wrong:
        raise click.ClickException(str(wrong)) from None
    sys.exit(not same)


def _say_what_is_missing() -> None:
    problems = guard.problems()
    if problems:
        click.echo("To do, in this order; `make sync` says what is left:")
        click.echo(listed(problems))
    else:
        click.echo("Everything is in step.")


@main.command("guard")
def guard_() -> None:
    """Fail if something is missing or out of step, and list it."""
    if problems := guard.problems():
        raise click.ClickException(f"out of step:\n{listed(problems)}")
    click.echo("Everything is in step.")


@main.command()
def shipped() -> None:
    """Fail if lessons/ differs from what is shipped; for CI."""
    if differing := sync.unshipped():
        lines = "".join(f"\n  {path}" for path in differing)
        raise click.ClickException(f"not as shipped:{lines}")
    click.echo("lessons/ is what is shipped.")


if __name__ == "__main__":
    main(prog_name="python -m checks.author")
