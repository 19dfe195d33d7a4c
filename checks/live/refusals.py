"""Why a connection is closed: a code that says what to do, and a reason to show.

WebSocket leaves the codes from 4000 to 4999 to applications. These are 4000 plus a
status code of HTTP.
"""

from enum import IntEnum


class Code(IntEnum):
    """Below 4500 the page is at fault; above, it helps to reconnect a little later."""

    NOT_UNDERSTOOD = 4400
    NOT_ALLOWED = 4403
    NOT_HERE = 4404
    SILENT = 4408
    REPLACED = 4409
    EXPIRED = 4410
    TOO_LARGE = 4413
    TOO_MANY_FRAMES = 4429
    NO_REDIS = 4502
    TOO_MANY_PAGES = 4503
    NOBODY_THERE = 4504


class Refused(Exception):
    """Raised where a connection cannot go on; `reason` is a sentence for the reader."""

    def __init__(self, code: Code, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason
