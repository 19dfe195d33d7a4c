"""Whether this server can work: asked by load balancers and monitoring."""

import asyncio
import logging

from channels.layers import get_channel_layer
from django.db import transaction
from django.http import HttpResponse
from django.views import View

from .models import Message

log = logging.getLogger(__name__)


async def database():
    await Message.objects.order_by("-id").values_list("id").afirst()


async def layer():
    """An event that comes back has been through Redis."""
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.send(channel, {"type": "health.check"})
    await layer.receive(channel)


class Health(View):
    http_method_names = ["get", "head"]

    async def get(self, request):
        try:
            async with asyncio.timeout(3):
                await database()
                await layer()
        except Exception:
            log.exception("This server cannot work.")
            return HttpResponse("unavailable", status=503)
        return HttpResponse("ok", headers={"Cache-Control": "no-store"})


health = transaction.non_atomic_requests(Health.as_view())
