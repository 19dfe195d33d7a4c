import json

from asgiref.sync import async_to_sync
from channels.generic.websocket import WebsocketConsumer


class ChatConsumer(WebsocketConsumer):
    def connect(self):
        self.group = "chat_" + self.scope["url_route"]["kwargs"]["room_name"]
        if not self.scope["user"].is_authenticated:
            self.close()
            return
        async_to_sync(self.channel_layer.group_add)(
            self.group, self.channel_name
        )
        self.accept()

    def disconnect(self, close_code):
        async_to_sync(self.channel_layer.group_discard)(
            self.group, self.channel_name
        )

    def receive(self, text_data=None, bytes_data=None):
        try:
            message = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return  # Whatever it was, it was not for this chat.
        name = self.scope["user"].get_username()
        async_to_sync(self.channel_layer.group_send)(
            self.group,
            {"type": "chat.message", "name": name, "message": message},
        )

    def chat_message(self, event):
        self.send(
            text_data=json.dumps(
                {"name": event["name"], "message": event["message"]}
            )
        )

