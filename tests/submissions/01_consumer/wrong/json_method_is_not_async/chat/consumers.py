import json

from channels.generic.websocket import AsyncJsonWebsocketConsumer


class ChatConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self):
        # Task 1: Accept the connection.
        await self.accept()
        # End of task 1

    async def disconnect(self, close_code):
        pass

    @classmethod
    def decode_json(cls, text_data):
        try:
            return json.loads(text_data)
        except ValueError:
            return {}  # Whatever it was, it was not for this chat.

    async def receive_json(self, content):
        # Task 2: Read {"message": …} from the text and send it back.
        if "message" in content:
            await self.send_json({"message": content["message"]})
        # End of task 2
