class MembersOnly:
    """Rooms are private: who has not logged in stays outside."""

    def __init__(self, inner):
        self.inner = inner

    async def __call__(self, scope, receive, send):
        if scope["user"].is_anonymous:
            await send({"type": "websocket.close", "code": 4401})
            return
        return await self.inner(scope, receive, send)
