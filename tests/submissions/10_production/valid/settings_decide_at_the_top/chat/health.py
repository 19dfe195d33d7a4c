"""Whether this server can work: asked by load balancers and monitoring."""

import asyncio

from channels.layers import get_channel_layer
from django.db import transaction
from django.http import HttpResponse, HttpResponseServerError

from .models import Message

LONGEST = 4  # In seconds; Docker Compose waits for five.


@transaction.non_atomic_requests
async def health(request):
    try:
        async with asyncio.timeout(LONGEST):
            await Message.objects.order_by("pk").afirst()
            layer = get_channel_layer()
            await layer.group_send("health", {"type": "health.check"})
    except Exception:
        return HttpResponseServerError("not ok")
    return HttpResponse("ok")
