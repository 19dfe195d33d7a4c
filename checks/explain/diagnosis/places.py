"""Reading evidence: which place an event means, what an exception said."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from checks.observe.failure import Failure
from checks.observe.log import Event
from checks.regular_file import read_bytes
from checks.verdict import Cause, Frame, Where

ASGI = Where("mysite/asgi.py")
ROUTES = Where("chat/routing.py")
SETTINGS = Where("mysite/settings.py")


def place(event: Event | None) -> Where | None:
    """The place that an event carries, as a Where."""
    return Where(event["file"], event["line"]) if event else None


def frames(event: Event) -> tuple[Frame, ...]:
    """The learner's own frames of an event that carries an exception."""
    return tuple(Frame(**frame) for frame in event["frames"])


def innermost(event: Event) -> Where | None:
    """The learner's line that an exception was raised at, if it was one of theirs."""
    return place(event["frames"][-1]) if event["frames"] else None


def exception(event: Event) -> str:
    """An exception in words: its name, and what it said on its first line."""
    words = event["words"].strip().partition("\n")[0].rstrip(".")
    return f"{event['error']}: {words}" if words else str(event["error"])


def raising(event: Event) -> str:
    """An exception as what happened: which function raised it, and its words.

    A function without a name, such as a comprehension, is part of the one around it.
    Where nothing of the learner's was running, the server raised it.
    """
    named = (frame["function"] for frame in reversed(event.get("frames", ())))
    function = next((name for name in named if name and name[0] != "<"), "")
    return f"{f'{function}()' if function else 'the server'} raised {exception(event)}"


LIBRARIES = {"channels_redis": "channels_redis", "asgiref": "asgiref"}
"""Libraries whose names do not begin with a capital."""


def chain(event: Event) -> str:
    """What was raised in full, and whose words it is: the first of them, and the last.

    Empty where nothing was raised.
    """
    said = [" ".join(words.split()) for words in event.get("chain", ())]
    if not said:
        return ""
    library = event.get("library") or "python"
    who = LIBRARIES.get(library, library.capitalize())
    first, last = (words.rstrip(".") for words in (said[0], said[-1]))
    because = f" It was raised because of {last}." if last != first else ""
    return f"{who} says: {first}.{because}"


def existing(cause: Cause, project: Path) -> Cause:
    """The cause with a place that is there, or without one.

    A file that is missing is a place where the cure asks for it. Before there is a
    chat/routing.py, mysite/asgi.py leads to the consumer.
    """
    at = cause.where
    if at is None or at.file in cause.cure:
        return cause
    if at == ROUTES and not (project / at.file).exists():
        at = ASGI
    try:
        lines = read_bytes(project / at.file).splitlines()
    except OSError:
        return dataclasses.replace(cause, where=None)
    if at.line and at.line > len(lines):
        at = Where(at.file)
    return dataclasses.replace(cause, where=at)


def method_for(event: Event | None, events: Sequence[Event]) -> Where | None:
    """Where the learner's method is that handles an event such as a frame."""
    return place(_handler(event, events)[1])


def name_for(event: Event | None, events: Sequence[Event]) -> str:
    """What that method is called, with its brackets."""
    return f"{_handler(event, events)[0]}()"


def _handler(event: Event | None, events: Sequence[Event]) -> tuple[str, Event | None]:
    full = str(event and event.get("type")).replace(".", "_")
    short = full.removeprefix("websocket_")
    for consumer in events if event else ():
        same_socket = event and consumer["socket"] == event["socket"]
        if consumer["kind"] == "consumer" and same_socket:
            methods = consumer["methods"]
            names = (full, short, f"{short}_json")
            name = next((name for name in names if name in methods), "")
            return name or short, methods.get(name)
    return short, None


def last_place(events: Sequence[Event]) -> Where | None:
    """The learner's code that was running last, as far as the events say."""
    for event in reversed(events):
        if event["kind"] == "raised" and event["frames"]:
            return innermost(event)
        if event["kind"] == "handling" and event["type"] != "websocket.disconnect":
            return method_for(event, events)
    return None


def busy(failure: Failure) -> Where | None:
    """The learner's line that was running, for which others had to wait."""
    log = failure.tab.server if failure.tab else failure.process
    if failure.busy_at or log is None or not log.is_handling:
        return failure.busy_at
    return last_place(log.events)
