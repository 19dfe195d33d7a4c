"""What both ends of the channel layer have to agree on: names, limits and options."""

from typing import Any

EVERYBODY = "live.everybody"
"""The group of all pages."""
CHOICES = "live.choices"
"""The channel for the lessons that pages choose; `make learn` reads it."""

OF_LESSON = {
    *("run", "verdict", "history", "opened"),
    *("project", "handshake", "message"),
}
"""The types of events that are for the pages of one lesson."""

LARGEST = 1024 * 1024
"""Bytes of the largest event: Daphne closes the connection on a larger message."""


def choice(slug: str) -> dict[str, Any]:
    """The message that chooses a lesson: it is checked from now on."""
    return {"type": "lesson.chosen", "lesson": slug}


def place_opened(slug: str, file: str, line: int) -> dict[str, Any]:
    """The message that asks for a place of a lesson's project to be opened."""
    return {"type": "place.opened", "lesson": slug, "file": file, "line": line}


def asked_of_wall(ask: str) -> dict[str, Any]:
    """The message that asks for help on the wall of a classroom, or leaves it."""
    return {"type": "wall.asked", "ask": ask}


def lesson_group(slug: str) -> str:
    """The group of the pages that show one lesson."""
    return f"live.lesson.{slug}"


def group_of(event: dict[str, Any]) -> str:
    """The group that an event is for: the pages of its lesson, or everybody."""
    if event["type"] in OF_LESSON:
        return lesson_group(event["lesson"])
    return EVERYBODY


def options(redis_url: str) -> dict[str, Any]:
    """The options of the layer, on either side.

    All pages of one server process share one list of messages in Redis. When `capacity`
    messages in it are unread, further ones are dropped silently, and what is unread
    after `expiry` seconds is dropped too. A save makes about ten messages, one of them
    large.

    Without `socket_timeout`, redis-py 8 takes a layer in which nothing happens for five
    seconds for a broken one.
    """
    return {
        "hosts": [{"address": redis_url, "socket_timeout": None}],
        "prefix": "live:",
        "capacity": 200,
        "expiry": 60,
    }
