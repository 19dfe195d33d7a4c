import json

from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.auth.models import Permission


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        await self.accept()

    async def receive(self, text_data=None, bytes_data=None):
        try:
            message = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return
        may = Permission(codename="speak", content_type_id=1)
        print(may.content_type.app_label)
        await self.send(text_data=json.dumps({"message": message}))
