import json

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.auth.models import Group


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        self.count = await database_sync_to_async(self.count_groups())
        await self.accept()

    def count_groups(self):
        return Group.objects.count()

    async def receive(self, text_data=None, bytes_data=None):
        try:
            message = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return
        await self.send(text_data=json.dumps({"message": message}))
