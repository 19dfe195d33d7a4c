"""A verdict for a terminal: one cause first, then what led to it, then the rest."""

import re
import shlex

from rich.console import Console
from rich.text import Text

from checks.course import hints
from checks.course.folders import Files
from checks.course.lessons import ROOT, Lesson
from checks.show import transcript
from checks.show.terminal import BAD, GOOD, LATER, ODD, PLACE, QUIET, flow, line
from checks.verdict import Cause, Check, Verdict

VOICES = {
    "project": "Your project",
    "machine": "Your machine",
    "checker": "The checker broke",
}
SIGNS = {
    "passed": ("✓ passed", GOOD),
    "failed": ("✗ failed", BAD),
    "not_reached": ("· not reached", QUIET),
    "skipped": ("- skipped", QUIET),
    "broken": ("! broken", ODD),
}
DIFF = {"+": GOOD, "-": BAD, "@": PLACE}
MOST = 3
"""So many remarks are made on a project that passes; more are not read."""


def show(  # noqa: PLR0913 (what is shown, and how)
    verdict: Verdict,
    lesson: Lesson,
    console: Console,
    following: Lesson | None = None,
    *,
    output: bool = False,
    then: str = "check",
) -> None:
    """Print a verdict; with `output`, what the project printed too.

    `following` is the lesson that comes next, None after the last; `then` is what to
    type for it.
    """
    if verdict.cause:
        _show_told(verdict.cause, console)
        failed = next((check for check in verdict.checks if check.cause), None)
        if failed:
            transcript.show(failed.transcript, console, failed.cause, failed.waited)
        if verdict.cause.frames:
            line(console, "\nIn your code:", QUIET)
        _show_frames(verdict.cause, console)
    if verdict.traceback:
        line(console, verdict.traceback, QUIET)
    _show_checks(verdict.checks, console)
    if verdict.cause is None:
        flow(console, f"Passed. {lesson.proved}", style=f"bold {GOOD}")
        _show_advice(verdict.advice, console)
        _show_next(lesson, following, then, console)
        line(console, "")
    _show_notes(verdict, console, output=output)
    if verdict.printed_bytes and not output:
        printed = f"Your project printed {verdict.printed_bytes:,} bytes"
        line(console, f"{printed}: {command('check', verdict, lesson)} OUTPUT=1")
    if hints.subject(verdict.as_dict(), lesson):
        line(console, f"A hint: {command('hint', verdict, lesson)}")


def show_cause(cause: Cause, console: Console) -> None:
    """Print why something did not work: expected, got, where to look, what to do."""
    _show_told(cause, console)
    _show_frames(cause, console)


def _show_told(cause: Cause, console: Console) -> None:
    sentence = f"{VOICES[cause.voice]}: expected {cause.expected}, but {cause.got}."
    flow(console, sentence, style=f"bold {BAD}")
    _show_place_and_cure(cause, console)


def _show_frames(cause: Cause, console: Console) -> None:
    """The steps of a traceback that are the learner's own."""
    for frame in cause.frames:
        code = f"  {frame.file}:{frame.line}: {frame.code.strip()}"
        line(console, code)


def _show_place_and_cure(cause: Cause, console: Console) -> None:
    told = {
        "Look at": str(cause.where or ""),
        "Do": cause.cure,
        "Why": cause.why,
        "Read": cause.page and _section(cause.page),
    }
    told = {name: words for name, words in told.items() if words}
    width = max(map(len, told), default=0)
    for name, words in told.items():
        flow(console, words, f"  {name:<{width}} ")


def _section(page: str) -> str:
    """The file of a page and its heading: words can be wrapped, and found."""
    file, _, anchor = page.partition("/#")
    there = ROOT / f"docs/{file}.md"
    text = there.read_text(encoding="utf-8") if there.exists() else ""
    headings = (line.lstrip("# ") for line in text.splitlines() if line[:1] == "#")
    named = {_anchor(heading): heading for heading in headings}
    return f"docs/{file}.md, under “{named.get(anchor, anchor.replace('-', ' '))}”"


def _anchor(heading: str) -> str:
    """The address of a heading inside its page, as Python-Markdown makes it."""
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", heading)).strip("-").lower()


def command(name: str, verdict: Verdict, lesson: Lesson) -> str:
    """What to type for a command on the project that was checked."""
    own = ROOT / verdict.project == lesson.folder.resolve()
    project = "" if own else f" PROJECT={shlex.quote(verdict.project)}"
    return f"make {name} STEP={lesson.step}{project}"


def _show_advice(advice: list[Cause], console: Console) -> None:
    for cause in advice[:MOST]:
        sentence = f"Advice: expected {cause.expected}, but {cause.got}."
        line(console, "")
        flow(console, sentence, style=LATER)
        _show_place_and_cure(cause, console)
    more = len(advice) - MOST
    if more > 0:
        remarks = "remark is" if more == 1 else "remarks are"
        flow(console, f"{more} more {remarks} kept back until these are dealt with.")
    if advice:
        line(console, "")


def _show_next(
    lesson: Lesson, following: Lesson | None, then: str, console: Console
) -> None:
    if following:
        page = f"docs/lessons/{following.slug}.md"
        flow(console, f"Next comes lesson {following.step}: {following.title}.")
        line(console, f"  Read {page}\n  Type make {then} STEP={following.step}")
        return
    own = f"Its folder, lessons/{lesson.slug}, is a Django project that runs by itself"
    last = f"That was the last lesson. {own}: copy it, and build on it."
    flow(console, last)


def _show_checks(checks: list[Check], console: Console) -> None:
    if not checks:
        return
    width = max(len(SIGNS[check.outcome][0]) for check in checks)
    line(console, "")
    for check in checks:
        sign, style = SIGNS[check.outcome]
        lead = Text.assemble((f"{sign:<{width}}", style), f"  task {check.task}  ")
        flow(console, check.title, lead)
    line(console, "")


def _show_notes(verdict: Verdict, console: Console, *, output: bool) -> None:
    passed = sum(check.outcome == "passed" for check in verdict.checks)
    note = f"{passed} of {len(verdict.checks)} checks passed in {verdict.seconds:.1f} s"
    broker = f", through {verdict.broker}" if verdict.broker else ""
    flow(console, f"{note}{broker}.", style=QUIET)
    if verdict.checks_changed:
        flow(console, "The course's own checks ran; those in your lesson differ.")
    if verdict.printed and output:
        cut = verdict.printed_bytes > len(verdict.printed.encode())
        line(console, "Your project printed" + (", at the end:" if cut else ":"))
        console.print(Text(verdict.printed), soft_wrap=True)
    if verdict.logged and output:
        line(console, "Your servers logged:")
        console.print(Text(verdict.logged), soft_wrap=True)


def show_diff(lines: list[str], console: Console) -> None:
    """Print a unified diff, each line whole, however long it is."""
    for changed in lines:
        style = DIFF.get(changed[:1], "")
        console.print(Text(changed, style=style), soft_wrap=True)
    if not lines:
        line(console, "Nothing differs.")


def show_files(files: Files, console: Console) -> None:
    """Print files, each under its path, with the comments in them set off."""
    for path, file in files.items():
        line(console, f"── {path} ──", "bold")
        code = Text(file.text)
        code.highlight_regex(r"(?m)^ *#.*$", PLACE)
        console.print(code, soft_wrap=True)
