from channels.consumer import AsyncConsumer
from channels.exceptions import StopConsumer


class ChatConsumer(AsyncConsumer):
    async def websocket_connect(self, event):
        self.room = self.scope["url_route"]["kwargs"]["room_name"]
        await self.send({"type": "websocket.accept"})
        await self.channel_layer.group_add(self.room, self.channel_name)

    async def websocket_receive(self, event):
        # What came goes out as it came, in one hop: the layer's event is
        # the very event that a socket is sent.
        said = {"type": "websocket.send", "text": event["text"]}
        await self.channel_layer.group_send(self.room, said)

    async def websocket_send(self, event):
        await self.send(event)

    async def websocket_disconnect(self, event):
        await self.channel_layer.group_discard(self.room, self.channel_name)
        raise StopConsumer
