"""Threads, tasks and warnings."""

import asyncio
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from channels.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer

from tests.facts.conftest import Server
from tests.machine import TIMEOUT, until

LONG = 0.3
"""Seconds that a handler takes."""
ENDS = "disconnect() was called"


class Slow(WebsocketConsumer):  # type: ignore[misc]
    def receive(self, text_data: str) -> None:
        time.sleep(LONG)
        self.send(text_data=str(threading.get_ident()))


class Waiting(AsyncWebsocketConsumer):  # type: ignore[misc]
    async def receive(self, text_data: str) -> None:
        await self.channel_layer.send(self.channel_name, {"type": "note"})
        await asyncio.sleep(LONG)
        await self.send(text_data="has waited")

    async def note(self, event: dict[str, Any]) -> None:
        await self.send(text_data="note")


class Unawaited(AsyncWebsocketConsumer):  # type: ignore[misc]
    async def receive(self, text_data: str) -> None:
        self.send(text_data="never sent")
        await self.send(text_data="awaited")


def test_sync_consumers_share_a_thread(server: Server) -> None:
    """All sync consumers of a process run in one thread: while one waits, so do the others."""
    with ExitStack() as stack:
        connections = [stack.enter_context(server.connect(Slow)) for _ in range(3)]
        began = time.monotonic()
        for connection in connections:
            connection.send("words")
        threads = {connection.recv(TIMEOUT) for connection in connections}
    assert len(threads) == 1
    assert time.monotonic() - began > 3 * LONG


class Lingers(WebsocketConsumer):  # type: ignore[misc]
    async def __call__(self, *connection: Any) -> None:
        self.loop = asyncio.get_running_loop()
        await super().__call__(*connection)

    def disconnect(self, code: int) -> None:
        print(ENDS, flush=True)
        while self.loop.is_running():
            time.sleep(LONG / 10)
        async_to_sync(self.channel_layer.group_discard)("room", self.channel_name)


class LingersAsync(AsyncWebsocketConsumer):  # type: ignore[misc]
    async def disconnect(self, code: int) -> None:
        print(ENDS, flush=True)
        await asyncio.sleep(LONG)
        await self.channel_layer.group_discard("room", self.channel_name)


def test_a_sync_consumer_keeps_daphne_from_ending(
    own_redis: tuple[Any, Callable[[], Server]],
) -> None:
    """A Daphne that gets SIGTERM while `disconnect()` of a sync consumer is about to call the layer does not end: its thread waits for the event loop, which has stopped. With an async consumer, it ends."""
    _, start = own_redis
    for consumer in (Lingers, LingersAsync):
        server = start()
        with server.connect(consumer):
            pass  # A tab that is opened, and closed.
        assert until(lambda log=server.log: ENDS in log.read_text())  # type: ignore[misc]
        server.process.terminate()
        if consumer is LingersAsync:
            assert server.process.wait(TIMEOUT) == 0
        else:
            with pytest.raises(subprocess.TimeoutExpired):
                server.process.wait(10 * LONG)


def test_one_event_at_a_time(server: Server) -> None:
    """A consumer handles one event at a time, also an async one: while `receive()` waits, an event from the channel layer waits, too."""
    with server.connect(Waiting) as connection:
        connection.send("words")
        received = [connection.recv(TIMEOUT) for _ in range(2)]
    assert received == ["has waited", "note"]


def test_daphne_hides_warnings(server: Server) -> None:
    """Where `await` is missing, nothing is sent, and Daphne does not print Python's warning "coroutine … was never awaited"."""
    for path in ("first", "second"):
        with server.connect(Unawaited, path) as connection:
            connection.send("words")
            assert connection.recv(TIMEOUT) == "awaited"
    assert until(lambda: "Unawaited/second" in server.log.read_text())
    assert "never awaited" not in server.log.read_text()
