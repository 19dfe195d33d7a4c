import json

from asgiref.sync import async_to_sync
from channels.generic.websocket import WebsocketConsumer


class ChatConsumer(WebsocketConsumer):
    room_group = None

    @classmethod
    def set_room(cls, room_name):
        cls.room_group = f"chat_{room_name}"

    def connect(self):
        self.set_room(self.scope["url_route"]["kwargs"]["room_name"])
        async_to_sync(self.channel_layer.group_add)(
            self.room_group, self.channel_name
        )
        self.accept()

    def disconnect(self, close_code):
        async_to_sync(self.channel_layer.group_discard)(
            self.room_group, self.channel_name
        )

    def receive(self, text_data=None, bytes_data=None):
        data = json.loads(text_data)
        async_to_sync(self.channel_layer.group_send)(
            self.room_group,
            {"type": "chat.message", "message": data["message"]},
        )

    def chat_message(self, event):
        self.send(text_data=json.dumps({"message": event["message"]}))
