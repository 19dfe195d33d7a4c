import json

from channels.generic.websocket import WebsocketConsumer


class ChatConsumer(WebsocketConsumer):
    tabs = []

    def connect(self):
        # Task 1: Accept the connection.
        self.tabs.append(self)
        self.accept()
        # End of task 1

    def disconnect(self, close_code):
        self.tabs.remove(self)

    def receive(self, text_data=None, bytes_data=None):
        # Task 2: Read {"message": …} from the text and send it back.
        message = json.loads(text_data)["message"]
        for tab in self.tabs:
            tab.send(text_data=json.dumps({"message": message}))
        # End of task 2
