"""What `make learn` tells arrives, where it belongs, once, in order, also later."""

import asyncio

import pytest

from checks.course.lessons import Course
from checks.live import last_messages, layer
from checks.live.pages import Pages
from checks.live.publish import Publisher
from checks.verdict import Check
from tests.live.pages import LESSON, Event, page, progress, publisher, run
from tests.live.server import Live

OTHER = "02_routing"
CHOSEN = {"type": "chosen", "lesson": LESSON}
STOPPED = {"type": "stopped"}


def verdict(number: int, lesson: str = LESSON, size: int = 0) -> Event:
    """An event with a verdict of about so many bytes."""
    told = {"verdict": "passed", "printed": "é" * (size // 6)}
    return {"type": "verdict", "lesson": lesson, "run": number, "verdict": told}


def project(lesson: str = LESSON) -> Event:
    """An event about the servers of the learner's project."""
    server = {"number": 1, "port": 8001, "state": "up", "why": None}
    return {"type": "project", "lesson": lesson, "servers": [server]}


async def test_an_event_of_a_lesson_reaches_its_pages_and_no_others(live: Live) -> None:
    async with (
        publisher(live) as course,
        page(live) as one,
        page(live) as same,
        page(live, f"/live/{OTHER}/") as other,
        page(live, "/live/") as front,
    ):
        for event in (run(1), verdict(1), project()):
            await course.publish(event)
            assert await one.hears() == await same.hears() == event
        await course.publish(progress("last"))
        assert await other.hears() == await front.hears() == progress("last")


@pytest.mark.parametrize("event", [progress("one"), CHOSEN, STOPPED])
async def test_what_is_for_everybody_reaches_every_page(
    live: Live, event: Event
) -> None:
    async with (
        publisher(live) as course,
        page(live) as one,
        page(live, f"/live/{OTHER}/") as other,
        page(live, "/live/") as front,
    ):
        for told in (progress("first"), event):  # From the first on, all are in it.
            await course.publish(told)
            for each in (one, other, front):
                assert await each.hears() == told


async def test_who_comes_later_is_sent_the_last_of_each_kind(
    live: Live,
) -> None:
    events = [progress("old"), project(), run(1), verdict(1), CHOSEN, progress("new")]
    async with publisher(live) as course:
        for event in [*events, verdict(9, OTHER), STOPPED, run(2)]:
            await course.publish(event)
        async with page(live) as one, page(live, "/live/") as front:
            now = [project(), verdict(1), CHOSEN, progress("new"), run(2)]
            assert await one.hears_until(now[-1]) == now
            assert await front.hears_until(progress("new")) == [CHOSEN, progress("new")]


async def test_a_large_verdict_arrives_whole(live: Live) -> None:
    async with publisher(live) as course, page(live) as one:
        await course.publish(verdict(1, size=layer.LARGEST - 200))
        assert await one.hears() == verdict(1, size=layer.LARGEST - 200)


async def test_one_that_no_page_could_get_is_not_sent(live: Live) -> None:
    async with publisher(live) as course, page(live) as one:
        with pytest.raises(ValueError, match=r"verdict: .* 1048576 at most"):
            await course.publish(verdict(1, size=layer.LARGEST))
        await course.publish(run(2))
        assert await one.hears() == run(2)


async def test_what_is_older_than_what_a_page_knows_is_not_sent(live: Live) -> None:
    async with publisher(live) as course, page(live) as one:
        await course.publish(run(2))
        assert await one.hears() == run(2)  # It is in the group from here on.
        stale = last_messages.message("run", 1, '"stale"')
        await course.layer.group_send(layer.lesson_group(LESSON), stale)
        await course.publish(run(3))
        assert await one.hears() == run(3)


async def test_whenever_a_page_connects_it_misses_nothing_and_receives_nothing_twice(
    live: Live,
) -> None:
    """Pages come while events are told without a pause; each hears the rest of them."""
    last = 200

    async def comes(after: int) -> None:
        await begun[after].wait()
        async with page(live) as one:
            heard = [event["run"] for event in await one.hears_until(run(last))]
            assert heard == list(range(heard[0], last + 1))
            assert heard[0] >= after

    async with publisher(live) as course, asyncio.TaskGroup() as pages:
        begun = [asyncio.Event() for _ in range(last)]
        for after in range(1, last, 10):
            pages.create_task(comes(after))
        for number in range(1, last + 1):
            await course.publish(run(number))
            if number < last:
                begun[number].set()


async def test_a_later_make_learn_is_newer(live: Live) -> None:
    async with publisher(live) as course, page(live) as one:
        await course.publish(run(1))
        assert await one.hears() == run(1)
        async with publisher(live) as later:
            await later.publish(run(1, check="later"))
            assert await one.hears() == run(1, check="later")


async def test_events_that_are_sent_at_once_come_in_their_order(live: Live) -> None:
    async with publisher(live) as course, page(live) as one:
        await course.publish(run(0))
        assert await one.hears() == run(0)  # It is in the group from here on.
        async with asyncio.TaskGroup() as together:
            for number in range(1, 20):
                together.create_task(course.publish(run(number)))
        heard = await one.hears_until(run(19))
        assert heard == [run(number) for number in range(1, 20)]


async def test_a_page_that_comes_and_goes_takes_nothing_along(live: Live) -> None:
    """With `RedisChannelLayer` as it is, one event in fifteen is lost here."""

    async def comes_and_goes() -> None:
        async with page(live):
            pass

    async with publisher(live) as course, page(live) as one:
        for number in range(100):
            event = run(number, large="x" * 100_000)
            await asyncio.gather(course.publish(event), comes_and_goes())
            assert await one.hears() == event


async def test_of_checks_that_follow_at_once_the_last_is_reported() -> None:
    lesson = Course().lesson("1")
    pages = Pages(Publisher("redis://localhost"))
    first, last = (Check(name, 1, name) for name in ("test_a", "test_b"))
    pages.send_check(lesson, 1, first)
    pages.send_check(lesson, 1, last)
    assert (await pages.events.get())()["check"] == "test_b"
    pages.send_check(lesson, 1, first)
    pages.send_saved(lesson, 2, ["a.py"])
    pages.send_check(lesson, 2, last)
    events = [(await pages.events.get())() for _ in range(2)]
    assert [(it["run"], it["check"]) for it in events] == [(2, None), (2, "test_b")]
    assert pages.events.empty()
