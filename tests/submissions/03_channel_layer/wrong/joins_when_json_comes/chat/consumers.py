# Task 2.1: Import the function with which sync code calls async methods.
from asgiref.sync import async_to_sync
from channels.generic.websocket import JsonWebsocketConsumer

# End of task 2.1


class ChatConsumer(JsonWebsocketConsumer):
    def connect(self):
        self.accept()

    def disconnect(self, close_code):
        # Task 2.3: Leave the group.
        async_to_sync(self.channel_layer.group_discard)(
            self.group(), self.channel_name
        )
        # End of task 2.3

    def receive_json(self, content):
        # Task 2.2: Join the group of this room.
        async_to_sync(self.channel_layer.group_add)(
            self.group(), self.channel_name
        )
        # End of task 2.2
        # Task 3.1: Send the message to the group, not back to the sender.
        async_to_sync(self.channel_layer.group_send)(
            self.group(),
            {"type": "chat.message", "message": content["message"]},
        )
        # End of task 3.1

    def group(self):
        return "chat_" + self.scope["url_route"]["kwargs"]["room_name"]

    # Task 3.2: Write the handler: send the event's message to this tab.
    def chat_message(self, event):
        self.send_json({"message": event["message"]})

    # End of task 3.2
