import json

from channels.generic.websocket import WebsocketConsumer
from django.contrib.auth.models import Group


class ChatConsumer(WebsocketConsumer):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.moderators = list(Group.objects.values_list("name", flat=True))

    def connect(self):
        self.accept()

    def receive(self, text_data=None, bytes_data=None):
        try:
            message = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return
        self.send(text_data=json.dumps({"message": message}))
