import json

from asgiref.sync import async_to_sync
from channels.auth import get_user
from channels.consumer import SyncConsumer
from channels.exceptions import StopConsumer


class RoomConsumer(SyncConsumer):
    """Speaks ASGI itself. Asks before each message whether its user still may speak."""

    joined = ""

    def websocket_connect(self, message):
        if not self.scope["user"].is_authenticated:
            self.send({"type": "websocket.close"})
            return
        self.joined = "chat_" + self.scope["url_route"]["kwargs"]["room_name"]
        self.layer("group_add", self.joined, self.channel_name)
        self.send({"type": "websocket.accept"})

    def websocket_receive(self, message):
        try:
            said = json.loads(message.get("text"))["message"]
        except (KeyError, TypeError, ValueError):
            return
        user = async_to_sync(get_user)(self.scope)
        session = self.scope["session"]
        if not user.is_authenticated or not session.exists(session.session_key):
            self.send({"type": "websocket.close", "code": 4403})
            return
        event = {"type": "said", "by": user.get_username(), "what": said}
        self.layer("group_send", self.joined, event)

    def websocket_disconnect(self, message):
        if self.joined:
            self.layer("group_discard", self.joined, self.channel_name)
        raise StopConsumer()

    def said(self, event):
        frame = {"message": event["what"], "name": event["by"]}
        self.send({"type": "websocket.send", "text": json.dumps(frame)})

    def layer(self, method, *args):
        return async_to_sync(getattr(self.channel_layer, method))(*args)
