"""The tabs of a session, which end when the session does."""

from hashlib import sha256

ENDED = 4401


def tabs_of(session):
    """The group of all tabs of a session. It does not tell the key."""
    return "tabs." + sha256(str(session.session_key).encode()).hexdigest()


class EndsWithSession:
    """For consumers: accepts users only, and closes when they log out."""

    async def connect(self):
        if self.scope["user"].is_anonymous:
            await self.close()
            return
        for group in self.names_of_groups():
            await self.channel_layer.group_add(group, self.channel_name)
        await self.accept()
        await self.connected()

    async def disconnect(self, code):
        for group in self.names_of_groups():
            await self.channel_layer.group_discard(group, self.channel_name)

    def names_of_groups(self):
        return [tabs_of(self.scope["session"])]

    async def connected(self):
        """For subclasses: what to do once the tab is accepted."""

    async def session_ended(self, event):
        await self.close(code=ENDED)
