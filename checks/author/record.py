"""Records the output that pages, submissions, notebooks and tests show."""

import subprocess
import sys

from checks.author import pages, sync
from checks.course.lessons import ROOT, Lesson

PARTS = {
    "tests/checker/test_golden.py": "",
    "tests/test_submissions.py": "{0.slug}",
    "tests/notebook/test_outputs.py": "{0.slug}",
    "tests/site/test_recorded.py": "check-{0.step} or check-{before}-passed",
}
"""The tests that record, in the order to run them, and what selects a lesson's.

The lesson before says at its end which one is next.
"""

BRIEFLY = ("-q", "--no-header", "--tb=line", "-rN")


def everything() -> bool:
    """Record everything, and return whether nothing has changed.

    A change counts as a failure, so that someone reads it before committing it.
    """
    done = [(_pytest(path, "--record"), _run("checks", "sync")) for path in PARTS]
    return all(all(passed) for passed in done)


def of_lesson(lesson: Lesson) -> bool:
    """Record the output for one lesson, and return whether it is reproducible.

    The tests that recorded something are run again, and then have to pass. Raises
    OutOfStepError or FenceError as sync does.
    """
    derive()
    before = lesson.step - 1
    selected = {path: k.format(lesson, before=before) for path, k in PARTS.items() if k}
    return min([_stable(path, name) for path, name in selected.items()])


def _stable(path: str, name: str) -> bool:
    """Record with the tests of one file, and run those that failed a second time."""
    if _pytest(path, *BRIEFLY, "--record", "-k", name):
        return True
    derive()
    return _pytest(path, "-q", "--no-header", "--tb=short", "--last-failed", "-k", name)


def derive() -> None:
    """Write the derived files."""
    sync.sync()
    pages.sync()


def _pytest(*options: str) -> bool:
    return _run("pytest", "-n", "auto", *options)


def _run(module: str, *options: str) -> bool:
    command = [sys.executable, "-m", module, *options]
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0
