"""What the channel layer was asked to do, where that explains a silence."""

from typing import TYPE_CHECKING

from checks.explain.diagnosis.evidence import finding, place
from checks.observe.timeline import Event
from checks.verdict import Finding

if TYPE_CHECKING:
    from checks.asking.tabs import Tab
    from checks.observe.timeline import Wire

FEW = 50
"""So often may the layer be sent to for one message of a tab: it has few neighbours."""


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
    tabs = f"tabs have joined {' and '.join(map(repr, sorted(joined)))}"
    for call in calls(wire, "group_send")[-1:]:
        group = call["names"][0]
        if group not in joined:
            got = f"it went to the group {group!r}, and {tabs if joined else 'no tab'}"
            got += "" if joined else " has joined any"
            return finding("astray", expected, got, place(call["where"]), event=call)
    for call in calls(wire, "send")[-1:]:
        got = f"send() gave it to the channel {call['names'][0]!r}, and {tabs}"
        if call["names"][0] in joined:
            got = "send() was given the name of a group, and reaches one channel only"
        return finding("astray", expected, got, place(call["where"]), event=call)
    return None


def passed_by(tab: "Tab", expected: str) -> Finding | None:
    """Why this tab did not hear what another did: it is in other groups, if so."""
    socket = tab.events[0]["socket"] if tab.events else None
    joined = [
        call["names"][0]
        for call in calls(tab.wire, "group_add")
        if (call["process"], call["socket"]) == (tab.server.number, socket)
    ]
    for call in calls(tab.wire, "group_send")[-1:] if joined else ():
        if call["names"][0] not in joined:
            got = f"it went to the group {call['names'][0]!r}, and {tab.name} has "
            got += f"joined {' and '.join(map(repr, joined))}"
            at = place(call["where"])
            return finding("astray", expected, got, at, event=call, tab=tab)
    return None


def storm(wire: "Wire", expected: str) -> Finding | None:
    """Far more messages go through the layer than tabs have sent: they go round."""
    if wire.sends <= FEW:
        return None
    sent = sum(len(tab.sent) for tab in wire.tabs)
    if wire.sends <= FEW * max(1, sent):
        return None
    last = calls(wire, "group_send")[-1]
    got = f"the group was sent to {wire.sends} times, for {sent} messages of tabs"
    return finding("storm", expected, got, place(last["where"]), event=last)


def left_at_once(wire: "Wire", expected: str) -> Finding | None:
    """A tab that joined and left its group though it is still there."""
    if not calls(wire, "group_add"):
        return None
    for call in calls(wire, "group_discard")[-1:]:
        got = "it joined one, and left it while it was still connected"
        at = place(call["where"])
        return finding("left_at_once", expected, got, at, event=call)
    return None
