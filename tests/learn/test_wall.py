"""`make learn WALL=…`: a real learner on a real wall, and one whose wall is gone."""

import asyncio
import contextlib
import json
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from tests.learn.learning import Begin, Learning, copy_with_the_lessons, refuses
from tests.machine import free_port, until
from tests.wall.server import DEADLINE, Server, served, teacher

FAILED = "expected the server to accept the WebSocket of a tab"
PASSED = r"Passed\. "


@pytest.fixture
def wall(tmp_path: Path) -> Iterator[Server]:
    """A wall of this test's own."""
    with served(tmp_path) as server:
        yield server


@contextlib.contextmanager
def learns(course: Path, address: str, name: str = "Ada") -> Iterator[Learning]:
    """A learner who types `make learn`, until Ctrl-C; nothing may be left of it."""
    learning = Learning(course, typed=("--wall", address, "--name", name))
    try:
        yield learning
    finally:
        learning.end()
    assert learning.processes() == {}
    assert until(lambda: all(map(refuses, learning.ports)))


@contextlib.asynccontextmanager
async def lesson_page(learning: Learning) -> AsyncIterator[ClientConnection]:
    """The page of lesson 1, as far as its WebSocket goes."""
    uri = f"ws://127.0.0.1:{learning.live}/live/01_consumer/"
    origin: Any = f"http://localhost:{learning.site}"
    async with connect(uri, origin=origin, proxy=None, max_size=None) as socket:
        yield socket


async def has(page: ClientConnection, **facts: Any) -> dict[str, Any]:
    """The next event about the wall that has these facts."""
    async with asyncio.timeout(DEADLINE):
        while True:
            event: dict[str, Any] = json.loads(await page.recv())
            if event["type"] == "wall" and facts.items() <= event.items():
                return event


async def test_a_learner_is_shown_asks_for_help_and_leaves(
    course: Path, wall: Server
) -> None:
    with learns(course, wall.wall.address) as learning:
        at = await asyncio.to_thread(learning.prints, r"Wall +joined as Ada\. It shows")
        await asyncio.to_thread(learning.prints, "Live results +http")
        async with teacher(wall.wall) as seen, lesson_page(learning) as page:
            tiles = await seen.shows(lambda named: named["Ada"]["lesson"] == 1)
            assert tiles["Ada"]["state"] == "to_do"
            await has(page, state="joined", name="Ada", help=False)
            learning.solve()
            tiles = await seen.shows(lambda named: named["Ada"]["state"] == "passed")
            assert tiles["Ada"]["passed"] == tiles["Ada"]["checks"] == 10
            consumer = learning.file("chat/consumers.py")
            text = consumer.read_text()
            consumer.write_text(text.replace("self.accept()", "self.close()"))
            tiles = await seen.shows(
                lambda named: named["Ada"]["state"] == "needs_attention"
            )
            assert tiles["Ada"]["at"]
            await page.send(json.dumps({"type": "wall", "ask": "help"}))
            tiles = await seen.shows(lambda named: named["Ada"]["help"] is not None)
            await has(page, help=True)
            await seen.sends("helped", tile=tiles["Ada"]["number"])
            await has(page, help=False)
            await page.send(json.dumps({"type": "wall", "ask": "leave"}))
            await has(page, state="left")
            await seen.shows(lambda named: not named)
        await asyncio.to_thread(learning.prints, r"Wall +left\n", at)


async def test_two_learners_and_a_ctrl_c(course: Path, wall: Server) -> None:
    second = copy_with_the_lessons(course.parent / "second")
    async with teacher(wall.wall) as seen:
        with learns(course, wall.wall.address):
            with learns(second, wall.wall.address) as other:
                await seen.shows(
                    lambda named: (
                        named.keys() == {"Ada", "Ada (2)"}
                        and all(it["lesson"] for it in named.values())
                    )
                )
                status, _ = await asyncio.to_thread(other.end, signal.SIGINT)
                assert status == 130
            await seen.shows(lambda named: len(named) == 1)
        await seen.shows(lambda named: not named)


def test_a_wall_that_cannot_be_reached_disturbs_nobody(course: Path) -> None:
    port = free_port()
    with learns(course, f"http://localhost:{port}/abcd-efgh-jkmn") as learning:
        gone = rf"Wall +http://localhost:{port} cannot be reached; trying again\n"
        learning.prints(gone)
        at = learning.prints(FAILED)
        learning.solve()
        learning.prints(PASSED, at)
        assert learning.printed.count("cannot be reached") == 1


def test_a_wall_that_has_another_token_is_reported_once(
    course: Path, wall: Server
) -> None:
    address = f"http://localhost:{wall.wall.port}/abcd-efgh-jkmn"
    with learns(course, address) as learning:
        learning.prints(r"Wall +http://\S+ does not know this address\.")
        learning.prints(FAILED)


async def test_a_wall_that_restarts_is_joined_again(course: Path, wall: Server) -> None:
    with learns(course, wall.wall.address) as learning:
        at = await asyncio.to_thread(learning.prints, "joined as Ada")
        await asyncio.to_thread(learning.prints, FAILED)
        wall.kill()
        at = await asyncio.to_thread(learning.prints, "cannot be reached", at)
        wall.start()
        await asyncio.to_thread(learning.prints, "joined again as Ada", at)
        async with teacher(wall.wall) as seen:
            await seen.shows(lambda named: named["Ada"]["lesson"])


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (("--wall", "192.168.1.20"), "is no address of a wall, such as"),
        (("--wall", "http://localhost:1/abcd-efgh-jkmn"), "NAME=Ada"),
        (("--wall", "http://localhost:1/abcd-efgh-jkmn", "--name", " "), "NAME=Ada"),
    ],
)
def test_what_is_typed_wrong_is_said_before_anything_runs(
    begin: Begin, course: Path, typed: tuple[str, ...], words: str
) -> None:
    learning = begin(course, typed=typed)
    learning.prints(words)
    assert learning.process.wait(DEADLINE) == 2
    learning.end()


def test_one_that_runs_already_cannot_join(shared: Learning) -> None:
    shared.prints("The lessons +http")
    wall = ("--wall", "http://localhost:1/abcd-efgh-jkmn", "--name", "Ada")
    assert "To join the wall, end it with Ctrl-C first." in shared.learns(*wall)


def test_without_a_wall_the_pages_are_not_told_of_one(
    begin: Begin, course: Path
) -> None:
    learning = begin(course)
    learning.prints(FAILED)
    learning.end()
    assert "Wall" not in learning.printed
