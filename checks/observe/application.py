"""What makes an ASGI application report each connection: its messages, and its end."""

import asyncio
import functools
import sys
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from checks.observe.recorder import Recorder, current_socket, short

HOLD = "checks-hold-after"
"""The header of a handshake that holds its consumer after an event of this type."""
TAB = "checks-tab"
"""The header that names a tab whose connection comes through a proxy."""


def watch_application(record: Recorder, application: Any) -> Any:
    """The same ASGI application, reporting each socket's messages and its end."""
    numbers: Iterator[int] = iter(range(1, sys.maxsize))

    @functools.wraps(application, updated=())
    async def watched(scope: Any, receive: Any, send: Any) -> Any:
        report: Callable[..., Awaitable[None]] = _report_http
        if scope["type"] == "websocket":
            current_socket.set(next(numbers))
            tab = dict(scope["headers"]).get(TAB.encode(), b"").decode()
            record("opened", port=scope["client"][1], path=scope["path"], tab=tab)
            receive, send = _watched_messages(record, scope, receive, send)
            report = _report_end
        await report(record, functools.partial(application, scope, receive, send))

    return watched


def _watched_messages(
    record: Recorder, scope: Any, receive: Any, send: Any
) -> tuple[Any, Any]:
    """`receive` and `send`, which report.

    Where the handshake asks for it, `send` returns once the browser has sent the next
    event, which the consumer gets later: so what is a race otherwise has one outcome.
    It reports that the consumer waits, and whether that blocks a thread.
    """
    hold = dict(scope["headers"]).get(HOLD.encode(), b"").decode()
    early: list[Any] = []

    async def watched_receive() -> Any:
        message = early.pop() if early else await receive()
        record("in", **short(message))
        return message

    async def watched_send(message: Any) -> None:
        record("out", **short(message), where=record.here())
        await send(message)
        if hold and message["type"] == hold:
            blocks = record.blocks_a_thread()
            record("waits", after=hold, blocks=blocks, where=record.here())
            early.append(await receive())
            record("goes_on")

    return watched_receive, watched_send


async def _report_end(record: Recorder, serve: Callable[[], Awaitable[Any]]) -> None:
    """Report the exception with which a connection ends, or that it ended."""
    try:
        await serve()
    except asyncio.CancelledError:
        raise
    except BaseException as error:
        record("raised", **record.error(error))
        raise
    record("ended")


async def _report_http(record: Recorder, answer: Callable[[], Awaitable[Any]]) -> None:
    try:
        await answer()
    except BaseException as error:
        record("http_raised", **record.error(error))
        raise
