from channels.generic.websocket import AsyncJsonWebsocketConsumer


class ChatConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self):
        self.user = self.scope["user"]
        self.group = "chat_" + self.scope["url_route"]["kwargs"]["room_name"]
        if self.user.is_anonymous:
            await self.close()
            return
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, close_code):
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive_json(self, content):
        event = {
            "type": "chat.message",
            "name": self.user.get_username(),
            "message": content["message"],
        }
        await self.channel_layer.group_send(self.group, event)

    async def chat_message(self, event):
        await self.send_json(
            {"name": event["name"], "message": event["message"]}
        )
