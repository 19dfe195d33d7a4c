"""Examine a machine and a project, and show what was found."""

from pathlib import Path

from rich.console import Console
from rich.text import Text

from checks.course.lessons import Lesson
from checks.doctor import machine, project
from checks.doctor.report import Report
from checks.show.terminal import BAD, GOOD, print_line, print_wrapped
from checks.show.text import show_cause


def examine(lesson: Lesson | None, folder: Path | None) -> Report:
    """What was found of this machine and, for a lesson, of a project."""
    report = Report()
    if lesson and folder:
        report = Report(lesson.step, lesson.slug, str(folder))
    report.lines += machine.examine()
    if lesson and folder:
        report.lines += project.examine(lesson, folder.resolve())
    return report


def show(report: Report, console: Console) -> None:
    """Print a report: each line, and then the problems."""
    width = max(len(line.about) for line in report.lines)
    for line in report.lines:
        sign, style = ("✗", BAD) if line.cause else ("✓", GOOD)
        lead = Text.assemble((sign, style), f" {line.about:<{width}}  ")
        print_wrapped(console, line.found, lead)
    for cause in report.causes:
        print_line(console, "")
        show_cause(cause, console)
    if not report.causes:
        print_wrapped(console, "No problem found.", style=GOOD)
