"""One verdict on one lesson, while a terminal shows what is being done."""

from pathlib import Path

from checks import interrupts
from checks.course import hints
from checks.course.lessons import Lesson
from checks.show import progress
from checks.verdict import Verdict


def verdict(
    lesson: Lesson,
    project: Path,
    limit: float = 60,
    seed: str | None = None,
    *,
    quiet: bool = False,
) -> Verdict:
    """Check a project, while a terminal shows what is being done."""
    from checks.run import runner

    with progress.progress_line(quiet=quiet) as on_check:
        checked = runner.check(lesson, project, limit, seed, on_check=on_check)
    interrupts.check()
    hint_count(lesson, project).forget_passed(checked)
    return checked


def hint_count(lesson: Lesson, project: Path) -> hints.Count:
    """How many hints were given for the tasks of this lesson in this project."""
    return hints.Count(hints.FILE, lesson, project)
