from channels.generic.websocket import JsonWebsocketConsumer

from .rooms import RoomMixin


class ChatConsumer(RoomMixin, JsonWebsocketConsumer):
    def connect(self):
        self.join()
        self.accept()

    def disconnect(self, code):
        self.leave()

    def receive_json(self, content, **kwargs):
        try:
            self.tell(message=content["message"])
        except (KeyError, TypeError):
            return

    def room_heard(self, event):
        del event["type"]
        self.send_json(event)
