from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from .models import Message


def room_group(room):
    return f"chat_{room}"


def send(group, event):
    """Sends an event to a group; to be called by code that is not async."""
    send_to_group = async_to_sync(get_channel_layer().group_send)
    send_to_group(group, event)


def announce(room, author, text):
    """Saves a message; signals.py sends it to every tab in the room."""
    return Message.objects.create(room=room, author=author, text=text)
