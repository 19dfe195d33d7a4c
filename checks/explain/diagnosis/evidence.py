"""Reading evidence: which place an event means, what an exception said."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from checks.observe.timeline import Event
from checks.verdict import Cause, Finding, Frame, Where

if TYPE_CHECKING:
    from checks.asking.tabs import Tab


def finding(  # noqa: PLR0913
    kind: str,
    expected: str,
    got: str,
    at: Where | None = None,
    *,
    cure: str = "",
    event: Event | None = None,
    tab: "Tab | None" = None,
) -> Finding:
    """A Finding about the learner's project.

    `cure` is what to do as long as nobody knows which mistake it is; without one, the
    task of the check tells. `kind`, `event` and `tab` are as in `Finding`.
    """
    own = frames(event) if event and "frames" in event else ()
    cause = Cause("project", expected, got, cure, at, frames=own)
    return Finding(cause, kind, event, tab)


def place(event: Event | None) -> Where | None:
    """The place that an event carries, as a Where."""
    return Where(event["file"], event["line"]) if event else None


def frames(event: Event) -> tuple[Frame, ...]:
    """The learner's own frames of an event that carries an exception."""
    return tuple(Frame(**frame) for frame in event["frames"])


def exception(event: Event) -> str:
    """An exception in words: its name, and what it said on its first line."""
    words = event["words"].strip().partition("\n")[0].rstrip(".")
    return f"{event['error']}: {words}" if words else str(event["error"])


def innermost_own(stack: str, project: Path) -> Where | None:
    """The learner's innermost line in a stack as faulthandler prints it."""
    for file, line in re.findall(r'File "(/[^"]+)", line (\d+)', stack):
        path = os.path.realpath(file)
        if path.startswith(f"{project}{os.sep}"):
            return Where(path.removeprefix(f"{project}{os.sep}"), int(line))
    return None


def method_for(event: Event | None, events: Sequence[Event]) -> Where | None:
    """Where the learner's method lies that handles an event such as a frame."""
    return place(_handler(event, events)[1])


def name_for(event: Event | None, events: Sequence[Event]) -> str:
    """What that method is called, with its brackets."""
    return f"{_handler(event, events)[0]}()"


def _handler(event: Event | None, events: Sequence[Event]) -> tuple[str, Event | None]:
    full = str(event and event.get("type")).replace(".", "_")
    short = full.removeprefix("websocket_")
    for consumer in events:
        if event and consumer["kind"] == "consumer":
            methods = consumer["methods"]
            names = (full, short, f"{short}_json")
            there = (name for name in names if name in methods)
            if consumer["socket"] == event["socket"]:
                name = next(there, "")
                return name or short, methods.get(name)
    return short, None


def last_place(events: Sequence[Event]) -> Where | None:
    """The learner's code that was at work last, as far as the events tell."""
    for event in reversed(events):
        if event["kind"] == "raised" and event["frames"]:
            return place(event["frames"][-1])
        if event["kind"] == "handling" and event["type"] != "websocket.disconnect":
            return method_for(event, events)
    return None
