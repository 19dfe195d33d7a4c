"""A tab that is not let in, or should not have been, or is not known."""

from typing import TYPE_CHECKING

from checks.diagnosis.evidence import finding, last_place, method_for
from checks.diagnosis.exceptions import raised
from checks.diagnosis.messages import BUSY, awaited, busy
from checks.verdict import Finding, Where
from checks.wire import SILENCE

if TYPE_CHECKING:
    from checks.tabs import Tab

ASGI = Where("mysite/asgi.py")
ROUTES = Where("chat/routing.py")
NO_ROUTER = "Hand WebSockets to URLRouter(websocket_urlpatterns) in mysite/asgi.py."


def not_accepted(tab: "Tab", expected: str) -> Finding:
    """The handshake got no answer at all."""
    handled = tab.saw("handled", type="websocket.connect")
    if not handled:
        return hangs(tab, expected)
    got = "connect() ended and the WebSocket was not accepted"
    at = method_for(handled, tab.events)
    return awaited(tab, finding(expected, got, "Call self.accept() in connect().", at))


def hangs(tab: "Tab", expected: str = "an answer to a tab that connects") -> Finding:
    """No answer to the handshake, and no handler that ended."""
    handled, consumer = (
        tab.saw("handled", type="websocket.connect"),
        tab.saw("consumer"),
    )
    if handled and consumer:
        got = f"{consumer['name']} took it, and neither accepted nor closed it"
        cure = "Call self.close() there, or take out the route that leads there."
        return finding(expected, got, cure, method_for(handled, tab.events))
    at = busy(tab)
    if at and _is_closing(tab):
        expected = "the consumer to end when its tab closes"
    got = "the server was still busy" if at else "no consumer answered it"
    what = BUSY if at else ""
    return awaited(tab, finding(expected, f"{got} after {SILENCE:g} s", what, at))


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
    if not tab.saw("consumer"):
        got = f"it was refused before it reached a consumer ({status})"
        cure = "Look at what wraps your routes: does it let localhost in?"
        return finding(expected, got, cure, ASGI)
    got = f"the consumer closed it before accepting ({status})"
    cure = "Call self.accept() instead of self.close()."
    return finding(expected, got, cure, last_place(tab.events))


def not_refused(tab: "Tab") -> Finding:
    """A WebSocket was accepted where there should be none."""
    if tab.origin:
        expected = f"a tab on a page of {tab.origin} to be refused"
        got = "the server accepted it: any site may talk in the name of its visitors"
        cure = "Put AllowedHostsOriginValidator(…) around AuthMiddlewareStack(…)."
        return finding(expected, got, cure, ASGI)
    expected = f"a tab to be refused at {tab.path}, which is no address of this chat"
    got = "the server accepted its WebSocket"
    consumer = tab.saw("consumer")
    if consumer and consumer["kwargs"] is None:
        return finding(expected, got, NO_ROUTER, ASGI)
    cure = (
        "Let only the chat's own addresses lead to a consumer; a re_path ends with $."
    )
    return finding(expected, got, cure, ROUTES)


def does_not_know_the_room(name: str, kwargs: object) -> Finding:
    """The consumer was not told in which room it is."""
    expected = f"""scope["url_route"]["kwargs"] to hold the room's name, {name!r}"""
    if kwargs is None:
        got = 'scope has no "url_route": no URLRouter handed this tab on'
        return finding(expected, got, NO_ROUTER, ASGI)
    cure = "Give the route a part with a name: <slug:room_name>."
    return finding(expected, f"it is {kwargs}", cure, ROUTES)


def without_consumer(tab: "Tab") -> Finding:
    """Something answers the tab, and it is no consumer of Channels."""
    return finding(f"a consumer to take {tab.name}", "no class of Channels did")
