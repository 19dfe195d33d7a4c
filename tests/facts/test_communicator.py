"""What a test with a communicator shows."""

import asyncio
import contextlib
from typing import Any

import pytest
from channels.testing import WebsocketCommunicator


async def rejects(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "websocket.close", "code": 4401})


async def raises(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "websocket.accept"})
    raise ZeroDivisionError


async def answers(scope: Any, receive: Any, send: Any) -> None:
    """Sends the scope's keys and its headers, and then what it receives."""
    await receive()
    await send({"type": "websocket.accept"})
    headers = [name.decode() for name, _ in scope["headers"]]
    await send({"type": "websocket.send", "text": " ".join([*scope, *headers])})
    while True:
        frame = await receive()
        await send({"type": "websocket.send", "text": frame["text"]})


async def test_the_code_before_accept_is_shown() -> None:
    """`connect()` returns the code with which a consumer closes before it accepts; a browser never sees that one."""
    communicator = WebsocketCommunicator(rejects, "/")
    assert await communicator.connect() == (False, 4401)


async def test_an_exception_comes_with_the_next_receive() -> None:
    """An exception in a consumer is raised by the next `receive_from()` of the test."""
    communicator = WebsocketCommunicator(raises, "/")
    await communicator.connect()
    with pytest.raises(ZeroDivisionError):
        await communicator.receive_from()


async def test_a_timeout_ends_the_consumer() -> None:
    """When nothing comes in time, `receive_from()` ends the consumer; `receive_nothing()` lets it go on."""
    communicator = WebsocketCommunicator(answers, "/")
    await communicator.connect()
    await communicator.receive_from()
    assert await communicator.receive_nothing()
    await communicator.send_to("words")
    assert await communicator.receive_from() == "words"
    with pytest.raises(TimeoutError):
        await communicator.receive_from(timeout=0.1)
    assert communicator.future.done()


async def test_the_scope_is_bare() -> None:
    """The scope has no user, no session, no arguments of a route, and no `Origin`, until the test or a middleware puts them there."""
    communicator = WebsocketCommunicator(answers, "/")
    await communicator.connect()
    found = set((await communicator.receive_from()).split())
    assert {"path", "headers"} <= found
    assert not found & {"user", "session", "url_route", "origin"}
    with contextlib.suppress(asyncio.CancelledError):
        communicator.stop()
