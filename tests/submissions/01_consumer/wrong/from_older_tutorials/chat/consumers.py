import json

from channels.generic.websockets import WebsocketConsumer


class ChatConsumer(WebsocketConsumer):
    # Set to True to automatically port users from HTTP cookies
    http_user = True

    def connect(self, **kwargs):
        """
        Perform things on connection start
        """
        self.accept()

    def receive(self, text=None, bytes=None, **kwargs):
        """
        Called when a message is received with either text or bytes
        filled out.
        """
        data = json.loads(text)
        self.send(text_data=json.dumps({"message": data["message"]}))

    def disconnect(self, code, **kwargs):
        """
        Perform things on connection close
        """
        pass
