"""How far a message came: what a tab sent, what the layer was asked, whom it reached.

What the layer did outranks what an `except` of the learner's has caught.
"""

from collections.abc import Iterator
from itertools import takewhile

from checks.explain.diagnosis.model import Diagnosis, diagnosis
from checks.explain.diagnosis.places import (
    exception,
    innermost,
    method_for,
    name_for,
    place,
)
from checks.observe.conversation import Conversation
from checks.observe.log import Event
from checks.observe.timeline import Timeline

RESERVED = {
    *("send", "receive", "connect", "disconnect", "close", "accept", "dispatch"),
    *("send_json", "receive_json"),
}
"""Methods of Channels, which the type of a message to a group must not name."""


def lost_on_its_way(
    tab: Conversation, token: str | None, timeline: Timeline, expected: str
) -> Diagnosis | None:
    """Why a tab did not get what a group was sent, if the layer's calls say so.

    The `token` is in what was sent; without one, it is what was sent last.
    """
    sent = _sent(token, timeline)
    if not sent:
        return None
    handled = [event for event in _handled(tab) if event["at"] >= sent["at"]]
    if token and _carries(sent, token):
        handled = [event for event in handled if _carries(event, token)]
    if handled:
        return _reserved(tab, handled[-1], sent, expected)
    return (
        in_another_room(tab, timeline, expected)
        or _by_another_channel(tab, sent["names"][0], expected)
        or _too_early(tab, sent, expected)
        or _dropped(tab, sent, timeline, expected)
    )


def _sent(token: str | None, timeline: Timeline) -> Event | None:
    """The call that sent it to a group."""
    calls = timeline.calls("group_send")
    carrying = [call for call in calls if token and _carries(call, token)]
    frames = [event["at"] for _, event in _frames(token or "", timeline)]
    later = [call for call in calls if call["at"] >= min(frames, default=0)]
    return next(reversed(carrying or later), None)


def _frames(token: str, timeline: Timeline) -> Iterator[tuple[Conversation, Event]]:
    """The frames that have it in them, each with the tab that sent it."""
    for tab in timeline.tabs:
        for event in tab.events:
            if event["kind"] == "in" and token in str(event.get("text")).lower():
                yield tab, event


def _carries(event: Event, token: str) -> bool:
    words = " ".join(event["args"]) if event["kind"] == "layer" else event["event"]
    return token.lower() in str(words).lower()


def _handled(tab: Conversation) -> list[Event]:
    """The events of the layer that the tab's consumer was given."""
    given = (event for event in tab.events if event["kind"] == "handling")
    return [e for e in given if not str(e["type"]).startswith("websocket.")]


def joins(tab: Conversation) -> list[Event]:
    """The calls by which a tab joined groups, wherever they were made."""
    socket = tab.events[0]["socket"] if tab.events else None
    adds = (e for e in tab.server.events if e.get("does") == "group_add" and e["names"])
    its = _channels(tab)
    return [e for e in adds if e["socket"] == socket or its & {*e["names"][1:]}]


def _channels(tab: Conversation) -> set[str]:
    """The channels that the layer made for the tab."""
    return {event["name"] for event in tab.events if event["kind"] == "channel"}


def _reserved(
    tab: Conversation, handled: Event, sent: Event, expected: str
) -> Diagnosis | None:
    """The event was handled by a method that Channels calls for something else."""
    name = str(handled["type"]).replace(".", "_")
    if name not in RESERVED:
        return None
    got = f"the event went to {name}(), because its type is {handled['type']!r}"
    at = place(sent["where"])
    return diagnosis("reserved", expected, got, at, event=handled, tab=tab)


def in_another_room(
    tab: Conversation, timeline: Timeline, expected: str
) -> Diagnosis | None:
    """The tab has joined the group of a room in which it is not."""
    own, others = _rooms(tab.events), _rooms(timeline.events)
    for call in reversed(joins(tab)):
        group = call["names"][0]
        foreign = [r for r in others - own if r in group and not _in_any(own, group)]
        if own and foreign:
            got = f"{tab.name}, at {tab.path}, has joined {group!r}, the group of "
            got += "another room"
            at = place(call["where"])
            return diagnosis("other_room", expected, got, at, event=call, tab=tab)
    return None


