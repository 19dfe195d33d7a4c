import asyncio
import json

from channels.generic.websocket import AsyncWebsocketConsumer


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        self.answers = asyncio.Queue()
        await self.accept()
        self.task = asyncio.create_task(self.answer())

    async def receive(self, text_data):
        await self.answers.put(json.loads(text_data)["message"])

    async def answer(self):
        while True:
            message = await self.answers.get()
            await asyncio.sleep(0.05)
            await self.send(text_data=json.dumps({"message": message}))

    async def disconnect(self, close_code):
        self.task.cancel()
