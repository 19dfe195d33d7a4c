import json

from asgiref.sync import async_to_sync
from channels.generic.websocket import WebsocketConsumer

# Task 3.1: Import what parses a query string.
from django.http import QueryDict

# End of task 3.1
# Task 1.1: Import the model of a message.
from .models import Message

# End of task 1.1


class ChatConsumer(WebsocketConsumer):
    def connect(self):
        # Task 1.2: Keep the name of the room, not only that of its group.
        self.room = self.scope["url_route"]["kwargs"]["room_name"]
        self.group = "chat_" + self.room
        # End of task 1.2
        if not self.scope["user"].is_authenticated:
            self.close()
            return
        async_to_sync(self.channel_layer.group_add)(
            self.group, self.channel_name
        )
        self.accept()
        # Task 2.1: Query the messages of this room, the newest first.
        history = Message.objects.filter(room=self.room)
        history = history.select_related("author").order_by("-id")
        # End of task 2.1
        # Task 3.2: After a break, only those with a higher id than "since".
        since = QueryDict(self.scope["query_string"]).get("since", "")[:19]
        if since.isdecimal():
            history = history.filter(id__gt=since)
        # End of task 3.2
        # Task 2.2: Send the newest 50 of them, the oldest first.
        history = list(history[:50])
        self.sent_ids = {message.id for message in history}
        # End of task 2.2

    def disconnect(self, close_code):
        async_to_sync(self.channel_layer.group_discard)(
            self.group, self.channel_name
        )

    def receive(self, text_data=None, bytes_data=None):
        try:
            message = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return  # Whatever it was, it was not for this chat.
        # Task 1.3: Save the message first, and then send it to the group.
        saved = Message.objects.create(
            room=self.room, author=self.scope["user"], text=str(message)
        )
        async_to_sync(self.channel_layer.group_send)(
            self.group, {"type": "chat.message", "frame": saved.as_frame()}
        )
        # End of task 1.3

    def chat_message(self, event):
        # Task 2.3: Skip what this tab was sent as history.
        if event["frame"]["id"] in self.sent_ids:
            return
        # End of task 2.3
        # Task 1.4: Send the page the frame that is in the event.
        self.send(text_data=json.dumps(event["frame"]))
        # End of task 1.4
