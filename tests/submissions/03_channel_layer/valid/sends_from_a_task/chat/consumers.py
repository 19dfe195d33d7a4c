import asyncio
import json

from channels.generic.websocket import AsyncWebsocketConsumer


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        self.group = "chat_" + self.scope["url_route"]["kwargs"]["room_name"]
        self.said = asyncio.Queue()
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()
        self.task = asyncio.create_task(self.pass_on())

    async def pass_on(self):
        while True:
            event = {"type": "chat.message", "message": await self.said.get()}
            await asyncio.sleep(0.02)
            await self.channel_layer.group_send(self.group, event)

    async def disconnect(self, close_code):
        self.task.cancel()
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data=None, bytes_data=None):
        try:
            await self.said.put(json.loads(text_data)["message"])
        except (KeyError, TypeError, ValueError):
            pass

    async def chat_message(self, event):
        await self.send(text_data=json.dumps({"message": event["message"]}))
