"""python -m checks.author: what those who maintain the course type."""

import click

from checks.author import fences, projects, sync


@click.group()
def main() -> None:
    """Keep what is derived in step with what is written by hand."""


@main.command("sync")
def sync_() -> None:
    """Write what is derived: lessons from the lesson before, and checks/starters."""
    try:
        click.echo("\n".join(sync.sync()) or "Everything is in step.")
    except (sync.OutOfStepError, fences.FenceError) as wrong:
        raise click.ClickException(str(wrong)) from None


@main.command()
def shipped() -> None:
    """Ask whether lessons/ is exactly what is shipped; for CI."""
    if differing := sync.unshipped():
        files = "\n".join(f"  {path}" for path in differing)
        raise click.ClickException(f"not as in {projects.STARTERS}:\n{files}")
    click.echo("lessons/ is what is shipped.")


if __name__ == "__main__":
    main(prog_name="python -m checks.author")
