from channels.exceptions import StopConsumer


class EndingMixin:
    """Closing is the end: there is no waiting for the answer of a browser."""

    async def close(self, code=None, reason=None):
        await super().close(code, reason)
        await self.websocket_disconnect({"type": "websocket.disconnect", "code": code})
        raise StopConsumer
