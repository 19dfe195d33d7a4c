import json

from asgiref.sync import async_to_sync
from channels.generic.websocket import WebsocketConsumer
from django.contrib.auth.mixins import LoginRequiredMixin


class ChatConsumer(LoginRequiredMixin, WebsocketConsumer):
    def connect(self):
        self.group = "chat_" + self.scope["url_route"]["kwargs"]["room_name"]
        # Task 1: Reject whoever is not logged in, before anything is accepted.
        # End of task 1
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
        # Task 2.1: Add the sender's name to the event, as the server knows it.
        name = self.scope["user"].get_username()
        async_to_sync(self.channel_layer.group_send)(
            self.group,
            {"type": "chat.message", "name": name, "message": message},
        )
        # End of task 2.1

    # Task 2.2: Send the name to the browser, too.
    def chat_message(self, event):
        self.send(
            text_data=json.dumps(
                {"name": event["name"], "message": event["message"]}
            )
        )

    # End of task 2.2
