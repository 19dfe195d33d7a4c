import json

from channels.generic.websocket import WebsocketConsumer


class ChatConsumer(WebsocketConsumer):
    def connect(self):
        pairs = self.scope["query_string"].split("&")
        self.options = dict(pair.split("=") for pair in pairs if pair)
        self.accept()

    def receive(self, text_data=None, bytes_data=None):
        try:
            message = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return
        self.send(text_data=json.dumps({"message": message}))
