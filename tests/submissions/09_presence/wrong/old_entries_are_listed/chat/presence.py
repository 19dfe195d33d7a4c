"""Who is in a room, kept in Redis."""

import time

import redis.asyncio as redis
from django.conf import settings


def connection():
    """One for each call: a connection belongs to one event loop."""
    host, port = settings.CHANNEL_LAYERS["default"]["CONFIG"]["hosts"][0]
    return redis.Redis(host=host, port=port, decode_responses=True)


async def stay(room, channel, name):
    async with connection() as r:
        await r.zadd("seen:" + room, {f"{name} {channel}": time.time()})


async def enter(room, channel, name):
    old = time.time() - 3 * settings.HEARTBEAT
    async with connection() as r:
        await r.zremrangebyscore("seen:" + room, 0, old)
    await stay(room, channel, name)


async def leave(room, channel, name):
    async with connection() as r:
        return await r.zrem("seen:" + room, f"{name} {channel}")


async def names_in(room):
    async with connection() as r:
        tabs = await r.zrange("seen:" + room, 0, -1)
    return sorted({tab.split(" ")[0] for tab in tabs})
