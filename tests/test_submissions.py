"""Every submission gets its verdict: wrong ones their recorded words, valid ones pass.

A submission is a set of files laid over a solved lesson. After a change of words,
`pytest tests/test_submissions.py --record` writes what is said now, and fails.
"""

import contextlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from checks.author.projects import build
from checks.course.checklist import checklist
from checks.course.fences import regions
from checks.course.lessons import ROOT, VARIANTS, Course, Lesson
from checks.observe.timeline import SAID
from checks.run.events import decoded
from checks.sandbox.nginx import CONFIGURATION
from checks.verdict import Verdict
from tests.conftest import Check, environment

SUBMISSIONS = Path(__file__).parent / "submissions"
CHECKED = {"quick": 4, "page": 6, "tests": 2, "nginx": 2}
"""How many submissions of a lesson `make test` checks each day; of those with a page of
their own, of all lessons together. Such a page starts a browser, tests of a learner are
run on a dozen versions of the code, and with nginx there are six servers: each takes 10
to 20 s, the others 1 to 10. So a further lesson costs half a minute. ALL=1 leaves out
none."""
WATCHED = {"quick": 4, "page": 1, "tests": 1, "nginx": 1}
"""How many of them it also saves under a watcher, of all lessons together."""
LESSONS = [pytest.param(lesson, id=lesson.slug) for lesson in Course().lessons]
TESTED = {it.slug for it in Course().lessons if (it.starter / VARIANTS).exists()}
"""The lessons in which people write tests."""
PROXIED = {it.slug for it in Course().lessons if CONFIGURATION in it.files}
"""The lessons in which people configure nginx."""
MADE_UP = re.compile(r"-?[0-9a-f]{8,}")
"""What is another on each run: the names of channels, hashes, what uuid draws."""
ADDED = re.compile(r"\. Did you mean '\w+'\?")
"""What Python says from 3.13 on, and did not say before."""
EXIT = {"passed": 0, "failed": 1}


def kind(submission: Path) -> str:
    """What a check of a submission takes, as `CHECKED` counts it."""
    if submission.parents[1].name in TESTED:
        return "tests"
    if submission.parents[1].name in PROXIED:
        return "nginx"
    return "page" if (submission / "chat/templates").exists() else "quick"


def submissions(daily: dict[str, int], *of_all: str) -> Iterator[Any]:
    """Every submission there is, by its folder: a new one needs no entry anywhere."""
    for folder in sorted(SUBMISSIONS.glob("*/*/*/")):
        it = kind(folder)
        marks = pytest.mark.in_sample(daily[it], of_all=it if it in of_all else "")
        name = str(folder.relative_to(SUBMISSIONS))
        yield pytest.param(folder, id=name, marks=marks)


class Watched:
    """A process that waits for saves in a project of one lesson, as behind a watcher.

    All submissions are written into one folder, as a person saves one after another.
    """

    def __init__(self, lesson: Lesson, folder: Path) -> None:
        self.lesson, self.project = lesson, folder / lesson.slug
        asked = {"step": lesson.slug, "project": str(self.project), "seed": "course"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "checks.run.warm", json.dumps(asked)],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def check(self, submission: Path) -> dict[str, Any]:
        """Save the files of a submission, and return the verdict."""
        assert self.process.stdin
        assert self.process.stdout
        if self.project.exists():
            shutil.rmtree(self.project)
        build(self.lesson.slug, self.project, solved=True, submission=submission)
        self.process.stdin.write(b".")
        self.process.stdin.flush()
        verdict: Verdict | None = None
        while (event := decoded(self.process.stdout.readline())) is not None:
            if isinstance(event, Verdict):
                verdict = event
        assert verdict
        return verdict.as_dict()

    def close(self) -> None:
        """End it."""
        self.process.communicate()


@pytest.fixture(scope="module")
def watched(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[str], Watched]]:
    """`watched(slug)` is the process of a lesson; it is started once."""
    folder = tmp_path_factory.mktemp("watched")
    with contextlib.ExitStack() as stack:

        @cache
        def watched(slug: str) -> Watched:
            started = Watched(Course().lesson(slug), folder)
            stack.callback(started.close)
            return started

        yield watched


def told(verdict: dict[str, Any]) -> str:
    """The words of a verdict, as a submission records them."""
    lines = []
    if verdict["cause"]:
        failed = (c["id"] for c in verdict["checks"] if c["outcome"] == "failed")
        lines += [f"Failed: {next(failed, 'before any check')}"]
        lines += _told(verdict["cause"])
    for advice in verdict["advice"]:
        lines += ["Advice", *_told(advice)]
    words = "\n".join(lines) + "\n" if lines else ""
    return MADE_UP.sub("…", ADDED.sub("", words))


def _told(cause: dict[str, Any]) -> Iterator[str]:
    if cause["mistake"]:
        yield f"Mistake: {cause['mistake']}"
    yield f"Expected: {cause['expected']}"
    yield f"Got: {cause['got']}"
    if cause["where"]:
        line = cause["where"]["line"]
        yield f"Look at: {cause['where']['file']}" + (f", line {line}" if line else "")
    yield f"Do: {cause['cure']}"


