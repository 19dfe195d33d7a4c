import asyncio
import json

# Task 2.1: Import the module time, and deque.
import time
from collections import deque
# End of task 2.1

# Task 3.1: Import StopConsumer.
from channels.exceptions import StopConsumer

# End of task 3.1
from channels.generic.websocket import AsyncWebsocketConsumer

from django.conf import settings
from django.http import QueryDict

from django.utils import timezone

from . import presence, reminders
from .models import Message, Presence

# Task 2.2: Say how many frames a tab may send, in how many seconds.
MOST_FRAMES, SECONDS = 20, 10
# End of task 2.2


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        self.tasks = set()
        # Task 2.3: Keep the times of the newest frames of this tab.
        self.frame_times = deque(maxlen=MOST_FRAMES)
        # End of task 2.3
        self.room = self.scope["url_route"]["kwargs"]["room_name"]
        self.group = "chat_" + self.room
        self.session_group = f"session_{self.scope['session'].session_key}"
        if not self.scope["user"].is_authenticated:
            await self.close()
            return
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.channel_layer.group_add(
            self.session_group, self.channel_name
        )
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
        self.here = None
        await Presence.objects.acreate(
            channel=self.channel_name, room=self.room, user=self.scope["user"]
        )
        await self.channel_layer.group_send(
            self.group, {"type": "presence.changed"}
        )
        task = asyncio.create_task(self.heartbeat())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    # Task 3.2: When you close, clean up and end: the browser may answer late.
    async def close(self, code=None, reason=None):
        await super().close(code, reason)
        await self.disconnect(code)
        raise StopConsumer

    # End of task 3.2

    async def disconnect(self, close_code):
        await self.channel_layer.group_discard(self.group, self.channel_name)
        await self.channel_layer.group_discard(
            self.session_group, self.channel_name
        )
        for task in self.tasks:
            task.cancel()
        rows = Presence.objects.filter(channel=self.channel_name)
        deleted, _ = await rows.adelete()
        if deleted:  # A tab that was rejected has no row.
            await self.channel_layer.group_send(
                self.group, {"type": "presence.changed"}
            )

    async def receive(self, text_data=None, bytes_data=None):
        # Task 2.4: Close with code 4429 on more than 20 frames in 10 seconds.
        now, times = time.monotonic(), self.frame_times
        if len(times) == MOST_FRAMES and now - times[0] < SECONDS:
            await self.close(code=4429)
            return
        times.append(now)
        # End of task 2.4
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

    async def presence_changed(self, event=None):
        here = await presence.names_in(self.room)
        if here != self.here:
            self.here = here
            await self.send(text_data=json.dumps({"here": here}))

    async def heartbeat(self):
        while True:
            await asyncio.sleep(settings.HEARTBEAT)
            rows = Presence.objects.filter(channel=self.channel_name)
            await rows.aupdate(last_seen=timezone.now())
            await self.presence_changed()
