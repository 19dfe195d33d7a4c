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
        self.shown = set()
        since = self.newest_that_the_page_has()
        for message in Message.objects.newest_of(self.room):
            if message.id > since:
                self.show(message)

    def newest_that_the_page_has(self):
        since = QueryDict(self.scope["query_string"]).get("since", "")
        return int(since) if since.isdecimal() else 0

    def show(self, message):
        self.shown.add(message.id)
        self.send(text_data=json.dumps(message.as_frame()))

    def disconnect(self, close_code):
        async_to_sync(self.channel_layer.group_discard)(
            self.group, self.channel_name
        )

    def receive(self, text_data=None, bytes_data=None):
        try:
            text = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return
        message = Message(room=self.room, text=str(text))
        message.author_id = self.scope["user"].pk
        message.save()
        async_to_sync(self.channel_layer.group_send)(
            self.group, {"type": "message.saved", "id": message.pk}
        )

    def message_saved(self, event):
        if event["id"] in self.shown:
            return
        message = Message.objects.with_names().filter(pk=event["id"]).first()
        if message is not None:  # It may have been deleted meanwhile.
            self.show(message)
