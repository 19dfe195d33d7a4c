"""A verdict for a terminal: one cause first, then what led to it, then the rest."""

import re
import shlex
from pathlib import Path

from rich.console import Console
from rich.text import Text

from checks.course import hints
from checks.course.folders import Files
from checks.course.lessons import ROOT, Lesson
from checks.course.state import State, state_of
from checks.show import transcript
from checks.show.terminal import (
    BAD,
    BROKEN,
    GOOD,
    NOTICE,
    PLACE,
    QUIET,
    linked,
    print_line,
    print_wrapped,
)
from checks.verdict import Cause, Check, Verdict, Where

VOICES = {
    "project": "Your project",
    "machine": "Your machine",
    "checker": "The checker broke",
}
SIGNS = {
    "passed": ("✓ passed", GOOD),
    "failed": ("✗ failed", BAD),
    "to_do": ("○ to do", QUIET),
    "not_reached": ("· not reached", QUIET),
    "skipped": ("- skipped", QUIET),
    "broken": ("! broken", BROKEN),
}
NOT_BEGUN = {
    "to_do": "Nothing has been changed yet: start with",
    "in_progress": "Next:",
}
"""What is said of a lesson in which nothing is wrong, before the task to begin."""
DIFF = {"+": GOOD, "-": BAD, "@": PLACE}
MOST_ADVICE = 3
"""This many remarks are made on a project that passes; more are not read."""


def show(  # noqa: PLR0913 (what is shown, and how)
    verdict: Verdict,
    lesson: Lesson,
    console: Console,
    following: Lesson | None = None,
    *,
    output: bool = False,
    then: str = "",
    shown: Cause | None = None,
) -> None:
    """Print a verdict; with `output`, what the project printed too.

    `following` is the lesson that comes next, None after the last; `then` is what to do
    then. `shown` is the cause that `show_failure` has printed before, if it has.
    """
    if verdict.cause != shown:
        show_failure(verdict, lesson, console)
    project = ROOT / verdict.project
    state = state_of(verdict, lesson, project)
    if verdict.traceback:
        print_line(console, verdict.traceback, QUIET)
    _show_checks(verdict.checks, state, console)
    if verdict.cause is None:
        print_wrapped(console, f"Passed. {lesson.proved}", style=f"bold {GOOD}")
        _show_skipped(verdict.checks, console)
        _show_advice(verdict.advice, console, project)
        _show_next(lesson, following, then, console)
        print_line(console, "")
    _show_notes(verdict, state, console, output=output)
    if verdict.printed_bytes and not output:
        printed = f"Your project printed {verdict.printed_bytes:,} bytes"
        print_line(console, f"{printed}: {command('check', verdict, lesson)} OUTPUT=1")
    if hints.subject(verdict.as_dict(), lesson):
        print_line(console, f"A hint: {command('hint', verdict, lesson)}")


def show_cause(
    cause: Cause, console: Console, project: Path = ROOT, lead: str = ""
) -> None:
    """Print why something did not work: expected, got, where to look, what to do."""
    _show_sentence(cause, console, project, lead=lead)
    _show_frames(cause, console)


def show_failure(verdict: Verdict, lesson: Lesson, console: Console) -> None:
    """Print why it does not pass, if so.

    That is the sentence, the messages that led to it, and the learner's own frames.
    """
    cause = verdict.cause
    if cause is None:
        return
    state = state_of(verdict, lesson, ROOT / verdict.project)
    is_open = _show_where_to_start(verdict, state, lesson, console)
    style = QUIET if is_open else f"bold {BAD}"
    _show_sentence(cause, console, ROOT / verdict.project, style)
    failed = next((check for check in verdict.checks if check.cause), None)
    if failed:
        told = failed.transcript, console, failed.cause, failed.waited
        layer = transcript.layer_name(verdict.broker)
        transcript.show(*told, style=QUIET if is_open else BAD, layer=layer)
    if cause.frames:
        print_line(console, "\nIn your code:", QUIET)
    _show_frames(cause, console)


def _show_where_to_start(
    verdict: Verdict, state: State, lesson: Lesson, console: Console
) -> bool:
    """Name the task that comes next; whether that is all that is missing."""
    if state not in NOT_BEGUN:
        return False
    failed = next((check.task for check in verdict.checks if check.cause), None)
    if failed:
        start = f"task {failed}, {lesson.tasks[failed - 1].title}."
        print_wrapped(console, f"{NOT_BEGUN[state]} {start}", style="bold")
    return True


def _show_sentence(
    cause: Cause,
    console: Console,
    project: Path,
    style: str = f"bold {BAD}",
    lead: str = "",
) -> None:
    sentence = (
        f"{lead}{VOICES[cause.voice]}: expected {cause.expected}, but {cause.got}."
    )
    print_wrapped(console, sentence, style=style)
    _show_place_and_cure(cause, console, project)


def _show_frames(cause: Cause, console: Console) -> None:
    """The frames of a traceback that are in the learner's own code."""
    for frame in cause.frames:
        code = f"  {frame.file}:{frame.line}: {frame.code.strip()}"
        print_line(console, code)


