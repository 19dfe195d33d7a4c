"""The channel layer, and what both of its ends have to agree on: names and limits."""

from typing import Any

EVERYBODY = "live.everybody"
"""The group of all pages."""
CHOICES = "live.choices"
"""The channel on which the lessons arrive that pages choose; `make learn` reads it."""

LARGEST = 1024 * 1024
"""Bytes of the largest event: Daphne sends no more in one message, and breaks off."""


def lesson_group(slug: str) -> str:
    """The group of the pages that show one lesson."""
    return f"live.lesson.{slug}"


def group_of(event: dict[str, Any]) -> str:
    """Whom an event is for: the pages of its lesson, or everybody."""
    if event["type"] in {"run", "verdict", "project"}:
        return lesson_group(event["lesson"])
    return EVERYBODY


def options(redis_url: str) -> dict[str, Any]:
    """What the layer is made with, on either side.

    All pages of one server process share one mailbox in Redis. When `capacity` messages
    lie in it unread, further ones are dropped without a word, and what is unread after
    `expiry` seconds is dropped too. A save makes about ten messages, one of them large.

    Without `socket_timeout`, redis-py 8 takes a layer in which nothing happens for five
    seconds for a broken one.
    """
    return {
        "hosts": [{"address": redis_url, "socket_timeout": None}],
        "prefix": "live:",
        "capacity": 200,
        "expiry": 60,
    }
