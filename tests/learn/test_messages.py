"""The way of a message through the served project: what its pages are sent."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from checks.author import projects
from checks.learn import messages, traffic
from checks.learn.messages import Messages
from checks.live import layer
from tests.learn.served import PATH, Event, Served, served
from tests.machine import TIMEOUT

THREE = "03_channel_layer"
HELLO = {"message": "hello"}
SENT = json.dumps(HELLO)


class Shown:
    """What the pages would show: the last event of each way."""

    def __init__(self, project: Path) -> None:
        self.events: list[Event] = []
        self.news = asyncio.Event()
        self.messages = Messages(project, self._send)

    def _send(self, **event: Any) -> None:
        assert len(json.dumps(event)) < layer.LARGEST
        self.events.append(event)
        self.news.set()

    async def until(self, true: Callable[[Event], object]) -> Event:
        """The first event from now on of which this is true."""
        seen = len(self.events)
        while True:
            for event in self.events[seen:]:
                if true(event):
                    return event
            seen = len(self.events)
            self.news.clear()
            await self.news.wait()

    async def listen(self, servers: Served) -> None:
        """Take in what the servers report."""
        while True:
            number, what, event = await servers.report()
            if what == "message":
                self.messages.take(number, event)


@contextlib.asynccontextmanager
async def shown(project: Path) -> AsyncIterator[tuple[Served, Shown]]:
    """Two servers of a project, and what pages show of it."""
    async with asyncio.timeout(TIMEOUT), served(project, servers=2) as servers:
        pages = Shown(project)
        listening = asyncio.create_task(pages.listen(servers))
        try:
            yield servers, pages
        finally:
            listening.cancel()


def words(event: Event, part: str = "lines") -> list[str]:
    """The lines of an event, as its pages have them in their list."""
    return [
        f"{line['actor']['id']} {line['does']} {line['what']}".strip()
        for line in event[part]
    ]


def code(line: Event) -> str:
    """The learner's line, without its neighbours."""
    return str(line["code"][1].strip())


def build(tmp_path: Path, slug: str = THREE, **files: str) -> Path:
    """A solved lesson; `consumers` and `settings` are what is added to these files."""
    project = projects.build(slug, tmp_path / "project", solved=True)
    for name, more in files.items():
        file = next(project.rglob(f"{name}.py"))
        file.write_text(file.read_text() + more)
    return project


IN_MEMORY = """
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
"""
ENDLESS = """
    def chat_message(self, event):
        self.send(text_data=event["message"])
        async_to_sync(self.channel_layer.group_send)(self.group, event)
"""


async def test_through_redis_a_message_reaches_the_tabs_of_both_servers(
    tmp_path: Path,
) -> None:
    async with shown(build(tmp_path)) as (servers, pages):
        one = await servers.connect(1, f"{PATH}?live-tab=a.me")
        two = await servers.connect(2, f"{PATH}?live-tab=b.me")
        await one.send(SENT)
        event = await pages.until(lambda event: len(event["lines"]) == 6)
        for tab in (one, two):
            assert json.loads(await tab.recv()) == HELLO
    assert event["layer"] == "Redis"
    assert event["missing"] == []
    first, second, *others = words(event)
    assert first == f"tab-a.me sends {SENT}"
    assert second.startswith("layer group_send 'chat_lobby', {'type': 'chat.message'")
    assert sorted(others) == [
        "layer delivers chat.message to server 1",
        "layer delivers chat.message to server 2",
        f"tab-a.me receives {SENT}",
        f"tab-b.me receives {SENT}",
    ]
    assert [line["peer"] for line in event["lines"][:2]] == ["server-1"] * 2
    sends, group_send, *_ = event["lines"]
    assert code(sends).startswith("def receive(self")
    assert "group_send" in code(group_send)
    assert group_send["where"]["file"] == "chat/consumers.py"


