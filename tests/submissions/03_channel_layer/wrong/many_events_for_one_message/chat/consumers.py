import json

from asgiref.sync import async_to_sync
from channels.generic.websocket import WebsocketConsumer


class ChatConsumer(WebsocketConsumer):
    def connect(self):
        self.group = "chat_" + self.scope["url_route"]["kwargs"]["room_name"]
        async_to_sync(self.channel_layer.group_add)(
            self.group, self.channel_name
        )
        self.accept()

    def disconnect(self, close_code):
        async_to_sync(self.channel_layer.group_discard)(
            self.group, self.channel_name
        )

    def receive(self, text_data=None, bytes_data=None):
        message = json.loads(text_data)["message"]
        for percent in range(0, 300):
            self.tell("chat.progress", f"{percent / 3:.0f} % delivered")
        self.tell("chat.message", message)

    def tell(self, kind, message):
        async_to_sync(self.channel_layer.group_send)(
            self.group, {"type": kind, "message": message}
        )

    def chat_progress(self, event):
        self.send(text_data=json.dumps({"progress": event["message"]}))

    def chat_message(self, event):
        self.send(text_data=json.dumps({"message": event["message"]}))
