from channels.generic.websocket import AsyncJsonWebsocketConsumer


class ChatConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self):
        room = self.scope["url_route"]["kwargs"]["room_name"]
        self.group = f"room.{room}"
        await self.accept()
        await self.send_json({"message": f"Welcome to {room}!"})
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.tell("Somebody came.")

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.group, self.channel_name)
        await self.tell("Somebody left.")

    async def receive_json(self, content):
        await self.tell(content["message"], sender=self.channel_name)

    async def tell(self, message, **more):
        event = {"type": "on_told", "data": {"message": message, **more}}
        await self.channel_layer.group_send(self.group, event)

    async def on_told(self, event):
        await self.send_json(event["data"])
