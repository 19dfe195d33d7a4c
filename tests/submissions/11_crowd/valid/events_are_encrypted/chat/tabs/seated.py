import asyncio

from django.conf import settings
from django.utils import timezone

from .. import presence
from ..models import Seat


class SeatedMixin:
    """Has a row in the list of who is here, and shows the list."""

    seat = None
    seen = None

    async def sit_down(self):
        user = self.scope["user"]
        self.seat = await Seat.objects.acreate(room=self.room, user=user)
        await self.tell("presence.changed")
        self.work_on(self.keep_seat())

    async def stand_up(self):
        if self.seat is not None:
            await Seat.objects.filter(pk=self.seat.pk).adelete()
            self.seat = None
            await self.tell("presence.changed")

    async def keep_seat(self):
        while True:
            await asyncio.sleep(settings.HEARTBEAT)
            seats = Seat.objects.filter(pk=self.seat.pk)
            await seats.aupdate(last_seen=timezone.now())
            await self.presence_changed()

    async def presence_changed(self, event=None):
        names = await presence.names_in(self.room)
        if names != self.seen:
            self.seen = names
            await self.send_json({"here": names})
