"""Messages that do not come, or come otherwise than they should."""

from typing import TYPE_CHECKING

from checks.explain.diagnosis.evidence import (
    exception,
    finding,
    last_place,
    method_for,
    name_for,
    place,
)
from checks.explain.diagnosis.layer import astray, calls, left_at_once, passed_by
from checks.observe.timeline import SILENCE, Event
from checks.verdict import Finding, Where, shown

if TYPE_CHECKING:
    from checks.asking.tabs import Tab
    from checks.sandbox.processes import Process

BUSY = "Look for a loop that does not end, or a call that waits."
READERS = {"receive", "receive_json", "websocket_receive", "dispatch"}
"""Names of methods with which a consumer can read what a tab sent."""


def busy(tab: "Tab") -> Where | None:
    """The learner's line that is at work, if a handler has begun and not ended."""
    kinds = [event["kind"] for event in tab.server.events]
    if kinds.count("handling") == kinds.count("handled"):
        return None
    return tab.server.executing() or last_place(tab.server.events)


def awaited(process: "Process | Tab", silence: Finding) -> Finding:
    """A silence, told by its reason where that was seen: a coroutine nobody awaited."""
    for event in reversed(process.wire.events):
        if event["kind"] == "never_awaited" and event["at"] >= process.wire.began:
            method = f"{event['what']} is `async def`, and nobody awaited it"
            call = f"{event['what']}(…) was called and never awaited"
            got = f"{call if event['called'] else method}, so it did not run"
            cause = silence.told(got=got, where=place(event["where"])).cause
            return Finding(cause, "never_awaited", event, silence.tab)
    return silence


def silent(tab: "Tab", expected: str, token: str | None = None) -> Finding:
    """What a tab waited for did not come; `token` is in whatever carries it."""
    at = busy(tab)
    if at:
        got = f"the server was still busy after {SILENCE:g} s"
        return awaited(tab, finding("busy", expected, got, at, cure=BUSY, tab=tab))
    other = _heard_by(tab, token)
    if other:
        return _elsewhere(tab, other, expected)
    handled, consumer = (
        tab.saw("handled", type="websocket.receive"),
        tab.saw("consumer"),
    )
    if handled and consumer and not READERS & consumer["methods"].keys():
        return _without_reader(tab, expected, consumer)
    if tab.binary:
        got = "it heard a binary frame, which the page cannot read"
        return finding("binary", expected, got, _reader(tab), tab=tab)
    return awaited(
        tab,
        astray(tab.wire, expected)
        or _caught(tab, expected)
        or finding(
            *("silent", expected, _instead(tab, handled)),
            method_for(handled, tab.events),
            event=handled,
            tab=tab,
        ),
    )


def _caught(tab: "Tab", expected: str) -> Finding | None:
    """An exception that the learner's code caught, since the last frame came in."""
    for event in reversed(tab.events):
        if event["kind"] in ("in", "out"):
            return None
        if event["kind"] == "caught" and event["frames"]:
            at = place(event["frames"][-1])
            got = f"{exception(event)} was raised and caught, and nothing was sent"
            return finding("caught", expected, got, at, event=event, tab=tab)
    return None


def _heard_by(tab: "Tab", token: str | None) -> "Tab | None":
    """Another tab that heard what this one waited for."""
    for other in tab.wire.tabs:
        if token and other is not tab and token in "".join(other.heard):
            return other
    return None


def _elsewhere(tab: "Tab", other: "Tab", expected: str) -> Finding:
    passed = passed_by(tab, expected)
    if passed:
        return passed
    got = f"{other.name} heard it and {tab.name} did not"
    kind = "heard_elsewhere"
    if tab.server is not other.server:
        got += ", which is on another server process"
        kind = "heard_on_another_server"
    return finding(kind, expected, got, _reader(tab), tab=tab)


def _instead(tab: "Tab", handled: Event | None) -> str:
    """What there was instead of the message that was waited for."""
    if tab.saw("ended"):
        return "its consumer had ended by then"
    others = [text for text in tab.heard if text not in tab.sent]
    if not others and _answered(tab):
        others = tab.heard
    if others:
        return f"the last that it heard was {shown(others[-1])}"
    sent = tab.saw("out")
    if sent and sent["type"] == "websocket.send" and sent["text"] == "":
        return "an empty text was sent, and Daphne drops those"
    if calls(tab.wire, "group_send"):
        return "it was sent to the group, and nothing came of it"
    if handled and handled["idle"]:
        name = name_for(handled, tab.events)
        return f"{name} ended without sending anything"
    return f"nothing came within {SILENCE:g} s"


