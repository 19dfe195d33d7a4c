import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
django_asgi_app = get_asgi_application()

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator

from chat.routing import websocket_urlpatterns


class Guests:
    """Gives everybody a number."""

    def __init__(self, inner):
        self.inner = inner

    def __call__(self, scope, receive, send):
        self.inner(dict(scope, guest=1), receive, send)


application = ProtocolTypeRouter(
    {
        "http": django_asgi_app,
        "websocket": AllowedHostsOriginValidator(
            AuthMiddlewareStack(Guests(URLRouter(websocket_urlpatterns)))
        ),
    }
)
