import json
import re

from asgiref.sync import async_to_sync
from channels.generic.websocket import WebsocketConsumer
from django.db import transaction
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
        ids = self.messages().values_list("id", flat=True).order_by("-id")[:50]
        self.sent = set()
        for message in self.messages().filter(id__in=list(ids)).order_by("id"):
            self.show(message)

    def messages(self):
        found = Message.objects.filter(room=self.room).select_related("author")
        since = QueryDict(self.scope["query_string"]).get("since", "")
        if re.fullmatch("[0-9]{1,18}", since):
            return found.exclude(id__lte=int(since))
        return found

    def show(self, message):
        self.sent.add(message.id)
        self.send(text_data=json.dumps(message.as_frame()))

    def disconnect(self, close_code):
        async_to_sync(self.channel_layer.group_discard)(
            self.group, self.channel_name
        )

    def receive(self, text_data=None, bytes_data=None):
        try:
            text = str(json.loads(text_data)["message"])
        except (KeyError, TypeError, ValueError):
            return
        with transaction.atomic():
            message = Message.objects.create(
                room=self.room, author=self.scope["user"], text=text
            )
            transaction.on_commit(lambda: self.announce(message.id))

    def announce(self, message_id):
        async_to_sync(self.channel_layer.group_send)(
            self.group, {"type": "chat.saved", "id": message_id}
        )

    def chat_saved(self, event):
        if event["id"] in self.sent:
            return
        message = (
            Message.objects.select_related("author")
            .filter(id=event["id"])
            .first()
        )
        if message is not None:
            self.show(message)
