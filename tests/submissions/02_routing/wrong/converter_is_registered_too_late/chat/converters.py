"""The names of rooms, in addresses."""


class RoomConverter:
    regex = "[-a-zA-Z0-9_]{1,60}"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value
