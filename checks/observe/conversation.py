"""What one tab and its server sent each other."""

import json
from http import HTTPStatus
from typing import Any

from checks.observe.log import Event, ProcessLog

NOT_JSON = (ValueError, RecursionError)
"""What `json.loads` raises for a text; the second for 200,000 brackets, say."""


class Conversation:
    """What a tab sent and received, and what its server reported about it.

    `http_status` is the answer to the handshake, `is_cut` whether the connection is
    gone, and `origin` the site of the page, where it is another than the server's.
    `acts_by_itself` is whether it does things that no check has asked it for.
    """

    acts_by_itself = False

    def __init__(
        self, server: ProcessLog, path: str, name: str, origin: str | None = None
    ) -> None:
        self.server, self.path, self.name, self.origin = server, path, name, origin
        self.http_status: int | None = None
        self.is_cut = False
        self.sent: list[str] = []
        self.received: list[str] = []
        self.messages: list[Any] = []
        self.binary: list[bytes] = []

    @property
    def events(self) -> list[Event]:
        """What the server reported about this connection."""
        raise NotImplementedError

    @property
    def close_code(self) -> int | None:
        """The code with which the connection was closed, None as long as it is open."""
        raise NotImplementedError

    @property
    def is_connected(self) -> bool:
        """Whether the server has accepted the WebSocket."""
        return self.http_status == HTTPStatus.SWITCHING_PROTOCOLS

    def saw(self, kind: str, **data: Any) -> Event | None:
        """The last event of this connection with that kind and that data."""
        for event in reversed(self.events):
            if event["kind"] == kind and data.items() <= event.items():
                return event
        return None

    def receive(self, text: str) -> None:
        """Note a text frame that came from the server."""
        self.received.append(text)
        self.messages.append(message_of(text))


def message_of(text: str) -> Any:
    """What a frame has under "message"; None if it is no JSON object with that key."""
    return value_of(text, "message")


def id_of(text: str) -> int | None:
    """The number that a frame has under "id", if it has one."""
    value = value_of(text, "id")
    return value if type(value) is int else None


def value_of(text: str, key: str) -> Any:
    """What a frame has under a key; None if it is no JSON object with that key."""
    return _object_of(text).get(key)


def values_of(text: str) -> list[Any]:
    """What a frame has under its keys; nothing if it is no JSON object."""
    return [*_object_of(text).values()]


def _object_of(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except NOT_JSON:
        return {}
    return data if isinstance(data, dict) else {}
