import json

from channels.generic.websocket import WebsocketConsumer


class ChatConsumer(WebsocketConsumer):
    def connect(self):
        self.accept()

    def disconnect(self, close_code):
        pass

    def receive(self, text_data=None, bytes_data=None):
        try:
            message = json.loads(text_data)["text"]
            self.send(text_data=json.dumps({"message": message}))
        except Exception:
            self.close()  # Something is wrong with this tab.
