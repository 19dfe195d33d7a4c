import json

from asgiref.sync import async_to_sync
from channels.generic.websocket import WebsocketConsumer

NOT_LOGGED_IN = 4401


class ChatConsumer(WebsocketConsumer):
    """The chat of a room. Strangers are told why they cannot enter."""

    name = None  # Of a user; a stranger has none.

    def connect(self):
        user = self.scope["user"]
        if not user.is_authenticated:
            self.accept()
            self.close(code=NOT_LOGGED_IN)
            return
        self.name = user.get_username()
        self.room_group = "room." + self.scope["url_route"]["kwargs"]["room_name"]
        self.in_layer("group_add", self.channel_name)
        self.accept()

    def disconnect(self, code):
        if self.name is not None:
            self.in_layer("group_discard", self.channel_name)

    def receive(self, text_data=None, bytes_data=None):
        if self.name is None:
            return  # A frame that came before the stranger's connection was closed.
        try:
            frame = json.loads(text_data)
            said = frame["message"]
        except (LookupError, TypeError, ValueError):
            return
        self.in_layer("group_send", {"type": "said", "by": self.name, "what": said})

    def said(self, event):
        self.send(json.dumps({"name": event["by"], "message": event["what"]}))

    def in_layer(self, method, argument):
        async_to_sync(getattr(self.channel_layer, method))(self.room_group, argument)
