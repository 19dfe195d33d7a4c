import json

from channels.generic.websocket import AsyncWebsocketConsumer
from .people import known


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        await self.accept()

    async def receive(self, text_data=None, bytes_data=None):
        try:
            message = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return
        if known("guest"):
            return
        await self.send(text_data=json.dumps({"message": message}))
