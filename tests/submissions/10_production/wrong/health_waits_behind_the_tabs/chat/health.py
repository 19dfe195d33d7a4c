"""Whether this server can work: asked by load balancers and monitoring."""

import asyncio

from channels.layers import get_channel_layer
from django.db import transaction
from django.http import HttpResponse

from .models import Message


@transaction.non_atomic_requests  # It changes nothing.
async def health(request):
    # Task 4: Answer 200 only when the database and the channel layer answer.
    await Message.objects.aexists()
    layer = get_channel_layer()
    channel = await layer.new_channel("health")
    await layer.send(channel, {"type": "health.check"})
    await asyncio.wait_for(layer.receive(channel), 1)
    return HttpResponse("ok")
    # End of task 4
