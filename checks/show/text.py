"""A verdict for a terminal: one cause first, then what led to it, then the rest."""

from rich.console import Console
from rich.text import Text

from checks.course import Lesson
from checks.verdict import Cause, Check, Moment, Verdict

SIGNS = {
    "passed": ("✓", "passed", "green"),
    "failed": ("✗", "failed", "red"),
    "not_reached": ("·", "not reached", "dim"),
    "skipped": ("–", "skipped", "dim"),
    "broken": ("!", "broken", "magenta"),
}
VOICES = {
    "project": "Your project",
    "machine": "Your machine",
    "checker": "The checker broke",
}


def show(verdict: Verdict, lesson: Lesson, console: Console) -> None:
    """Print a verdict."""
    if verdict.cause:
        _show_cause(verdict, verdict.cause, console)
    _show_checks(verdict, console)
    if verdict.cause is None:
        console.print(Text(f"Passed: {lesson.proved}", style="bold green"))
    for cause in verdict.advice:
        console.print(
            Text(f"Advice: {cause.got[:1].upper()}{cause.got[1:]}.", style="yellow")
        )
        _aside("Look at", cause.where, console)
        _aside("Do", cause.cure, console)
    _show_notes(verdict, console)


def _show_cause(verdict: Verdict, cause: Cause, console: Console) -> None:
    sentence = f"{VOICES[cause.voice]}: expected {cause.expected}, but {cause.got}."
    console.print(Text(sentence, style="bold red"))
    _aside("Look at", cause.where, console)
    _aside("Do", cause.cure, console)
    failed = next((check for check in verdict.checks if check.cause), None)
    for frame in cause.frames:
        console.print(Text(f"  {frame.file}:{frame.line}  {frame.code}"))
    if failed:
        _show_transcript(failed.transcript, console)
    if verdict.traceback:
        console.print(Text(verdict.traceback, style="dim"))


def _aside(word: str, what: object, console: Console) -> None:
    if what:
        console.print(Text(f"  {word:8} {what}"))


def _show_transcript(moments: list[Moment], console: Console) -> None:
    if moments:
        console.print()
    for moment in moments[-12:]:
        line = f"  {moment.at * 1000:6.0f} ms  {moment.actor.id:9} {moment.does}  {moment.what}"
        console.print(Text(line, style="dim"), overflow="ellipsis", no_wrap=True)


def _show_checks(verdict: Verdict, console: Console) -> None:
    console.print()
    for check in verdict.checks:
        console.print(_line(check))
    if verdict.checks:
        console.print()


def _line(check: Check) -> Text:
    sign, word, style = SIGNS[check.outcome]
    task = f"task {check.task}"
    return Text.assemble((f"{sign} {word:11} ", style), f"{task}  {check.title}")


def _show_notes(verdict: Verdict, console: Console) -> None:
    passed = sum(check.outcome == "passed" for check in verdict.checks)
    broker = f", broker: {verdict.broker}" if verdict.broker else ""
    counted = (
        f"{passed} of {len(verdict.checks)} checks passed in {verdict.seconds:.1f} s"
    )
    console.print(Text(f"{counted}{broker}", style="dim"))
    if verdict.checks_changed:
        console.print("These are the course's checks; the ones in your lesson differ.")
    if verdict.printed:
        lines = verdict.printed.count(b"\n")
        console.print(f"Your project printed {lines} lines; OUTPUT=1 shows them.")
