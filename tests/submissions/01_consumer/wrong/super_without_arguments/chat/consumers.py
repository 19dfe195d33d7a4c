import json

from channels.generic.websocket import JsonWebsocketConsumer


class ChatConsumer(JsonWebsocketConsumer):
    def connect(self):
        self.accept()

    def disconnect(self, close_code):
        # let the parent class clean up
        super().disconnect()

    def receive_json(self, content, **kwargs):
        message = content["message"]
        self.send_json(json.dumps({"message": message}))
