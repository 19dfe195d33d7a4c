import json

from channels.generic.websocket import WebsocketConsumer


class JsonMessages:
    """Everything that has to do with JSON, so that consumers stay small."""

    def receive(self, text_data=None, bytes_data=None):
        try:
            message = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return
        self.on_message(message)

    def send_message(self, message):
        self.send(text_data=json.dumps({"message": message}))


class ChatConsumer(WebsocketConsumer, JsonMessages):
    def connect(self):
        self.accept()

    def disconnect(self, close_code):
        pass

    def on_message(self, message):
        self.send_message(message)