def _show_place_and_cure(cause: Cause, console: Console, project: Path) -> None:
    parts: dict[str, str | Text] = {
        "Look at": _place(cause.where, console, project),
        "Do": cause.cure,
        "Why": cause.why,
        "Read": cause.page and _section(cause.page),
    }
    parts = {name: words for name, words in parts.items() if words}
    width = max(map(len, parts), default=0)
    for name, words in parts.items():
        print_wrapped(console, words, f"  {name:<{width}} ")


def _place(where: Where | None, console: Console, project: Path) -> str | Text:
    """A place, as a link where the terminal has links."""
    if where is None:
        return ""
    return linked(console, str(where), project / where.file, where.line)


def _section(page: str) -> str:
    """The file of a page and its heading: unlike a link, words can be wrapped."""
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


def _show_advice(advice: list[Cause], console: Console, project: Path) -> None:
    for cause in advice[:MOST_ADVICE]:
        sentence = f"Advice: expected {cause.expected}, but {cause.got}."
        print_line(console, "")
        print_wrapped(console, sentence, style=NOTICE)
        _show_place_and_cure(cause, console, project)
    more = len(advice) - MOST_ADVICE
    if more > 0:
        remarks = "remark is" if more == 1 else "remarks are"
        print_wrapped(
            console, f"{more} more {remarks} held back until these are dealt with."
        )
    if advice:
        print_line(console, "")


def _show_skipped(checks: list[Check], console: Console) -> None:
    """Say what was not checked, and why, where a lesson passed without it."""
    for check in checks:
        if check.outcome == "skipped":
            words = f"Skipped: {check.title.rstrip('.')}: {check.reason}."
            print_wrapped(console, words, style=NOTICE)


def _show_next(
    lesson: Lesson, following: Lesson | None, then: str, console: Console
) -> None:
    if following:
        title = following.title if following.title[-1] == "?" else f"{following.title}."
        print_wrapped(console, f"Next comes lesson {following.step}: {title}")
        print_line(console, then or reading(following, "check"))
        return
    own = f"Its folder, lessons/{lesson.slug}, is a Django project that runs by itself"
    last = f"That was the last lesson. {own}: copy it, and build on it."
    print_wrapped(console, last)
    end = "  Read docs/end.md"
    print_line(console, f"{then or end}: what you have built, and where to go next")


def reading(lesson: Lesson, command: str) -> str:
    """Where a lesson is read, and what to type for it."""
    page = f"docs/lessons/{lesson.slug}.md"
    return f"  Read {page}\n  Type make {command} STEP={lesson.step}"


def _show_checks(checks: list[Check], state: State, console: Console) -> None:
    if not checks:
        return
    signs = [SIGNS[_became(check, state)] for check in checks]
    width = max(len(sign) for sign, _ in signs)
    print_line(console, "")
    for check, (sign, style) in zip(checks, signs, strict=True):
        lead = Text.assemble((f"{sign:<{width}}", style), f"  task {check.task}  ")
        print_wrapped(console, check.title, lead)
        if check.outcome == "skipped" and check.reason:
            print_wrapped(console, f"{check.reason}.", " " * len(lead))
    print_line(console, "")


def _became(check: Check, state: State) -> str:
    """What became of a check: of what has not been begun, it is to do."""
    is_open = check.outcome in ("failed", "not_reached")
    is_to_do = state == "to_do" or (state == "in_progress" and is_open)
    return "to_do" if is_to_do else check.outcome


def _show_notes(
    verdict: Verdict, state: State, console: Console, *, output: bool
) -> None:
    outcomes = [_became(check, state) for check in verdict.checks]
    passed, skipped = outcomes.count("passed"), outcomes.count("skipped")
    note = f"{passed} of {len(outcomes)} checks" + " passed" * (state != "to_do")
    note += f", {skipped} skipped," if skipped else ""
    note += f" in {verdict.seconds:.1f} s"
    broker = f", through {verdict.broker}" if verdict.broker else ""
    print_wrapped(console, f"{note}{broker}.", style=QUIET)
    if verdict.checks_changed:
        print_wrapped(
            console, "The course's own checks ran; those in your lesson differ."
        )
    if verdict.printed and output:
        cut = verdict.printed_bytes > len(verdict.printed.encode())
        print_line(console, "Your project printed" + (", at the end:" if cut else ":"))
        console.print(Text(verdict.printed), soft_wrap=True)
    if verdict.logged and output:
        print_line(console, "Your servers logged:")
        console.print(Text(verdict.logged), soft_wrap=True)


def show_diff(lines: list[str], console: Console) -> None:
    """Print a unified diff, each line whole, however long it is."""
    for changed in lines:
        style = DIFF.get(changed[:1], "")
        console.print(Text(changed, style=style), soft_wrap=True)
    if not lines:
        print_line(console, "Nothing differs.")


def show_files(files: Files, console: Console) -> None:
    """Print files, each under its path, with the comments in them set off."""
    for path, file in files.items():
        print_line(console, f"── {path} ──", "bold")
        code = Text(file.text)
        code.highlight_regex(r"(?m)^ *#.*$", PLACE)
        console.print(code, soft_wrap=True)
