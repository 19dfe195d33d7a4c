import json
from urllib.parse import parse_qs

from channels.generic.websocket import AsyncJsonWebsocketConsumer

from .models import Message

HISTORY = 50


class ChatConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self):
        self.room = self.scope["url_route"]["kwargs"]["room_name"]
        self.group = f"chat_{self.room}"
        self.seen = set()
        if self.scope["user"].is_anonymous:
            await self.close()
            return
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()
        for_page = [m async for m in self.missed()]
        for message in for_page[::-1]:
            self.seen.add(message.pk)
            await self.send_json(message.as_frame())

    def missed(self):
        messages = Message.objects.filter(room=self.room)
        since = self.since()
        if since is not None:
            messages = messages.filter(pk__gt=since)
        return messages.select_related("author").order_by("-pk")[:HISTORY]

    def since(self):
        query = parse_qs(self.scope["query_string"].decode("latin-1"))
        try:
            number = int(query["since"][-1])
        except (KeyError, ValueError):
            return None
        return number if 0 <= number < 2**63 else None

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data=None, bytes_data=None, **kwargs):
        try:
            said = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return
        message = await Message.objects.acreate(
            room=self.room, author=self.scope["user"], text=f"{said}"
        )
        await self.channel_layer.group_send(
            self.group, {"type": "new.message", **message.as_frame()}
        )

    async def new_message(self, event):
        if event["id"] not in self.seen:
            del event["type"]
            await self.send_json(event)
