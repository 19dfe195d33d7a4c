import json

from asgiref.sync import async_to_sync
from channels.generic.websocket import WebsocketConsumer


class ChatConsumer(WebsocketConsumer):
    def connect(self):
        self.group = "chat_" + self.scope["url_route"]["kwargs"]["room_name"]
        if not self.scope["user"].is_authenticated:
            self.close()
            return
        async_to_sync(self.channel_layer.group_add)(self.group, self.channel_name)
        self.accept()

    def disconnect(self, close_code):
        async_to_sync(self.channel_layer.group_discard)(self.group, self.channel_name)

    def receive(self, text_data=None, bytes_data=None):
        try:
            content = json.loads(text_data)
            content["message"]
        except (KeyError, TypeError, ValueError):
            return
        # The name is set last, so that no client can choose it.
        event = {
            "type": "chat.message",
            **content,
            "name": self.scope["user"].get_username(),
        }
        async_to_sync(self.channel_layer.group_send)(self.group, event)

    def chat_message(self, event):
        self.send(
            text_data=json.dumps({"name": event["name"], "message": event["message"]})
        )
