import json

from channels.generic.websocket import AsyncJsonWebsocketConsumer


class IgnoresStrangeFrames:
    """Passes on only objects that have a message; drops all other frames."""

    async def receive(self, text_data=None, bytes_data=None, **kwargs):
        try:
            content = json.loads(text_data)
        except (TypeError, ValueError):
            return
        if isinstance(content, dict) and "message" in content:
            await self.receive_json(content)


class EchoConsumer(IgnoresStrangeFrames, AsyncJsonWebsocketConsumer):
    async def receive_json(self, content, **kwargs):
        await self.send_json({"message": content["message"]})


class ChatConsumer(EchoConsumer):
    """One tab in one room; it answers that tab alone."""

    async def connect(self):
        self.room_name = self.scope["url_route"]["kwargs"]["room_name"]
        self.user = self.scope["user"]
        await self.accept()
