"""The other end of the layer: `make learn` sends events, and receives choices.

This runs without Django. A channel layer is an object like any other; a project only
describes its own in the settings.
"""

import asyncio
import contextlib
import itertools
import json
import time
from collections.abc import AsyncGenerator
from typing import Any

from channels_redis.core import RedisChannelLayer

from checks.live import last_messages, layer
from checks.live.last_messages import GONE, LastMessages, Message

RETRY = 0.2
"""Seconds between two attempts to reach a Redis that is gone."""

PASSING = {"stopped", "handshake", "message", "opened"}
"""Kinds of events that mean nothing to a page that connects later."""


async def choose(redis_url: str, slug: str) -> None:
    """Ask the `make learn` that has this Redis to check a lesson, as a page does.

    Raises OSError if nobody is there.
    """
    channels = RedisChannelLayer(**layer.options(redis_url))
    try:
        await channels.send(layer.CHOICES, layer.choice(slug))
    except GONE as error:
        raise ConnectionError(str(error)) from error
    finally:
        await channels.close_pools()


class Publisher:
    """Sends events to the pages through the Redis at this address.

    Nothing is raised while that Redis is gone. It is empty when it comes back, so the
    last events are sent again. `choices` notices that, and has to run all the time.
    """

    def __init__(self, redis_url: str) -> None:
        self.layer = RedisChannelLayer(**layer.options(redis_url))
        self.last_messages = LastMessages(redis_url)
        # Higher than those of an earlier `make learn`.
        self.numbers = itertools.count(time.time_ns())
        self.last: dict[tuple[str, str], Message] = {}
        self.one_at_a_time = asyncio.Lock()

    async def publish(self, event: dict[str, Any]) -> None:
        """Store an event, and send it to its group.

        Raises ValueError for one that is too large.
        """
        kind, group, text = event["type"], layer.group_of(event), json.dumps(event)
        if len(text) > layer.LARGEST:
            raise ValueError(f"{kind}: {len(text)} bytes, {layer.LARGEST} at most")
        async with self.one_at_a_time:
            message = last_messages.message(kind, next(self.numbers), text)
            if kind not in PASSING:
                self.last[group, kind] = message
            with contextlib.suppress(*GONE):
                await self._send(group, message)

    async def choices(self) -> AsyncGenerator[dict[str, Any], None]:
        """What pages choose, a lesson or a place to open; it never ends."""
        while True:
            try:
                choice = await self.layer.receive(layer.CHOICES)
            except GONE:
                await self._send_again()
            else:
                yield choice

    async def close(self) -> None:
        """Close the connections to Redis."""
        await self.layer.close_pools()
        await self.last_messages.close()

    async def _send(self, group: str, message: Message) -> None:
        """Store first: a page joins first, then reads what is stored."""
        if (group, message["kind"]) in self.last:
            await self.last_messages.store(group, message)
        await self.layer.group_send(group, message)

    async def _send_again(self) -> None:
        """Wait until Redis is back, and send the last events again, oldest first."""
        while True:
            await asyncio.sleep(RETRY)
            with contextlib.suppress(*GONE):
                async with self.one_at_a_time:
                    last = sorted(self.last.items(), key=lambda it: it[1]["number"])
                    for (group, _), message in last:
                        await self._send(group, message)
                return
