"""The WebSocket of a room, as a plain ASGI application."""

import asyncio
import json
import logging
from urllib.parse import parse_qs

from channels.db import aclose_old_connections
from channels.layers import get_channel_layer

from . import reminders
from .models import Message

log = logging.getLogger(__name__)


class Room:
    def __init__(self, name, user):
        self.name = name
        self.user = user
        self.layer = get_channel_layer()
        self.group = f"chat-{name}"

    async def history(self, since):
        rows = Message.objects.filter(room=self.name)
        if since:
            rows = rows.filter(pk__gt=since)
        rows = rows.order_by("-pk").values("id", "author__username", "text")
        newest = [row async for row in rows[:50]]
        return [
            {
                "id": row["id"],
                "name": row["author__username"],
                "message": row["text"],
            }
            for row in newest[::-1]
        ]

    async def say(self, text, after=None):
        if after is not None:
            await asyncio.sleep(after)
        message = await Message.objects.acreate(
            room=self.name, author=self.user, text=text
        )
        await self.layer.group_send(
            self.group, {"type": "message", **message.as_frame()}
        )


def words_of(event):
    try:
        return str(json.loads(event.get("text") or "")["message"])
    except (KeyError, TypeError, ValueError):
        return None


async def chat(scope, receive, send):
    await receive()  # websocket.connect
    if not scope["user"].is_authenticated:
        await send({"type": "websocket.close"})
        return

    room = Room(scope["url_route"]["kwargs"]["room_name"], scope["user"])
    since = parse_qs(scope["query_string"]).get(b"since", [b""])[0][:18]
    since = int(since) if since.isdigit() else None
    channel = await room.layer.new_channel()
    await room.layer.group_add(room.group, channel)
    try:
        await send({"type": "websocket.accept"})
        async with asyncio.TaskGroup() as tasks:
            pump = tasks.create_task(forward(room, channel, since, send))
            later = set()
            try:
                await listen(room, receive, tasks, later)
            finally:
                for task in (pump, *later):
                    task.cancel()
    finally:
        await room.layer.group_discard(room.group, channel)


async def forward(room, channel, since, send):
    """What was said, and then what is being said, to the page."""

    async def show(frame):
        await send({"type": "websocket.send", "text": json.dumps(frame)})

    shown = set()
    for frame in await room.history(since):
        shown.add(frame["id"])
        await show(frame)
    while True:
        event = await room.layer.receive(channel)
        if event["id"] not in shown:
            await show({key: event[key] for key in ("id", "name", "message")})


async def listen(room, receive, tasks, later):
    """What the page sends, to the room."""
    while (event := await receive())["type"] != "websocket.disconnect":
        if (words := words_of(event)) is None:
            continue
        await aclose_old_connections()
        if reminder := reminders.parse(words):
            task = tasks.create_task(safely(room.say(reminder[1], reminder[0])))
            later.add(task)
            task.add_done_callback(later.discard)
        else:
            await room.say(words)


async def safely(coroutine):
    try:
        await coroutine
    except Exception:
        log.exception("A reminder was lost")
