import asyncio
import json

from channels.generic.websocket import AsyncWebsocketConsumer


class ChatConsumer(AsyncWebsocketConsumer):
    async def receive(self, text_data):
        message = json.loads(text_data)["message"]
        self.task = asyncio.create_task(self.answer(message))

    async def answer(self, message):
        await asyncio.sleep(60)  # Nobody answers at once.
        await self.send(text_data=json.dumps({"message": message}))
