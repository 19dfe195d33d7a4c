from channels.generic.websocket import AsyncJsonWebsocketConsumer

from .rooms import RoomMixin


class ChatConsumer(RoomMixin, AsyncJsonWebsocketConsumer):
    async def receive(self, text_data=None, bytes_data=None, **kwargs):
        try:
            content = await self.decode_json(text_data)
        except (TypeError, ValueError):
            return  # It is no JSON, so it was not for this chat.
        if isinstance(content, dict) and "message" in content:
            await self.receive_json(content)

    async def receive_json(self, content, **kwargs):
        await self.tell_room("chat.message", message=content["message"])

    async def chat_message(self, event):
        await self.send_json({"message": event["message"]})
