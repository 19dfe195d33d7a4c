import json

from channels.generic.websocket import WebsocketConsumer
from django.http import JsonResponse


class ChatConsumer(WebsocketConsumer):
    def connect(self):
        self.accept()

    def disconnect(self, close_code):
        pass

    def receive(self, text_data=None, bytes_data=None):
        data = json.loads(text_data)
        message = data.get("message")
        if message is None:
            return
        response = JsonResponse({"message": message})
        self.send(response)