async def test_in_memory_it_stops_at_the_process_of_the_tab(tmp_path: Path) -> None:
    async with shown(build(tmp_path, settings=IN_MEMORY)) as (servers, pages):
        one = await servers.connect(1, f"{PATH}?live-tab=a.me")
        await servers.connect(2, f"{PATH}?live-tab=b.me")
        await servers.connect(2, "/ws/chat/kitchen/")
        await one.send(SENT)
        event = await pages.until(lambda event: event["missing"])
    assert event["layer"] == "memory"
    assert {line["actor"]["id"] for line in event["lines"]} == {"tab-a.me", "server-1"}
    said = [line.partition("'")[0].strip() for line in words(event)]
    assert said == [
        f"tab-a.me sends {SENT}",
        "server-1 group_send in its own memory:",
        "server-1 delivers in its own memory: chat.message to server 1",
        f"tab-a.me receives {SENT}",
    ]
    assert words(event, "missing") == [
        "layer receives nothing",
        "server-2 receives nothing",
        "tab-b.me receives nothing",
    ]


async def test_without_a_layer_nothing_is_missing_elsewhere(tmp_path: Path) -> None:
    async with shown(build(tmp_path, "01_consumer")) as (servers, pages):
        one = await servers.connect(1, f"{PATH}?live-tab=a.me")
        await servers.connect(2)
        await one.send(SENT)
        event = await pages.until(lambda event: len(event["lines"]) == 2)
        await asyncio.sleep(2 * messages.IN_VAIN)
    assert words(event) == [f"tab-a.me sends {SENT}", f"tab-a.me receives {SENT}"]
    assert event["layer"] is None
    assert pages.events[-1]["missing"] == []


async def test_an_exception_is_where_the_way_ends(tmp_path: Path) -> None:
    raises = "\n    def receive(self, text_data):\n        1 / 0\n"
    async with shown(build(tmp_path, "01_consumer", consumers=raises)) as served:
        servers, pages = served
        tab = await servers.connect()
        await tab.send("now")
        event = await pages.until(lambda event: len(event["lines"]) == 2)
    sends, error = words(event)
    assert sends == "tab-1.1 sends now"
    assert error == "server-1 raises ZeroDivisionError: division by zero"
    assert code(event["lines"][1]) == "1 / 0"


async def test_the_project_does_not_see_which_tab_it_is(tmp_path: Path) -> None:
    shows = """
    def receive(self, text_data):
        self.send(text_data=self.scope["path"] + self.scope["query_string"].decode())
"""
    async with served(build(tmp_path, "01_consumer", consumers=shows)) as servers:
        for query, seen in (("?live-tab=a.me", ""), ("?room=1", "room=1")):
            tab = await servers.connect(1, PATH + query)
            await tab.send("what?")
            assert await tab.recv() == PATH + seen


async def test_a_message_without_end_is_cut_and_slows_nobody(tmp_path: Path) -> None:
    async with shown(build(tmp_path, consumers=ENDLESS)) as (servers, pages):
        tab = await servers.connect()
        await tab.send(SENT)
        for _ in range(500):
            await tab.recv()
        assert len(pages.events) < 10
        assert all(len(event["lines"]) <= messages.MOST for event in pages.events)
        assert pages.events[-1]["left_out"] > 0


async def test_a_flood_of_frames_is_reported_in_part(tmp_path: Path) -> None:
    async with shown(build(tmp_path, "01_consumer")) as (servers, pages):
        tab = await servers.connect()
        for _ in range(1000):
            await tab.send(SENT)
            await tab.recv()
        while not (pages.events and pages.events[-1]["left_out"]):
            await pages.until(lambda event: event["left_out"])
    assert len(pages.events[-1]["lines"]) == messages.MOST
    assert len(pages.events) < 20


def test_so_many_events_at_once_and_so_many_in_a_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported: list[Event] = []
    record = traffic.TrafficRecorder(tmp_path, reported.append)
    now = record.counted_at
    monkeypatch.setattr("time.monotonic", lambda: now)
    for _ in range(traffic.AT_ONCE + 7):
        record.event("in", 1)
    record.event("closed", 1)
    assert len(reported) == traffic.AT_ONCE + 1
    assert (reported[-1]["lost"], reported[-1]["lost_since"]) == (7, now)
    now += 1
    for _ in range(traffic.AT_ONCE):
        record.event("in", 1)
    assert len(reported) == traffic.AT_ONCE + 1 + traffic.PER_SECOND
