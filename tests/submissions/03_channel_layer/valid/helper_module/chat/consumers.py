import json

from channels.generic.websocket import WebsocketConsumer

from .rooms import Room


class ChatConsumer(WebsocketConsumer):
    def connect(self):
        name = self.scope["url_route"]["kwargs"]["room_name"]
        self.room = Room(self.channel_layer, name)
        self.room.enter(self.channel_name)
        self.accept()

    def disconnect(self, close_code):
        self.room.leave(self.channel_name)

    def receive(self, text_data=None, bytes_data=None):
        try:
            message = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return
        self.room.say(message)

    def room_said(self, event):
        self.send(text_data=json.dumps({"message": event["words"]}))
