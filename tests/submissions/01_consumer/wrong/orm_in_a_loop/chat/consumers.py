import json

from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.auth.models import Group


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        self.names = []
        for group in Group.objects.all():
            self.names.append(group.name)
        await self.accept()

    async def receive(self, text_data=None, bytes_data=None):
        try:
            message = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return
        await self.send(text_data=json.dumps({"message": message}))
