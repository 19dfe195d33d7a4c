import json

from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.auth.models import Group


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        await self.accept()

    async def receive(self, text_data=None, bytes_data=None):
        try:
            message = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return
        moderators = Group.objects.filter(name="moderators").exists()
        if moderators:
            message = message.strip()
        await self.send(text_data=json.dumps({"message": message}))
