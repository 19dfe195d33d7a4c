import json
from contextlib import AsyncExitStack

from channels.generic.websocket import AsyncWebsocketConsumer

from .rooms import Membership


class ChatConsumer(AsyncWebsocketConsumer):
    channel_layer_alias = "default"

    async def connect(self):
        self.stack = AsyncExitStack()
        self.membership = await self.stack.enter_async_context(
            Membership(
                self.channel_layer,
                self.channel_name,
                self.scope["url_route"]["kwargs"]["room_name"],
            )
        )
        await self.accept()

    async def disconnect(self, code):
        await self.stack.aclose()

    async def receive(self, text_data=None, bytes_data=None):
        try:
            text = json.loads(text_data)["message"]
        except (LookupError, TypeError, ValueError):
            return
        await self.membership.say(text)

    async def room_line(self, event):
        await self.send(json.dumps({"message": event["text"]}))
