"""What reaches the tabs from code that is not async."""

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

from . import groups
from .models import Message


@async_to_sync
async def send(group, event):
    """Sends an event to a group, from code that is not async."""
    await get_channel_layer().group_send(group, event)


def announce(room, author, text):
    """Saves a message, and sends it to every tab in the room."""
    frame = Message.objects.create(
        room=room, author=author, text=text
    ).as_frame()

    def tell_room():
        send(groups.of_room(room), {"type": "chat.message", "frame": frame})

    transaction.on_commit(tell_room, robust=True)
