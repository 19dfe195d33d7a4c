"""Who is in a room: what a consumer needs for it, and the query."""

import asyncio
import contextlib
import json
from datetime import timedelta

from django.conf import settings
from django.db.models.functions import Now

from .models import Presence


async def names_in(room: str) -> list[str]:
    """The names of the users in a room, each once, in order."""
    limit = Now() - timedelta(seconds=3 * settings.HEARTBEAT)
    rows = Presence.objects.filter(room=room, last_seen__gt=limit)
    return sorted({row.user.username async for row in rows.select_related("user")})


class PresenceMixin:
    """The clock of the database decides; no server needs the right time."""

    row: Presence | None = None
    beat: asyncio.Task | None = None
    shown: list[str] | None = None

    async def enter(self) -> None:
        self.row = Presence(
            channel=self.channel_name, room=self.room, user=self.scope["user"]
        )
        await self.row.asave(force_insert=True)
        await Presence.objects.filter(pk=self.row.pk).aupdate(last_seen=Now())
        await self.tell()
        self.beat = asyncio.create_task(self.keep_alive())

    async def leave(self) -> None:
        if self.beat is not None:
            self.beat.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.beat
        if self.row is not None:
            await self.row.adelete()
            await self.tell()

    async def tell(self) -> None:
        await self.channel_layer.group_send(self.group, {"type": "look.around"})

    async def keep_alive(self) -> None:
        while True:
            await asyncio.sleep(settings.HEARTBEAT)
            await Presence.objects.filter(pk=self.channel_name).aupdate(
                last_seen=Now()
            )
            await self.look_around()

    async def look_around(self, event: dict | None = None) -> None:
        names = await names_in(self.room)
        if names != self.shown:
            self.shown = names
            await self.send(text_data=json.dumps({"here": names}))
