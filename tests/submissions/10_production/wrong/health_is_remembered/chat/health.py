"""Whether this server can work: asked by load balancers and monitoring."""

import time

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from django.http import HttpResponse

from .models import Message

GOOD_FOR = 60  # Everybody asks every few seconds: once a minute is enough.
last_good = None


@transaction.non_atomic_requests  # It changes nothing.
def health(request):
    # Task 4: Answer 200 only when the database and the channel layer answer.
    global last_good
    if last_good is None or time.monotonic() - last_good > GOOD_FOR:
        Message.objects.exists()
        group_send = async_to_sync(get_channel_layer().group_send)
        group_send("health", {"type": "health.check"})
        last_good = time.monotonic()
    return HttpResponse("ok")
    # End of task 4
