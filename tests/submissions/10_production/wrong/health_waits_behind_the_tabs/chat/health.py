"""Whether this server can work: asked by load balancers and monitoring."""

import asyncio

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from django.http import HttpResponse

from .models import Message


async def answers(layer, channel):
    await asyncio.wait_for(layer.receive(channel), 1)


@transaction.non_atomic_requests  # It changes nothing.
def health(request):
    # Task 4: Answer 200 only when the database and the channel layer answer.
    Message.objects.exists()
    layer = get_channel_layer()
    channel = async_to_sync(layer.new_channel)()
    async_to_sync(layer.send)(channel, {"type": "health.check"})
    async_to_sync(answers)(layer, channel)
    return HttpResponse("ok")
    # End of task 4
