import json

from channels.generic.websocket import WebsocketConsumer


class ChatConsumer(WebsocketConsumer):
    def connect(self):
        self.accept()

    def websocket_disconnect(self, message):
        print("bye", message["code"])

    def receive(self, text_data):
        data = json.loads(text_data)
        self.send(text_data=json.dumps({"message": data["message"]}))
