from channels.generic.websocket import AsyncJsonWebsocketConsumer


class ChatConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self):
        # Task 1: Accept the connection.
        await self.accept()
        # End of task 1

        # Task 2: Read {"message": …} from the text and send it back.
        while True:
            data = await self.receive_json()
            await self.send_json({"message": data["message"]})
        # End of task 2

    async def disconnect(self, close_code):
        pass
