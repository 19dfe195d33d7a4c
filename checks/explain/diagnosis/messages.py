"""Messages that do not come, or come otherwise than they should."""

import dataclasses
import json
from collections import Counter

from checks.explain.diagnosis.delivery import (
    in_another_room,
    kept_back,
    lost_on_its_way,
    was_given,
)
from checks.explain.diagnosis.layer import (
    left_at_once,
    sent_astray,
    sent_to_another_group,
)
from checks.explain.diagnosis.model import Diagnosis, diagnosis
from checks.explain.diagnosis.places import (
    busy,
    exception,
    innermost,
    last_place,
    method_for,
    name_for,
    place,
    raising,
)
from checks.observe.conversation import Conversation
from checks.observe.failure import Failure
from checks.observe.log import Event, ProcessLog
from checks.observe.monitor import SILENCE
from checks.observe.timeline import MOST_FRAMES, Timeline
from checks.verdict import Where, shown

CLOSE = "websocket.close"
BUSY = "Look for a loop that does not end, or a call that waits."
READERS = {"receive", "receive_json", "websocket_receive", "dispatch"}
"""Names of methods with which a consumer can read what a tab sent."""


def reason_or(silence: Diagnosis, timeline: Timeline) -> Diagnosis:
    """The reason why something did not come, or did not happen, if it was seen.

    It is a coroutine that nobody awaited, or an exception that ended a task.
    """
    for event in reversed(timeline.events):
        if event["at"] < timeline.began:
            break
        if event["kind"] == "task_raised":
            return _ended_by(event, silence)
        if event["kind"] == "never_awaited":
            method = f"{event['what']} is `async def`, and nobody awaited it"
            call = f"{event['what']}(…) was called and never awaited"
            got = f"{call if event['called'] else method}, so it did not run"
            at = place(event["where"])
            cause = silence.replace(got=got, where=at).cause
            return Diagnosis("never_awaited", cause, event, silence.tab)
    return silence


def unless_reason(failure: Failure, timeline: Timeline) -> Diagnosis:
    """The failure in its own words, or the reason of it, if one was seen."""
    words = failure.expected, failure.got, failure.where
    return reason_or(diagnosis(failure.kind, *words, tab=failure.tab), timeline)


def _ended_by(event: Event, silence: Diagnosis) -> Diagnosis:
    """What a task raised, which nobody but the terminal is told."""
    got, at, tab = f"a task ended: {raising(event)}", innermost(event), silence.tab
    expected = silence.cause.expected
    return diagnosis("raised", expected, got, at, event=event, tab=tab)


def silent(failure: Failure, timeline: Timeline) -> Diagnosis:
    """What a tab waited for did not come; the `token` is in whatever carries it."""
    tab, expected = tab_of(failure), failure.expected
    if at := busy(failure):
        got = f"the server was still busy after {SILENCE:g} s"
        still_busy = diagnosis("busy", expected, got, at, cure=BUSY, tab=tab)
        return reason_or(still_busy, timeline)
    if lost := lost_on_its_way(tab, failure.facts.get("token"), timeline, expected):
        return lost
    if other := _received_by(tab, failure.facts.get("token"), timeline):
        return _elsewhere(tab, other, timeline, expected)
    if (consumer := tab.saw("consumer")) and _reads_nothing(tab, consumer):
        return _without_reader(tab, expected, consumer)
    if tab.binary:
        got = "it received a binary frame, which the page cannot read"
        return diagnosis("binary", expected, got, reader(tab), tab=tab)
    reason = sent_astray(timeline, expected)
    reason = reason or caught(tab, expected, "nothing was sent")
    token = failure.facts.get("token") or ""
    if not reason and tab.received and was_given(tab, token):
        reason = kept_back(tab, token, timeline, expected)
    return reason_or(reason or _silence(tab, timeline, expected), timeline)


def tab_of(failure: Failure) -> Conversation:
    """The tab of a failure that is about one."""
    if failure.tab is None:
        raise ValueError(f"{failure.kind} is about a tab")
    return failure.tab


def _reads_nothing(tab: Conversation, consumer: Event) -> bool:
    handled = tab.saw("handled", type="websocket.receive")
    return bool(handled) and not READERS & consumer["methods"].keys()


def _silence(tab: Conversation, timeline: Timeline, expected: str) -> Diagnosis:
    handled = tab.saw("handled", type="websocket.receive")
    got, at = _instead(tab, handled, timeline), method_for(handled, tab.events)
    return diagnosis("silent", expected, got, at, event=handled, tab=tab)


