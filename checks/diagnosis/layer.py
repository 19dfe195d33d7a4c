"""What the channel layer was asked to do, where that explains a silence."""

from typing import TYPE_CHECKING

from checks.diagnosis.evidence import finding, place
from checks.verdict import Finding
from checks.wire import Event

if TYPE_CHECKING:
    from checks.wire import Wire


def calls(wire: "Wire", verb: str) -> list[Event]:
    """The calls of one method of the layer during this check."""
    return [
        event
        for event in wire.events
        if event["kind"] == "layer"
        and event["does"] == verb
        and event["at"] >= wire.began
        and event["names"]
    ]


def astray(wire: "Wire", expected: str) -> Finding | None:
    """Why what was sent to the layer reached nobody, if its calls tell."""
    joined = {call["names"][0] for call in calls(wire, "group_add")}
    for call in calls(wire, "group_send")[-1:]:
        group = call["names"][0]
        if joined and group not in joined:
            got = f"it went to the group {group!r}, and tabs have joined "
            got += " and ".join(map(repr, sorted(joined)))
            cure = "Use one name for both: keep it on self in connect()."
            return finding(expected, got, cure, place(call["where"]))
    for call in calls(wire, "send")[-1:]:
        if call["names"][0] in joined:
            got = "send() was given the name of a group, and reaches one channel only"
            cure = "Use group_send: it reaches every channel of a group."
            return finding(expected, got, cure, place(call["where"]))
    return None


def left_at_once(wire: "Wire", expected: str) -> Finding | None:
    """A tab that joined and left its group though it is still there."""
    if not calls(wire, "group_add"):
        return None
    for call in calls(wire, "group_discard")[-1:]:
        got = "it joined one, and left it while it was still connected"
        cure = "Call group_discard in disconnect() only."
        return finding(expected, got, cure, place(call["where"]))
    return None
