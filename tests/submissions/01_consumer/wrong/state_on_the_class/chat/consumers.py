import json
from datetime import datetime

from channels.generic.websocket import WebsocketConsumer


class ChatConsumer(WebsocketConsumer):
    history = []  # the last messages, so that a reload does not lose them
    HISTORY_SIZE = 50

    def connect(self):
        # Task 1: Accept the connection.
        self.accept()
        # End of task 1
        for entry in self.history:
            self.send(text_data=json.dumps(entry))

    def disconnect(self, close_code):
        pass

    def receive(self, text_data=None, bytes_data=None):
        # Task 2: Read {"message": …} from the text and send it back.
        try:
            message = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return
        entry = {"message": message, "at": datetime.now().isoformat()}
        self.history.append(entry)
        del self.history[: -self.HISTORY_SIZE]
        self.send(text_data=json.dumps(entry))
        # End of task 2
