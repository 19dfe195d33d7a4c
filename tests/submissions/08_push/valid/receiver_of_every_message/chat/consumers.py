import asyncio
import json
from urllib.parse import parse_qs

from channels.generic.websocket import AsyncJsonWebsocketConsumer

from .models import Message
from .notices import room_group
from .reminders import parse
from .sessions import EndsWithSession


class ChatConsumer(EndsWithSession, AsyncJsonWebsocketConsumer):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.reminders = {}
        self.seen = frozenset()

    @property
    def room(self):
        return self.scope["url_route"]["kwargs"]["room_name"]

    def names_of_groups(self):
        return [room_group(self.room), *super().names_of_groups()]

    async def connected(self):
        since = parse_qs(self.scope["query_string"].decode("latin1")).get("since")
        messages = await Message.objects.newest(self.room, since and since[-1])
        for message in messages:
            await self.send_json(message.as_frame())
        self.seen = frozenset(message.pk for message in messages)

    async def disconnect(self, code):
        await super().disconnect(code)
        for reminder in list(self.reminders.values()):
            reminder.cancel()

    async def receive(self, text_data=None, bytes_data=None, **kwargs):
        try:
            message = str(json.loads(text_data)["message"])
        except (KeyError, TypeError, ValueError):
            return
        later = parse(message)
        if later is None:
            await self.post(message)
        else:
            self.remind(*later)

    async def post(self, text):
        """Saves a message; signals.py sends it to the room."""
        await Message.objects.acreate(
            room=self.room, author=self.scope["user"], text=text
        )

    def remind(self, seconds, text):
        async def wait_and_post():
            await asyncio.sleep(seconds)
            await self.post(text)

        task = asyncio.create_task(wait_and_post())
        self.reminders[id(task)] = task
        task.add_done_callback(lambda task: self.reminders.pop(id(task), None))

    async def chat_message(self, event):
        if event["frame"]["id"] in self.seen:
            return
        await self.send_json(event["frame"])
