import json

# Task 2.1: Import the function with which sync code calls async methods.
from asgiref.sync import async_to_sync
from channels.generic.websocket import WebsocketConsumer

# End of task 2.1


class ChatConsumer(WebsocketConsumer):
    def connect(self):
        # Task 2.2: Join the group of this room.
        room_name = self.scope["url_route"]["kwargs"]["room_name"]
        self.group = f"chat_{room_name}"[:50]  # A short one is enough.
        async_to_sync(self.channel_layer.group_add)(
            self.group, self.channel_name
        )
        # End of task 2.2
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
            self.group, {"type": "chat.message", "message": message}
        )
        # End of task 3.1

    # Task 3.2: Write the handler: send the event's message to this tab.
    def chat_message(self, event):
        self.send(text_data=json.dumps({"message": event["message"]}))

    # End of task 3.2
