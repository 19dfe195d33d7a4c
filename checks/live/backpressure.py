"""Notice when a page does not read, and when it reads again.

`await self.send(…)` looks as if it waited until the page has read. Under Daphne it does
not: what a page does not read is kept in memory, however much that becomes.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

from autobahn.exception import Disconnected

Event = dict[str, Any]
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class Backpressure:
    """Middleware: puts into the scope whether the page reads, as `scope["page"].reads`.

    When it reads again, the consumer gets an event for its method `page_reads`.
    """

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Serve one page. This relies on what Daphne's `send` and `receive` are."""
        (connection,) = send.args
        page = Page(connection, events=receive.__self__)

        async def send_if_there(event: Event) -> None:
            # A page that has just disconnected is no error; the next event says so.
            with contextlib.suppress(Disconnected):
                await send(event)

        await self.application(scope | {"page": page}, receive, send_if_there)


class Page:
    """Whether a page reads.

    Twisted, which Daphne is built on, takes this for the producer of what is sent: it
    asks it to pause when 64 KiB are unread, and to resume when nothing is.
    """

    def __init__(self, connection: Any, events: asyncio.Queue[Event]) -> None:
        self.reads = True
        self.events = events
        connection.unregisterProducer()  # That of HTTP, with which each page begins.
        connection.registerProducer(self, streaming=True)

    def pauseProducing(self) -> None:
        self.reads = False

    def resumeProducing(self) -> None:
        self.reads = True
        self.events.put_nowait({"type": "page.reads"})

    def stopProducing(self) -> None:
        self.reads = False
