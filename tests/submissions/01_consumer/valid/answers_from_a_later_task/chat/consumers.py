import asyncio
import json

from channels.generic.websocket import AsyncWebsocketConsumer


class ChatConsumer(AsyncWebsocketConsumer):
    tasks = set()

    async def receive(self, text_data):
        message = json.loads(text_data)["message"]
        task = asyncio.create_task(self.answer(message))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def answer(self, message):
        await asyncio.sleep(0.45)
        await self.send(text_data=json.dumps({"message": message}))
