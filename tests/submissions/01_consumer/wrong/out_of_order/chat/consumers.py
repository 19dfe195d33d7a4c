import json
import threading

from channels.generic.websocket import WebsocketConsumer


class ChatConsumer(WebsocketConsumer):
    def connect(self):
        # Task 1: Accept the connection.
        self.waiting = []
        self.timer = None
        self.accept()
        # End of task 1

    def disconnect(self, close_code):
        pass

    def receive(self, text_data=None, bytes_data=None):
        # Task 2: Read {"message": …} from the text and send it back.
        self.waiting.append(json.loads(text_data)["message"])
        if self.timer:
            self.timer.cancel()
        self.timer = threading.Timer(0.1, self.answer)
        self.timer.start()
        # End of task 2

    def answer(self):
        while self.waiting:
            message = self.waiting.pop()
            self.send(text_data=json.dumps({"message": message}))
