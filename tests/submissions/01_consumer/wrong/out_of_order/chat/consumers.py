import asyncio
import json

from channels.generic.websocket import AsyncWebsocketConsumer


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        # Task 1: Accept the connection.
        self.waiting = []
        self.answering = None
        await self.accept()
        # End of task 1

    async def disconnect(self, close_code):
        pass

    async def receive(self, text_data=None, bytes_data=None):
        # Task 2: Read {"message": …} from the text and send it back.
        self.waiting.append(json.loads(text_data)["message"])
        if self.answering:
            self.answering.cancel()
        self.answering = asyncio.create_task(self.answer())
        # End of task 2

    async def answer(self):
        await asyncio.sleep(0.1)  # Until nobody writes any more.
        while self.waiting:
            message = self.waiting.pop()
            await self.send(text_data=json.dumps({"message": message}))
