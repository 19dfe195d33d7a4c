import json

from channels.generic.websocket import AsyncJsonWebsocketConsumer


class ChatConsumer(AsyncJsonWebsocketConsumer):
    """Only members come here: see chat/members.py and mysite/asgi.py."""

    @property
    def room(self):
        return "room." + self.scope["url_route"]["kwargs"]["room"]

    async def connect(self):
        await self.channel_layer.group_add(self.room, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.room, self.channel_name)

    async def receive(self, text_data=None, bytes_data=None, **kwargs):
        if text_data is None:
            return
        try:
            content = await self.decode_json(text_data)
        except json.JSONDecodeError:
            return
        if isinstance(content, dict) and "message" in content:
            await self.receive_json(content)

    async def receive_json(self, content, **kwargs):
        said = {"name": str(self.scope["user"]), "message": content["message"]}
        await self.channel_layer.group_send(
            self.room, {"type": "said", "frame": said}
        )

    async def said(self, event):
        await self.send_json(event["frame"])
