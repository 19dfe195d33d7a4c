"""Whether this server can work: asked by load balancers and monitoring."""

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from django.http import HttpResponse

from .models import Message


@transaction.non_atomic_requests  # It changes nothing.
def health(request):
    # Task 4: Answer 200 only when the database and the channel layer answer.
    Message.objects.exists()
    layer = get_channel_layer()
    async_to_sync(layer.send)("health", {"type": "health.check"})
    return HttpResponse("ok")
    # End of task 4
