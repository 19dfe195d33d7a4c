import json

from channels.generic.websocket import JsonWebsocketConsumer


class ChatConsumer(JsonWebsocketConsumer):
    @classmethod
    def decode_json(cls, text_data):
        try:
            return json.loads(text_data)
        except ValueError:
            return None

    def receive_json(self, content):
        if isinstance(content, dict) and "message" in content:
            self.send_json({"message": content["message"]})
