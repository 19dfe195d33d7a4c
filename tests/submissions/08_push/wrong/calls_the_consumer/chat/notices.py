from functools import partial

from asgiref.sync import async_to_sync
from django.db import transaction

from .consumers import ChatConsumer
from .models import Message


def send(group, event):
    """Sends an event to a group, from code that is not async."""
    async_to_sync(ChatConsumer().chat_message)(event)


def announce(room, author, text):
    """Saves a message, and sends it to every tab in the room."""
    message = Message.objects.create(room=room, author=author, text=text)
    event = {"type": "chat.message", "frame": message.as_frame()}
    transaction.on_commit(partial(send, "chat_" + room, event))
