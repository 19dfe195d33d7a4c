"""Who is in a room."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef
from django.utils import timezone

from .models import Presence

MISSED = 3


async def names_in(room: str) -> list[str]:
    """The names of the users in a room, each once, in order."""
    oldest = timezone.now() - timedelta(seconds=MISSED * settings.HEARTBEAT)
    fresh = Presence.objects.filter(
        room=room, user=OuterRef("pk"), last_seen__gte=oldest
    )
    users = get_user_model().objects.filter(Exists(fresh))
    return [user.get_username() async for user in users.order_by("username")]
