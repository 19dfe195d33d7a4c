import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
django_asgi_app = get_asgi_application()

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator

from django.contrib.auth.models import Group

from chat.routing import websocket_urlpatterns


class WithModerators:
    """Tells the consumer whether there are moderators."""

    def __init__(self, inner):
        self.inner = inner

    def __call__(self, scope, receive, send):
        scope["moderated"] = Group.objects.filter(name="moderators").exists()
        return self.inner(scope, receive, send)


application = ProtocolTypeRouter(
    {
        "http": django_asgi_app,
        "websocket": AllowedHostsOriginValidator(
            WithModerators(AuthMiddlewareStack(URLRouter(websocket_urlpatterns)))
        ),
    }
)
