"""Whether this server can work: asked by load balancers and monitoring."""

from concurrent.futures import ThreadPoolExecutor

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import connection, transaction
from django.http import HttpResponse

from .models import Message


def check_database():
    try:
        Message.objects.exists()
    finally:
        connection.close()  # That of this thread.


def check_layer():
    group_send = async_to_sync(get_channel_layer().group_send)
    group_send("health", {"type": "health.check"})


@transaction.non_atomic_requests  # It changes nothing.
def health(request):
    # Both at the same time: the slower one says how long it takes.
    with ThreadPoolExecutor(max_workers=2) as pool:
        pool.map(lambda check: check(), [check_database, check_layer])
    return HttpResponse("ok")
