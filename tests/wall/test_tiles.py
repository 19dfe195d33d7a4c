"""What the teacher's page gets of what learners send."""

import asyncio
import contextlib
from typing import Any

import pytest

from checks.live.refusals import Refused
from checks.wall.protocol import Position, cleaned
from checks.wall.tiles import FORGOTTEN, Tiles
from tests.wall.server import Client, Server, learner, teacher

STUCK = {
    "lesson": 1,
    "state": "needs_attention",
    "task": 2,
    "mistake": "non_json_frame_kills_socket",
    "passed": 4,
    "checks": 10,
}


async def moves(one: Client, seconds: int = 0, **facts: Any) -> None:
    """Send a position."""
    await one.sends("position", seconds=seconds, **STUCK | facts)


async def test_a_tile_shows_where_a_learner_is_in_words_of_the_course(
    own: Server,
) -> None:
    async with teacher(own.wall) as page, learner(own.wall) as ada:
        tiles = await page.shows(lambda named: "Ada" in named)
        assert tiles["Ada"]["lesson"] is None
        await moves(ada, 90)
        tiles = await page.shows(lambda named: named["Ada"]["lesson"])
        tile = tiles["Ada"]
        assert tile["at"] == "A frame that is not JSON ends the connection"
        assert (tile["passed"], tile["checks"], tile["help"]) == (4, 10, None)
        assert 90 <= tile["seconds"] < 100
        await moves(ada, mistake=None)
        await page.shows(
            lambda named: named["Ada"]["at"] == "Task 2: Send the message back"
        )
        await moves(ada, state="passed", task=None, passed=10)
        await page.shows(lambda named: named["Ada"]["at"] == "")


async def test_an_unknown_mistake_is_shown_as_its_task(own: Server) -> None:
    async with teacher(own.wall) as page, learner(own.wall) as ada:
        await moves(ada, mistake="import_os.system")
        tiles = await page.shows(lambda named: named["Ada"]["at"])
        assert tiles["Ada"]["at"] == "Task 2: Send the message back"


async def test_two_with_one_name_have_two_tiles(own: Server) -> None:
    async with (
        teacher(own.wall) as page,
        learner(own.wall, "Ada", "one"),
        learner(own.wall, "ada", "two"),
    ):
        await page.shows(lambda named: named.keys() == {"Ada", "ada (2)"})


async def test_a_name_is_shown_as_it_is_without_what_cannot_be_seen(
    own: Server,
) -> None:
    name = "<img src=x>\u202e\0 A\n\tB" + "x" * 50
    async with teacher(own.wall) as page, learner(own.wall, name, "one"):
        await page.shows(lambda named: named.keys() == {"<img src=x> A B" + "x" * 15})
    assert cleaned(" \u200b \u202e ") == ""
    assert cleaned("👩\u200d💻") == "👩\u200d💻"


async def test_a_learner_receives_nothing_of_others(own: Server) -> None:
    """What comes next to Ada is for her, although Ben has done all that there is."""
    async with (
        teacher(own.wall) as page,
        learner(own.wall) as ada,
        learner(own.wall, "Ben") as ben,
    ):
        await moves(ben)
        await ben.sends("help", asked=True)
        await ada.sends("help", asked=True)
        tiles = await page.shows(
            lambda named: (
                named.keys() == {"Ada", "Ben"}
                and all(it["help"] is not None for it in named.values())
            )
        )
        await page.sends("helped", tile=tiles["Ada"]["number"])
        assert await ada.receives() == {"type": "helped"}
        tiles = await page.shows(lambda named: named["Ada"]["help"] is None)
        assert tiles["Ben"]["help"] is not None
        await ben.sends("help", asked=False)
        await page.shows(lambda named: named["Ben"]["help"] is None)


