"""Where every connection comes in: pages over HTTP, and WebSockets."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")

# This sets Django up. Whatever may import a model has to come after it.
django_asgi_app = get_asgi_application()

from channels.auth import get_user
from channels.middleware import BaseMiddleware
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from channels.sessions import SessionMiddlewareStack

from chat.routing import websocket_urlpatterns


class UserMiddleware(BaseMiddleware):
    """Puts the user into the scope, in async code."""

    async def __call__(self, scope, receive, send):
        scope["user"] = get_user(scope)
        return await super().__call__(scope, receive, send)


application = ProtocolTypeRouter(
    {
        "http": django_asgi_app,
        "websocket": AllowedHostsOriginValidator(
            SessionMiddlewareStack(UserMiddleware(URLRouter(websocket_urlpatterns)))
        ),
    }
)
