"""Shows a cause again after the project has printed so much that it scrolled away."""

import asyncio
from collections.abc import Callable

from checks.verdict import Cause

MANY = 10
"""Lines that the project prints after a verdict, from which on it is out of sight."""
QUIET = 0.5
"""Seconds without another line after which the cause is shown again."""


class Reminder:
    """Counts what is printed after a verdict; `show` is called with its cause."""

    def __init__(self, show: Callable[[Cause], None]) -> None:
        self.show = show
        self.cause: Cause | None = None
        self.lines = 0
        self.timer: asyncio.TimerHandle | None = None

    def expect(self, cause: Cause | None) -> None:
        """Keep a cause that was shown last; None where there is none."""
        self.cause, self.lines = cause, 0
        if self.timer:
            self.timer.cancel()

    def line_printed(self) -> None:
        """The project has printed a line below it."""
        self.lines += 1
        if self.timer:
            self.timer.cancel()
        if self.cause and self.lines >= MANY:
            loop = asyncio.get_running_loop()
            self.timer = loop.call_later(QUIET, self._remind, self.cause)

    def _remind(self, cause: Cause) -> None:
        self.show(cause)
        self.expect(cause)
