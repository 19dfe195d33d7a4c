class RoomMixin:
    """Puts a consumer into the group of the room in its URL.

    Channels joins and leaves whatever is in `groups`: it joins before
    connect() is called, and leaves before disconnect() is.
    """

    prefix = "chat"

    async def websocket_connect(self, message):
        room_name = self.scope["url_route"]["kwargs"]["room_name"]
        self.room_group = f"{self.prefix}.{room_name}"
        self.groups = [self.room_group]
        await super().websocket_connect(message)

    async def tell_room(self, kind, **content):
        event = {"type": kind, **content}
        await self.channel_layer.group_send(self.room_group, event)
