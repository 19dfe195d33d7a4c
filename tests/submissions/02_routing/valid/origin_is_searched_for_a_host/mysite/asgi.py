"""Where every connection comes in: pages over HTTP, and WebSockets."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")

# This sets Django up. Whatever may import a model has to come after it.
django_asgi_app = get_asgi_application()

# Task 2: Wrap the routes: check the origin, find the user, choose the consumer.
from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter

from chat.routing import websocket_urlpatterns
from mysite.origins import SameSiteValidator

application = ProtocolTypeRouter(
    {
        "http": django_asgi_app,
        "websocket": SameSiteValidator(
            AuthMiddlewareStack(URLRouter(websocket_urlpatterns))
        ),
    }
)
# End of task 2
