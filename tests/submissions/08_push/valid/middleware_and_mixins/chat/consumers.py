import asyncio
from urllib.parse import parse_qs

from channels.generic.websocket import AsyncJsonWebsocketConsumer

from . import groups, reminders
from .mixins import Background, EndsWithItsSession, UsersOnly
from .models import Message

HISTORY = 50
BIGGEST_ID = 2**63 - 1


class ChatConsumer(
    UsersOnly, EndsWithItsSession, Background, AsyncJsonWebsocketConsumer
):
    @property
    def room(self):
        return self.scope["url_route"]["kwargs"]["room_name"]

    def group_names(self):
        return [groups.of_room(self.room), *super().group_names()]

    async def connect(self):
        await super().connect()  # It rejects, or joins and accepts.
        self.shown = set()
        for frame in await self.history():
            await self.send_json(frame)
            self.shown.add(frame["id"])

    async def history(self):
        newest_first = (
            Message.objects.filter(room=self.room, id__gt=self.since())
            .select_related("author")
            .order_by("-pk")[:HISTORY]
        )
        return [m.as_frame() async for m in newest_first][::-1]

    def since(self):
        query = parse_qs(self.scope["query_string"].decode(errors="replace"))
        try:
            since = int(query["since"][0])
        except (KeyError, ValueError):
            return 0
        return since if 0 <= since <= BIGGEST_ID else 0

    async def receive(self, text_data=None, bytes_data=None, **kwargs):
        try:
            content = await self.decode_json(text_data or "")
        except ValueError:
            return
        await self.receive_json(content)

    async def receive_json(self, content):
        match content:
            case {"message": text}:
                text = str(text)
            case _:
                return
        match reminders.parse(text):
            case (seconds, words):
                self.in_background(self.remind(seconds, words))
            case None:
                await self.say(text)

    async def remind(self, seconds, words):
        await asyncio.sleep(seconds)
        await self.say(words)

    async def say(self, text):
        message = Message(
            room=self.room, author=self.scope["user"], text=text
        )
        await message.asave()
        await self.channel_layer.group_send(
            groups.of_room(self.room),
            {"type": "chat.message", "frame": message.as_frame()},
        )

    async def chat_message(self, event):
        frame = event["frame"]
        if frame["id"] not in self.shown:
            await self.send_json(frame)
