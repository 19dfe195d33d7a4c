from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from .models import Message


def send(group, event):
    """Sends an event to a group, from code that is not async."""
    async_to_sync(get_channel_layer().group_send)(group, event)


def announce(room, author, text):
    """Saves a message; the signal sends it to every tab in the room."""
    return Message.objects.create(room=room, author=author, text=text)


def announce_all(room, author, texts):
    """All of them with one query."""
    Message.objects.bulk_create(
        Message(room=room, author=author, text=text) for text in texts
    )