def _rooms(events: list[Event]) -> set[str]:
    """The rooms of connections, as their routes gave them to their consumers."""
    consumers = (event for event in events if event["kind"] == "consumer")
    kwargs = (consumer["kwargs"] or {} for consumer in consumers)
    return {room for given in kwargs for room in map(str, given.values()) if room}


def _in_any(rooms: set[str], group: str) -> bool:
    return any(room in group for room in rooms)


def _by_another_channel(
    tab: Conversation, group: str, expected: str
) -> Diagnosis | None:
    """The group has a channel in it that is not the tab's."""
    calls = [call for call in joins(tab) if call["names"][0] == group]
    given, own = [name for call in calls for name in call["names"][1:2]], _channels(tab)
    if not own or not given or own & {*given}:
        return None
    got = f"group_add was given the channel {given[-1]!r}, which is not that of "
    got += tab.name
    at = place(calls[-1]["where"])
    return diagnosis("other_channel", expected, got, at, event=calls[-1], tab=tab)


def _too_early(tab: Conversation, sent: Event, expected: str) -> Diagnosis | None:
    """It was sent to a group before the tab joined it."""
    group = sent["names"][0]
    calls = [call for call in joins(tab) if call["names"][0] == group]
    if not calls or calls[0]["at"] <= sent["at"]:
        return None
    at = place(calls[0]["where"])
    if tab.events[0]["at"] > sent["at"]:
        got = f"it was sent before {tab.name} connected, and not to it when it did"
        return diagnosis("missed", expected, got, tab=tab)
    got = f"it was sent to the group before {tab.name} had joined it"
    return diagnosis("joined_late", expected, got, at, event=calls[0], tab=tab)


def _dropped(
    tab: Conversation, sent: Event, timeline: Timeline, expected: str
) -> Diagnosis | None:
    """The layer had no capacity left for it."""
    group = sent["names"][0]
    for event in timeline.of_check:
        if event["kind"] == "dropped" and event["group"] in (group, None):
            got = "the layer dropped messages, because too many were waiting in it"
            at = place(sent["where"])
            return diagnosis("dropped", expected, got, at, event=event, tab=tab)
    return None


# A message of many, the others of which came ------------------------------------------


def kept_back(
    tab: Conversation, token: str, timeline: Timeline, expected: str
) -> Diagnosis:
    """Which method a message ended in."""
    owner, event = _given_last(tab, token, timeline)
    if event is None:
        got = f"{token!r} was sent to the group, and nothing came of it"
        return diagnosis("lost", expected, got, tab=tab)
    name, at = name_for(event, owner.events), method_for(event, owner.events)
    if error := _caught_in(owner.events, event):
        got, at = f"your code caught {exception(error)}", innermost(error)
        return diagnosis("caught", expected, got, at, event=error, tab=tab)
    got = f"{name} did not pass {token!r} on"
    return diagnosis("lost", expected, got, at, event=event, tab=tab)


def was_given(tab: Conversation, token: str) -> bool:
    """Whether the tab's consumer was given it by the layer."""
    return bool(token) and any(_carries(event, token) for event in _handled(tab))


def _given_last(
    tab: Conversation, token: str, timeline: Timeline
) -> tuple[Conversation, Event | None]:
    """Whose method was given it last, as an event of the layer or a frame of a tab."""
    if given := [event for event in _handled(tab) if _carries(event, token)]:
        return tab, given[-1]
    if any(_carries(call, token) for call in timeline.calls("group_send")):
        return tab, None
    return next(_frames(token, timeline), (tab, None))


def _caught_in(events: list[Event], given: Event) -> Event | None:
    """What the learner's code caught while it handled an event."""
    after = events[events.index(given) :]
    for event in takewhile(lambda event: event["kind"] != "handled", after):
        if event["kind"] == "caught" and event["frames"]:
            return event
    return None
