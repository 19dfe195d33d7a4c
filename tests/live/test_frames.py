"""What a page may send, and what becomes of one that sends anything else."""

import contextlib
import json

import pytest
from channels.exceptions import ChannelFull
from websockets.exceptions import ConnectionClosed

from checks.live import layer
from tests.live.pages import CHOOSE, HINT, LESSON, choice, page, publisher, run
from tests.live.server import Live

BAD = [
    b"",
    b'{"type": "choose"}',
    "",
    "choose",
    "{",
    "null",
    "[]",
    '"choose"',
    "NaN",
    "{}",
    '{"type": null}',
    '{"type": ["choose"]}',
    '{"type": "Choose"}',
    '{"type": "run"}',
    '{"type": "live.event"}',
    '{"type": "choose", "lesson": "02_routing"}',
    '{"type": "hint", "task": 3}',
    "[" * 100,
]


@pytest.mark.parametrize("lesson", [LESSON, "02_routing"])
async def test_choosing_a_lesson_reaches_make_learn(live: Live, lesson: str) -> None:
    async with publisher(live) as course, page(live, f"/live/{lesson}/") as one:
        await one.says(CHOOSE)
        assert await choice(course) == lesson


@pytest.mark.parametrize("frame", BAD)
async def test_what_is_not_understood_is_refused(
    live: Live, frame: str | bytes
) -> None:
    async with page(live) as one:
        await one.says(frame)
        code, reason = await one.is_refused()
    assert code == 4400
    assert ("bytes" in reason) == isinstance(frame, bytes)


@pytest.mark.parametrize("frame", [CHOOSE, HINT, "{}"])
async def test_a_page_without_a_lesson_may_ask_for_nothing(
    live: Live, frame: object
) -> None:
    async with page(live, "/live/") as one:
        await one.says(frame)
        code, reason = await one.is_refused()
    asked = frame if isinstance(frame, str) else json.dumps(frame)
    assert (code, reason) == (4400, f"This page may not send {asked}.")


async def test_a_frame_that_is_too_large_is_refused(live: Live) -> None:
    async with page(live) as one:
        await one.says(json.dumps(CHOOSE).ljust(100))
        await one.says(json.dumps(CHOOSE).ljust(101))
        reason = "A page may send 100 characters, and sent 101."
        assert await one.is_refused() == (4413, reason)


async def test_a_frame_that_is_far_too_large_ends_one_page_only(live: Live) -> None:
    async with publisher(live) as course, page(live) as other:
        async with page(live) as one:
            with contextlib.suppress(ConnectionClosed):  # It may end half-way.
                await one.says("x" * 2_000_000)
            assert await one.is_closed() == 1006
        await course.publish(run(1))
        assert await other.hears() == run(1)


async def test_too_many_frames_are_refused(live: Live) -> None:
    async with page(live) as one:
        for _ in range(20):
            assert (await one.asks(HINT))["type"] == "no_hint"
        await one.says(HINT)
        reason = "A page may send 20 frames in 10 seconds, not more."
        assert await one.is_refused() == (4429, reason)


async def test_a_choice_that_nobody_takes_is_refused(live: Live) -> None:
    async with publisher(live) as course, page(live) as one:
        with contextlib.suppress(ChannelFull):
            while True:
                await course.layer.send(layer.CHOICES, CHOOSE)
        await one.says(CHOOSE)
        reason = "Nobody takes your choice of a lesson. Is make learn still there?"
        assert await one.is_refused() == (4504, reason)


async def test_what_comes_after_a_bad_frame_is_not_done(live: Live) -> None:
    async with publisher(live) as course:
        async with page(live) as one:
            await one.says("bad")
            await one.says(CHOOSE)
            assert (await one.is_refused())[0] == 4400
        async with page(live, "/live/02_routing/") as two:
            await two.says(CHOOSE)
            assert await choice(course) == "02_routing"


async def test_a_bad_frame_ends_one_page_only(live: Live) -> None:
    async with publisher(live) as course, page(live) as other:
        async with page(live) as one:
            await one.says("bad")
            await one.is_refused()
        await course.publish(run(1))
        assert await other.hears() == run(1)
