"""`diff`, `solution`, `carry`, `reset`: commands about what the learner wrote."""

from pathlib import Path

import click

from checks import once
from checks.course import changes
from checks.course.lessons import ROOT, Course, Lesson
from checks.options import project, step
from checks.show import terminal, text

console = terminal.make_console()


@click.command()
@step
@click.option("--with", "other", type=click.Choice(["starter", "solution"]))
def diff(lesson: Lesson, other: str | None) -> None:
    """What you changed, or how the solution differs from it."""
    from checks.author import solution as solutions

    files = solutions.of(lesson, ROOT) if other == "solution" else None
    text.show_diff(changes.diff(lesson, files), console)


@click.command()
@step
@project
@click.option("--write", is_flag=True, help="Into the lesson; what you wrote is kept.")
def solution(lesson: Lesson, project: Path, write: bool) -> None:
    """The solution, once the lesson passes or you confirm."""
    from checks.author import solution as solutions

    if write and project != lesson.folder:
        raise click.UsageError("The solution is written into the lesson's own folder.")
    if once.verdict(lesson, project).verdict != "passed":
        click.confirm("This lesson does not pass yet. Show the solution?", abort=True)
    if write:
        done = solutions.write(lesson, ROOT)
        click.echo("\n".join(done) or "Nothing differs from the solution.")
    else:
        text.show_files(solutions.of(lesson, ROOT), console)


@click.command()
@step
def carry(lesson: Lesson) -> int:
    """Start a lesson from your own code of the lesson before, where that passes."""
    from checks.author import carry as own

    before = Course().before(lesson)
    if before is None:
        raise click.UsageError("Nothing comes before the first lesson.")
    verdict = once.verdict(before, before.folder)
    if verdict.cause:
        text.show(verdict, before, console)
        click.echo(f"Lesson {before.step} has to pass first; nothing was written.")
        return verdict.exit_status
    if changes.diff(lesson):
        words = f"You have changed lesson {lesson.step}. Start it again from your own?"
        click.confirm(words, abort=True)
    done = own.carry(before, lesson, ROOT)
    click.echo("\n".join(done) or "Nothing differs.")
    return 0


@click.command()
@step
def reset(lesson: Lesson) -> None:
    """Back to the starter; what you wrote is kept, and the output says where."""
    click.echo(
        "\n".join(changes.reset(lesson, ROOT)) or "Nothing differs from the starter."
    )


COMMANDS = (diff, solution, carry, reset)
