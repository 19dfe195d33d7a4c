import json

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from .models import Line


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        # Task 1: Accept the connection.
        self.lines = await database_sync_to_async(Line.objects.count)()
        await self.accept()
        # End of task 1

    async def disconnect(self, close_code):
        pass

    async def receive(self, text_data=None, bytes_data=None):
        # Task 2: Read {"message": …} from the text and send it back.
        try:
            message = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return
        await self.send(text_data=json.dumps({"message": message}))
        # End of task 2
