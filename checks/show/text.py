"""A verdict for a terminal: one cause first, then what led to it, then the rest."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from checks.course import Lesson
from checks.folders import Files
from checks.verdict import Cause, Check, Moment, Verdict

VOICES = {
    "project": "Your project",
    "machine": "Your machine",
    "checker": "The checker broke",
}
SIGNS = {
    "passed": ("✓ passed", "green"),
    "failed": ("✗ failed", "red"),
    "not_reached": ("· not reached", "dim"),
    "skipped": ("- skipped", "dim"),
    "broken": ("! broken", "magenta"),
}
DIFF = {"+": "green", "-": "red", "@": "cyan"}
LATEST = 12
"""Of a transcript, this many lines are shown, the latest."""


def show(verdict: Verdict, lesson: Lesson, console: Console, *, output: bool) -> None:
    """Print a verdict; with `output`, what the project printed too."""
    if verdict.cause:
        show_cause(verdict.cause, console)
        failed = next((check for check in verdict.checks if check.cause), None)
        _show_transcript(failed.transcript if failed else [], console)
    if verdict.traceback:
        console.print(Text(verdict.traceback, style="dim"))
    if verdict.checks:
        console.print(_table(verdict.checks))
    if verdict.cause is None:
        console.print(Text(f"Passed. {lesson.proved}", style="bold green"))
    for cause in verdict.advice:
        _show_advice(cause, console)
    _show_notes(verdict, console, output=output)


def show_cause(cause: Cause, console: Console) -> None:
    """Print why something did not work: expected, got, where to look, what to do."""
    sentence = f"{VOICES[cause.voice]}: expected {cause.expected}, but {cause.got}."
    console.print(Text(sentence, style="bold red"))
    console.print(_place_and_cure(cause))
    for frame in cause.frames:
        code = f"  {frame.file}:{frame.line}: {frame.code.strip()}"
        console.print(Text(code, style="dim"), soft_wrap=True)


def _show_advice(cause: Cause, console: Console) -> None:
    sentence = f"Advice: expected {cause.expected}, but {cause.got}."
    console.print(Text(sentence, style="yellow"))
    console.print(_place_and_cure(cause))


def _place_and_cure(cause: Cause) -> Table:
    table = Table.grid(padding=(0, 1))
    if cause.where:
        table.add_row("  Look at", Text(str(cause.where)))
    if cause.cure:
        table.add_row("  Do", Text(cause.cure))
    return table


def _show_transcript(moments: list[Moment], console: Console) -> None:
    if not moments:
        return
    table = Table.grid(padding=(0, 1))
    for moment in moments[-LATEST:]:
        at = f"{moment.at * 1000:.0f} ms"
        table.add_row(f"  {at:>7}", moment.actor.id, moment.does, Text(moment.what))
    cut = " at last" if len(moments) > LATEST else ""
    console.print(f"\nWhat passed{cut}:", style="dim")
    console.print(table, style="dim")


def _table(checks: list[Check]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_row()
    for check in checks:
        sign, style = SIGNS[check.outcome]
        table.add_row(Text(sign, style), f"task {check.task}", Text(check.title))
    table.add_row()
    return table


def _show_notes(verdict: Verdict, console: Console, *, output: bool) -> None:
    passed = sum(check.outcome == "passed" for check in verdict.checks)
    note = f"{passed} of {len(verdict.checks)} checks passed in {verdict.seconds:.1f} s"
    broker = f", through {verdict.broker}" if verdict.broker else ""
    console.print(Text(f"{note}{broker}.", style="dim"))
    if verdict.checks_changed:
        console.print("The course's own checks ran; those in your lesson differ.")
    if verdict.printed_bytes and not output:
        size = f"{verdict.printed_bytes:,} bytes"
        console.print(f"Your project printed {size}; OUTPUT=1 shows them.")
    elif verdict.printed:
        cut = verdict.printed_bytes > len(verdict.printed.encode())
        console.print("Your project printed" + (", at the end:" if cut else ":"))
        console.print(Text(verdict.printed), soft_wrap=True)


def show_diff(lines: list[str], console: Console) -> None:
    """Print a unified diff, each line whole, however long it is."""
    for line in lines:
        style = DIFF.get(line[:1], "")
        console.print(Text(line, style=style), soft_wrap=True)
    if not lines:
        console.print("Nothing differs.")


def show_files(files: Files, console: Console) -> None:
    """Print files, each under its path."""
    from rich.syntax import Syntax  # It brings Pygments, which a verdict does without.

    for path, file in files.items():
        console.rule(path)
        console.print(Syntax(file.text, "python", background_color="default"))
