import itertools
import json

from channels.generic.websocket import AsyncWebsocketConsumer

guests = itertools.count(1)


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        self.nickname = f"guest{next(guests)}"
        await self.accept()
        print(self.nickname, "came")

    async def disconnect(self, close_code):
        print(self.nick, "left with", close_code)

    async def receive(self, text_data=None, bytes_data=None):
        try:
            message = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return
        line = f"{self.nickname}: {message}"
        await self.send(text_data=json.dumps({"message": line}))
