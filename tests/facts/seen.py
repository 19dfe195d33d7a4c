"""What a server process has noted, and how a test asks for it."""

import json

from channels.generic.websocket import WebsocketConsumer

NOTED: list[list[object]] = []
"""Pairs: the name of a consumer, and what it has noted."""


def note(consumer: WebsocketConsumer, what: object) -> None:
    """Note something, in the server process."""
    NOTED.append([type(consumer).__name__, what])


class Seen(WebsocketConsumer):  # type: ignore[misc]
    """Sends all that was noted."""

    def connect(self) -> None:
        self.accept()
        self.send(text_data=json.dumps(NOTED))
