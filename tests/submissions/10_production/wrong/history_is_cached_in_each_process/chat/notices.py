from functools import partial

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.core.cache import cache
from django.db import transaction

from .models import Message


def send(group, event):
    """Sends an event to a group, from code that is not async."""
    async_to_sync(get_channel_layer().group_send)(group, event)


def announce(room, author, text):
    """Saves a message, and sends it to every tab in the room."""
    message = Message.objects.create(room=room, author=author, text=text)
    event = {"type": "chat.message", "frame": message.as_frame()}
    transaction.on_commit(partial(cache.delete, f"history_{room}"))
    transaction.on_commit(partial(send, "chat_" + room, event))
