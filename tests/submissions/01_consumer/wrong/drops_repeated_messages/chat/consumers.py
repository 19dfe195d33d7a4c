import json
from collections import deque

from channels.generic.websocket import WebsocketConsumer


class ChatConsumer(WebsocketConsumer):
    answered = deque(maxlen=50)

    def connect(self):
        self.accept()

    def disconnect(self, close_code):
        pass

    def receive(self, text_data=None, bytes_data=None):
        try:
            message = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return
        if message not in self.answered:  # A browser may send it again.
            self.answered.append(message)
            self.send(text_data=json.dumps({"message": message}))
