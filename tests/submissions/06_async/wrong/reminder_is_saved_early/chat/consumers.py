import asyncio

import json
from datetime import timedelta

from channels.generic.websocket import AsyncWebsocketConsumer

from django.http import QueryDict
from django.utils import timezone

from . import reminders

from .models import Message


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        self.tasks = set()
        self.room = self.scope["url_route"]["kwargs"]["room_name"]
        self.group = "chat_" + self.room
        if not self.scope["user"].is_authenticated:
            await self.close()
            return
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()
        history = Message.objects.filter(
            room=self.room, due_at__lte=timezone.now()
        )
        history = history.select_related("author").order_by("-id")
        since = QueryDict(self.scope["query_string"]).get("since", "")[:19]
        if since.isdecimal():
            history = history.filter(id__gt=since)
        history = [message async for message in history[:50]]
        for message in reversed(history):
            await self.send(text_data=json.dumps(message.as_frame()))
        self.sent_ids = {message.id for message in history}

    async def disconnect(self, close_code):
        await self.channel_layer.group_discard(self.group, self.channel_name)
        for task in self.tasks:
            task.cancel()

    async def receive(self, text_data=None, bytes_data=None):
        try:
            message = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return  # Whatever it was, it was not for this chat.
        if reminder := reminders.parse(str(message)):
            seconds, text = reminder
            saved = await self.save(text, seconds)
            task = asyncio.create_task(self.remind(seconds, saved))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)
            return
        await self.publish(await self.save(str(message)))

    async def save(self, text, seconds=0):
        return await Message.objects.acreate(
            room=self.room,
            author=self.scope["user"],
            text=text,
            due_at=timezone.now() + timedelta(seconds=seconds),
        )

    async def publish(self, saved):
        await self.channel_layer.group_send(
            self.group, {"type": "chat.message", "frame": saved.as_frame()}
        )

    async def chat_message(self, event):
        if event["frame"]["id"] in self.sent_ids:
            return
        await self.send(text_data=json.dumps(event["frame"]))

    async def remind(self, seconds, saved):
        await asyncio.sleep(seconds)
        await self.publish(saved)

