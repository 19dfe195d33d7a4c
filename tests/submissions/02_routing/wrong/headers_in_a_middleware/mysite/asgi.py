import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
django_asgi_app = get_asgi_application()

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator

from chat.routing import websocket_urlpatterns


def with_agent(inner):
    """Tells the consumer which browser it is."""

    async def middleware(scope, receive, send):
        agent = dict(scope["headers"])["User-Agent"]
        return await inner(dict(scope, agent=agent), receive, send)

    return middleware


application = ProtocolTypeRouter(
    {
        "http": django_asgi_app,
        "websocket": AllowedHostsOriginValidator(
            with_agent(AuthMiddlewareStack(URLRouter(websocket_urlpatterns)))
        ),
    }
)
