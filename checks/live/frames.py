"""What a client may send: now and then a small frame of JSON."""

import json
import time
from collections import deque
from typing import Any

from checks.live.refusals import Code, Refused

LONGEST = 100
"""Characters of the longest frame; those that a lesson's page sends have at most 40."""
MOST, SECONDS = 20, 10
"""At most so many frames may arrive in so many seconds."""


class Frames:
    """The frames that one client sends.

    `who` is the client in a sentence. A frame has at most `longest` characters, and at
    most `most` of them may arrive in `SECONDS`.
    """

    def __init__(
        self, who: str = "A page", longest: int = LONGEST, most: int = MOST
    ) -> None:
        self.who, self.longest, self.most = who, longest, most
        self.times: deque[float] = deque(maxlen=most)

    def read(self, text: str | None, data: bytes) -> Any:
        """The content of the next frame. Raises Refused if it cannot be understood."""
        self._count()
        if text is None:
            reason = f"{self.who} may send text, and sent {len(data)} bytes."
            raise Refused(Code.NOT_UNDERSTOOD, reason)
        if len(text) > self.longest:
            may = f"{self.who} may send {self.longest} characters"
            reason = f"{may}, and sent {len(text)}."
            raise Refused(Code.TOO_LARGE, reason)
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            reason = f"{self.who} may send JSON, and sent {text!r}."
            raise Refused(Code.NOT_UNDERSTOOD, reason) from None

    def _count(self) -> None:
        now = time.monotonic()
        if len(self.times) == self.most and now - self.times[0] < SECONDS:
            may = f"{self.who} may send {self.most} frames in {SECONDS} seconds"
            reason = f"{may}, not more."
            raise Refused(Code.TOO_MANY_FRAMES, reason)
        self.times.append(now)
