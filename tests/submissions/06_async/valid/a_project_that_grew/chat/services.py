from channels.db import database_sync_to_async
from django.db import transaction

from .models import Message, Room


@database_sync_to_async
def say(slug, author, text):
    """Saves a message, and its room if it is the first; returns its frame."""
    with transaction.atomic():
        place, _ = Room.objects.get_or_create(slug=slug)
        message = place.messages.create(author=author, text=text)
    return message.as_frame()


@database_sync_to_async
def recall(slug, since=0, limit=50):
    """The frames of the newest messages, oldest first."""
    messages = Message.objects.said_in(slug).newer_than(since)
    frames = [m.as_frame() for m in messages.newest_first()[:limit]]
    return frames[::-1]
