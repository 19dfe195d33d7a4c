"""Whether this server can work: asked by load balancers and monitoring."""

import logging

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import connection, transaction
from django.http import JsonResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

logger = logging.getLogger(__name__)


def ask_database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_migrations")
        cursor.fetchone()


def ask_channel_layer():
    layer = get_channel_layer()
    async_to_sync(layer.group_send)("health", {"type": "health.check"})


@method_decorator([never_cache, transaction.non_atomic_requests], name="dispatch")
class Health(View):
    http_method_names = ["get", "head", "options"]
    parts = {"database": ask_database, "layer": ask_channel_layer}

    def get(self, request):
        answers = {name: self.works(name, ask) for name, ask in self.parts.items()}
        return JsonResponse(answers, status=200 if all(answers.values()) else 503)

    def works(self, name, ask):
        try:
            ask()
        except Exception:
            logger.exception("The %s does not answer.", name)
            return False
        return True


health = transaction.non_atomic_requests(Health.as_view())
