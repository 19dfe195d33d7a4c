import json
from functools import partial

from channels.generic.websocket import AsyncWebsocketConsumer
from django.http import QueryDict

from . import reminders, services
from .tasks import Reminder


def since_of(scope):
    since = QueryDict(scope["query_string"]).get("since", "")
    return int(since) if since.isdecimal() and len(since) < 19 else 0


class Room(AsyncWebsocketConsumer):
    """A page that shows a room."""

    async def connect(self):
        self.reminders = []
        self.slug = self.scope["url_route"]["kwargs"]["slug"]
        if self.scope["user"].is_authenticated:
            await self.channel_layer.group_add(
                self.group_name, self.channel_name
            )
            await self.accept()
            await self.catch_up()
        else:
            await self.close()

    @property
    def group_name(self):
        return f"rooms.{self.slug}"

    async def catch_up(self):
        frames = await services.recall(self.slug, since_of(self.scope))
        for frame in frames:
            await self.send(json.dumps(frame))
        self.sent = {frame["id"] for frame in frames}

    async def receive(self, text_data=None, bytes_data=None):
        try:
            text = str(json.loads(text_data)["message"])
        except (LookupError, TypeError, ValueError):
            return
        if reminder := reminders.parse(text):
            seconds, text = reminder
            self.reminders = [r for r in self.reminders if not r.is_over]
            self.reminders.append(Reminder(seconds, partial(self.say, text)))
        else:
            await self.say(text)

    async def say(self, text):
        frame = await services.say(self.slug, self.scope["user"], text)
        await self.channel_layer.group_send(
            self.group_name, {"type": "said", "frame": frame}
        )

    async def said(self, event):
        frame = event["frame"]
        if frame["id"] not in self.sent:
            await self.send(json.dumps(frame))

    async def disconnect(self, code):
        while self.reminders:
            self.reminders.pop().cancel()
        await self.channel_layer.group_discard(
            self.group_name, self.channel_name
        )
