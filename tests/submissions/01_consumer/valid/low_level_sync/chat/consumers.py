import json

from channels.consumer import SyncConsumer
from channels.exceptions import StopConsumer


class ChatConsumer(SyncConsumer):
    def websocket_connect(self, event):
        self.send({"type": "websocket.accept"})

    def websocket_receive(self, event):
        try:
            message = json.loads(event["text"])["message"]
        except (KeyError, TypeError, ValueError):
            return
        text = json.dumps({"message": message}, ensure_ascii=False)
        self.send({"type": "websocket.send", "text": text})

    def websocket_disconnect(self, event):
        raise StopConsumer
