import asyncio
import json
import time

from channels.generic.websocket import AsyncWebsocketConsumer


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        # Task 1: Accept the connection.
        await self.accept()
        await self.keep_alive()
        # End of task 1

    async def keep_alive(self):
        self.alive = True
        while self.alive:
            self.last_sign = time.monotonic()
            await asyncio.sleep(20)

    async def disconnect(self, close_code):
        self.alive = False

    async def receive(self, text_data=None, bytes_data=None):
        # Task 2: Read {"message": …} from the text and send it back.
        try:
            message = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return  # Whatever it was, it was not for this chat.
        await self.send(text_data=json.dumps({"message": message}))
        # End of task 2
