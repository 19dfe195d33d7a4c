from channels.generic.websocket import AsyncJsonWebsocketConsumer


class ChatConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self):
        await self.accept()
        await self.send_json({"message": "Welcome!", "kind": "notice"})

    async def receive_json(self, content, **kwargs):
        await self.send_json(content)
