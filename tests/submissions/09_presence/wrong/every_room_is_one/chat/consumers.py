import asyncio
import json

from channels.generic.websocket import AsyncWebsocketConsumer

# Task 2.2: Import settings.
from django.conf import settings

# End of task 2.2
from django.http import QueryDict

# Task 2.3: Import timezone.
from django.utils import timezone
# End of task 2.3

# Task 1.1: Import the module presence and the model Presence.
from . import presence, reminders
from .models import Message, Presence

# End of task 1.1


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        self.tasks = set()
        self.room = self.scope["url_route"]["kwargs"]["room_name"]
        self.group = "chat_lobby"
        self.session_group = f"session_{self.scope['session'].session_key}"
        if not self.scope["user"].is_authenticated:
            await self.close()
            return
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.channel_layer.group_add(
            self.session_group, self.channel_name
        )
        await self.accept()
        history = Message.objects.filter(room=self.room)
        history = history.select_related("author").order_by("-id")
        since = QueryDict(self.scope["query_string"]).get("since", "")[:19]
        if since.isdecimal():
            history = history.filter(id__gt=since)
        history = [message async for message in history[:50]]
        for message in reversed(history):
            await self.send(text_data=json.dumps(message.as_frame()))
        self.sent_ids = {message.id for message in history}
        # Task 1.2: Save that this tab is here, and tell all tabs of the room.
        self.here = None
        await Presence.objects.acreate(
            channel=self.channel_name, room=self.room, user=self.scope["user"]
        )
        await self.channel_layer.group_send(
            self.group, {"type": "presence.changed"}
        )
        # End of task 1.2
        # Task 2.4: Start a task for the heartbeat.
        task = asyncio.create_task(self.heartbeat())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        # End of task 2.4

    async def disconnect(self, close_code):
        await self.channel_layer.group_discard(self.group, self.channel_name)
        await self.channel_layer.group_discard(
            self.session_group, self.channel_name
        )
        for task in self.tasks:
            task.cancel()
        # Task 1.3: Delete what you have saved, and tell all tabs of the room.
        rows = Presence.objects.filter(channel=self.channel_name)
        deleted, _ = await rows.adelete()
        if deleted:  # A tab that was rejected has no row.
            await self.channel_layer.group_send(
                self.group, {"type": "presence.changed"}
            )
        # End of task 1.3

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

    async def session_ended(self, event):
        await self.close(code=4401)

    # Task 1.4: Send the page the names of who is here, if they have changed.
    async def presence_changed(self, event=None):
        here = await presence.names_in(self.room)
        if here != self.here:
            self.here = here
            await self.send(text_data=json.dumps({"here": here}))

    # End of task 1.4

    # Task 2.5: With each heartbeat, update your row and check who is here.
    async def heartbeat(self):
        while True:
            await asyncio.sleep(settings.HEARTBEAT)
            rows = Presence.objects.filter(channel=self.channel_name)
            await rows.aupdate(last_seen=timezone.now())
            await self.presence_changed()

    # End of task 2.5