def caught(
    tab: Conversation, expected: str, then: str, *passing: str
) -> Diagnosis | None:
    """An exception that the learner's code caught, since the last frame went in or out.

    `then` is what became of it. The types of messages that are `passing` are no frames.
    """
    for event in reversed(tab.events):
        if event["kind"] in ("in", "out") and event["type"] not in passing:
            return None
        if event["kind"] == "caught" and event["frames"]:
            got = f"{then}, after your code had caught {exception(event)}"
            at = innermost(event)
            return diagnosis("caught", expected, got, at, event=event, tab=tab)
    return None


def _received_by(
    tab: Conversation, token: str | None, timeline: Timeline
) -> Conversation | None:
    """Another tab that received what this one waited for, or more often than this."""

    def times(tab: Conversation) -> int:
        return "".join(tab.received).count(token) if token else 0

    return next((other for other in timeline.tabs if times(other) > times(tab)), None)


def _elsewhere(
    tab: Conversation, other: Conversation, timeline: Timeline, expected: str
) -> Diagnosis:
    if astray := sent_to_another_group(tab, timeline, expected):
        return astray
    got, kind = f"{other.name} received it and {tab.name} did not", "received_elsewhere"
    if tab.server is not other.server:
        apart = f"{tab.name}, on another server process,"
        got = f"{other.name} received it; {apart} did not"
        kind = "received_on_another_server"
    return diagnosis(kind, expected, got, reader(tab), tab=tab)


def _instead(tab: Conversation, handled: Event | None, timeline: Timeline) -> str:
    """What there was instead of the message that was waited for."""
    if tab.saw("ended"):
        return "its consumer had ended by then"
    others = [text for text in tab.received if text not in tab.sent]
    if not others and _answered(tab):
        others = tab.received
    if others:
        return f"the last message that it received was {shown(others[-1])}"
    sent = tab.saw("out")
    if sent and sent["type"] == "websocket.send" and sent["text"] == "":
        return "an empty text was sent, and Daphne drops those"
    if timeline.calls("group_send"):
        return "it was sent to the group, and nothing came of it"
    if handled and handled["idle"]:
        name = name_for(handled, tab.events)
        return f"{name} ended without sending anything"
    within = "" if timeline.is_at_rest else f" within {SILENCE:g} s"
    return f"nothing came{within}"


def _answered(tab: Conversation) -> bool:
    """Whether the server has sent something since the last frame came in."""
    kinds = [e["kind"] for e in tab.events if e["kind"] in ("in", "out")]
    return kinds[-1:] == ["out"]


def _without_reader(tab: Conversation, expected: str, consumer: Event) -> Diagnosis:
    names = ", ".join(consumer["methods"]) or "none"
    got = f"its consumer, {consumer['name']}, has no method receive (it has {names})"
    at = Where(consumer["file"]) if consumer["file"] else None
    return diagnosis("no_reader", expected, got, at, event=consumer, tab=tab)


def other_form(failure: Failure, _: Timeline) -> Diagnosis:
    """The words came, but not as `{"message": …}`."""
    tab, frame = tab_of(failure), failure.event or {}
    got, at = f"it received {shown(frame['text'])}", last_place(tab.events)
    cure = 'Send a JSON object that has the text, as it came, under "message".'
    return diagnosis(
        "other_form", failure.expected, got, at, cure=cure, event=frame, tab=tab
    )


def without_key(failure: Failure, _: Timeline) -> Diagnosis:
    """The words came, in an object that lacks a key."""
    return _other_keys(failure, f", without {failure.facts['key']!r}")


def other_value(failure: Failure, _: Timeline) -> Diagnosis:
    """The words came, with another value under a key."""
    return _other_keys(failure, "")


def _other_keys(failure: Failure, lacking: str) -> Diagnosis:
    tab, frame = tab_of(failure), failure.facts["frame"]
    got, at = f"it received {shown(json.dumps(frame))}{lacking}", last_place(tab.events)
    return diagnosis(failure.kind, failure.expected, got, at, event=frame, tab=tab)


def lost(failure: Failure, timeline: Timeline) -> Diagnosis:
    """Of many messages some did not come, however long the tab waited for the rest."""
    tab, expected = tab_of(failure), failure.expected
    said, received = failure.facts["said"], failure.facts["received"]
    if busy(failure) or not received:
        return silent(failure, timeline)
    missing, *_ = (Counter(said) - Counter(received)).elements()
    way = (tab, missing, timeline, expected)
    reason = lost_on_its_way(*way) or _otherwise(failure) or kept_back(*way)
    return reason_or(reason, timeline)


def out_of_order(failure: Failure, _: Timeline) -> Diagnosis:
    """All came, and not each once, or not as they were sent."""
    otherwise = _otherwise(failure)
    if otherwise is None:
        raise ValueError("all came once, and in order")
    return otherwise


