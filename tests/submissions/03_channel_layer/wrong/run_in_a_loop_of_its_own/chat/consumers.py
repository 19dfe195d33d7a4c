import json

from channels.generic.websocket import WebsocketConsumer

from .layer import broadcast, join, leave


class ChatConsumer(WebsocketConsumer):
    def connect(self):
        self.group = "chat_" + self.scope["url_route"]["kwargs"]["room_name"]
        join(self.group, self.channel_name)
        self.accept()

    def disconnect(self, close_code):
        leave(self.group, self.channel_name)

    def receive(self, text_data=None, bytes_data=None):
        try:
            message = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return  # Whatever it was, it was not for this chat.
        broadcast(self.group, message)

    def chat_message(self, event):
        self.send(text_data=json.dumps({"message": event["message"]}))
