import json

from channels.generic.websocket import WebsocketConsumer

from .rooms import Room


class ChatConsumer(WebsocketConsumer):
    def connect(self):
        self.room = Room(
            self.scope["url_route"]["kwargs"]["room_name"], self.channel_layer
        )
        self.accept()

    def disconnect(self, close_code):
        self.room.leave(self.channel_name)

    def receive(self, text_data=None, bytes_data=None):
        try:
            message = json.loads(text_data)["message"]
        except (KeyError, TypeError, ValueError):
            return
        # whoever says something belongs to the room
        self.room.join(self.channel_name)
        self.room.say(message)

    def chat_message(self, event):
        return json.dumps({"message": event["message"]})
