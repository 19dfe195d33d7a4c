from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.dispatch import receiver

from chat.signals import message_received


@receiver(message_received)
def send_to_group(sender, group, message, **kwargs):
    async_to_sync(get_channel_layer().group_send)(
        group, {"type": "chat.message", "message": message}
    )
