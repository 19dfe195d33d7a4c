"""Requests with a body, which the wall has no use for.

Daphne reads a whole body before it calls the application, and keeps it in memory or in
a file, however large it is. A wall is open to a network, so it reads none of it.
"""

from typing import Any

from daphne import http_protocol


class BodilessRequest(http_protocol.WebRequest):  # type: ignore[misc]
    """A request whose connection is closed when a body arrives."""

    def handleContentChunk(self, _: bytes) -> None:
        """A part of a body has arrived: close the connection."""
        channel: Any = self.channel
        channel.loseConnection()


def refuse_bodies() -> None:
    """Let Daphne's servers in this process read no body from now on."""
    http_protocol.WebRequest = BodilessRequest
