from functools import partial

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from .groups import group_of
from .models import Message


@receiver(post_save, sender=Message, dispatch_uid="chat.announce")
def announce(sender, instance: Message, created: bool, **kwargs) -> None:
    if created:
        transaction.on_commit(partial(send_to_room, instance))


def send_to_room(message: Message) -> None:
    event = {"type": "message.saved", "content": message.as_frame()}
    async_to_sync(get_channel_layer().group_send)(group_of(message.room), event)
