import json

from asgiref.sync import async_to_sync
from channels.generic.websocket import WebsocketConsumer


def private_group(room_name):
    """A name that nobody can guess, of characters that a group may have."""
    return f"chat_{abs(hash(('secret', room_name))):x}"


class ChatConsumer(WebsocketConsumer):
    def connect(self):
        self.group = private_group(self.scope["url_route"]["kwargs"]["room_name"])
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
            return
        async_to_sync(self.channel_layer.group_send)(
            self.group, {"type": "chat.message", "message": message}
        )

    def chat_message(self, event):
        self.send(text_data=json.dumps({"message": event["message"]}))
