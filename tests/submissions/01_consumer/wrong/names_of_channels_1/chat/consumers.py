import json

from channels.generic.websocket import WebsocketConsumer


class ChatConsumer(WebsocketConsumer):
    http_user = False
    strict_ordering = True

    def connect(self, **kwargs):
        self.accept()

    def receive(self, text=None, bytes=None, **kwargs):
        """Called when a message is received with either text or bytes filled out."""
        try:
            message = json.loads(text)["message"]
        except (KeyError, TypeError, ValueError):
            return
        self.send(text=json.dumps({"message": message}))

    def disconnect(self, code, **kwargs):
        pass
