"""Hints that a page asks for: those of `make hint`, in their order, counted with it."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from checks.course import hints
from checks.course.lessons import Course, Task
from checks.verdict import Cause, Check, Verdict, Where
from tests.live.pages import (
    HINT,
    LESSON,
    Event,
    page,
    progress,
    publisher,
)
from tests.live.server import Live

LESSONS = Course()
TASK, *_ = TASKS = LESSONS.lesson(LESSON).tasks
CAUSE = Cause("project", "tab A to hear", "it does not", "Save it.", Where("a.py", 1))


def verdict(project: Path, task: int | None = 1, **cause: Any) -> Event:
    """A verdict on which the check of one task fails, or none does."""
    why = dataclasses.replace(CAUSE, **cause)
    failed = Check("test_b", task, "", "failed", cause=why)
    judged = Verdict(1, LESSON, str(project), "", checks=[Check("test_a", 1, "")])
    judged.checks[0].outcome = "passed"
    if task:
        judged.checks.append(failed)
        judged.cause = why
    told = json.loads(json.dumps(judged.as_dict()))
    return {"type": "verdict", "lesson": LESSON, "run": 1, "verdict": told}


def rung(number: int, task: Task = TASK) -> Event:
    """A hint as a page gets it."""
    return {
        "type": "hint",
        "task": task.number,
        "title": task.title,
        "number": number,
        "of": 3,
        "text": task.hints[number - 1],
        "last": number == 3,
        "left_out": [],
    }


def whole(task: Task) -> Event:
    """All hints of a task as a page gets them after passing."""
    hints = list(task.hints)
    return {"task": task.number, "title": task.title, "hints": hints, "why": task.why}


async def asked(live: Live, event: Event, times: int = 1) -> list[Event]:
    """What a page is answered that asks so many times after this verdict."""
    async with publisher(live) as course, page(live) as one:
        await course.publish(event)
        assert await one.hears() == event
        return [await one.asks(HINT) for _ in range(times)]


async def test_each_comes_once_and_then_all_again(live: Live, tmp_path: Path) -> None:
    given = await asked(live, verdict(tmp_path), 4)
    assert given[:3] == [rung(1), rung(2), rung(3)]
    again = whole(TASK) | {"why": None}
    assert given[3] == {"type": "hints", "passed": False, "tasks": [again]}


async def test_they_are_for_the_task_that_fails(live: Live, tmp_path: Path) -> None:
    last = TASKS[-1]
    assert await asked(live, verdict(tmp_path, last.number)) == [rung(1, last)]


async def test_they_are_counted_with_those_in_the_terminal(
    live: Live, tmp_path: Path
) -> None:
    count = hints.Count(live.hints, LESSONS.lesson(LESSON), tmp_path)
    assert count.next(TASK, "").number == 1
    assert await asked(live, verdict(tmp_path)) == [rung(2)]
    assert count.next(TASK, "").number == 3


async def test_one_that_repeats_the_cure_is_left_out(
    live: Live, tmp_path: Path
) -> None:
    told = verdict(tmp_path, cure=TASK.hints[1])
    assert await asked(live, told, 2) == [rung(1), rung(3) | {"left_out": [2]}]


async def test_a_lesson_that_passes_gives_all_and_says_why(
    live: Live, tmp_path: Path
) -> None:
    told = {"type": "hints", "passed": True, "tasks": [whole(task) for task in TASKS]}
    assert await asked(live, verdict(tmp_path, None)) == [told]


async def test_without_a_verdict_there_is_none(live: Live) -> None:
    async with page(live) as one:
        why = "This lesson has not been checked yet. Save one of its files."
        assert await one.asks(HINT) == {"type": "no_hint", "why": why}


@pytest.mark.parametrize("cause", [{"voice": "machine"}, {"voice": "checker"}])
async def test_there_is_none_for_what_is_not_the_project_s(
    live: Live, tmp_path: Path, cause: dict[str, Any]
) -> None:
    (told,) = await asked(live, verdict(tmp_path, **cause))
    assert told["type"] == "no_hint"


async def test_there_is_none_for_a_check_without_a_task(
    live: Live, tmp_path: Path
) -> None:
    (told,) = await asked(live, verdict(tmp_path, 99))
    assert told["type"] == "no_hint"


async def test_only_the_page_that_asks_is_answered(live: Live, tmp_path: Path) -> None:
    async with publisher(live) as course, page(live) as one, page(live) as other:
        await course.publish(verdict(tmp_path))
        assert await other.hears() == await one.hears()
        assert await one.asks(HINT) == rung(1)
        await course.publish(progress())
        assert await other.hears() == progress()
