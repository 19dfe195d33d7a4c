"""A room, seen from one consumer."""

from dataclasses import dataclass, field

from channels.layers import BaseChannelLayer


@dataclass
class Membership:
    layer: BaseChannelLayer
    channel: str
    room: str
    group: str = field(init=False)

    def __post_init__(self):
        # Slugs may be long, names of groups may not: see the route.
        self.group = f"rooms-{self.room}"

    async def __aenter__(self):
        await self.layer.group_add(self.group, self.channel)
        return self

    async def __aexit__(self, *exc_info):
        await self.layer.group_discard(self.group, self.channel)

    async def say(self, text):
        await self.layer.group_send(self.group, {"type": "room.line", "text": text})
