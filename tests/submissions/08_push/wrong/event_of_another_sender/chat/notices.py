from functools import partial

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

from .models import Message


def send(group, event):
    """Sends an event to a group, from code that is not async."""
    # Task 1: Send the event to the group, through the channel layer.
    async_to_sync(get_channel_layer().group_send)(group, event)
    # End of task 1


def announce(room, author, text):
    """Saves a message, and sends it to every tab in the room."""
    message = Message.objects.create(room=room, author=author, text=text)
    event = {"type": "chat.message", "message": message.text}
    # Task 2: Send it once the message is committed, and not before.
    transaction.on_commit(partial(send, "chat_" + room, event))
    # End of task 2
