"""Who is in a room."""

from datetime import timedelta

from django.conf import settings
from django.db import OperationalError
from django.utils import timezone

from .models import Presence


def forget_all():
    """Called once, as the server starts: so far, no tab is connected.

    A server that was killed has left its rows behind.
    """
    try:
        Presence.objects.all().delete()
    except OperationalError:
        pass  # The table is not there yet.


async def names_in(room):
    """The names of the users in a room, each once, in order."""
    since = timezone.now() - timedelta(seconds=3 * settings.HEARTBEAT)
    tabs = Presence.objects.filter(room=room, last_seen__gt=since)
    names = tabs.values_list("user__username", flat=True).distinct()
    return [name async for name in names.order_by("user__username")]
