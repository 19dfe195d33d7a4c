import json

from channels.generic.websocket import WebsocketConsumer

FORBIDDEN = {"de": "verboten", "en": "forbidden"}


class ChatConsumer(WebsocketConsumer):
    def connect(self):
        self.accept()

    def receive(self, text_data=None, bytes_data=None):
        forbidden = FORBIDDEN.get(self.scope["language"], "forbidden")
        try:
            message = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return
        if message != forbidden:
            self.send(text_data=json.dumps({"message": message}))
