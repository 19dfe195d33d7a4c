"""What each group was told last, kept in Redis: who comes later is told it too.

A channel layer remembers nothing. A message reaches those who are in the group at that
moment, and a page that is loaded a second later would show nothing until the next save.
"""

from collections.abc import Iterable
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NotConnected
from redis.exceptions import TimeoutError as NoAnswer

GONE = (NotConnected, NoAnswer)
"""What is raised while there is no Redis."""

Message = dict[str, Any]
"""What goes through the layer: an event's `kind`, and the `text` that a page gets.

The higher `number` is the newer. What is newer replaces what is older of its kind.
"""


def message(kind: str, number: int, text: str) -> Message:
    """A message for a group; its type names the method of consumers, `live_told`."""
    return {"type": "live.told", "kind": kind, "number": number, "text": text}


class Memory:
    """The last message of each kind, in a hash for each group: `live:told:<group>`."""

    def __init__(self, redis_url: str) -> None:
        at_once = Retry(NoBackoff(), 0)
        self.redis: Any = Redis.from_url(
            redis_url, decode_responses=True, retry=at_once
        )

    async def remember(self, group: str, told: Message) -> None:
        """Keep a message, in the place of the last one of its kind."""
        value = f"{told['number']} {told['text']}"
        await self.redis.hset(_key(group), told["kind"], value)

    async def recall(self, groups: Iterable[str]) -> list[Message]:
        """What these groups were told last, oldest first, all as of one moment."""
        async with self.redis.pipeline(transaction=True) as transaction:
            for group in groups:
                transaction.hgetall(_key(group))
            found = await transaction.execute()
        messages = [_message(*item) for values in found for item in values.items()]
        return sorted(messages, key=lambda told: told["number"])

    async def last(self, group: str, kind: str) -> str | None:
        """The text of the last message of one kind."""
        value = await self.redis.hget(_key(group), kind)
        return _message(kind, value)["text"] if value else None

    async def close(self) -> None:
        """Let go of the connection."""
        await self.redis.aclose()


def _key(group: str) -> str:
    return f"live:told:{group}"


def _message(kind: str, value: str) -> Message:
    number, _, text = value.partition(" ")
    return message(kind, int(number), text)
