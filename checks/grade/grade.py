"""Grades a folder of submissions: reads them, checks what has changed, writes results.

First, a canary: on this machine the solution of each lesson has to pass and its starter
to fail. Otherwise nothing is graded.
"""

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from checks.author import solution
from checks.course.folders import Files, digest, read
from checks.course.lessons import ROOT, Course, Lesson
from checks.grade import intake
from checks.grade.archive import Unreadable
from checks.grade.forked import Forks
from checks.grade.intake import Student
from checks.grade.results import Result, Results, Status, key, tasks_passed
from checks.grade.workers import Worker
from checks.verdict import Cause, Finding, Verdict

OnResult = Callable[[Result], None]
STATUS: dict[str, Status] = {
    "passed": "passed",
    "failed": "failed",
    "machine": "machine",
    "broken": "broken",
}


class Job(NamedTuple):
    """One lesson of one student that has to be checked."""

    student: Student
    lesson: Lesson
    key: dict[str, str]
    left_out: list[str]

    def files(self) -> Files:
        """The project, read again: not all of them are kept in memory."""
        lessons = Course().lessons
        handed_in = intake.read_submission(self.student, lessons, self.lesson)
        return intake.assemble(self.lesson, handed_in.lessons[self.lesson.slug])


@dataclass(frozen=True)
class Grading:
    """One run of `make grade`; `shard` is (1, 3) for the first of three."""

    submissions: Path
    report: Path
    lesson: Lesson | None
    shard: tuple[int, int]
    jobs: int
    limit: float
    plain: bool = False

    def plan(self, results: Results) -> list[Job]:
        """What has to be checked; of the rest, the result is noted at once."""
        return [job for student in self.mine() for job in self._jobs(student, results)]

    def mine(self) -> list[Student]:
        """The students of this shard."""
        number, of = self.shard
        return self.students()[number - 1 :: of]

    def students(self) -> list[Student]:
        """Everybody who handed something in."""
        return intake.students(self.submissions, self.report.resolve())

    def _jobs(self, student: Student, results: Results) -> Iterator[Job]:
        lessons = Course().lessons
        try:
            handed_in = intake.read_submission(student, lessons, self.lesson)
        except Unreadable as error:
            self._note_unreadable(student, f"could not be read: {error}", results)
            return
        results.forget_other(student, self._kept(handed_in.lessons))
        for lesson in lessons:
            if lesson.slug not in handed_in.lessons:
                continue
            files = intake.assemble(lesson, handed_in.lessons[lesson.slug])
            depends_on = key(lesson, digest(files), self.limit, plain=self.plain)
            job = Job(student, lesson, depends_on, handed_in.left_out)
            if results.known(lesson.slug, student, depends_on):
                continue
            if digest(files) == digest(read(lesson.starter)):
                results.save(_result(job, "not_started"))
            else:
                yield job

    def _kept(self, graded: Iterable[str]) -> Iterable[str]:
        """The lessons whose results stay: where one is asked for, those of others."""
        return [it.slug for it in Course().lessons] if self.lesson else graded

    def _note_unreadable(self, student: Student, words: str, results: Results) -> None:
        lesson = self.lesson.slug if self.lesson else ""
        results.forget_other(student, self._kept([lesson]))
        results.save(
            Result(student.name, student.id, lesson, "unreadable", words=words)
        )


def _result(job: Job, status: Status, **found: Any) -> Result:
    return Result(
        *(job.student.name, job.student.id, job.lesson.slug, status, job.key),
        left_out=job.left_out,
        **found,
    )


async def run(
    jobs: list[Job], grading: Grading, results: Results, on: OnResult
) -> None:
    """Check everything, lesson after lesson, as many side by side as asked for."""
    lessons = {job.lesson.slug: job.lesson for job in jobs}
    async with Forks() as forks:
        for lesson in lessons.values():
            worker = Worker(lesson, grading.limit, forks, plain=grading.plain)
            async with worker:
                await require_canary(worker)
        for lesson in lessons.values():
            mine = iter([job for job in jobs if job.lesson.slug == lesson.slug])
            async with asyncio.TaskGroup() as group:
                for _ in range(grading.jobs):
                    worker = Worker(lesson, grading.limit, forks, plain=grading.plain)
                    group.create_task(_work(worker, mine, results, on))


async def _work(
    worker: Worker, waiting: Iterator[Job], results: Results, on: OnResult
) -> None:
    """Check one project after another, as long as any waits."""
    if (job := next(waiting, None)) is None:
        return
    async with worker:
        while job:
            result = await grade(worker, job)
            results.save(result)
            on(result)
            job = next(waiting, None)


async def grade(worker: Worker, job: Job) -> Result:
    """Check one lesson of one student, whatever comes of it."""
    try:
        verdict, words = await worker.check(job.files())
    except Unreadable as error:
        return _result(job, "unreadable", words=f"could not be read: {error}")
    except TimeoutError:
        return _result(job, "machine", words="The run has not begun: is it too busy?")
    data = worker.without_path(json.dumps(verdict.as_dict(), ensure_ascii=False))
    return _result(
        job,
        "timeout"
        if ran_out_of_time(verdict, worker.limit)
        else STATUS[verdict.verdict],
        tasks=tasks_passed(verdict),
        words=words,
        seconds=verdict.seconds,
        verdict=json.loads(data),
    )


def ran_out_of_time(verdict: Verdict, limit: float) -> bool:
    """Whether a run ended because of its own time limit."""
    return verdict.verdict == "failed" and verdict.seconds >= limit


async def require_canary(worker: Worker) -> None:
    """Raise Finding unless the solution passes here, and the starter fails."""
    lesson = worker.lesson
    starter = read(lesson.starter)
    wanted = {"passed": starter | solution.of(lesson, ROOT), "failed": starter}
    for expected, files in wanted.items():
        verdict, _ = await worker.check(files)
        if verdict.verdict != expected:
            raise Finding(_canary(lesson, expected, verdict))


def _canary(lesson: Lesson, expected: str, verdict: Verdict) -> Cause:
    what = "the solution" if expected == "passed" else "the starter"
    got, cause = verdict.verdict, verdict.cause
    return Cause(
        "machine",
        f"{what} of lesson {lesson.step} to be {expected} on this machine",
        f"the verdict is {got}" + (f" ({cause.sentence()})" if cause else ""),
        "Nothing more was graded: type make doctor, and grade again afterwards.",
    )
