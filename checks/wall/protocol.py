"""What both ends of a connection agree on: addresses, frames and limits.

All that a learner sends is here: a name of their choice, and a `Position`. The wall
turns numbers and ids into words by its own copy of the course, so a position holds no
code, and no text that somebody else reads.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any, Self, get_args
from urllib.parse import urlsplit

from checks.course.state import State
from checks.live.refusals import Code, Refused

JOIN, WATCH = "/join/", "/watch/"
"""Where a learner connects, and where the teacher's page does."""

LONGEST_FRAME = 500
"""Characters of a frame."""
MOST_FRAMES, MOST_OF_A_PAGE = 40, 150
"""How many frames may arrive in ten seconds from a learner, and from a page.

The teacher's page asks ten times a second for what has changed.
"""
LONGEST_NAME = 30
"""Characters of a name; what is longer is cut."""
LARGEST_NUMBER = 999_999
HEARTBEAT = 10.0
"""Seconds after which a learner sends a frame, also if nothing has happened."""
SILENCE = 25.0
"""Seconds without any frame after which a learner is away: two heartbeats were lost."""
INTRODUCTION = 5.0
"""Seconds in which a client has to send its first frame, which says who it is."""

STATES = get_args(State)
ID = re.compile(r"[\w.-]{1,60}", re.ASCII)
TOKEN = re.compile(r"[a-z0-9-]{8,60}")


@dataclass(frozen=True)
class Position:
    """Where a learner is in the course, after the last verdict.

    `lesson` and `task` are numbers, `mistake` is an id of the catalogue, `passed` of
    `checks` pass.
    """

    lesson: int
    state: str
    task: int | None
    mistake: str | None
    passed: int
    checks: int

    @classmethod
    def read(cls, facts: Any) -> Self:
        """A position from a frame. Raises Refused if it is none."""
        try:
            position = cls(**facts)
        except TypeError:
            raise not_understood() from None
        task, mistake = position.task, position.mistake
        numbers = position.lesson, position.passed, position.checks
        is_valid = (
            all(map(is_number, numbers))
            and (task is None or is_number(task))
            and (mistake is None or is_id(mistake))
            and position.state in STATES
        )
        if not is_valid:
            raise not_understood()
        return position


def is_number(value: object) -> bool:
    """Whether this is a number that a tile can show."""
    return type(value) is int and 0 <= value <= LARGEST_NUMBER


def is_id(value: object) -> bool:
    """Whether this can be the id of a learner, or of a mistake."""
    return isinstance(value, str) and ID.fullmatch(value) is not None


def not_understood() -> Refused:
    """The reason for closing a connection on which something else has arrived."""
    return Refused(Code.NOT_UNDERSTOOD, "The wall does not understand this frame.")


def cleaned(name: str) -> str:
    """A name as it is shown: one line of visible characters; it may be empty.

    Control and format characters are left out: some of them reverse the text that
    follows. Joiners stay, which many scripts and emoji need.
    """
    joiners = "\u200c\u200d"
    text = unicodedata.normalize("NFC", " ".join(name.split()))
    visible = (c for c in text if c in joiners or unicodedata.category(c)[0] != "C")
    return "".join(visible)[:LONGEST_NAME].strip(joiners + " ")


@dataclass(frozen=True)
class Address:
    """What a learner types after `WALL=`: `http://192.168.1.20:8004/<token>`."""

    url: str
    token: str

    @classmethod
    def read(cls, typed: str) -> Self:
        """Raises ValueError with a sentence if it is not an address of a wall."""
        parts = urlsplit(typed.strip())
        token = parts.path.strip("/")
        valid = parts.scheme in ("http", "https") and parts.hostname
        if not valid or not TOKEN.fullmatch(token):
            example = "http://192.168.1.20:8004/abcd-efgh-jkmn"
            raise ValueError(f"{typed} is no address of a wall, such as {example}.")
        return cls(f"{parts.scheme}://{parts.netloc}", token)

    @property
    def websocket(self) -> str:
        """Where the wall accepts WebSockets of learners."""
        return self.url.replace("http", "ws", 1) + JOIN
