from functools import partial

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from .models import Message
from .services import group_of


def send_to_room(room, frame):
    send = async_to_sync(get_channel_layer().group_send)
    send(group_of(room), {"type": "chat.message", "frame": frame})


@receiver(post_save, sender=Message)
def message_saved(sender, instance, created, raw=False, **kwargs):
    if created and not raw:
        transaction.on_commit(partial(send_to_room, instance.room, instance.as_frame()))
