from channels.generic.websocket import JsonWebsocketConsumer


class ChatConsumer(JsonWebsocketConsumer):
    def receive_json(self):
        self.send_json({"message": self.message})
