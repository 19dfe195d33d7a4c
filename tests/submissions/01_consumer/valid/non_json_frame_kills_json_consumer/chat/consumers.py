from channels.generic.websocket import JsonWebsocketConsumer


class ChatConsumer(JsonWebsocketConsumer):
    def receive(self, text_data=None, bytes_data=None):
        if text_data is not None:
            super().receive(text_data)

    def receive_json(self, content):
        self.send_json({"message": content["message"]})
