from asgiref.sync import async_to_sync
from channels.generic.websocket import JsonWebsocketConsumer


class ChatConsumer(JsonWebsocketConsumer):
    def connect(self):
        self.room = self.scope["url_route"]["kwargs"]["room_name"]
        self.group = f"chat_{self.room}"
        async_to_sync(self.channel_layer.group_add)(self.group, self.channel_name)
        self.accept()

    def disconnect(self, code):
        async_to_sync(self.channel_layer.group_discard)(
            self.group, self.channel_name
        )

    def receive_json(self, content, **kwargs):
        async_to_sync(self.channel_layer.group_send)(
            self.group,
            {"type": "chat.message", "message": content["message"]},
        )

        def chat_message(self, event):
            self.send_json({"message": event["message"]})