async def test_who_leaves_is_gone_and_who_is_cut_off_is_away(own: Server) -> None:
    async with teacher(own.wall) as page:
        async with learner(own.wall, "Ben"), learner(own.wall, "Cleo") as cleo:
            async with learner(own.wall) as ada:
                await moves(ada, 60)
                await page.shows(lambda named: len(named) == 3)
                await ada.sends("leave")
                assert await ada.is_closed() == 1000
            await page.shows(lambda named: named.keys() == {"Ben", "Cleo"})
            cleo.socket.transport.abort()
            tiles = await page.shows(lambda named: named["Cleo"]["away"] is not None)
            assert tiles["Ben"]["away"] is None
        await page.shows(lambda named: named["Ben"]["away"] is not None)


async def test_who_comes_back_has_the_same_tile(own: Server) -> None:
    """Also while the wall takes the old connection for alive, as after a sleep."""
    async with teacher(own.wall) as page, learner(own.wall) as before:
        await moves(before)
        first = await page.shows(lambda named: named["Ada"]["at"])
        async with learner(own.wall) as after:
            assert await before.is_closed() == 4409
            await after.sends("help", asked=True)
            tiles = await page.shows(lambda named: named["Ada"]["help"] is not None)
        assert tiles["Ada"]["number"] == first["Ada"]["number"]
        assert tiles["Ada"]["away"] is None
        assert len(tiles) == 1


async def test_who_sends_no_heartbeat_is_away_until_they_come_back(
    impatient: Server,
) -> None:
    """The connection of a closed laptop stays open: only its silence shows that."""
    async with teacher(impatient.wall) as page, learner(impatient.wall) as ada:
        for _ in range(4):
            await asyncio.sleep(0.5)
            await ada.sends("here")
        tiles = await page.shows(lambda named: "Ada" in named)
        assert tiles["Ada"]["away"] is None
        await page.shows(lambda named: named["Ada"]["away"] is not None)
        assert await ada.is_closed() == 4408
        async with learner(impatient.wall):
            await page.shows(lambda named: named["Ada"]["away"] is None)


async def test_the_pages_of_a_teacher_show_the_same(own: Server) -> None:
    async with (
        teacher(own.wall) as one,
        teacher(own.wall, "127.0.0.1") as other,
        learner(own.wall) as ada,
    ):
        await ada.sends("help", asked=True)
        for page in (one, other):
            await page.shows(lambda named: named["Ada"]["help"] is not None)


async def test_a_page_may_ask_for_more_ten_times_a_second(own: Server) -> None:
    async with teacher(own.wall) as page, learner(own.wall) as ada:
        for passed in range(100):
            if passed % 5 == 0:
                await moves(ada, passed=passed)
            await page.sends("next")
        await page.shows(lambda named: named["Ada"]["passed"] == 95)


async def test_a_class_of_three_hundred_is_one_event_for_a_new_page(
    own: Server,
) -> None:
    async with contextlib.AsyncExitStack() as stack:
        for number in range(300):
            name = f"{number} {'é' * 30}"
            one = await stack.enter_async_context(learner(own.wall, name, f"{number}"))
            await moves(one)
        page = await stack.enter_async_context(teacher(own.wall))
        await page.shows(lambda named: len(named) == 300)


def test_a_tile_is_forgotten_when_its_learner_is_away_for_an_hour() -> None:
    tiles = Tiles(2)
    ada, _ = tiles.join("one", "Ada", "a")
    tiles.join("two", "Ben", "b")
    with pytest.raises(Refused):
        tiles.join("three", "Cleo", "c")
    tiles.lost(ada)
    ada.away_since = (ada.away_since or 0) - FORGOTTEN - 1
    tiles.join("three", "Cleo", "c")
    event = tiles.changed_after(1)
    assert event["whole"]
    assert [tile["name"] for tile in event["tiles"]] == ["Ben", "Cleo"]


def test_a_page_gets_only_what_has_changed() -> None:
    tiles = Tiles(10)
    ada, _ = tiles.join("one", "Ada", "a")
    tiles.join("two", "Ben", "b")
    version = tiles.version
    ada.position = Position(**STUCK)  # type: ignore[arg-type]
    tiles.note_change(ada)
    event = tiles.changed_after(version)
    assert not event["whole"]
    assert [tile["name"] for tile in event["tiles"]] == ["Ada"]
