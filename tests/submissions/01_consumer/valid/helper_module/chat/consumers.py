from channels.generic.websocket import WebsocketConsumer

from .messages import packed, unpacked


class ChatConsumer(WebsocketConsumer):
    def receive(self, text_data=None, bytes_data=None):
        message = unpacked(text_data)
        if message is not None:
            self.send(text_data=packed(message))
