import json

from channels.consumer import SyncConsumer


class ChatConsumer(SyncConsumer):
    def websocket_connect(self, event):
        self.send({"type": "websocket.accept"})

    def websocket_receive(self, event):
        message = json.loads(event["text"])["message"]
        answer = json.dumps({"message": message})
        self.send({"type": "websocket.send", "text": answer})
