from channels.generic.websocket import AsyncJsonWebsocketConsumer


class ChatConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self):
        self.room = self.scope["url_route"]["kwargs"]["room_name"]
        self.who = self.scope.get("user")
        await self.accept()
        await self.send_json({"message": f"Welcome to {self.room}!"})

    async def receive_json(self, content):
        await self.send_json({"room": self.room, "who": str(self.who), **content})
