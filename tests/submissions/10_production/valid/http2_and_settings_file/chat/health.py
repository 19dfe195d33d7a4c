"""Whether this server can work: asked by load balancers and monitoring."""

import logging

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import connection, transaction
from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.views import View

from .models import Message

logger = logging.getLogger(__name__)


def ask_database():
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {Message._meta.db_table} LIMIT 1")
        cursor.fetchall()


@async_to_sync
async def ask_redis():
    layer = get_channel_layer()
    name = await layer.new_channel()
    await layer.group_add("health", name)
    await layer.group_discard("health", name)


@method_decorator(transaction.non_atomic_requests, name="dispatch")
class HealthView(View):
    def get(self, request):
        for part in (ask_database, ask_redis):
            try:
                part()
            except Exception:
                logger.exception("%s failed", part)
                return HttpResponse("not ok", status=503)
        return HttpResponse("ok")
