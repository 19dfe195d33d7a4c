from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer


class Room:
    """What was said in a room, and who is to be told."""

    said = {}

    def __init__(self, group):
        self.group = group

    def add(self, message):
        self.said.setdefault(self.group, []).append(message)
        async_to_sync(get_channel_layer().group_send)(
            self.group, {"type": "chat.message", "message": message}
        )
