"""The other end of the layer: `make learn` tells events, and hears what pages choose.

This runs without Django. A channel layer is an object like any other; the settings are
only where a project says how its own is made.
"""

import asyncio
import contextlib
import itertools
import json
import time
from collections.abc import AsyncGenerator
from typing import Any

from channels_redis.core import RedisChannelLayer

from checks.live import layer
from checks.live.memory import GONE, Memory, Message, message

AGAIN = 0.2
"""Seconds after which a Redis that was gone is asked again."""


class Publisher:
    """Tells events to the pages, by way of the Redis at this address.

    Nothing is raised while that Redis is gone. It comes back empty, and is then told
    the last events again; it is `chosen` that notices, so let that run.
    """

    def __init__(self, redis_url: str) -> None:
        self.layer = RedisChannelLayer(**layer.options(redis_url))
        self.memory = Memory(redis_url)
        # The later the higher, also after those of a `make learn` that was before.
        self.numbers = itertools.count(time.time_ns())
        self.last: dict[tuple[str, str], Message] = {}
        self.in_turn = asyncio.Lock()

    async def tell(self, event: dict[str, Any]) -> None:
        """Remember an event, and send it to its group.

        Raises ValueError for one that is too large.
        """
        kind, group, text = event["type"], layer.group_of(event), json.dumps(event)
        if len(text) > layer.LARGEST:
            raise ValueError(f"{kind}: {len(text)} bytes, {layer.LARGEST} at most")
        async with self.in_turn:
            told = message(kind, next(self.numbers), text)
            if kind != "stopped":  # Whoever comes after that finds nobody.
                self.last[group, kind] = told
            with contextlib.suppress(*GONE):
                await self._tell(group, told)

    async def chosen(self) -> AsyncGenerator[str, None]:
        """The slugs of the lessons that pages choose, as they come; it never ends."""
        while True:
            try:
                choice = await self.layer.receive(layer.CHOICES)
            except GONE:
                await self._tell_again()
            else:
                yield choice["lesson"]

    async def close(self) -> None:
        """Let go of the connections to Redis."""
        await self.layer.close_pools()
        await self.memory.close()

    async def _tell(self, group: str, told: Message) -> None:
        """In this order: so whoever joins the group, then recalls, misses nothing."""
        if (group, told["kind"]) in self.last:
            await self.memory.remember(group, told)
        await self.layer.group_send(group, told)

    async def _tell_again(self) -> None:
        """Wait until Redis is back, and tell it what it should know, oldest first."""
        while True:
            await asyncio.sleep(AGAIN)
            with contextlib.suppress(*GONE):
                async with self.in_turn:
                    last = sorted(self.last.items(), key=lambda it: it[1]["number"])
                    for (group, _), told in last:
                        await self._tell(group, told)
                return
