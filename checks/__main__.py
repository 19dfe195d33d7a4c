"""`python -m checks …`: the commands, and how each ends.

Exit status: 0 passed, 1 the learner's project fails, 2 wrong use, 3 the machine lacks
something, 4 the checker broke, 130 and 143 after Ctrl-C and SIGTERM. Where `make` was
typed at a prompt, 0 instead of 1 and 130: they are answers, and make calls them errors.

A command imports what it needs when it runs: that of all commands takes 0.6 s, and that
of `check` 0.2 s.
"""

from checks import environment, interrupts

if __name__ == "__main__":
    environment.require()
    interrupts.exit_at_once()  # Until all is imported, there is nothing to clean up.

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TextIO

import click

from checks import ending, once, own_code
from checks.course import hints, progress
from checks.course.lessons import ROOT, Course, Lesson
from checks.load import typed
from checks.options import (
    limit,
    optional_step,
    output_format,
    port,
    project,
    seed,
    step,
    unused_port,
    watch_format,
)
from checks.show import terminal, text

console = terminal.make_console()
errors = terminal.make_console(stderr=True)


@click.group()
def main() -> None:
    """Channels, step by step."""


@main.command()
@optional_step
@project
@output_format
@limit
@seed
@click.option("--output", is_flag=True, help="Show what the project printed.")
def check(
    lesson: Lesson | None,
    project: Path | None,
    form: str,
    limit: float,
    seed: str | None,
    output: bool,
) -> int:
    """One verdict on one lesson; without STEP, on each that has passed."""
    if lesson is None or project is None:
        from checks.recheck.command import check_again

        about_one = project is not None or output
        return check_again(Course().lessons, form, limit, seed, about_one=about_one)
    verdict = once.verdict(lesson, project, limit, seed, quiet=form == "json")
    if form == "json":
        click.echo(json.dumps(verdict.as_dict()))
    else:
        text.show(verdict, lesson, console, Course().after(lesson), output=output)
    return verdict.exit_status


@main.command()
@optional_step
@click.option("--site-port", default=8000, show_default=True, envvar="SITE_PORT")
@click.option("--port", default=8001, show_default=True, help="Of your project.")
@click.option("--live-port", default=8002, show_default=True, envvar="LIVE_PORT")
@click.option("--second-port", default=8003, show_default=True, envvar="SECOND_PORT")
@click.option("--open/--no-open", "opening", default=True, help="The first page.")
@click.option("--wall", metavar="ADDRESS", help="Join the wall of a classroom.")
@click.option("--name", help="Your name on that wall.")
def learn(
    lesson: Lesson | None,
    site_port: int,
    port: int,
    live_port: int,
    second_port: int,
    opening: bool,
    wall: str | None,
    name: str | None,
) -> None:
    """Everything at once: lessons, your project, checks on every save; until Ctrl-C."""
    from checks.learn.instance import Instance, Ports, join, only_one
    from checks.learn.joined import Joining
    from checks.learn.session import LearnSession

    joining = Joining.read(wall, name)
    ports = Ports(site_port, port, live_port, second_port)
    if words := unused_port(port):
        terminal.print_wrapped(errors, words)
    with only_one() as found:
        if isinstance(found, Instance):
            join(found, lesson, ports, console, opening=opening)
            if joining:
                words = "To join the wall, end it with Ctrl-C first."
                terminal.print_wrapped(console, words)
            return
        session = LearnSession(
            lesson or progress.first_open(), ports, console, found, joining
        )
        interrupts.run_until_signal(session.run(opening=opening))


@main.command()
@step
@project
@watch_format
@limit
@seed
def watch(
    lesson: Lesson, project: Path, form: str, limit: float, seed: str | None
) -> None:
    """A verdict on every save, until Ctrl-C."""
    from checks.learn.watch import Watcher
    from checks.show import watching

    screen = watching.Screen(lesson, console, "watch")
    others = {"json": watching.Lines(), "lines": watching.Problems()}
    observer = others.get(form, screen)
    watcher = Watcher(lesson, project, observer, limit=limit, seed=seed)
    interrupts.run_until_signal(watcher.watch())


@main.command()
@step
@project
@limit
@seed
def hint(lesson: Lesson, project: Path, limit: float, seed: str | None) -> int:
    """The next hint; all of them after passing."""
    from checks.show import hint as show

    verdict = once.verdict(lesson, project, limit, seed)
    if verdict.cause is None:
        show.show_all(lesson, console)
        return 0
    text.show_cause(verdict.cause, console)
    subject = hints.subject(verdict.as_dict(), lesson)
    if subject is None:
        return verdict.exit_status
    given = once.hint_count(lesson, project).next(*subject)
    again = text.command("hint", verdict, lesson)
    show.show(given, again, text.command("solution", verdict, lesson), console)
    return 0


@main.command("predict")
@step
@project
def predict_(lesson: Lesson, project: Path) -> None:
    """Say what will happen; a run of the checks answers."""
    from checks.show import predict

    if said := predict.ask(lesson, console):
        predict.answer(lesson, said, once.verdict(lesson, project), console)


