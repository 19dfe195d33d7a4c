import json

from channels.consumer import AsyncConsumer


class ChatConsumer(AsyncConsumer):
    async def websocket_connect(self, event):
        await self.send({"type": "websocket.accept"})

    async def websocket_receive(self, event):
        try:
            message = json.loads(event.get("text"))["message"]
        except (KeyError, TypeError, ValueError):
            return
        await self.send(
            {
                "type": "websocket.send",
                "text": json.dumps({"message": message}),
            }
        )

    async def websocket_disconnect(self, event):
        # Nothing to clean up.
        pass
