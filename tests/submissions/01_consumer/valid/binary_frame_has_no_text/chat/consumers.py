import json

from channels.consumer import SyncConsumer
from channels.exceptions import StopConsumer


class ChatConsumer(SyncConsumer):
    def websocket_connect(self, event):
        self.send({"type": "websocket.accept"})

    def websocket_receive(self, event):
        text = event["text"]
        try:
            message = json.loads(text)["message"]
        except (KeyError, TypeError, ValueError):
            return  # Whatever it was, it was not for this chat.
        answer = json.dumps({"message": message})
        self.send({"type": "websocket.send", "text": answer})

    def websocket_disconnect(self, event):
        raise StopConsumer
