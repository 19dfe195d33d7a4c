"""What a warm process tells whoever asked it for a run, as lines on a pipe."""

import base64
import os
import pickle

from checks.verdict import Check, Verdict

Event = int | Check | Verdict | None

DYING = 1
"""Seconds that a run has to put its things away."""


def encoded(event: Event) -> bytes:
    """An event as one line."""
    return base64.b64encode(pickle.dumps(event)) + b"\n"


def decoded(line: bytes) -> Event:
    """The event that a line of ours holds."""
    event: Event = pickle.loads(base64.b64decode(line))  # noqa: S301 (our own child's)
    return event


def tell(out: int, event: Event) -> None:
    """Write an event, whole."""
    line = encoded(event)
    while line:
        line = line[os.write(out, line) :]
