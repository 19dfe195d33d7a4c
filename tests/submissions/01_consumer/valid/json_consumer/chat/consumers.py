from channels.generic.websocket import JsonWebsocketConsumer


class ChatConsumer(JsonWebsocketConsumer):
    """Accepts by itself: connect() is not overridden."""

    def receive_json(self, content, **kwargs):
        self.send_json({"message": content["message"]})
