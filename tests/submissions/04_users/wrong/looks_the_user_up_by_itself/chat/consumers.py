import json

from asgiref.sync import async_to_sync
from channels.generic.websocket import WebsocketConsumer
from django.contrib.auth import SESSION_KEY, get_user_model


class ChatConsumer(WebsocketConsumer):
    def connect(self):
        self.group = "chat_" + self.scope["url_route"]["kwargs"]["room_name"]
        # Task 1: Reject whoever is not logged in, before anything is accepted.
        user_id = self.scope["session"].get(SESSION_KEY)
        if user_id is None:
            self.close()
            return
        self.user = get_user_model().objects.get(pk=user_id)
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
        name = self.user.get_username()
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
