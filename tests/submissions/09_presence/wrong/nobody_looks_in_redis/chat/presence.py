"""Who is in a room, kept in Redis."""

import redis.asyncio as redis
from django.conf import settings


def connection():
    """One for each call: a connection belongs to one event loop."""
    host, port = settings.CHANNEL_LAYERS["default"]["CONFIG"]["hosts"][0]
    return redis.Redis(host=host, port=port, decode_responses=True)


async def enter(room, channel, name):
    async with connection() as r:
        key = f"held:{room}:{name}:{channel}"
        await r.set(key, name, ex=3 * settings.HEARTBEAT)


async def leave(room, channel, name):
    async with connection() as r:
        return await r.delete(f"held:{room}:{name}:{channel}")


async def names_in(room):
    async with connection() as r:
        keys = [key async for key in r.scan_iter(f"held:{room}:*")]
    return sorted({key.split(":")[2] for key in keys})
