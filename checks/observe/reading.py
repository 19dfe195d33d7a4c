"""Events of a process as they come through its pipe, read without trust.

The recorder at the other end is ours, but code of the project can write there, too.
"""

import json

from checks.observe.conversation import NOT_JSON
from checks.observe.log import Event

OF_EVERY = {"at", "kind", "socket"}
"""The keys of every event."""
MOST = 100_000
"""Events of one process; a run of the checks has some hundreds."""
LONGEST = 4 * 2**20
"""Bytes of one event."""
EXPECTED = "your project to leave alone the pipe by which its process reports"
GARBAGE = "something else was written to it"
MANY = f"more than {MOST:,} events came through it"
CURE = "Look for a loop that does not end, or for code that writes to any open file."


class EventReader:
    """Makes events of bytes; `refused` is why it reads no more, if so."""

    def __init__(self) -> None:
        self.unread, self.count, self.refused = b"", 0, ""

    def events(self, data: bytes) -> list[Event]:
        """The events that are complete with these bytes, up to one that is refused."""
        *lines, self.unread = (self.unread + data).split(b"\n")
        found = []
        for line in lines:
            event = _event(line)
            self.count += 1
            if event is None or self.count > MOST:
                self.refused = MANY if event else GARBAGE
                break
            found.append(event)
        if len(self.unread) > LONGEST:
            self.refused = GARBAGE
        return found


def _event(line: bytes) -> Event | None:
    """An event from a line; None where it cannot be one of ours."""
    try:
        event = json.loads(line)
    except NOT_JSON:
        return None
    return event if isinstance(event, dict) and event.keys() >= OF_EVERY else None
