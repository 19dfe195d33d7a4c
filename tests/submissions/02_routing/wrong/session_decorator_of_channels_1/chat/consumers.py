import json

from channels.auth import channel_session_user
from channels.generic.websocket import WebsocketConsumer


class ChatConsumer(WebsocketConsumer):
    @channel_session_user
    def connect(self):
        self.accept()

    def receive(self, text_data=None, bytes_data=None):
        message = json.loads(text_data)["message"]
        self.send(text_data=json.dumps({"message": message}))
