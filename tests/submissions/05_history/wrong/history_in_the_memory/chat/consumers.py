import json

from asgiref.sync import async_to_sync
from channels.generic.websocket import WebsocketConsumer

from django.http import QueryDict

HISTORY = {}


class ChatConsumer(WebsocketConsumer):
    def connect(self):
        self.room = self.scope["url_route"]["kwargs"]["room_name"]
        self.group = "chat_" + self.room
        if not self.scope["user"].is_authenticated:
            self.close()
            return
        async_to_sync(self.channel_layer.group_add)(
            self.group, self.channel_name
        )
        self.accept()
        history = HISTORY.setdefault(self.room, [])
        since = QueryDict(self.scope["query_string"]).get("since", "")
        if since.isdecimal():
            history = [frame for frame in history if frame["id"] > int(since)]
        for frame in history[-50:]:
            self.send(text_data=json.dumps(frame))
        self.sent_ids = {frame["id"] for frame in history}

    def disconnect(self, close_code):
        async_to_sync(self.channel_layer.group_discard)(
            self.group, self.channel_name
        )

    def receive(self, text_data=None, bytes_data=None):
        try:
            message = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return  # Whatever it was, it was not for this chat.
        history = HISTORY[self.room]
        frame = {
            "id": len(history) + 1,
            "name": self.scope["user"].get_username(),
            "message": str(message),
        }
        history.append(frame)
        async_to_sync(self.channel_layer.group_send)(
            self.group, {"type": "chat.message", "frame": frame}
        )

    def chat_message(self, event):
        if event["frame"]["id"] in self.sent_ids:
            return
        self.send(text_data=json.dumps(event["frame"]))
