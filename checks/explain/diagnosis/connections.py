"""A tab that is not let in, or should not have been, or is not known."""

from typing import TYPE_CHECKING

from checks.explain.diagnosis.evidence import finding, last_place, method_for, name_for
from checks.explain.diagnosis.exceptions import raised
from checks.explain.diagnosis.messages import BUSY, awaited, busy
from checks.observe.timeline import SILENCE, Event
from checks.verdict import Finding, Where

if TYPE_CHECKING:
    from checks.asking.tabs import Tab

ASGI = Where("mysite/asgi.py")
ROUTES = Where("chat/routing.py")
DENIER = "WebsocketDenier"
"""The consumer to which Channels' origin validator sends whom it refuses."""


def not_accepted(tab: "Tab", expected: str) -> Finding:
    """The handshake got no answer at all."""
    handled = tab.saw("handled", type="websocket.connect")
    if not handled:
        return hangs(tab, expected)
    name = name_for(handled, tab.events)
    got = f"{name} ended and the WebSocket was not accepted"
    at = method_for(handled, tab.events)
    told = finding("not_accepted", expected, got, at, event=handled, tab=tab)
    return awaited(tab, told)


def hangs(tab: "Tab", expected: str = "an answer to a tab that connects") -> Finding:
    """No answer to the handshake, and no handler that ended."""
    handled = tab.saw("handled", type="websocket.connect")
    consumer = tab.saw("consumer")
    if handled and consumer:
        got = f"{consumer['name']} took it, and neither accepted nor closed it"
        cure = "Call self.close() there, or take out the route that leads there."
        at = method_for(handled, tab.events)
        return finding("hangs", expected, got, at, cure=cure, tab=tab)
    at = busy(tab)
    if at and _is_closing(tab):
        expected = "the consumer to end when its tab closes"
    got = "the server was still busy" if at else "no consumer answered it"
    what, kind = (BUSY, "busy") if at else ("", "hangs")
    got += f" after {SILENCE:g} s"
    return awaited(tab, finding(kind, expected, got, at, cure=what, tab=tab))


def _is_closing(tab: "Tab") -> bool:
    """Whether a consumer is busy with the end of a connection before this one."""
    kinds = ("handling", "handled")
    handled = [e for e in tab.server.events if e["kind"] in kinds]
    last = handled[-1] if handled else {}
    return last.get("kind") == "handling" and last["type"] == "websocket.disconnect"


def refused(tab: "Tab", expected: str) -> Finding:
    """The handshake was answered with an HTTP status instead of a WebSocket."""
    error = tab.saw("raised")
    if error:
        return raised(tab, error, expected)
    status = f"HTTP {tab.response.status_code}" if tab.response else "no answer"
    consumer = tab.saw("consumer")
    if not consumer or consumer["name"] == DENIER:
        got = f"it was refused before it reached a consumer ({status})"
        cure = "Look at what wraps your routes: does it let localhost in?"
        return finding("refused_outside", expected, got, ASGI, cure=cure, tab=tab)
    got = f"the consumer closed it before accepting ({status})"
    closing = tab.saw("out", type="websocket.close")
    at = last_place(tab.events)
    return finding("refused", expected, got, at, event=closing, tab=tab)


def not_refused(tab: "Tab") -> Finding:
    """A WebSocket was accepted where there should be none."""
    if tab.origin:
        expected = f"a tab on a page of {tab.origin} to be refused"
        got = "the server accepted it: any site may talk in the name of its visitors"
        return finding("foreign_origin", expected, got, ASGI, tab=tab)
    expected = f"a tab to be refused at {tab.path}, which is no address of this chat"
    got = "the server accepted its WebSocket"
    consumer = tab.saw("consumer")
    at = ASGI if consumer and consumer["kwargs"] is None else ROUTES
    return finding("not_refused", expected, got, at, event=consumer, tab=tab)


def refuses_a_room(found: Finding, why: str) -> Finding:
    """The routes do not let a room in that has a page."""
    cause = found.told(expected=f"a room whose name has a {why} to be let in").cause
    return Finding(cause, f"{why}_is_refused", found.event, found.tab)


def breaks_over_a_room(tab: "Tab", error: Event) -> Finding:
    """The routes let a room in, and the consumer cannot live with its name."""
    expected = "the routes to let in only what a group can be named after"
    found = raised(tab, error, expected)
    return Finding(found.cause, "room_breaks_group", error, tab)


def does_not_know_the_room(tab: "Tab", name: str, kwargs: object) -> Finding:
    """The consumer was not told in which room it is."""
    expected = f"""scope["url_route"]["kwargs"] to hold the room's name, {name!r}"""
    if kwargs is None:
        got = 'scope has no "url_route": no URLRouter handed this tab on'
        return finding("unknown_room", expected, got, ASGI, tab=tab)
    return finding("unknown_room", expected, f"it is {kwargs}", ROUTES, tab=tab)


def does_not_know_the_user(tab: "Tab", expected: str, user: object) -> Finding:
    """The consumer was not told who is there."""
    got = "there is none" if user is None else f"it is {user!r}"
    return finding("unknown_user", expected, got, ASGI, tab=tab)


def without_consumer(tab: "Tab") -> Finding:
    """Something answers the tab, and it is no consumer of Channels."""
    expected, got = f"a consumer to take {tab.name}", "no class of Channels did"
    return finding("without_consumer", expected, got, tab=tab)
