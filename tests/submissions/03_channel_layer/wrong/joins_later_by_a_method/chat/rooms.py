from asgiref.sync import async_to_sync


class Room:
    """A room of the chat: hides the channel layer from the consumer."""

    def __init__(self, name, layer):
        self.group = "chat_" + name
        self.layer = layer

    def join(self, channel_name):
        async_to_sync(self.layer.group_add)(self.group, channel_name)

    def leave(self, channel_name):
        async_to_sync(self.layer.group_discard)(self.group, channel_name)

    def say(self, message):
        async_to_sync(self.layer.group_send)(
            self.group, {"type": "chat.message", "message": message}
        )
