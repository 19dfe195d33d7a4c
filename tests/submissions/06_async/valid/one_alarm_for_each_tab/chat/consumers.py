import json

from channels.generic.websocket import AsyncWebsocketConsumer
from django.http import QueryDict

from . import reminders
from .alarm import Alarm
from .models import Message


def text_of(frame):
    """The message in a frame, or None if that is not for this chat."""
    try:
        return str(json.loads(frame)["message"])
    except (KeyError, TypeError, ValueError):
        return None


class RoomMixin:
    """Knows the room, and lets only users in."""

    async def connect(self):
        self.room = self.scope["url_route"]["kwargs"]["room_name"]
        self.group = "chat_" + self.room
        self.user = self.scope["user"]
        if self.user.is_authenticated:
            await self.enter()
        else:
            await self.close()

    async def disconnect(self, close_code):
        await self.channel_layer.group_discard(self.group, self.channel_name)
        await self.leave()


class ChatConsumer(RoomMixin, AsyncWebsocketConsumer):
    alarm = None

    async def enter(self):
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()
        query = Message.objects.filter(room=self.room).order_by("-id")
        since = QueryDict(self.scope["query_string"]).get("since", "")
        if since.isdecimal():
            query = query.filter(id__gt=since)
        rows = query.values_list("id", "author__username", "text")[:50]
        rows = [row async for row in rows]
        self.sent_ids = {row[0] for row in rows}
        for number, name, text in rows[::-1]:
            frame = {"id": number, "name": name, "message": text}
            await self.send(text_data=json.dumps(frame))

    async def leave(self):
        if self.alarm:
            self.alarm.stop()

    async def receive(self, text_data=None, bytes_data=None):
        text = text_of(text_data)
        if text is None:
            return
        if reminder := reminders.parse(text):
            if self.alarm is None:
                self.alarm = Alarm(self.save_and_send)
            self.alarm.add(*reminder)
        else:
            await self.save_and_send(text)

    async def save_and_send(self, text):
        saved = await self.user.message_set.acreate(room=self.room, text=text)
        frame = {"id": saved.id, "name": self.user.get_username(), "message": text}
        event = {"type": "chat.message", "frame": frame}
        await self.channel_layer.group_send(self.group, event)

    async def chat_message(self, event):
        if event["frame"]["id"] not in self.sent_ids:
            await self.send(text_data=json.dumps(event["frame"]))
