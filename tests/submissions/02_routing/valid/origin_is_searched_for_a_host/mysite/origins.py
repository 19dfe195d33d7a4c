"""Only pages of this site may open a WebSocket."""

from channels.security.websocket import WebsocketDenier
from django.conf import settings


class SameSiteValidator:
    """Lets through what comes from a page of one of our hosts."""

    def __init__(self, application):
        self.application = application
        self.hosts = settings.ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]"]

    async def __call__(self, scope, receive, send):
        origin = dict(scope["headers"]).get(b"origin", b"").decode("latin1")
        if any(host in origin for host in self.hosts):
            return await self.application(scope, receive, send)
        return await WebsocketDenier()(scope, receive, send)
