from __future__ import annotations

import json
import logging
from typing import Any
from urllib.parse import parse_qs

from asgiref.sync import async_to_sync
from channels.exceptions import DenyConnection
from channels.generic.websocket import JsonWebsocketConsumer

from .groups import group_of
from .models import Message

logger = logging.getLogger(__name__)


class ChatConsumer(JsonWebsocketConsumer):
    history_size = 50
    room: str
    known: set[int]

    def connect(self) -> None:
        self.room = self.scope["url_route"]["kwargs"]["room_name"]
        self.known = set()
        if self.scope["user"].is_anonymous:
            raise DenyConnection
        self._layer("group_add")
        self.accept()
        missed = Message.objects.for_room(self.room).after(self._since())
        for message in missed.newest(self.history_size):
            self.known.add(message.pk)
            self.send_json(message.as_frame())

    def disconnect(self, code: int) -> None:
        self._layer("group_discard")
        logger.info("left %s with %s", self.room, code)

    @classmethod
    def decode_json(cls, text_data: str) -> Any:
        try:
            return json.loads(text_data)
        except ValueError:
            return None

    def receive(self, text_data=None, bytes_data=None, **kwargs) -> None:
        if text_data is not None:  # Bytes are not for this chat.
            self.receive_json(self.decode_json(text_data))

    def receive_json(self, content: Any, **kwargs) -> None:
        if not isinstance(content, dict) or "message" not in content:
            return
        Message.objects.create(
            room=self.room,
            author=self.scope["user"],
            text=str(content["message"]),
        )

    def message_saved(self, event: dict[str, Any]) -> None:
        content = event["content"]
        if content["id"] not in self.known:
            self.send_json(content)

    def _since(self) -> int | None:
        query = parse_qs(self.scope["query_string"].decode("latin-1"))
        value = query.get("since", [""])[-1]
        return int(value) if value.isdecimal() and len(value) < 19 else None

    def _layer(self, method: str) -> None:
        call = getattr(self.channel_layer, method)
        async_to_sync(call)(group_of(self.room), self.channel_name)
