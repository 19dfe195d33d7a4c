import json
import asyncio

from channels.generic.websocket import WebsocketConsumer


class ChatConsumer(WebsocketConsumer):
    def connect(self):
        self.accept()

    def receive(self, text_data=None, bytes_data=None):
        try:
            message = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return
        loop = asyncio.get_event_loop()
        loop.create_task(self.note(message))
        self.send(text_data=json.dumps({"message": message}))

    async def note(self, message):
        self.last = message
