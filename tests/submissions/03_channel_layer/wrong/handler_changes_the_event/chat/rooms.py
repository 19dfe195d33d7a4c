from asgiref.sync import async_to_sync


class RoomMixin:
    """For sync consumers: join a room, leave it, and speak to it."""

    @property
    def room_name(self):
        return self.scope["url_route"]["kwargs"]["room_name"]

    def layer(self, method, *args):
        return async_to_sync(getattr(self.channel_layer, method))(*args)

    def join(self):
        self.layer("group_add", self.group_name, self.channel_name)

    def leave(self):
        self.layer("group_discard", self.group_name, self.channel_name)

    def tell(self, **letter):
        self.layer("group_send", self.group_name, {"type": "room.heard", **letter})

    @property
    def group_name(self):
        return "r-" + self.room_name
