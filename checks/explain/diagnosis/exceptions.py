"""An exception in the learner's project: what was raised, and where that leads."""

import re
from typing import TYPE_CHECKING

from checks.explain.diagnosis.evidence import exception, finding, last_place, place
from checks.observe.timeline import Event
from checks.verdict import Finding, Where

if TYPE_CHECKING:
    from checks.asking.tabs import Tab

ROUTES = Where("chat/routing.py")
NOBODYS = re.compile(r"No handler for message type (.+)|Incoming message has no 'type'")
"""What Channels says of an event for which a consumer has no method."""
TAKES = re.compile(r"\.(\w+)\(\) (?:missing|takes|got)")
"""How Python names a method that was called with other arguments than it has."""
RESERVED = {"send", "receive", "connect", "disconnect", "close", "accept", "dispatch"}
"""Methods of Channels, which the type of a message to a group must not name."""
MEND = "Mend what that line does."


def raised(tab: "Tab", event: Event, expected: str) -> Finding:
    """The learner's code, or what it called, raised while it handled this tab."""
    if "No route found for path" in event["words"]:
        return _no_route(tab, expected, event)
    got = f"{exception(event)} was raised"
    cure = MEND if event["frames"] else ""
    at = _place(tab, event)
    return finding("raised", expected, got, at, cure=cure, event=event, tab=tab)


def _place(tab: "Tab", event: Event) -> Where | None:
    """Where to look: the learner's own line, or what made Channels raise."""
    if event["frames"]:
        return place(event["frames"][-1])
    if not tab.saw("consumer"):
        return ROUTES
    sent = sender(tab) if _came_from_the_layer(tab, event) else None
    return (
        sent or _named(tab, event) or _unhandled(tab, event) or last_place(tab.events)
    )


def _came_from_the_layer(tab: "Tab", event: Event) -> bool:
    """Whether what could not be handled is an event that somebody sent to a group."""
    missing = NOBODYS.match(event["words"])
    handled = next((e for e in reversed(tab.events) if e["kind"] == "handling"), None)
    reserved = bool(handled) and handled["type"] in RESERVED  # type: ignore[index]
    return reserved or bool(missing and "websocket" not in str(missing[1]))


def _no_route(tab: "Tab", expected: str, event: Event) -> Finding:
    """None of the routes fits the address."""
    routes = tab.server.first("ready")["routes"]
    got = f"{tab.path} fits none of your routes: {', '.join(routes)}"
    if not routes:
        got = f"no route leads there ({exception(event)})"
    at = ROUTES if routes else None
    return finding("no_route", expected, got, at, event=event, tab=tab)


def _named(tab: "Tab", event: Event) -> Where | None:
    """The learner's method that an exception names: `Chat.connect() takes …`."""
    method, consumer = TAKES.search(event["words"]), tab.saw("consumer")
    return place(consumer["methods"].get(method[1])) if method and consumer else None


def _unhandled(tab: "Tab", event: Event) -> Where | None:
    """The consumer's file, where a frame of the tab has no method."""
    missing, consumer = NOBODYS.match(event["words"]), tab.saw("consumer")
    return Where(consumer["file"]) if missing and consumer else None


def sender(tab: "Tab") -> Where | None:
    """The learner's line that sent to the layer last."""
    for event in reversed(tab.wire.events):
        if event["kind"] == "layer" and event["does"] in ("group_send", "send"):
            return place(event["where"])
    return None
