class MembersOnly:
    """Answers the handshake of an anonymous user with 403."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["user"].is_anonymous:
            await send({"type": "websocket.close"})
            return
        await self.app(scope, receive, send)
