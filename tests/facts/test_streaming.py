"""Without a WebSocket."""

import asyncio
import http.client
from collections.abc import AsyncIterator
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from django.http import StreamingHttpResponse

from tests.facts.conftest import Server
from tests.machine import TIMEOUT

released = asyncio.Event()


async def events(_: Any) -> StreamingHttpResponse:
    """A view that sends a part, and the next one when it is asked to."""

    async def parts() -> AsyncIterator[str]:
        yield "data: first\n\n"
        await released.wait()
        yield "data: second\n\n"

    return StreamingHttpResponse(parts(), content_type="text/event-stream")


class Releases(AsyncWebsocketConsumer):  # type: ignore[misc]
    async def connect(self) -> None:
        released.set()
        await self.accept()


def test_server_sent_events(server: Server) -> None:
    """An async view that returns a `StreamingHttpResponse` sends each part as soon as it is there: server-sent events need no WebSocket."""
    page = http.client.HTTPConnection("127.0.0.1", server.port, timeout=TIMEOUT)
    page.request("GET", "/events/")
    answer = page.getresponse()
    assert answer.getheader("Content-Type") == "text/event-stream"
    assert answer.readline() == b"data: first\n"
    with server.connect(Releases):
        assert answer.read() == b"\ndata: second\n\n"
    page.close()
