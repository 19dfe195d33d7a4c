"""Where every connection comes in: pages over HTTP, and WebSockets."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")

# This sets Django up. Whatever may import a model has to come after it.
django_asgi_app = get_asgi_application()

# Task 2: Wrap the routes: check the origin, find the user, choose the consumer.
from channels.routing import ProtocolTypeRouter, URLRouter
from django.contrib.auth.models import AnonymousUser

from chat.routing import websocket_urlpatterns


class Anonymous:
    """Adds the user to the scope."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        scope = {**scope, "user": AnonymousUser()}
        return await self.app(scope, receive, send)


application = ProtocolTypeRouter(
    {
        "http": django_asgi_app,
        "websocket": Anonymous(URLRouter(websocket_urlpatterns)),
    }
)
# End of task 2
