"""With several Redis hosts."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from channels_redis.core import RedisChannelLayer
from redis import exceptions

from tests.checker.test_broker import valkey
from tests.facts.test_layers import event, received
from tests.machine import free_port

CHANNELS = 40


@pytest.fixture
def ports() -> Iterator[list[int]]:
    """The ports of two servers that nobody else uses."""
    first, second = free_port(), free_port()
    with valkey(first), valkey(second):
        yield [first, second]


def layer(ports: list[int]) -> RedisChannelLayer:
    hosts = [f"redis://127.0.0.1:{port}" for port in ports]
    return RedisChannelLayer(hosts=hosts, prefix=uuid4().hex)


async def directly(there: RedisChannelLayer) -> list[Any]:
    """What each channel receives first, of a `send()` and then of a `group_send()`."""
    channels = [await there.new_channel() for _ in range(CHANNELS)]
    for channel in channels:
        await there.group_add("members", channel)
        await there.send(channel, event("sent to it"))
    await there.group_send("members", event("sent to its group"))
    return [await received(there, channel) for channel in channels]


async def test_send_loses_half(ports: list[int]) -> None:
    """With two hosts, `send()` to the channel of a connection is lost for about half of all connections, although both hosts work; `group_send()` loses nothing."""
    found = await directly(layer(ports))
    assert len(found) == CHANNELS
    assert CHANNELS / 5 < found.count("sent to it") < CHANNELS * 4 / 5
    assert set(found) == {"sent to it", "sent to its group"}


async def test_half_of_the_groups_need_the_host_that_is_gone(ports: list[int]) -> None:
    """Several hosts share the groups, and none stands in for another: where one of two is gone, `group_add()` raises an exception for about half of the groups."""
    there = layer([ports[0], free_port()])
    channel, failed = await there.new_channel(), 0
    for _ in range(CHANNELS):
        try:
            await there.group_add(uuid4().hex, channel)
        except exceptions.ConnectionError:
            failed += 1
    assert CHANNELS / 5 < failed < CHANNELS * 4 / 5
