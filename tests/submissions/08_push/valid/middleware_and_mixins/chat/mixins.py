import asyncio

from channels.exceptions import DenyConnection

from . import groups


class UsersOnly:
    """Rejects whoever is not logged in."""

    async def connect(self):
        if not self.scope["user"].is_authenticated:
            raise DenyConnection
        await super().connect()


class InGroups:
    """Joins what group_names() returns, and leaves all of it."""

    joined = ()

    def group_names(self):
        return []

    async def connect(self):
        self.joined = self.group_names()
        for name in self.joined:
            await self.channel_layer.group_add(name, self.channel_name)
        await super().connect()

    async def disconnect(self, close_code):
        for name in self.joined:
            await self.channel_layer.group_discard(name, self.channel_name)
        await super().disconnect(close_code)


class EndsWithItsSession(InGroups):
    CLOSED_BY_LOGOUT = 4401

    def group_names(self):
        key = self.scope["session"].session_key
        return [*super().group_names(), groups.of_session(key)]

    async def session_ended(self, event):
        await self.close(code=self.CLOSED_BY_LOGOUT)


class Background:
    """Tasks that end with the connection."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.tasks = set()

    def in_background(self, coroutine):
        task = asyncio.ensure_future(coroutine)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def disconnect(self, close_code):
        for task in self.tasks:
            task.cancel()
        await super().disconnect(close_code)
