"""Who is in a room."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef
from django.utils import timezone

from .models import Presence


async def names_in(room):
    """The names of the users in a room, each once, in order."""
    User = get_user_model()
    tabs = Presence.objects.filter(
        user=OuterRef("pk"),
        room=room,
        last_seen__gte=timezone.now()
        - timedelta(seconds=settings.HEARTBEAT) * 3,
    )
    users = User.objects.filter(Exists(tabs)).order_by(User.USERNAME_FIELD)
    return [user.get_username() async for user in users]
