"""Who is in a room."""

import time

from django.conf import settings
from django.core.cache import cache


async def seen(room, channel, name):
    tabs = await cache.aget("here_" + room, {})
    await cache.aset("here_" + room, {**tabs, channel: (name, time.time())}, None)


async def gone(room, channel):
    tabs = await cache.aget("here_" + room, {})
    there = tabs.pop(channel, None)
    await cache.aset("here_" + room, tabs, None)
    return there


async def names_in(room):
    since = time.time() - 3 * settings.HEARTBEAT
    tabs = await cache.aget("here_" + room, {})
    return sorted({name for name, at in tabs.values() if at > since})
