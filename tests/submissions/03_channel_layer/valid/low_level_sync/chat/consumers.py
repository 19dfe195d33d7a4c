import json

from asgiref.sync import async_to_sync
from channels.consumer import SyncConsumer
from channels.exceptions import StopConsumer


class ChatConsumer(SyncConsumer):
    def websocket_connect(self, event):
        self.room = "room-" + self.scope["url_route"]["kwargs"]["room_name"]
        layer = self.channel_layer
        async_to_sync(layer.group_add)(self.room, self.channel_name)
        self.send({"type": "websocket.accept"})

    def websocket_receive(self, event):
        message = json.loads(event["text"])["message"]
        said = {"type": "said", "text": json.dumps({"message": message})}
        async_to_sync(self.channel_layer.group_send)(self.room, said)

    def said(self, event):
        self.send({"type": "websocket.send", "text": event["text"]})

    def websocket_disconnect(self, event):
        layer = self.channel_layer
        async_to_sync(layer.group_discard)(self.room, self.channel_name)
        raise StopConsumer
