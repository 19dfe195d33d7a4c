import json

from channels.generic.websocket import WebsocketConsumer


class ChatConsumer(WebsocketConsumer):
    def connect(self):
        headers = dict(self.scope["headers"])
        self.agent = headers.get(b"user-agent", b"").decode()
        self.options = self.scope["query_string"].decode().split("&")
        self.accept()

    def receive(self, text_data=None, bytes_data=None):
        try:
            message = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return
        self.send(text_data=json.dumps({"message": message}))
