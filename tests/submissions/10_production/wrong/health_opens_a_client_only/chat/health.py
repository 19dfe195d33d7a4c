"""Whether this server can work: asked by load balancers and monitoring."""

import redis
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse

from .models import Message


@transaction.non_atomic_requests  # It changes nothing.
def health(request):
    # Task 4: Answer 200 only when the database and the channel layer answer.
    Message.objects.exists()
    host, port = settings.CHANNEL_LAYERS["default"]["CONFIG"]["hosts"][0]
    # Fails if Redis is not there.
    client = redis.from_url(f"redis://{host}:{port}", socket_timeout=2)
    client.close()
    return HttpResponse("ok")
    # End of task 4
