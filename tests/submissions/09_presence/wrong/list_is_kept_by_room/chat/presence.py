"""Who is in a room."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from .models import Presence

_last = {}  # The names that were shown last, by room.

async def names_in(room):
    """The names of the users in a room, each once, in order."""
    since = timezone.now() - timedelta(seconds=3 * settings.HEARTBEAT)
    tabs = Presence.objects.filter(room=room, last_seen__gt=since)
    names = tabs.values_list("user__username", flat=True).distinct()
    return [name async for name in names.order_by("user__username")]


async def changed_names_in(room):
    """The names as above, or None if they are as they were."""
    names = await names_in(room)
    if names == _last.get(room):
        return None
    _last[room] = names
    return names
