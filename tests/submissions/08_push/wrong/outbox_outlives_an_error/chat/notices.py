from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

from .models import Message

# What waits for the commit.
outbox = []


def send(group, event):
    """Sends an event to a group, from code that is not async."""
    async_to_sync(get_channel_layer().group_send)(group, event)


def flush_outbox():
    """Sends all that waits, in order."""
    while outbox:
        send(*outbox.pop(0))


def announce(room, author, text):
    """Saves a message, and sends it to every tab in the room."""
    message = Message.objects.create(room=room, author=author, text=text)
    event = {"type": "chat.message", "frame": message.as_frame()}
    outbox.append(("chat_" + room, event))
    transaction.on_commit(flush_outbox)
