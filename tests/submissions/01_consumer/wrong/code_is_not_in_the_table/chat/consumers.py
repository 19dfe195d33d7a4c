import json
import logging

from channels.generic.websocket import WebsocketConsumer

logger = logging.getLogger(__name__)

WHY = {
    1000: "closed on purpose",
    1001: "the tab was closed, or opened another page",
}


class ChatConsumer(WebsocketConsumer):
    def connect(self):
        # Task 1: Accept the connection.
        self.accept()
        # End of task 1

    def disconnect(self, close_code):
        logger.info("%s left: %s", self.scope["path"], WHY[close_code])

    def receive(self, text_data=None, bytes_data=None):
        # Task 2: Read {"message": …} from the text and send it back.
        try:
            message = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return
        self.send(text_data=json.dumps({"message": message}))
        # End of task 2
