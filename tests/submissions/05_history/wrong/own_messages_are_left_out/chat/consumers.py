import json

from asgiref.sync import async_to_sync
from channels.generic.websocket import WebsocketConsumer

from django.http import QueryDict

from .models import Message



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
        history = Message.objects.filter(room=self.room)
        history = history.select_related("author").order_by("-id")
        since = QueryDict(self.scope["query_string"]).get("since", "")[:19]
        if since.isdecimal():
            history = history.filter(id__gt=since)
            # The page shows what its own user has written already.
            history = history.exclude(author=self.scope["user"])
        history = list(history[:50])
        for message in reversed(history):
            self.send(text_data=json.dumps(message.as_frame()))
        self.sent_ids = {message.id for message in history}

    def disconnect(self, close_code):
        async_to_sync(self.channel_layer.group_discard)(
            self.group, self.channel_name
        )

    def receive(self, text_data=None, bytes_data=None):
        try:
            message = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return  # Whatever it was, it was not for this chat.
        saved = Message.objects.create(
            room=self.room, author=self.scope["user"], text=str(message)
        )
        async_to_sync(self.channel_layer.group_send)(
            self.group, {"type": "chat.message", "frame": saved.as_frame()}
        )

    def chat_message(self, event):
        if event["frame"]["id"] in self.sent_ids:
            return
        self.send(text_data=json.dumps(event["frame"]))
