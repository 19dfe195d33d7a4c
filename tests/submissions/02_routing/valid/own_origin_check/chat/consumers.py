from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer


class ChatConsumer(WebsocketConsumer):
    room: str

    def connect(self) -> None:
        self.room = self.scope["url_route"]["kwargs"]["room_name"]
        self.accept()

    def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if text_data is None:
            return
        data: Any = None
        with suppress(ValueError):
            data = json.loads(text_data)
        if isinstance(data, dict) and "message" in data:
            self.send(json.dumps({"message": data["message"]}))


class Refuse(AsyncWebsocketConsumer):
    """For every address that is nobody's."""

    async def connect(self) -> None:
        await self.close()
