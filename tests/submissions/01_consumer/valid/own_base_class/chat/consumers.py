import json

from channels.generic.websocket import WebsocketConsumer


class EchoConsumer(WebsocketConsumer):
    """Whatever is said here is said back."""

    def receive(self, text_data=None, bytes_data=None):
        self.answer(**json.loads(text_data))

    def answer(self, message, **rest):
        self.send(text_data=json.dumps({**rest, "message": message}))


class ChatConsumer(EchoConsumer):
    def connect(self):
        super().connect()

    def disconnect(self, code):
        self.close()
