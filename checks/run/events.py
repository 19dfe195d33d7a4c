"""The events of a warm process: what it reports about a run, as lines on a pipe."""

import base64
import os
import pickle
from dataclasses import dataclass

from checks.verdict import Cause, Check, Verdict


@dataclass(frozen=True)
class Unfinished:
    """The verdict so far, of a run that cannot pass any more."""

    verdict: Verdict


Event = int | Check | Unfinished | Verdict | str | Cause | None
"""The process that makes the run, a check that begins, the verdict, the end; of the
process that keeps Redis: the name of a Redis, or why there is none."""

FAILED = "failed"
"""The end of a run that was killed, or broke: what it wrote does not count."""
CLEANUP = 1
"""Seconds that a run has to end its processes and delete its files."""


def encoded(event: Event) -> bytes:
    """An event as one line."""
    return base64.b64encode(pickle.dumps(event)) + b"\n"


def decoded(line: bytes) -> Event:
    """The event on one line of our own process."""
    event: Event = pickle.loads(base64.b64decode(line))  # noqa: S301 (our own child's)
    return event


def write(out: int, event: Event) -> None:
    """Write a whole event to a file descriptor."""
    line = encoded(event)
    while line:
        line = line[os.write(out, line) :]
