import json
import logging

from channels.generic.websocket import WebsocketConsumer

log = logging.getLogger(__name__)


class ChatConsumer(WebsocketConsumer):
    def __init__(self, *args, **kwargs):
        self.received = 0

    def connect(self):
        self.accept()

    def disconnect(self, close_code):
        log.info("closed with %s after %s messages", close_code, self.received)

    def receive(self, text_data=None, bytes_data=None):
        try:
            message = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return
        self.received += 1
        self.send(text_data=json.dumps({"message": message}))