@pytest.mark.parametrize("submission", [*submissions(CHECKED, "page")])
def test_says_what_is_recorded(
    submission: Path, check: Check, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    slug = submission.parent.parent.name
    project = build(slug, tmp_path / "project", solved=True, submission=submission)
    result = check(slug, project)
    expected = "failed" if submission.parent.name == "wrong" else "passed"
    words = told(result.verdict)
    assert result.verdict["verdict"] == expected, words + result.stderr
    assert result.status == EXIT[expected]
    assert result.stderr == ""
    recorded = submission / "expected.txt"
    before = recorded.read_text() if recorded.exists() else ""
    if pytestconfig.getoption("record") and words != before:
        recorded.write_text(words) if words else recorded.unlink()
        pytest.fail(f"recorded {recorded.relative_to(SUBMISSIONS)}")
    assert words == before


@pytest.mark.parametrize("submission", [*submissions(WATCHED, *WATCHED)])
def test_a_watcher_says_the_same(
    submission: Path, watched: Callable[[str], Watched]
) -> None:
    recorded = submission / "expected.txt"
    expected = recorded.read_text() if recorded.exists() else ""
    words = told(watched(submission.parent.parent.name).check(submission))
    if submission.parent.name == "valid":  # Each half of a run draws words of its own.
        words, expected = SAID.sub("…", words), SAID.sub("…", expected)
    assert words == expected


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_solution_passes_without_advice_and_without_a_browser(
    lesson: Lesson, cold_check: Check, no_browser: dict[str, str], tmp_path: Path
) -> None:
    project = build(lesson.slug, tmp_path / "project", solved=True)
    result = cold_check(lesson.step, project, **no_browser)
    assert (told(result.verdict), result.status) == ("", 0)
    checks = result.verdict["checks"]
    assert {check["outcome"] for check in checks} == {"passed"}
    listed = ("id", "task", "title")
    assert checklist(lesson) == [{it: check[it] for it in listed} for check in checks]


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_starter_fails_at_its_first_task(
    lesson: Lesson, check: Check, tmp_path: Path
) -> None:
    result = check(lesson.step, build(lesson.slug, tmp_path / "project", solved=False))
    failed = [c for c in result.verdict["checks"] if c["outcome"] == "failed"]
    assert result.status == 1
    assert failed[0]["task"] == 1
    where = result.verdict["cause"]["where"]
    assert where["file"] == lesson.files[0]
    assert where["line"]


@pytest.mark.in_sample(6, of_all="lessons")
@pytest.mark.parametrize(
    ("lesson", "task"),
    [
        pytest.param(lesson, task, id=f"{lesson.slug}/{task}")
        for lesson in Course().lessons
        for task in range(1, len(lesson.tasks) + 1)
    ],
)
def test_a_first_try_is_not_shown_the_answer(
    lesson: Lesson, task: int, check: Check, tmp_path: Path
) -> None:
    """The answer is the third hint: until then, a message points to the place."""
    project = build(lesson.slug, tmp_path / "project", solved=True)
    answer = _undo(lesson, task, project)
    cause = check(lesson.slug, project).verdict["cause"]
    cure = squeezed(cause["cure"])
    assert [line for line in answer if line in cure] == []


def _undo(lesson: Lesson, task: int, project: Path) -> list[str]:
    """Take a task, and those after it, back to the starter; return the task's answer.

    The task has been begun: there is a comment in it.
    """
    answer: list[str] = []
    for file in lesson.files:
        shipped = {r.name: r.body for r in regions((lesson.starter / file).read_text())}
        lines = (project / file).read_text().splitlines()
        for region in reversed(regions("\n".join(lines))):
            begun = [f"{region.indent}# Begun."] if region.task == task else []
            if region.task == task:
                answer += [squeezed(line).rstrip(",") for line in region.body]
            if region.task >= task:
                lines[region.start : region.end - 1] = [*shipped[region.name], *begun]
        (project / file).write_text("\n".join(lines) + "\n")
    return [line for line in answer if any(map(str.isalnum, line))]


def squeezed(words: str) -> str:
    """Code without its blanks."""
    return "".join(words.split())


@pytest.mark.in_sample(3)
@pytest.mark.parametrize("lesson", LESSONS[1:])
def test_the_starter_passes_the_lesson_before(
    lesson: Lesson, check: Check, tmp_path: Path
) -> None:
    project = build(lesson.slug, tmp_path / "project", solved=False)
    assert told(check(lesson.step - 1, project).verdict) == ""


@pytest.mark.in_sample(2)
@pytest.mark.parametrize("solved", [False, True], ids=["starter", "solved"])
@pytest.mark.parametrize("slug", ["09_presence", "10_production", "11_crowd"])
def test_the_tests_that_a_project_has_pass(
    slug: str, *, solved: bool, tmp_path: Path
) -> None:
    """Those of the lessons before need a Redis at the port of the settings."""
    project = build(slug, tmp_path / "project", solved=solved)
    done = subprocess.run(
        [sys.executable, "manage.py", "test"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Ran 4 tests" in done.stderr