def _answered(tab: "Tab") -> bool:
    """Whether the server has sent something since the last frame came in."""
    kinds = [e["kind"] for e in tab.events if e["kind"] in ("in", "out")]
    return kinds[-1:] == ["out"]


def _without_reader(tab: "Tab", expected: str, consumer: Event) -> Finding:
    names = ", ".join(consumer["methods"]) or "none"
    got = f"{consumer['name']}, which took it, has no method receive (it has {names})"
    at = consumer["file"] and Where(consumer["file"])
    return finding("no_reader", expected, got, at, event=consumer, tab=tab)


def other_form(tab: "Tab", expected: str, text: str) -> Finding:
    """The words came, but not as `{"message": …}`."""
    got, at = f"it heard {shown(text)}", last_place(tab.events)
    cure = 'Send a JSON object that has the text, as it came, under "message".'
    heard = {"text": text}
    return finding("other_form", expected, got, at, cure=cure, event=heard, tab=tab)


def out_of_order(
    tab: "Tab", expected: str, said: list[str], heard: list[str]
) -> Finding:
    """What came is not the beginning of what was said."""
    wrong = next(at for at, words in enumerate(heard) if words != said[at])
    words = heard[wrong]
    again = words in heard[:wrong]
    got = f"{words!r} came twice" if again else f"{words!r} came before {said[wrong]!r}"
    kind = "heard_twice" if again else "out_of_order"
    cure = "Send each message once, as soon as it is there."
    return finding(kind, expected, got, _reader(tab), cure=cure, tab=tab)


def overheard(tab: "Tab", words: str) -> Finding:
    """A tab heard what was not for it."""
    expected = f"{tab.name} not to hear what was said elsewhere"
    joined = calls(tab.wire, "group_add")
    at = place(joined[-1]["where"]) if joined else _reader(tab)
    return finding("overheard", expected, f"it heard {words!r}", at, tab=tab)


def _reader(tab: "Tab") -> Where | None:
    """The learner's method that reads what a tab sends."""
    socket = tab.events[0]["socket"] if tab.events else None
    return method_for({"type": "websocket.receive", "socket": socket}, tab.events)


def does_not_survive(found: Finding, frame: str | bytes) -> Finding:
    """A frame that nobody expected ended the connection."""
    kind = "text" if isinstance(frame, str) else "binary"
    expected = f"a connection to outlive a {kind} frame such as {frame!r}"
    cause = found.told(expected=expected).cause
    return Finding(cause, f"killed_by_{kind}", found.event, found.tab)


def closed(tab: "Tab", expected: str) -> Finding:
    """The connection ended though nobody in the check ended it."""
    code = tab.protocol.close_code
    got = f"the server closed it with code {code}" if code else "the server cut it"
    # The handler that was at work when it was closed, not what came after.
    said = [event.get("type") for event in tab.events]
    closing = said.index("websocket.close") if "websocket.close" in said else None
    at = last_place(tab.events[:closing])
    event = tab.saw("out", type="websocket.close")
    return finding("closed", expected, got, at, event=event, tab=tab)


def does_not_end(tab: "Tab", expected: str) -> Finding:
    """The tab is closed, and the consumer goes on."""
    at = busy(tab)
    got = f"it was still running {SILENCE:g} s later"
    if at:
        return finding("busy", expected, got, at, cure=BUSY, tab=tab)
    at = method_for(tab.saw("handling", type="websocket.disconnect"), tab.events)
    return finding("does_not_end", expected, got, at, tab=tab)


def without_members(server: "Process") -> Finding:
    """Nobody joined a group: perhaps because a call was never awaited."""
    expected = "a tab that connects to join a group of the channel layer"
    got = f"no group had a member {SILENCE:g} s later"
    told = finding("no_members", expected, got, _method(server, "connect"))
    return awaited(server, left_at_once(server.wire, expected) or told)


def still_members(server: "Process") -> Finding:
    """A tab has closed, and the layer still sends to it."""
    expected = "a tab that closes to leave its group"
    got = "it is a member still, and Redis keeps it for a day"
    at = _method(server, "disconnect")
    return awaited(server, finding("still_members", expected, got, at))


def _method(server: "Process", name: str) -> Where | None:
    """Where the learner's consumer has a method of this name, or its class."""
    consumer = server.of_kind("consumer")
    return place(consumer["methods"].get(name)) if consumer else None
