import json
import time

from channels.generic.websocket import WebsocketConsumer

MIN_INTERVAL = 5  # seconds between two messages of one connection


class ChatConsumer(WebsocketConsumer):
    def connect(self):
        self.last_message = 0.0
        self.accept()

    def disconnect(self, close_code):
        pass

    def receive(self, text_data=None, bytes_data=None):
        # Simple rate limit, so that nobody can flood the chat.
        now = time.monotonic()
        if now - self.last_message < MIN_INTERVAL:
            return
        self.last_message = now

        try:
            message = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return
        self.send(text_data=json.dumps({"message": message}))
