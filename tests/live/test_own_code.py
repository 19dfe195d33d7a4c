"""What a page asks about the learner's own code: open it, compare it, put it back."""

from pathlib import Path
from typing import Any

import pytest

from checks.author import solution
from checks.course.lessons import ROOT, Course
from checks.live import comparison, layer, places
from checks.verdict import Where
from tests.live.pages import LESSON, page, publisher
from tests.live.server import Live
from tests.live.test_hints_on_pages import verdict

OPEN, COMPARE, RESET = ({"type": kind} for kind in ("open", "compare", "reset"))


async def test_the_place_of_the_last_verdict_is_asked_to_be_opened(
    live: Live, tmp_path: Path
) -> None:
    async with publisher(live) as course, page(live) as one:
        event = verdict(tmp_path)
        await course.publish(event)
        assert await one.hears() == event
        await one.says(OPEN)
        async for asked in course.choices():
            assert asked == layer.place_opened(LESSON, "a.py", 1)
            break


async def test_a_step_of_its_traceback_is_asked_to_be_opened_if_it_is_there(
    live: Live, tmp_path: Path
) -> None:
    async with publisher(live) as course, page(live) as one:
        event = verdict(tmp_path)
        event["verdict"]["cause"]["frames"] = [{"file": "b.py", "line": 7}]
        await course.publish(event)
        assert await one.hears() == event
        for frame in (1, 0):
            await one.says({"type": "open", "frame": frame})
        async for asked in course.choices():
            assert asked == layer.place_opened(LESSON, "b.py", 7)
            break


@pytest.mark.parametrize("ask", ["help", "no_help", "leave"])
async def test_what_a_page_asks_of_the_wall_is_passed_on(live: Live, ask: str) -> None:
    async with publisher(live) as course, page(live) as one:
        await one.says({"type": "wall", "ask": ask})
        async for asked in course.choices():
            assert asked == layer.asked_of_wall(ask)
            break


@pytest.mark.parametrize("frame", [{"ask": "x"}, {"ask": "help", "name": "B"}, {}])
async def test_a_page_cannot_ask_anything_else_of_it(
    live: Live, frame: dict[str, str]
) -> None:
    async with page(live) as one:
        await one.says({"type": "wall", **frame})
        assert (await one.is_refused())[0] == 4400


async def test_a_page_cannot_name_a_file(live: Live) -> None:
    async with page(live) as one:
        await one.says({"type": "open", "file": "/etc/passwd"})
        assert (await one.is_refused())[0] == 4400


async def test_before_it_passes_nothing_is_compared(live: Live) -> None:
    async with page(live) as one:
        assert await one.asks(COMPARE) == comparison.answer(
            Course().lesson(LESSON), None
        )


async def test_what_is_the_starter_is_reset_to_nothing_else(live: Live) -> None:
    async with page(live) as one:
        assert await one.asks(RESET) == {"type": "reset", "done": []}


def test_yours_is_beside_ours_for_each_task(monkeypatch: pytest.MonkeyPatch) -> None:
    lesson = Course().lesson(LESSON)
    files = solution.of(lesson, ROOT)
    path = "chat/consumers.py"
    text = files[path].text.replace("self.accept()", "self.accept(None)")
    mine = {path: files[path]._replace(content=text.encode())}
    monkeypatch.setattr(comparison, "read", lambda _: mine)
    passed = '{"verdict": {"verdict": "passed"}}'
    answer: dict[str, Any] = comparison.answer(lesson, passed)
    first, second = answer["tasks"]
    (part,) = first["parts"]
    assert part["file"] == path
    changed = [line.replace(" ", "") for line in part["diff"] if line[0] in "+-"]
    assert changed == ["-self.accept(None)", "+self.accept()"]
    assert first["why"] == lesson.tasks[0].why
    assert second["parts"] == []
    assert answer["apply"] == "make solution STEP=1 WRITE=1"


def test_an_excerpt_is_of_a_file_inside_the_project(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "a.py").write_text("one\ntwo\nthree\nfour\n")
    (tmp_path / "secret.py").write_text("secret\n")
    (project / "link.py").symlink_to(tmp_path / "secret.py")
    shown = {"first": 2, "lines": ["two", "three", "four"]}
    assert places.excerpt(project, Where("a.py", 3)) == shown
    for file in ("../secret.py", "link.py", "/etc/passwd", "none.py"):
        assert places.inside(project, file) is None
        assert places.excerpt(project, Where(file, 1)) is None
