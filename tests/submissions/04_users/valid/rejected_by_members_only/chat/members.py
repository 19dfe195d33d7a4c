"""For members only: whoever is not logged in gets no further."""

from channels.security.websocket import WebsocketDenier


class MembersOnly:
    """ASGI middleware, inside AuthMiddlewareStack: it needs scope["user"]."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        app = self.app
        if not scope["user"].is_authenticated:
            app = WebsocketDenier.as_asgi()
        return await app(scope, receive, send)
