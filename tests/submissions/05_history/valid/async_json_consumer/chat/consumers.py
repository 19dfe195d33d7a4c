from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.http import QueryDict

from .models import Message


class ChatConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self):
        self.room = self.scope["url_route"]["kwargs"]["room_name"]
        self.group = "chat_" + self.room
        if not self.scope["user"].is_authenticated:
            await self.close()
            return
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()
        history = Message.objects.filter(room=self.room)
        since = QueryDict(self.scope["query_string"]).get("since", "")
        if since.isdecimal():
            history = history.filter(id__gt=since)
        history = history.select_related("author").order_by("-id")[:50]
        messages = [message async for message in history]
        for message in reversed(messages):
            await self.send_json(message.as_frame())
        self.sent_ids = {message.id for message in messages}

    async def disconnect(self, close_code):
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive_json(self, content):
        saved = await Message.objects.acreate(
            room=self.room,
            author=self.scope["user"],
            text=str(content["message"]),
        )
        await self.channel_layer.group_send(
            self.group, {"type": "chat.message", "frame": saved.as_frame()}
        )

    async def chat_message(self, event):
        if event["frame"]["id"] not in self.sent_ids:
            await self.send_json(event["frame"])
