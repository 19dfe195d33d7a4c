"""python -m checks.author: what those who maintain the course type."""

import click

from checks import fences
from checks.author import guard, pages, sync


@click.group()
def main() -> None:
    """Keep what is derived in step with what is written by hand."""


@main.command("sync")
def sync_() -> None:
    """Write what is derived: lessons, checks/starters, the pages of the mistakes."""
    try:
        done = [*sync.sync(), *pages.sync()]
        click.echo("\n".join(done) or "Everything is in step.")
    except (sync.OutOfStepError, fences.FenceError) as wrong:
        raise click.ClickException(str(wrong)) from None


@main.command("guard")
def guard_() -> None:
    """Say what is out of step between the files of the course."""
    if problems := guard.problems():
        raise click.ClickException("out of step:\n" + _listed(problems))
    click.echo("Everything is in step.")


@main.command()
def shipped() -> None:
    """Ask whether lessons/ is exactly what is shipped; for CI."""
    if differing := sync.unshipped():
        raise click.ClickException("not as shipped:\n" + _listed(differing))
    click.echo("lessons/ is what is shipped.")


def _listed(lines: list[str]) -> str:
    return "\n".join(f"  {line}" for line in lines)


if __name__ == "__main__":
    main(prog_name="python -m checks.author")
