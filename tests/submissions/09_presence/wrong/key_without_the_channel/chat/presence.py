"""Who is in a room, kept in Redis."""

import redis.asyncio as redis
from django.conf import settings


def connection():
    """One for each call: a connection belongs to one event loop."""
    host, port = settings.CHANNEL_LAYERS["default"]["CONFIG"]["hosts"][0]
    return redis.Redis(host=host, port=port, decode_responses=True)


async def enter(name):
    async with connection() as r:
        await r.set("user:" + name, 1, ex=3 * settings.HEARTBEAT)


async def leave(name):
    async with connection() as r:
        await r.delete("user:" + name)


async def names_in(room):
    async with connection() as r:
        keys = [key async for key in r.scan_iter("user:*")]
    return sorted(key.removeprefix("user:") for key in keys)
