"""The last messages to each group, kept in Redis for pages that connect later.

A channel layer stores nothing. A message reaches the members of the group at that
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

A message with a higher `number` is newer, and replaces older ones of its kind.
"""


def message(kind: str, number: int, text: str) -> Message:
    """A message for a group; its type names the consumers' method, `live_event`."""
    return {"type": "live.event", "kind": kind, "number": number, "text": text}


class LastMessages:
    """The last message of each kind, in a hash for each group: `live:last:<group>`."""

    def __init__(self, redis_url: str) -> None:
        at_once = Retry(NoBackoff(), 0)
        self.redis: Any = Redis.from_url(
            redis_url, decode_responses=True, retry=at_once
        )

    async def store(self, group: str, message: Message) -> None:
        """Store a message, and forget the last one of its kind."""
        value = f"{message['number']} {message['text']}"
        await self.redis.hset(_key(group), message["kind"], value)

    async def of(self, groups: Iterable[str]) -> list[Message]:
        """The last messages to these groups at one moment, oldest first."""
        async with self.redis.pipeline(transaction=True) as transaction:
            for group in groups:
                transaction.hgetall(_key(group))
            found = await transaction.execute()
        messages = [_message(*item) for values in found for item in values.items()]
        return sorted(messages, key=lambda message: message["number"])

    async def text(self, group: str, kind: str) -> str | None:
        """The text of the last message of one kind."""
        value = await self.redis.hget(_key(group), kind)
        return _message(kind, value)["text"] if value else None

    async def close(self) -> None:
        """Close the connection."""
        await self.redis.aclose()


def _key(group: str) -> str:
    return f"live:last:{group}"


def _message(kind: str, value: str) -> Message:
    number, _, text = value.partition(" ")
    return message(kind, int(number), text)
