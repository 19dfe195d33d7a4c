"""What the tests of a learner are tried on: the versions that their lesson declares."""

from pathlib import Path

from checks.asking.own_tests import OWN, OwnTests, Tried
from checks.course.folders import read, write
from checks.course.lessons import Lesson
from checks.course.variants import (
    Variant,
    changed_code,
    code_under_test,
    labels,
    needs_other_tables,
    variants,
    with_tests,
)
from checks.sandbox.one_suite import Version
from checks.sandbox.processes import Project
from checks.sandbox.suite_process import SuiteProcess

QUIET, IDLE, WAIT, NEVER = 1.0, 0.4, 0.1, 0.05
"""Seconds without an event after which time is skipped: on a right version, on a broken
one, on one that waits by itself, and on one that does nothing."""


def start_suites(lesson: Lesson, project: Project) -> SuiteProcess:
    """Prepare the process that runs the learner's tests."""
    declared, starter = variants(lesson), read(lesson.starter)

    def version(it: Variant, idle: float | None, **how: bool) -> Version:
        return Version(it.name, it.files(starter), idle=idle, **how)

    versions = [
        *(
            version(it, WAIT if it.waits else QUIET, right=True)
            for it in declared.right
        ),
        *(version(it, IDLE) for it in declared.broken),
        *(version(it, NEVER, every=True) for it in declared.idle),
    ]

    def copy(folder: Path) -> list[Version]:
        for path, file in with_tests(lesson, project.path).items():
            write(file, folder / path)
        changed = changed_code(lesson, project.path)
        if not changed or needs_other_tables(changed):
            return []
        return [Version(OWN, changed, right=True, idle=QUIET)]

    return SuiteProcess(project, labels(lesson), versions, copy)


def own_tests(lesson: Lesson, process: SuiteProcess) -> OwnTests:
    """The learner's tests, to be asked what they pass and fail on."""
    declared = variants(lesson)
    every = (*declared.right, *declared.broken, *declared.idle)
    tried = {it.name: Tried(it.name, it.words, it.cure) for it in every}
    idle = [tried[it.name] for it in declared.idle]
    other = needs_other_tables(changed_code(lesson, process.project.path))
    code = frozenset(code_under_test(lesson))
    return OwnTests(process, tried, idle, code, needs_other_tables=other)
