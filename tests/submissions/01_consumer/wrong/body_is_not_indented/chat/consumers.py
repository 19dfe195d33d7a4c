import json

from channels.generic.websocket import WebsocketConsumer


class ChatConsumer(WebsocketConsumer):
    def connect(self):
        # Task 1: Accept the connection.
    self.accept()
        # End of task 1

    def receive(self, text_data):
        data = json.loads(text_data)
        self.send(text_data=json.dumps({"message": data["message"]}))
