"""Channel layers."""

import asyncio
import datetime as dt
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync
from channels.exceptions import ChannelFull
from channels.generic.websocket import WebsocketConsumer
from channels.layers import InMemoryChannelLayer
from channels_redis.core import RedisChannelLayer
from channels_redis.pubsub import RedisPubSubChannelLayer

from tests.facts.conftest import Server
from tests.facts.test_closing import end

SLOW = pytest.mark.when_changed("tests/facts/*", "requirements/*.txt")


class Member(WebsocketConsumer):  # type: ignore[misc]
    def connect(self) -> None:
        async_to_sync(self.channel_layer.group_add)("members", self.channel_name)
        self.accept()

    def receive(self, text_data: str) -> None:
        event = {"type": text_data}
        async_to_sync(self.channel_layer.group_send)("members", event)


def layer(address: str, **options: Any) -> RedisChannelLayer:
    """A layer with groups that nobody else is in, if no prefix is given."""
    return RedisChannelLayer(hosts=[address], **{"prefix": uuid4().hex} | options)


async def received(layer: Any, channel: str) -> Any:
    """The `words` of the next message; it comes, or the test fails."""
    message = await asyncio.wait_for(layer.receive(channel), 10)
    return message["words"]


def event(words: object) -> dict[str, Any]:
    return {"type": "chat.message", "words": words}


def test_one_bad_event_closes_the_room(server: Server) -> None:
    """An event for which a consumer has no handler closes every connection of the group with 1011; `group_send()` raises nothing."""
    with ExitStack() as stack:
        members = [stack.enter_context(server.connect(Member)) for _ in range(3)]
        members[0].send("no.such.handler")
        assert [end(member)[0] for member in members] == [1011, 1011, 1011]


async def test_names_of_groups(redis_address_of_tests: str) -> None:
    """The name of a group has fewer than 100 characters, which are ASCII letters, digits, hyphens, underscores and periods."""
    there = layer(redis_address_of_tests)
    channel = await there.new_channel()
    await there.group_add("A-z_0.9".ljust(99, "x"), channel)
    for name in ("x" * 100, "café", "two words", "a!b", "a/b"):
        with pytest.raises(TypeError):
            await there.group_add(name, channel)
    await there.close_pools()


async def test_the_101st_message_is_dropped(redis_address_of_tests: str) -> None:
    """With the default `capacity`, a channel holds 100 unread messages; `group_send()` drops the next one without an exception."""
    there = layer(redis_address_of_tests)
    channel = await there.new_channel()
    await there.group_add("room", channel)
    for number in range(1, 104):
        await there.group_send("room", event(number))
    found = [await received(there, channel) for _ in range(100)]
    await there.group_send("room", event("after it"))
    assert found == list(range(1, 101))
    assert await received(there, channel) == "after it"
    await there.close_pools()


async def test_send_says_that_a_channel_is_full(redis_address_of_tests: str) -> None:
    """`send()` raises `ChannelFull` where `group_send()` drops a message, and the capacity is that of all connections of a process together."""
    there = layer(redis_address_of_tests)
    one, other = [await there.new_channel() for _ in range(2)]
    for number in range(100):
        await there.send(one, event(number))
    with pytest.raises(ChannelFull):
        await there.send(other, event("too much"))
    await there.close_pools()


@SLOW
async def test_unread_messages_expire(redis_address_of_tests: str) -> None:
    """A message that nothing has received for `expiry` seconds (60 by default) is gone."""
    there = layer(redis_address_of_tests, expiry=1)
    channel = await there.new_channel()
    await there.send(channel, event("too old"))
    await asyncio.sleep(1.5)
    await there.send(channel, event("new"))
    assert await received(there, channel) == "new"
    await there.close_pools()
    assert layer(redis_address_of_tests).expiry == 60


@SLOW
async def test_members_expire(redis_address_of_tests: str) -> None:
    """A member is no longer in its group `group_expiry` seconds (86400 by default) after `group_add()`, even if it has received something meanwhile."""
    there = layer(redis_address_of_tests, group_expiry=2)
    channel = await there.new_channel()
    await there.group_add("room", channel)
    await asyncio.sleep(1.2)
    await there.group_send("room", event("in time"))
    assert await received(there, channel) == "in time"
    await asyncio.sleep(1.3)
    await there.group_send("room", event("too late"))
    await there.send(channel, event("to the channel itself"))
    assert await received(there, channel) == "to the channel itself"
    await there.close_pools()
    assert layer(redis_address_of_tests).group_expiry == 86400


