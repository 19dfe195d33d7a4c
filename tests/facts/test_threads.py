"""Threads, tasks and warnings."""

import asyncio
import threading
import time
from contextlib import ExitStack
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer

from tests.facts.conftest import Server
from tests.machine import TIMEOUT, until

LONG = 0.3
"""Seconds that a handler takes."""


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
