class AddressMiddleware:
    """Puts the path of a WebSocket on the scope once more, as `address`."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        scope = {**scope, "address": scope["path"].strip("/").split("/")}
        return await self.app(scope, receive, send)
