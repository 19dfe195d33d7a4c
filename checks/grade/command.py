"""`python -m checks grade`: what is typed, its progress, and its summary."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.progress import TimeRemainingColumn as TimeLeft

from checks import interrupts
from checks.course import release
from checks.grade import grade as grading
from checks.grade import points
from checks.grade.results import Results, checked_by
from checks.options import limit, optional_lesson
from checks.sandbox import landlock, own_namespaces
from checks.show import terminal

FOLDER = click.Path(path_type=Path, file_okay=False)


def _shard(_: click.Context, __: click.Parameter, given: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d+)/(\d+)", given)
    number, of = (int(part) for part in match.groups()) if match else (0, 0)
    if not 1 <= number <= of:
        raise click.BadParameter("type 1/3 for the first of three")
    return number, of


@click.command()
@click.argument("folders", nargs=-1, required=True, type=FOLDER)
@click.option("--step", "lesson", callback=optional_lesson, help="One lesson only.")
@click.option("--shard", default="1/1", callback=_shard, help="2/3: the second third.")
@click.option("--jobs", type=int, help="Side by side; one more than cores otherwise.")
@click.option("--plain", is_flag=True, help="What passes again, on a plain daphne.")
@click.option("--merge", is_flag=True, help="Put the folders A B … together in --to.")
@click.option("--to", type=FOLDER, help="The folder of the report, with --merge.")
@click.option("--github", is_flag=True, help="Annotations, and a job summary.")
@limit
def grade(**given: Any) -> int:
    """Check a folder of submissions: grade FROM TO, or grade --merge A B --to C."""
    console = terminal.make_console()
    folders: tuple[Path, ...] = given["folders"]
    for folder in folders if given["merge"] else folders[:1]:
        if not folder.is_dir():
            raise click.UsageError(f"{folder} is not a folder.")
    if given["merge"]:
        if not given["to"]:
            raise click.UsageError("Name the folder of the merged report: --to C")
        status = merge(folders, given["to"], console)
        return _for_github(given, given["to"], folders, status)
    if len(folders) != 2:  # noqa: PLR2004 (FROM and TO)
        raise click.UsageError("Name two folders: grade submissions/ report/")
    jobs = given["jobs"] or (os.cpu_count() or 1) + 1  # A check also waits.
    asked = {name: given[name] for name in ("lesson", "shard", "limit", "plain")}
    status = grade_folder(grading.Grading(*folders, jobs=jobs, **asked), console)
    return _for_github(given, folders[1], folders[:1], status)


def _for_github(
    given: dict[str, Any], report: Path, folders: tuple[Path, ...], status: int
) -> int:
    """Print annotations and write the job's summary, if asked to; return the status."""
    if given["github"]:
        from checks.grade import exports

        found = Results(report).all()
        for line in exports.annotations(found):
            click.echo(line)
        if path := os.environ.get("GITHUB_STEP_SUMMARY"):
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(exports.summary(found, _points(folders)))
    return status


def _points(folders: tuple[Path, ...]) -> points.Points:
    """The points in the first folder that has any."""
    has = (folder for folder in folders if (folder / points.FILE).exists())
    return points.load(next(has, None))


def grade_folder(run: grading.Grading, console: Console) -> int:
    """Check what has changed, write the report, and say what came of it."""
    weights = points.load(run.submissions)
    results = Results(run.report)
    if not run.students():
        raise click.UsageError(f"{run.submissions} has no submissions in it.")
    results.note_roster("{}/{}".format(*run.shard), run.mine())
    jobs = run.plan(results)
    for words in _not_confined():
        terminal.print_wrapped(console, words)
    words = f"{len(run.mine())} submissions; to check: {len(jobs)}"
    terminal.print_wrapped(console, f"{words}, {run.jobs} side by side.")
    hashes = release.now()
    with _progress(console) as bar:
        task = bar.add_task("Checking", total=len(jobs))
        work = grading.run(jobs, run, results, lambda _: bar.advance(task))
        try:
            interrupts.run_until_signal(work)
        except KeyboardInterrupt:
            bar.stop()
            words = "Stopped. What is done is kept: the same command goes on from here."
            terminal.print_wrapped(console, words)
            raise
    status = write_report(run.report, results, weights, console)
    if changed := [part for part, it in release.now().items() if hashes[part] != it]:
        words = f"Changed while projects were checked: {', '.join(changed)}."
        terminal.print_wrapped(console, f"{words} Look at git status, and grade again.")
    return 3 if changed else status


def _not_confined() -> Iterator[str]:
    """What this system cannot keep other people's projects from."""
    if landlock.abi() < landlock.SIGNALS:
        yield f"Confined: {landlock.described()}."
    if not own_namespaces.is_possible():
        yield f"Grading: {own_namespaces.described()}."


def _progress(console: Console) -> Progress:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    return Progress(
        *columns, TimeLeft(), console=console, disable=not console.is_terminal
    )


def merge(folders: tuple[Path, ...], to: Path, console: Console) -> int:
    """Put folders of results together; the newest of each result counts."""
    merged = Results(to)
    for folder in folders:
        for path in sorted((folder / "results").rglob("*.json")):
            there = merged.folder / path.relative_to(folder / "results")
            there.parent.mkdir(parents=True, exist_ok=True)
            if not there.exists() or there.stat().st_mtime < path.stat().st_mtime:
                there.write_bytes(path.read_bytes())
                os.utime(there, ns=(0, path.stat().st_mtime_ns))
    return write_report(to, merged, _points(folders), console)


def write_report(
    folder: Path, results: Results, weights: points.Points, console: Console
) -> int:
    """Write the report; 0 if everybody has a result that counts, 3 otherwise."""
    # Imported here, it takes no memory while projects are checked.
    from checks.grade import exports
    from checks.grade.report import WORDS, Report

    roster = results.roster()
    found = [result for result in results.all() if result.id in roster]
    there = {result.id for result in found}
    missing = [name for it, name in roster.items() if it not in there]
    Report(folder, found, weights).write(missing)
    exports.write(folder, found, weights)
    for status, count in Counter(it.status for it in found).most_common():
        terminal.print_line(console, f"{count:5}  {WORDS[status]}")
    for line in checked_by(found):
        terminal.print_line(console, line)
    for name in missing:
        terminal.print_wrapped(console, f"Missing: {name} has no result yet.")
    terminal.print_wrapped(console, f"The report: {folder / 'index.html'}")
    spoiled = any(it.status in ("machine", "broken") for it in found)
    return 3 if missing or spoiled else 0
