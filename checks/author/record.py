"""Records anew what pages, submissions, notebooks and tests show of the commands."""

import subprocess
import sys

from checks.author import pages, sync
from checks.course.lessons import ROOT, Lesson

PARTS = {
    "tests/checker/test_golden.py": "",
    "tests/test_submissions.py": "{0.slug}",
    "tests/notebook/test_outputs.py": "{0.slug}",
    "tests/site/test_recorded.py": "check-{0.step}",
}
"""The tests that record, those first that others show; and what selects a lesson's."""

BRIEFLY = ("-q", "--no-header", "--tb=line", "-rN")


def everything() -> bool:
    """Record all of it, and return whether nothing has changed.

    A change is a failure, so that it is read before it is committed.
    """
    done = [(_pytest(path, "--record"), _run("checks", "sync")) for path in PARTS]
    return all(all(passed) for passed in done)


def of_lesson(lesson: Lesson) -> bool:
    """Record what concerns one lesson, and return whether it can be relied on.

    What was recorded is run a second time, and then has to be the same. Raises
    OutOfStepError or FenceError where sync does.
    """
    derive()
    names = {path: name.format(lesson) for path, name in PARTS.items() if name}
    return min([_stable(path, name) for path, name in names.items()])


def _stable(path: str, name: str) -> bool:
    """Record the tests of one lesson in one file; run those again that have changed."""
    if _pytest(path, *BRIEFLY, "--record", "-k", name):
        return True
    derive()
    return _pytest(path, "-q", "--no-header", "--tb=short", "--last-failed", "-k", name)


def derive() -> None:
    """Write what follows from other files."""
    sync.sync()
    pages.sync()


def _pytest(*options: str) -> bool:
    return _run("pytest", *options)


def _run(module: str, *options: str) -> bool:
    command = [sys.executable, "-m", module, *options]
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0
