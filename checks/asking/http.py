"""What a server of the project answers over HTTP."""

from http.client import HTTPConnection, HTTPException
from typing import Any, NamedTuple

from checks.sandbox.processes import Server

ANSWERING = 5.0
"""Seconds that a page may take to answer."""


class Answer(NamedTuple):
    """An answer; its status is None where nothing came back."""

    status: int | None
    body: bytes = b""

    @property
    def text(self) -> str:
        """The body, as text."""
        return self.body.decode(errors="replace")


def get(server: Server, path: str, cookie: str | None = None) -> Answer:
    """Ask a server for what is at a path, as a browser with that cookie does."""
    http = HTTPConnection("localhost", server.port, timeout=ANSWERING)
    headers: Any = {"Cookie": cookie} if cookie else {}
    try:
        http.request("GET", path, headers=headers)
        answer = http.getresponse()
        return Answer(answer.status, answer.read())
    except (OSError, HTTPException):
        return Answer(None)
    finally:
        http.close()
