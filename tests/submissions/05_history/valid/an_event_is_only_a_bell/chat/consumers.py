import json

from asgiref.sync import async_to_sync
from channels.generic.websocket import WebsocketConsumer
from django.http import QueryDict

from .forms import SinceForm
from .inbox import Inbox
from .models import Message


class ChatConsumer(WebsocketConsumer):
    inbox = None

    def connect(self):
        user = self.scope["user"]
        if not user.is_authenticated:
            self.close()
            return
        self.room = self.scope["url_route"]["kwargs"]["room_name"]
        self.group = f"bell_{self.room}"
        since = SinceForm.parse(QueryDict(self.scope["query_string"]))
        self.inbox = Inbox(self.room, since)
        async_to_sync(self.channel_layer.group_add)(self.group, self.channel_name)
        self.accept()
        self.deliver(self.inbox.open())

    def disconnect(self, code):
        if self.inbox is not None:
            async_to_sync(self.channel_layer.group_discard)(
                self.group, self.channel_name
            )

    def receive(self, text_data=None, bytes_data=None):
        try:
            said = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return
        message = Message(room=self.room, author=self.scope["user"], text=f"{said}")
        message.save(force_insert=True)
        async_to_sync(self.channel_layer.group_send)(
            self.group, {"type": "bell.rings", "for": message.pk}
        )

    def bell_rings(self, event):
        self.deliver(self.inbox.fetch(event["for"]))

    def deliver(self, frames):
        for frame in frames:
            self.send(json.dumps(frame))
