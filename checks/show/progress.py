"""The progress of a run: one line of a terminal, erased at the end."""

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from typing import TextIO

from checks.show.terminal import cut
from checks.verdict import Check

OFTEN = 0.1
"""Seconds after which the line is written again."""
ERASE = "\r\x1b[K"


@contextlib.contextmanager
def progress_line(
    *, quiet: bool = False, lead: str = ""
) -> Iterator[Callable[[Check], None] | None]:
    """Yield a function to call with a check when it begins, and while it runs.

    `lead` is written before what is being done. None where nobody watches: in a pipe,
    in a file, or when asked to be quiet.
    """
    out = sys.stdout
    if quiet or not out.isatty() or os.environ.get("TERM") in (None, "dumb"):
        yield None
        return
    # A stream of its own: pytest replaces the others while a check runs.
    with os.fdopen(os.dup(out.fileno()), "w", encoding=out.encoding) as terminal:
        terminal.reconfigure(errors=out.errors)
        progress = Line(terminal, lead)
        progress.write("Starting your project")
        try:
            yield progress.update
        finally:
            progress.write("")


class Line:
    """The last line of a terminal, which is overwritten."""

    def __init__(self, terminal: TextIO, lead: str = "") -> None:
        self.terminal, self.lead = terminal, lead
        self.check: Check | None = None
        self.began = self.written = 0.0

    def update(self, check: Check) -> None:
        """Write which check runs, and for how long it has run."""
        now = time.monotonic()
        if check is not self.check:
            self.check, self.began = check, now
        elif now - self.written < OFTEN:
            return
        self.written = now
        task = f"task {check.task}" if check.task else "advice"
        self.write(f"{task}  {check.title}", f"  {now - self.began:.1f} s")

    def write(self, words: str, end: str = "") -> None:
        """Replace the words that are there, cut to the width."""
        width = os.get_terminal_size(self.terminal.fileno()).columns - 1
        line = cut(self.lead + words, width - len(end)) + end if words else ""
        self.terminal.write(ERASE + line)
        self.terminal.flush()
