from asgiref.sync import async_to_sync
from channels.generic.websocket import JsonWebsocketConsumer


class ChatConsumer(JsonWebsocketConsumer):
    def connect(self):
        super().connect()
        self.room = self.scope["url_route"]["kwargs"]["room_name"]
        self.in_group("group_add", self.channel_name)

    def disconnect(self, code):
        self.in_group("group_discard", self.channel_name)

    def receive_json(self, content):
        self.in_group("group_send", {"type": "room.said", "content": content})

    def in_group(self, verb, what):
        async_to_sync(getattr(self.channel_layer, verb))(self.room, what)

    def room_said(self, event):
        self.send_json(event["content"])
