"""What a page may send: now and then a small frame of JSON."""

import json
import time
from collections import deque
from typing import Any

from checks.live.refusals import Code, Refused

LONGEST = 100
"""Characters of the longest frame; those of a lesson's page have 19, at most."""
MOST, SECONDS = 20, 10
"""At most so many frames may arrive in so many seconds."""


class Frames:
    """The frames that one page sends."""

    def __init__(self) -> None:
        self.times: deque[float] = deque(maxlen=MOST)

    def read(self, text: str | None, data: bytes) -> Any:
        """The content of the next frame. Raises Refused if it cannot be understood."""
        self._count()
        if text is None:
            reason = f"A page may send text, and sent {len(data)} bytes."
            raise Refused(Code.NOT_UNDERSTOOD, reason)
        if len(text) > LONGEST:
            reason = f"A page may send {LONGEST} characters, and sent {len(text)}."
            raise Refused(Code.TOO_LARGE, reason)
        try:
            return json.loads(text)
        except ValueError:
            reason = f"A page may send JSON, and sent {text!r}."
            raise Refused(Code.NOT_UNDERSTOOD, reason) from None

    def _count(self) -> None:
        now = time.monotonic()
        if len(self.times) == MOST and now - self.times[0] < SECONDS:
            reason = f"A page may send {MOST} frames in {SECONDS} seconds, not more."
            raise Refused(Code.TOO_MANY_FRAMES, reason)
        self.times.append(now)
