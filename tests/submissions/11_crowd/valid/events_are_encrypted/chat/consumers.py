import asyncio
import json

from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.http import QueryDict

from . import reminders
from .models import Message
from .tabs.ending import EndingMixin
from .tabs.limited import LimitedMixin
from .tabs.seated import SeatedMixin

HISTORY = 50


class ChatConsumer(
    LimitedMixin, EndingMixin, SeatedMixin, AsyncJsonWebsocketConsumer
):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.work = set()

    @property
    def room(self):
        return self.scope["url_route"]["kwargs"]["room_name"]

    async def websocket_connect(self, message):
        session = self.scope["session"].session_key
        if self.scope["user"].is_authenticated:
            # Channels joins and leaves the groups that are listed here.
            self.groups = [f"chat_{self.room}", f"session_{session}"]
        await super().websocket_connect(message)

    async def connect(self):
        if not self.groups:
            await self.close()
        await self.accept()
        await self.send_history()
        await self.sit_down()

    async def websocket_disconnect(self, message):
        for task in self.work:
            task.cancel()
        await self.stand_up()
        await super().websocket_disconnect(message)

    @classmethod
    async def decode_json(cls, text):
        try:
            return json.loads(text)
        except ValueError:
            return None

    async def receive(self, text_data=None, bytes_data=None):
        if text_data:  # Bytes are not for this chat.
            await super().receive(text_data=text_data)

    async def receive_json(self, content):
        if not isinstance(content, dict) or "message" not in content:
            return
        text = str(content["message"])
        if reminder := reminders.parse(text):
            self.work_on(self.remind(*reminder))
        else:
            await self.say(text)

    def work_on(self, coroutine):
        task = asyncio.create_task(coroutine)
        self.work.add(task)
        task.add_done_callback(self.work.discard)

    async def remind(self, seconds, text):
        await asyncio.sleep(seconds)
        await self.say(text)

    async def say(self, text):
        author = self.scope["user"]
        message = await Message.objects.acreate(
            room=self.room, author=author, text=text
        )
        await self.tell("chat.message", frame=message.as_frame())

    async def tell(self, type, **event):
        group = f"chat_{self.room}"
        await self.channel_layer.group_send(group, {"type": type, **event})

    async def send_history(self):
        since = QueryDict(self.scope["query_string"]).get("since", "")[:19]
        after = int(since) if since.isdecimal() else 0
        messages = Message.objects.filter(room=self.room, id__gt=after)
        messages = messages.select_related("author").order_by("-id")[:HISTORY]
        frames = [message.as_frame() async for message in messages]
        self.known = {frame["id"] for frame in frames}
        for frame in reversed(frames):
            await self.send_json(frame)

    async def chat_message(self, event):
        if event["frame"]["id"] not in self.known:
            await self.send_json(event["frame"])

    async def session_ended(self, event):
        await self.close(4401)
