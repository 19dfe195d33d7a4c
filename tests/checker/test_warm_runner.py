"""A warm process reports what it finds out as soon as it has found it."""

import asyncio
from pathlib import Path

import pytest

from checks.author.projects import build
from checks.course.checklist import checklist
from checks.course.lessons import ROOT, Course, Lesson
from checks.learn.warm_runner import WarmRunner
from checks.observe.process_tree import children_of
from checks.verdict import Verdict
from tests.checker.test_watch import processes

LESSON, HISTORY = Course().lesson("1"), Course().lesson("5")
SUBMISSIONS = ROOT / "tests/submissions"
WRONG = SUBMISSIONS / LESSON.slug / "wrong"


def reported(project: Path, lesson: Lesson = LESSON) -> list[str | Verdict]:
    """What one run reports, in its order: checks that begin, the cause, the verdict."""
    reports: list[str | Verdict] = []

    async def run() -> None:
        async with WarmRunner(lesson, project) as runner:
            verdict = await runner.run(
                on_check=lambda check: reports.append(check.id),
                on_cause=reports.append,
            )
            reports.append(verdict)

    asyncio.run(run())
    return reports


def test_the_cause_is_reported_before_the_checks_that_are_left(tmp_path: Path) -> None:
    submission = WRONG / "drops_repeated_messages"
    build(LESSON.slug, tmp_path, solved=True, submission=submission)
    reports = reported(tmp_path)
    [so_far, verdict] = [it for it in reports if isinstance(it, Verdict)]
    assert verdict.cause
    assert so_far.cause == verdict.cause
    ended, every = ([check.id for check in it.checks] for it in (so_far, verdict))
    assert so_far.checks[-1].outcome == "failed"
    assert ended == every[: len(ended)]
    left = reports[reports.index(so_far) + 1 : -1]
    assert left
    assert set(left) <= set(every) - set(ended)


def test_a_cause_after_which_no_check_runs_comes_with_the_verdict(
    tmp_path: Path,
) -> None:
    build(LESSON.slug, tmp_path, solved=True)
    (tmp_path / "chat/consumers.py").write_text("import nothing_of_that_name\n")
    [verdict] = [it for it in reported(tmp_path) if isinstance(it, Verdict)]
    assert verdict.verdict == "failed"


# Two halves, side by side ---------------------------------------------------------


def outcomes(verdict: Verdict | str) -> dict[str, str]:
    """What became of each check, in their order."""
    assert isinstance(verdict, Verdict)
    return {check.id: check.outcome for check in verdict.checks}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return build(HISTORY.slug, tmp_path / "project", solved=True)


def test_both_halves_are_in_the_verdict(project: Path) -> None:
    *begun, verdict = reported(project, HISTORY)
    found = outcomes(verdict)
    assert [*found] == [check["id"] for check in checklist(HISTORY)]
    assert {*found.values()} == {"passed"}
    assert begun[: len(found)] == [*found]  # Those after them give advice.


def test_servers_of_two_runs_serve_it(project: Path) -> None:
    started = project.parent / "started"
    settings = project / "mysite/settings.py"
    note = f"open({str(started)!r}, 'a').write(f'{{os.getppid()}}\\n')"
    settings.write_text(f"{settings.read_text()}\nimport os\n{note}\n")
    reported(project, HISTORY)
    assert len(set(started.read_text().split())) == 2


def test_both_end_when_a_save_stops_the_run(project: Path) -> None:
    async def stop_and_run_again() -> Verdict:
        async with WarmRunner(HISTORY, project) as warm:
            begun = asyncio.Event()
            stopped = asyncio.create_task(
                warm.run(
                    lambda check: begun.set() if check.id == "test_saves" else None
                )
            )
            await begun.wait()
            children = children_of(warm.process.pid)
            stopped.cancel()
            await asyncio.wait([stopped])
            first_folder = warm.folder
            verdict = await warm.run(lambda _: None)
            assert warm.folder == first_folder  # It has not been killed.
            assert not children & children_of(warm.process.pid)
            return verdict

    verdict = asyncio.run(stop_and_run_again())
    assert verdict.verdict == "passed"
    assert processes(project) == set()


def test_what_fails_in_the_second_half_is_found_by_one_run_alone(
    tmp_path: Path,
) -> None:
    wrong = SUBMISSIONS / HISTORY.slug / "wrong/author_may_be_missing"
    project = build(HISTORY.slug, tmp_path / "p", solved=True, submission=wrong)
    reports = reported(project, HISTORY)
    [so_far, verdict] = [it for it in reports if isinstance(it, Verdict)]
    found = outcomes(verdict)
    assert [*found] == [check["id"] for check in checklist(HISTORY)]
    assert found["test_author_is_gone"] == "failed"
    assert verdict.cause
    assert verdict.cause == so_far.cause
    assert verdict.cause.mistake == "author_may_be_missing"
