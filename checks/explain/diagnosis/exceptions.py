"""An exception in the learner's project: what was raised, and where that leads."""

import re

from checks.explain.diagnosis.delivery import RESERVED
from checks.explain.diagnosis.model import Diagnosis, diagnosis
from checks.explain.diagnosis.places import (
    ROUTES,
    exception,
    innermost,
    last_place,
    place,
    raising,
)
from checks.observe.conversation import Conversation
from checks.observe.failure import Failure
from checks.observe.log import Event
from checks.observe.timeline import Timeline
from checks.verdict import Where

UNHANDLED = re.compile(
    r"No handler for message type (.+)|Incoming message has no 'type'"
)
"""What Channels says of an event for which a consumer has no method."""
TAKES = re.compile(r"\.(\w+)\(\) (?:missing|takes|got)")
"""How Python names a method that was called with other arguments than it has."""


def raised(failure: Failure, timeline: Timeline) -> Diagnosis:
    """The learner's code, or what it called, raised while it handled a tab."""
    tab, event = failure.tab, failure.event
    if tab is None or event is None:
        raise ValueError("an exception is raised in a tab's connection")
    if "No route found for path" in event["words"]:
        return _no_route(tab, failure.expected, event)
    got = raising(event)
    at = _place(tab, event, timeline)
    return diagnosis("raised", failure.expected, got, at, event=event, tab=tab)


def _place(tab: Conversation, event: Event, timeline: Timeline) -> Where | None:
    """Where to look: the learner's own line, or what made Channels raise."""
    if event["frames"]:
        return innermost(event)
    if not tab.saw("consumer"):
        return ROUTES
    sent = sender(timeline) if _came_from_the_layer(tab, event) else None
    return (
        sent or _named(tab, event) or _unhandled(tab, event) or last_place(tab.events)
    )


def _came_from_the_layer(tab: Conversation, event: Event) -> bool:
    """Whether what could not be handled is an event that somebody sent to a group."""
    missing = UNHANDLED.match(event["words"])
    handled = next((e for e in reversed(tab.events) if e["kind"] == "handling"), {})
    reserved = handled.get("type") in RESERVED
    return reserved or bool(missing and "websocket" not in str(missing[1]))


def _no_route(tab: Conversation, expected: str, event: Event) -> Diagnosis:
    """None of the routes fits the address."""
    ready = tab.server.first_of("ready")
    routes = ready["routes"] if ready else []
    got = f"{tab.path} matches none of your routes: {', '.join(routes)}"
    if not routes and tab.server.name == "routes":
        got = "websocket_urlpatterns in chat/routing.py is empty"
    elif not routes:
        got = f"no route leads there ({exception(event)})"
    at = ROUTES if routes else None
    return diagnosis("no_route", expected, got, at, event=event, tab=tab)


def _named(tab: Conversation, event: Event) -> Where | None:
    """The learner's method that an exception names: `Chat.connect() takes …`."""
    method, consumer = TAKES.search(event["words"]), tab.saw("consumer")
    return place(consumer["methods"].get(method[1])) if method and consumer else None


def _unhandled(tab: Conversation, event: Event) -> Where | None:
    """The consumer's file, where a frame of the tab has no method."""
    missing, consumer = UNHANDLED.match(event["words"]), tab.saw("consumer")
    return Where(consumer["file"]) if missing and consumer else None


def sender(timeline: Timeline) -> Where | None:
    """The learner's line that sent to the layer last."""
    for event in reversed(timeline.events):
        if event["kind"] == "layer" and event["does"] in ("group_send", "send"):
            return place(event["where"])
    return None
