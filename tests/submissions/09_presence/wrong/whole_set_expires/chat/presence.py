"""Who is in a room, kept in Redis."""

import redis.asyncio as redis
from django.conf import settings


def connection():
    """One for each call: a connection belongs to one event loop."""
    host, port = settings.CHANNEL_LAYERS["default"]["CONFIG"]["hosts"][0]
    return redis.Redis(host=host, port=port, decode_responses=True)


async def enter(room, channel, name):
    async with connection() as r:
        await r.sadd("tabs:" + room, f"{name} {channel}")
        await r.expire("tabs:" + room, 3 * settings.HEARTBEAT)


async def stay(room):
    async with connection() as r:
        await r.expire("tabs:" + room, 3 * settings.HEARTBEAT)


async def leave(room, channel, name):
    async with connection() as r:
        await r.srem("tabs:" + room, f"{name} {channel}")


async def names_in(room):
    async with connection() as r:
        tabs = await r.smembers("tabs:" + room)
    return sorted({tab.split(" ")[0] for tab in tabs})
