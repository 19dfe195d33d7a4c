import json

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.auth.models import Group


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        self.names = [group.name for group in await self.groups_by_name()]
        await self.accept()

    @database_sync_to_async
    def groups_by_name(self):
        return Group.objects.order_by("name")

    async def receive(self, text_data=None, bytes_data=None):
        try:
            message = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return
        await self.send(text_data=json.dumps({"message": message}))
