"""Which lessons and tasks there are, read from the folders of the lessons."""

import dataclasses
import re
import tomllib
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path

from checks.course.fences import Region, regions
from checks.regular_file import read_text
from checks.verdict import Where

ROOT = Path(__file__).resolve().parents[2]
CHECKS = ("test_*.py", "conftest.py")
"""The files of a lesson that pytest reads: its checks, and fixtures of its own."""
OWN_MISTAKES = ".checks/mistakes.py"
"""The file of a lesson that declares what only this lesson lets people get wrong."""
VARIANTS = ".checks/variants.py"
"""The file of a lesson that declares on which versions of its code tests are tried."""
JUDGES = (*CHECKS, OWN_MISTAKES, VARIANTS)
"""The files that a verdict depends on besides the project."""
OWN = ("lesson.toml", "explore.ipynb", *JUDGES)
"""Every lesson has its own version of these; they are no part of the project."""


def is_own(path: str, patterns: tuple[str, ...] = OWN) -> bool:
    """Whether a file, by its path in the lesson's folder, is one of these."""
    return any(
        fnmatchcase(path, pattern) and path.count("/") == pattern.count("/")
        for pattern in patterns
    )


class NoSuchLesson(Exception):
    """The step that was asked for is none; the message says which there are."""


@dataclass(frozen=True)
class Task:
    """One thing to do inside a lesson, with three hints from a nudge to the line.

    `why` says why the solution is as it is; it is told to those who have solved it.
    """

    number: int
    title: str
    hints: tuple[str, ...]
    why: str = ""


@dataclass(frozen=True)
class Prediction:
    """A question about what happens, answered by what a run saw in one check.

    `options` has a name for each thing that may happen: of who received a message
    `sender`, `others`, `all` or `none`; of a connection `accepted`, `rejected` or
    `unanswered`; of what no tab has sent `arrives` or `stays_away`; of the learner's
    own tests `passes` or `fails`; of a user who is gone `listed` or `not_listed`.
    With `passed`, only a run in which that check passes answers it.
    """

    id: str
    question: str
    check: str
    options: dict[str, str] = field(hash=False)
    passed: bool = False


@dataclass(frozen=True)
class Lesson:
    """One folder of the syllabus. `folder` is the learner's, `starter` the course's.

    `broker` is the URL of the Redis that the finished lesson needs, if it needs one.
    `replay` is the check in which a message is followed once the lesson passes.
    `second_half` is the check from which on all can be made beside those before it.
    """

    slug: str
    folder: Path
    starter: Path
    title: str
    minutes: int
    files: tuple[str, ...]
    proved: str
    tasks: tuple[Task, ...]
    broker: tuple[str, ...]
    replay: str = ""
    second_half: str = ""
    predictions: tuple[Prediction, ...] = ()

    @property
    def step(self) -> int:
        """The number of the lesson, as in `make check STEP=3`; 0 if it has none."""
        number = re.match(r"\d+", self.slug)
        return int(number[0]) if number else 0


def instruction(project: Path, lesson: Lesson, task: int) -> tuple[Where | None, str]:
    """Where in the project a task is to be done, and what there is to do.

    Falls back on the lesson's own file where the learner has taken the comments out.
    """
    for folder in (project, lesson.starter):
        places = [
            (Where(file, region.start if folder == project else None), region.text)
            for file in lesson.files
            for region in _regions(folder / file)
            if region.task == task
        ]
        if len(places) == 1:
            return places[0]
        if places:
            return places[0][0], lesson.tasks[task - 1].title + "."
    return None, lesson.tasks[task - 1].title + "."


def task_at(project: Path, where: Where | None) -> int | None:
    """The task whose lines, or comments, are at this place; None if it is of none."""
    if where is None or where.line is None:
        return None
    places = ((r.task, r.start, r.end) for r in _regions(project / where.file))
    return next((task for task, a, b in places if a <= where.line <= b), None)


def open_tasks(project: Path, lesson: Lesson) -> list[int]:
    """The tasks of which every region still stands in the project as it was shipped."""
    begun, there = set(), set()
    for file in lesson.files:
        shipped = {r.name: r.body for r in _regions(lesson.starter / file)}
        mine = {r.name: r.body for r in _regions(project / file)}
        there |= {name.partition(".")[0] for name in shipped}
        begun |= {n.partition(".")[0] for n, b in shipped.items() if mine.get(n) != b}
    return sorted(map(int, there - begun))


def open_parts(project: Path, lesson: Lesson) -> list[Region]:
    """The regions that still stand as they were shipped, of tasks that are begun."""
    undone = open_tasks(project, lesson)
    parts = []
    for file in lesson.files:
        mine = {region.name: region.body for region in _regions(project / file)}
        shipped = _regions(lesson.starter / file)
        parts += [r for r in shipped if mine.get(r.name) == r.body]
    return [region for region in parts if region.task not in undone]


def _regions(path: Path) -> list[Region]:
    try:
        return regions(read_text(path))
    except (OSError, ValueError):
        return []


@dataclass(frozen=True)
class Course:
    """A course lies in a folder; the real one in the repository's."""

    root: Path = ROOT

    @cached_property
    def lessons(self) -> list[Lesson]:
        """Every lesson, in order. Reads the course's own copies, not the learner's."""
        starters = (self.root / "checks" / "starters").glob("[0-9]*/lesson.toml")
        return [self._lesson(described.parent) for described in sorted(starters)]

    def _lesson(self, starter: Path) -> Lesson:
        data = tomllib.loads((starter / "lesson.toml").read_text(encoding="utf-8"))
        tasks = [
            Task(number, task["title"], tuple(task["hints"]), task.get("why", ""))
            for number, task in enumerate(data["tasks"], start=1)
        ]
        return Lesson(
            slug=starter.name,
            folder=self.root / "lessons" / starter.name,
            starter=starter,
            title=data["title"],
            minutes=data["minutes"],
            files=tuple(data["files"]),
            proved=data["proved"],
            tasks=tuple(tasks),
            broker=tuple(data.get("broker", [])),
            replay=data.get("replay", ""),
            second_half=data.get("second_half", ""),
            predictions=tuple(Prediction(**it) for it in data.get("predictions", [])),
        )

    def after(self, lesson: Lesson) -> Lesson | None:
        """The lesson that comes next, None after the last one."""
        later = (other for other in self.lessons if other.step > lesson.step)
        return next(later, None)

    def before(self, lesson: Lesson) -> Lesson | None:
        """The lesson that comes before, None before the first one."""
        earlier = [other for other in self.lessons if other.step < lesson.step]
        return earlier[-1] if earlier else None

    def lesson_in(self, folder: Path) -> Lesson:
        """The lesson that lies in a folder, which may be a copy by another name."""
        copy = self._lesson(folder)
        alike = (lesson.slug for lesson in self.lessons if lesson.title == copy.title)
        return dataclasses.replace(copy, slug=next(alike, copy.slug))

    def lesson(self, step: str | None) -> Lesson:
        """The lesson that `step` means: `3`, `03` or `03_channel_layer`.

        Raises NoSuchLesson, with what can be typed instead.
        """
        for lesson in self.lessons:
            if step == lesson.slug or (
                step and re.fullmatch(r"\d+", step) and int(step) == lesson.step
            ):
                return lesson
        asked = "STEP is missing" if not step else f"There is no step {step!r}"
        steps = ", ".join(f"{lesson.step} ({lesson.slug})" for lesson in self.lessons)
        raise NoSuchLesson(f"{asked}. Type one of: {steps}. For example: STEP=1")
