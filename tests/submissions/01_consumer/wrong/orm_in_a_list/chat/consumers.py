import json

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.auth.models import Group


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        await self.accept()
        groups = await database_sync_to_async(Group.objects.exclude)(name="")
        self.muted = [group.name for group in groups]

    async def receive(self, text_data=None, bytes_data=None):
        try:
            message = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return
        await self.send(text_data=json.dumps({"message": message}))
