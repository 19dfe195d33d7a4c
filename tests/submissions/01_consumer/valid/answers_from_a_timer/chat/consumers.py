import asyncio
import json

from channels.generic.websocket import AsyncWebsocketConsumer


class ChatConsumer(AsyncWebsocketConsumer):
    async def receive(self, text_data=None, bytes_data=None):
        message = json.loads(text_data)["message"]
        loop = asyncio.get_running_loop()
        loop.call_later(0.45, self.later, message)

    def later(self, message):
        text = json.dumps({"message": message})
        self.task = asyncio.create_task(self.send(text_data=text))
