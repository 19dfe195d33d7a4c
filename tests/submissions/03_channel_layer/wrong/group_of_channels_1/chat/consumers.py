import json

from channels import Group
from channels.generic.websocket import WebsocketConsumer


class ChatConsumer(WebsocketConsumer):
    def connect(self):
        self.room = self.scope["url_route"]["kwargs"]["room_name"]
        Group("chat-" + self.room).add(self.channel_name)
        self.accept()

    def disconnect(self, close_code):
        Group("chat-" + self.room).discard(self.channel_name)

    def receive(self, text_data=None, bytes_data=None):
        message = json.loads(text_data)["message"]
        Group("chat-" + self.room).send({"text": json.dumps({"message": message})})
