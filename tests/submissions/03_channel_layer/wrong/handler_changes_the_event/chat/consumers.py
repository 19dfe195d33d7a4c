import asyncio

from channels.generic.websocket import AsyncJsonWebsocketConsumer


class ChatConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self):
        self.group = "r-" + self.scope["url_route"]["kwargs"]["room_name"]
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive_json(self, content, **kwargs):
        try:
            message = content["message"]
        except (KeyError, TypeError):
            return
        await self.channel_layer.group_send(
            self.group, {"type": "room.heard", "message": message}
        )
        await asyncio.sleep(0.6)  # The sender is the last to receive it.

    async def room_heard(self, event):
        del event["type"]
        await self.send_json(event)
