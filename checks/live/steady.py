"""A channel layer that loses nothing when a page leaves.

All consumers of a process share one mailbox in Redis. With `RedisChannelLayer` each of
them waits there in turn, and one that leaves while something arrives can take along
what was for the others: https://github.com/django/channels/issues/1683. Of events that
were told while some page came and went, one in fifteen was lost.
"""

import asyncio
from typing import Any

from channels_redis.core import RedisChannelLayer


class SteadyRedisChannelLayer(RedisChannelLayer):  # type: ignore[misc]
    """`RedisChannelLayer`, with one reader of the mailbox, which no page ends."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.arrived: dict[str, asyncio.Queue[Any]] = {}
        self.reader: asyncio.Task[None] | None = None

    async def new_channel(self, prefix: str = "specific") -> str:
        """The name of a new channel of this process."""
        channel: str = await super().new_channel(prefix)
        self.arrived[channel] = asyncio.Queue()
        return channel

    async def receive(self, channel: str) -> Any:
        """The next message to a channel of this process.

        Raises in every channel what is raised at the mailbox, so that all pages hear of
        it when Redis is gone. Channels cancels this when a consumer has ended.
        """
        if self.reader is None or self.reader.done():
            self.reader = asyncio.create_task(self._read(self.non_local_name(channel)))
        try:
            message = await self.arrived[channel].get()
        except asyncio.CancelledError:
            del self.arrived[channel]
            raise
        if isinstance(message, Exception):
            del self.arrived[channel]
            raise message
        return message

    async def _read(self, mailbox: str) -> None:
        """Hand what arrives to those channels that it is for, and that still exist."""
        try:
            while True:
                to, message = await self.receive_single(mailbox)
                channels = [to] if isinstance(to, str) else to
                for channel in self.arrived.keys() & channels:
                    self.arrived[channel].put_nowait(message)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is theirs
            for queue in self.arrived.values():
                queue.put_nowait(error)
