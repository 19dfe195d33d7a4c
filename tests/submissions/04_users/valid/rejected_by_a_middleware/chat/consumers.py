import json

from channels.generic.websocket import AsyncWebsocketConsumer


class ChatConsumer(AsyncWebsocketConsumer):
    """Only for users who are logged in: see gate.py."""

    async def connect(self):
        kwargs = self.scope["url_route"]["kwargs"]
        self.groups = ["chat_" + kwargs["room_name"]]
        await self.channel_layer.group_add(self.groups[0], self.channel_name)
        await self.accept()

    # Channels itself leaves what is in self.groups.

    async def receive(self, text_data=None, bytes_data=None):
        try:
            data = json.loads(text_data)
            frame = {"message": data["message"], "name": str(self.scope["user"])}
        except (KeyError, TypeError, ValueError):
            return
        event = {"type": "relay", "text": json.dumps(frame)}
        await self.channel_layer.group_send(self.groups[0], event)

    async def relay(self, event):
        await self.send(text_data=event["text"])
