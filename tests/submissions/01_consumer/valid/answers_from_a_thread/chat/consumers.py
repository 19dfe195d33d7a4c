import json
import queue
import threading

from channels.generic.websocket import WebsocketConsumer


class ChatConsumer(WebsocketConsumer):
    def connect(self):
        self.accept()
        self.messages = queue.Queue()
        threading.Thread(target=self.answer, daemon=True).start()

    def disconnect(self, close_code):
        self.messages.put(None)

    def receive(self, text_data=None, bytes_data=None):
        self.messages.put(json.loads(text_data)["message"])

    def answer(self):
        while (message := self.messages.get()) is not None:
            self.send(text_data=json.dumps({"message": message}))