@main.command()
@step
@project
@port(8001)
@click.option("--solution", is_flag=True, help="Run the course's solution instead.")
def run(lesson: Lesson, project: Path, port: int, solution: bool) -> int:
    """Your project at http://localhost:8001/, reloading, with its broker."""
    from checks.learn import foreground, ports

    ports.require_free(port)
    if solution:
        from checks.author import solution as solutions

        project = solutions.project(lesson, ROOT)
    return foreground.run_project(lesson, project, port)


@main.command()
@step
@project
@output_format
@limit
@seed
@click.option("--headed", is_flag=True, help="Show the browser's windows.")
def tabs(
    lesson: Lesson,
    project: Path,
    form: str,
    limit: float,
    seed: str | None,
    headed: bool,
) -> int:
    """Two real browser tabs on your project: type in one, look at the other."""
    from checks.tabs import show
    from checks.tabs import tabs as browser

    result = browser.open_tabs(lesson, project, limit, seed, headed=headed)
    if form == "json":
        click.echo(json.dumps(result.as_dict()))
    else:
        show.show(result, console)
    return result.exit_status


@main.command()
@step
@project
@limit
def notebook(lesson: Lesson, project: Path, limit: float) -> int:
    """Run explore.ipynb on your code, and open the page that it makes."""
    from checks.notebook import notebook

    return notebook.run_notebook(lesson, project, console, limit)


@main.command()
@optional_step
@project
@output_format
def doctor(lesson: Lesson | None, project: Path | None, form: str) -> int:
    """What your project runs on and what is wrong with it; with STEP its Redis, too."""
    from checks.doctor import doctor

    report = doctor.examine(lesson, project)
    if form == "json":
        click.echo(json.dumps(report.as_dict()))
    else:
        doctor.show(report, console)
    return report.exit_status


for command in (*own_code.COMMANDS, typed.load):
    main.add_command(command)


HOURS = click.FloatRange(0, 24, min_open=True)
GRADE = {"ignore_unknown_options": True, "help_option_names": []}
"""All that is typed after `grade` is read by its own command."""


@main.command("grade", context_settings=GRADE, add_help_option=False)
@click.argument("typed", nargs=-1, type=click.UNPROCESSED)
def grade_(typed: tuple[str, ...]) -> int:
    """Check a folder of submissions, and write a report; for teachers."""
    from checks.grade.command import grade

    name = "python -m checks grade"
    status: int = grade.main([*typed], prog_name=name, standalone_mode=False) or 0
    return status


@main.command("wall")
@port(8004)
@click.option("--host", help="The address of this machine that learners reach.")
@click.option("--hours", default=8.0, type=HOURS, show_default=True)
@click.option("--token", metavar="LETTERS", help="That of an earlier wall.")
def wall_(port: int, host: str | None, hours: float, token: str | None) -> None:
    """Who is where, and who asks for help: a page for a classroom; until Ctrl-C."""
    from checks import classroom

    wall = classroom.wall(host, port, hours, token)
    interrupts.run_until_signal(classroom.serve(wall, console))


@main.command()
@click.argument("file", type=click.File(errors="replace"), default="-")
def explain(file: TextIO) -> int:
    """The likely mistakes behind a traceback, or any other words: FILE, or pasted."""
    from checks.show import found

    if file.isatty():
        click.echo("Paste what you see, then type Ctrl-D on a line of its own.")
    return found.show(file.read(), console)


@main.command()
@click.option("--flakes", type=int, help="Check each solution this many times.")
@click.option("--saves", type=int, help="Save this many times; measure the watcher.")
@click.option("--pages", type=int, help="Save this many times, and measure the page.")
@click.option(
    "--mistakes", is_flag=True, help="Which mistake is named for each submission."
)
def bench(
    flakes: int | None, saves: int | None, pages: int | None, mistakes: bool
) -> int:
    """How long everything takes, beside plain pytest; for maintainers."""
    script = "mistakes.py" if mistakes else "bench.py"
    command = [sys.executable, str(ROOT / "bench" / script)]
    counts = {"--flakes": flakes, "--saves": saves, "--pages": pages}
    for option, times in counts.items():
        if times and not mistakes:
            command += [option, str(times)]
    return subprocess.run(command, check=False).returncode


@main.command()
@port(8000)
def docs(port: int) -> int:
    """The lessons at http://localhost:8000/."""
    from checks.learn import foreground, ports

    ports.require_free(port)
    os.environ["NO_MKDOCS_2_WARNING"] = "1"  # Material's, about what comes after MkDocs
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"  # The hooks' would count as a change.
    mkdocs = [sys.executable, "-m", "mkdocs", "serve", "-a", f"localhost:{port}"]
    return foreground.run(mkdocs, ROOT)


@main.command()
def sync() -> None:
    """Write what is derived, and say what is missing next; for maintainers."""
    from checks.author.__main__ import sync_

    sync_.callback()  # type: ignore[misc]


@main.command()
@click.argument("name", required=False)
def lesson(name: str | None) -> None:
    """Start the lesson after the last one, and say what to write; for maintainers."""
    from checks.author.__main__ import lesson_

    lesson_.callback(name)  # type: ignore[misc]


def run_command() -> int:
    """Run the command that was typed; return its exit status, whatever happens."""
    # Set for another project of the learner's: each one here names its own settings.
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    return ending.run(main, errors)


if __name__ == "__main__":
    sys.exit(ending.status_for_make(run_command()))
