import asyncio
import json

from channels.generic.websocket import AsyncWebsocketConsumer
from django.http import QueryDict

from . import reminders
from .models import Message


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        self.tasks = set()
        self.room = self.scope["url_route"]["kwargs"]["room_name"]
        self.group = "chat_" + self.room
        # Task 3.1: Name the group of all tabs of this session.
        self.session_group = f"session_{self.scope['session'].session_key}"
        # End of task 3.1
        if not self.scope["user"].is_authenticated:
            await self.close()
            return
        await self.channel_layer.group_add(self.group, self.channel_name)
        # Task 3.2: Join it.
        await self.channel_layer.group_add(
            self.session_group, self.channel_name
        )
        # End of task 3.2
        await self.accept()
        history = Message.objects.all()
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
        # Task 3.3: Leave it.
        await self.channel_layer.group_discard(
            self.session_group, self.channel_name
        )
        # End of task 3.3
        for task in self.tasks:
            task.cancel()

    async def receive(self, text_data=None, bytes_data=None):
        try:
            message = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return  # Whatever it was, it was not for this chat.
        if reminder := reminders.parse(str(message)):
            task = asyncio.create_task(self.remind(*reminder))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)
            return
        await self.save_and_send(str(message))

    async def save_and_send(self, text):
        saved = await Message.objects.acreate(
            room=self.room, author=self.scope["user"], text=text
        )
        await self.channel_layer.group_send(
            self.group, {"type": "chat.message", "frame": saved.as_frame()}
        )

    async def chat_message(self, event):
        if event["frame"]["id"] in self.sent_ids:
            return
        await self.send(text_data=json.dumps(event["frame"]))

    async def remind(self, seconds, text):
        await asyncio.sleep(seconds)
        await self.save_and_send(text)

    # Task 3.4: When the session has ended, close with the code 4401.
    async def session_ended(self, event):
        await self.close(code=4401)

    # End of task 3.4
