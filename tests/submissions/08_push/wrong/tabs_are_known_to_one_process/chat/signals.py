from functools import partial

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.dispatch import receiver

from .consumers import OPEN_TABS


@receiver(user_logged_out)
def end_tabs(request, **kwargs):
    for channel in list(OPEN_TABS[request.session.session_key]):
        transaction.on_commit(partial(end_tab, channel))


def end_tab(channel):
    send = async_to_sync(get_channel_layer().send)
    send(channel, {"type": "session.ended"})
