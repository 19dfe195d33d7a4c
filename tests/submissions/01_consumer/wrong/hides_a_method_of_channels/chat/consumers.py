import json

from channels.generic.websocket import WebsocketConsumer


class ChatConsumer(WebsocketConsumer):
    def connect(self):
        # Task 1: Accept the connection.
        self.accept()
        # End of task 1

    def disconnect(self, close_code):
        pass

    def receive(self, text_data=None, bytes_data=None):
        # Task 2: Read {"message": …} from the text and send it back.
        message = self.parse(text_data)
        if message is not None:
            self.send(message)
        # End of task 2

    # --- helpers ---

    def parse(self, text_data):
        try:
            return json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return None

    def send(self, message):
        self.send(text_data=json.dumps({"message": message}))
