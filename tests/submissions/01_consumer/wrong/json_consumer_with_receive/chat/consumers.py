import json

from channels.generic.websocket import AsyncJsonWebsocketConsumer


class ChatConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self):
        await self.accept()

    async def disconnect(self, close_code):
        pass

    async def receive(self, content):
        # Task 2: Read {"message": …} from the text and send it back.
        await self.send_json(json.dumps({"message": content["message"]}))
        # End of task 2
