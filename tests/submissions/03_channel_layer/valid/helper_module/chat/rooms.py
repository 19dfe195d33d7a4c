from asgiref.sync import async_to_sync


class Room:
    """A room of the chat, in which everybody receives what is sent."""

    def __init__(self, layer, name):
        self.layer, self.group = layer, f"room_{name}"

    def enter(self, channel):
        async_to_sync(self.layer.group_add)(self.group, channel)

    def leave(self, channel):
        async_to_sync(self.layer.group_discard)(self.group, channel)

    def say(self, words):
        event = {"type": "room.said", "words": words}
        async_to_sync(self.layer.group_send)(self.group, event)