async def test_what_a_message_may_hold(redis_address_of_tests: str) -> None:
    """The in-memory layer delivers a `datetime`; the Redis layer raises `TypeError` when it is sent."""
    memory, there = InMemoryChannelLayer(), layer(redis_address_of_tests)
    now = dt.datetime.now(dt.UTC)
    channel = await memory.new_channel()
    await memory.send(channel, event(now))
    assert (await memory.receive(channel))["words"] == now
    with pytest.raises(TypeError):
        await there.send(await there.new_channel(), event(now))
    await there.close_pools()


async def test_keys_are_text(redis_address_of_tests: str) -> None:
    """The Redis layer sends a dictionary with numbers as keys, and raises `ValueError` where it is received."""
    there = layer(redis_address_of_tests)
    channel = await there.new_channel()
    await there.send(channel, event({1: "one"}))
    with pytest.raises(ValueError, match="not allowed for map key"):
        await there.receive(channel)
    await there.close_pools()


async def test_one_prefix_is_one_site(redis_address_of_tests: str) -> None:
    """Two projects with the same Redis and the same `prefix` share their groups; with another `prefix` they do not."""
    prefix = uuid4().hex
    mine = layer(redis_address_of_tests, prefix=prefix)
    same = layer(redis_address_of_tests, prefix=prefix)
    other = layer(redis_address_of_tests)
    channel = await mine.new_channel()
    await mine.group_add("room", channel)
    await other.group_send("room", event("another prefix"))
    await same.group_send("room", event("the same prefix"))
    assert await received(mine, channel) == "the same prefix"
    for one in (mine, same, other):
        await one.close_pools()


async def test_events_arrive_in_order(redis_address_of_tests: str) -> None:
    """What one process sends to a group, each member receives in the order in which it was sent."""
    there = layer(redis_address_of_tests, capacity=1000)
    members = [await there.new_channel() for _ in range(2)]
    for member in members:
        await there.group_add("room", member)
    for number in range(300):
        await there.group_send("room", event(number))
    for member in members:
        assert [await received(there, member) for _ in range(300)] == list(range(300))
    await there.close_pools()


async def test_an_event_is_lost_with_another_consumer(
    redis_address_of_tests: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One consumer of a process takes the events of all from Redis; if it ends right after it has taken one, that event is lost, whoever it was for."""
    there = layer(redis_address_of_tests)
    ends, stays = [await there.new_channel() for _ in range(2)]
    taking = asyncio.create_task(there.receive(ends))
    connection = there.connection(0)
    take = connection.bzpopmin

    async def take_and_end(*args: Any, **kwargs: Any) -> Any:
        taken = await take(*args, **kwargs)
        taking.cancel()  # Its tab has closed: it goes on no further than here.
        await asyncio.sleep(0)
        return taken

    monkeypatch.setattr(connection, "bzpopmin", take_and_end)
    monkeypatch.setattr(there, "connection", lambda _: connection)
    await there.send(stays, event("lost"))
    await asyncio.wait([taking])
    monkeypatch.undo()
    await there.send(stays, event("after it"))
    assert taking.cancelled()
    assert await received(there, stays) == "after it"
    await there.close_pools()


async def test_the_pubsub_layer_has_no_capacity(redis_address_of_tests: str) -> None:
    """The pub/sub layer has no `capacity`: 500 unread messages are all delivered."""
    there = RedisPubSubChannelLayer(hosts=[redis_address_of_tests], prefix=uuid4().hex)
    channel = await there.new_channel()
    await there.group_add("room", channel)
    await until_subscribed(there, channel)
    for number in range(500):
        await there.group_send("room", event(number))
    found = await received(there, channel)
    while found == "ready":
        found = await received(there, channel)
    others = [await received(there, channel) for _ in range(499)]
    assert [found, *others] == list(range(500))
    await there.flush()


async def until_subscribed(there: Any, channel: str) -> None:
    """Send until the first event arrives: `group_add()` does not wait for Redis."""
    first = asyncio.create_task(received(there, channel))
    while not first.done():
        await there.group_send("room", event("ready"))
        await asyncio.sleep(0.02)


async def test_the_pubsub_layer_knows_its_own_channels(
    redis_address_of_tests: str,
) -> None:
    """In the pub/sub layer, a process can add only its own channels to a group; for another one, `group_add()` raises an exception."""
    prefix = uuid4().hex
    one, other = [
        RedisPubSubChannelLayer(hosts=[redis_address_of_tests], prefix=prefix)
        for _ in range(2)
    ]
    channel = await one.new_channel()
    with pytest.raises(RuntimeError):
        await other.group_add("room", channel)
    for there in (one, other):
        await there.flush()
