"""A warm process reports what it finds out as soon as it has found it."""

import asyncio
from pathlib import Path

from checks.author.projects import build
from checks.course.lessons import ROOT, Course
from checks.learn.warm_runner import WarmRunner
from checks.verdict import Verdict

LESSON = Course().lesson("1")
WRONG = ROOT / "tests/submissions" / LESSON.slug / "wrong"


def reported(project: Path) -> list[str | Verdict]:
    """What one run reports, in its order: checks that begin, the cause, the verdict."""
    reports: list[str | Verdict] = []

    async def run() -> None:
        async with WarmRunner(LESSON, project) as runner:
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