def _otherwise(failure: Failure) -> Diagnosis | None:
    """What of that which came did come twice, or before what was sent before it."""
    said, received = failure.facts["said"], failure.facts["received"]
    places = [said.index(words) for words in received]
    early = (n for n, at in enumerate(places) if at > min(places[n:]))
    if more := [*(Counter(received) - Counter(said)).elements()]:
        kind, got = "received_twice", f"{more[0]!r} came twice"
    elif (first := next(early, None)) is not None:
        due = said[min(places[first:])]
        kind, got = "out_of_order", f"{received[first]!r} came before {due!r}"
    else:
        return None
    tab, cure = tab_of(failure), "Send each message once, as soon as it is there."
    return diagnosis(kind, failure.expected, got, reader(tab), cure=cure, tab=tab)


def overheard(failure: Failure, timeline: Timeline) -> Diagnosis:
    """A tab received what was not for it."""
    tab, joined = tab_of(failure), timeline.calls("group_add")
    at = place(joined[-1]["where"]) if joined else reader(tab)
    if elsewhere := in_another_room(tab, timeline, failure.expected):
        return elsewhere
    got = f"it received {failure.facts['words']!r}"
    return diagnosis("overheard", failure.expected, got, at, tab=tab)


def reader(tab: Conversation) -> Where | None:
    """The learner's method that reads what a tab sends."""
    socket = tab.events[0]["socket"] if tab.events else None
    return method_for({"type": "websocket.receive", "socket": socket}, tab.events)


def closed(failure: Failure, _: Timeline) -> Diagnosis:
    """The connection ended though nobody in the check ended it."""
    tab = tab_of(failure)
    code = tab.close_code
    got = f"the server closed it with code {code}" if code else "the server cut it"
    if reason := caught(tab, failure.expected, got, CLOSE, "websocket.disconnect"):
        return reason
    # The handler that was running when it was closed, not what came after.
    types = [event.get("type") for event in tab.events]
    closing = types.index(CLOSE) if CLOSE in types else None
    at = last_place(tab.events[:closing])
    event = tab.saw("out", type=CLOSE)
    return diagnosis("closed", failure.expected, got, at, event=event, tab=tab)


def endless(failure: Failure, _: Timeline) -> Diagnosis:
    """One call of a handler sends to its tab without end."""
    event = failure.event or {}
    got = f"one call of your code sent more than {MOST_FRAMES} messages to a tab"
    at = place(event["where"])
    return diagnosis("endless", failure.expected, got, at, cure=BUSY, event=event)


def does_not_end(failure: Failure, _: Timeline) -> Diagnosis:
    """The tab is closed, and the consumer goes on."""
    tab, expected = tab_of(failure), failure.expected
    got = "it went on running"
    at = method_for(tab.saw("handling", type="websocket.disconnect"), tab.events)
    kind = "busy" if failure.busy_at else "does_not_end"
    return diagnosis(kind, expected, got, failure.busy_at or at, cure=BUSY, tab=tab)


def in_no_group(inner: Diagnosis, failure: Failure) -> Diagnosis:
    """What a tab did not receive was sent to a group, and the tab is in none."""
    tab = tab_of(failure)
    if inner.cause.cure:
        return inner
    got = f"it was sent to a group of the channel layer, and {tab.name} is in none"
    connect = tab.events[-1] | {"type": "websocket.connect"}
    at = method_for(connect, tab.events)
    cause = dataclasses.replace(inner.cause, got=got, where=at)
    return Diagnosis("", cause)


# The members of groups ----------------------------------------------------------------


def no_members(failure: Failure, timeline: Timeline) -> Diagnosis:
    """Nobody joined a group: perhaps because a call was never awaited."""
    got = "no group had a member"
    at = _method(failure.process, "connect")
    none = diagnosis("no_members", failure.expected, got, at)
    reasons = (
        caught(tab, failure.expected, "no group had a member", "websocket.accept")
        for tab in timeline.tabs
    )
    reason = next(filter(None, reasons), None)
    left = left_at_once(timeline, failure.expected)
    return reason_or(reason or left or none, timeline)


def still_members(failure: Failure, timeline: Timeline) -> Diagnosis:
    """A tab has closed, and the layer still sends to it."""
    got = "it is still a member, and Redis keeps it for a day"
    at = _method(failure.process, "disconnect")
    still = diagnosis("still_members", failure.expected, got, at)
    return reason_or(still, timeline)


def _method(server: ProcessLog | None, name: str) -> Where | None:
    """Where the learner's consumer has a method of this name."""
    consumer = server and server.first_of("consumer")
    return place(consumer["methods"].get(name)) if consumer else None
