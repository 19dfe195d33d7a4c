"""One verdict on one lesson, while a terminal shows what is being done."""

from pathlib import Path

from checks import interrupts
from checks.course import hints, progress
from checks.course.lessons import Lesson
from checks.show.progress import progress_line
from checks.verdict import Verdict


def verdict(  # noqa: PLR0913 (what is checked, and how)
    lesson: Lesson,
    project: Path,
    limit: float = 60,
    seed: str | None = None,
    *,
    quiet: bool = False,
    lead: str = "",
) -> Verdict:
    """Check a project, while a terminal shows what is being done, after a `lead`.

    What becomes of a lesson's own folder counts as progress.
    """
    from checks.run import runner

    with progress_line(quiet=quiet, lead=lead) as on_check:
        checked = runner.check(lesson, project, limit, seed, on_check=on_check)
    interrupts.check()
    progress.note(lesson, project, checked)
    hint_count(lesson, project).forget_passed(checked)
    return checked


def hint_count(lesson: Lesson, project: Path) -> hints.Count:
    """How many hints were given for the tasks of this lesson in this project."""
    return hints.Count(hints.FILE, lesson, project)
