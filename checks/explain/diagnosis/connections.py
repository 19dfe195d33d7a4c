"""A tab that is not accepted, or should not have been, or is not known."""

from checks.explain.diagnosis.exceptions import raised
from checks.explain.diagnosis.messages import (
    BUSY,
    CLOSE,
    caught,
    reason_or,
    tab_of,
)
from checks.explain.diagnosis.model import Diagnosis, diagnosis
from checks.explain.diagnosis.places import (
    ASGI,
    ROUTES,
    busy,
    last_place,
    method_for,
    name_for,
    place,
)
from checks.observe.conversation import Conversation
from checks.observe.failure import Failure
from checks.observe.monitor import SILENCE
from checks.observe.timeline import Timeline
from checks.verdict import Where

UNANSWERED = {"not_accepted", "hangs", "unanswered", "silent", "lost"}
"""Kinds of failures in which something did not come, and nothing says why."""
DENIER = "WebsocketDenier"
"""The consumer to which Channels' origin validator sends whom it refuses."""


def not_accepted(failure: Failure, timeline: Timeline) -> Diagnosis:
    """The handshake got no answer at all, and was to be accepted."""
    return _not_answered(failure, timeline, "the WebSocket was not accepted")


def unanswered(failure: Failure, timeline: Timeline) -> Diagnosis:
    """The handshake got no answer at all, and was to be rejected."""
    return _not_answered(failure, timeline, "the WebSocket was not closed")


def _not_answered(failure: Failure, timeline: Timeline, what: str) -> Diagnosis:
    tab, expected = tab_of(failure), failure.expected
    handled = tab.saw("handled", type="websocket.connect")
    if not handled:
        return hangs(failure, timeline)
    got = f"{name_for(handled, tab.events)} ended and {what}"
    at = method_for(handled, tab.events)
    ended = diagnosis(failure.kind, expected, got, at, event=handled, tab=tab)
    return reason_or(caught(tab, expected, what) or ended, timeline)


def hangs(failure: Failure, timeline: Timeline) -> Diagnosis:
    """No answer to the handshake, and no handler that ended."""
    tab, expected = tab_of(failure), failure.expected
    handled = tab.saw("handled", type="websocket.connect")
    consumer = tab.saw("consumer")
    if handled and consumer:
        got = f"{consumer['name']} took it, and neither accepted nor closed it"
        cure = "Call self.close() there, or take out the route that leads there."
        at = method_for(handled, tab.events)
        return diagnosis("hangs", expected, got, at, cure=cure, tab=tab)
    at = busy(failure)
    if at and _is_closing(tab):
        expected = "the consumer to end when its tab closes"
    got, cure, kind = "no consumer answered it", "", "hangs"
    if at:
        got = f"the server was still busy after {SILENCE:g} s"
        cure, kind = BUSY, "busy"
    hanging = diagnosis(kind, expected, got, at, cure=cure, tab=tab)
    return reason_or(hanging, timeline)


def _is_closing(tab: Conversation) -> bool:
    """Whether a consumer is busy with the end of a connection before this one."""
    kinds = ("handling", "handled")
    handled = [e for e in tab.server.events if e["kind"] in kinds]
    last = handled[-1] if handled else {}
    return last.get("kind") == "handling" and last["type"] == "websocket.disconnect"


def kept_waiting(failure: Failure, timeline: Timeline) -> Diagnosis | None:
    """A tab got no answer, as its server waits in the thread of all that is sync."""
    tab, expected = failure.tab, failure.expected
    for other in timeline.tabs if tab and failure.kind in UNANSWERED else ():
        waits = other.saw("waits", blocks=True)
        if tab and waits and other.server is tab.server and not other.saw("goes_on"):
            got = f"its server waits for {other.name}, in the one thread for sync code"
            at = place(waits["where"])
            return diagnosis("kept_waiting", expected, got, at, event=waits, tab=tab)
    return None


def refused(failure: Failure, timeline: Timeline) -> Diagnosis:
    """The handshake was answered with an HTTP status instead of a WebSocket."""
    tab, expected = tab_of(failure), failure.expected
    if error := tab.saw("raised"):
        return raised(Failure("raised", expected, tab=tab, event=error), timeline)
    status = f"HTTP {tab.http_status}" if tab.http_status else "no answer"
    consumer = tab.saw("consumer")
    if not consumer or consumer["name"] == DENIER:
        got = f"it was rejected before it reached a consumer ({status})"
        cure = "Look at what wraps your routes: does it let localhost in?"
        return diagnosis("refused_outside", expected, got, ASGI, cure=cure, tab=tab)
    got = f"the consumer closed it before accepting ({status})"
    if reason := caught(tab, expected, got, CLOSE, "websocket.disconnect"):
        return reason
    closing = tab.saw("out", type=CLOSE)
    at = last_place(tab.events)
    return diagnosis("refused", expected, got, at, event=closing, tab=tab)


def not_refused(failure: Failure, _: Timeline) -> Diagnosis:
    """A WebSocket was accepted where there should be none."""
    tab, expected = tab_of(failure), failure.expected
    if tab.origin:
        got = "the server accepted it: any site may talk in the name of its visitors"
        return diagnosis("foreign_origin", expected, got, ASGI, tab=tab)
    got = "the server accepted its WebSocket"
    consumer = tab.saw("consumer")
    at = ASGI if consumer and consumer["kwargs"] is None else ROUTES
    return diagnosis("not_refused", expected, got, at, event=consumer, tab=tab)


def not_kept_out(failure: Failure, _: Timeline) -> Diagnosis:
    """A tab was accepted that was to be rejected, and stays connected."""
    tab, got = tab_of(failure), "the server accepted it"
    return diagnosis(failure.kind, failure.expected, got, _accepting(tab), tab=tab)


def sent_though_rejected(failure: Failure, _: Timeline) -> Diagnosis:
    """What a tab sent between its acceptance and its end has reached others."""
    tab, at = tab_of(failure), _accepting(tab_of(failure))
    got = (
        f"{failure.facts['receiver']} received {failure.facts['words']!r}, "
        f"which {tab.name} had sent before the server closed it"
    )
    return diagnosis(failure.kind, failure.expected, got, at, tab=tab)


def _accepting(tab: Conversation) -> Where | None:
    """The learner's line that accepted a tab."""
    accepted = tab.saw("out", type="websocket.accept") or {}
    return place(accepted.get("where"))


def joined_though_rejected(failure: Failure, _: Timeline) -> Diagnosis:
    """A tab that was rejected has been in a group all the same."""
    call = failure.event or {}
    got, at = f"it joined {', '.join(call['names'][:1])}", place(call["where"])
    return diagnosis(
        failure.kind, failure.expected, got, at, event=call, tab=failure.tab
    )


def unknown_room(failure: Failure, _: Timeline) -> Diagnosis:
    """The consumer does not know in which room it is."""
    kwargs, at = failure.facts["kwargs"], ROUTES
    got = f"it is {kwargs}"
    if kwargs is None:
        got, at = (
            'scope has no "url_route": no URLRouter has led this tab to its consumer',
            ASGI,
        )
    return diagnosis("unknown_room", failure.expected, got, at, tab=failure.tab)


def unknown_user(failure: Failure, _: Timeline) -> Diagnosis:
    """The consumer does not know who is there."""
    user = failure.facts["user"]
    got = "there is none" if user is None else f"it is {user!r}"
    return diagnosis("unknown_user", failure.expected, got, ASGI, tab=failure.tab)


def without_consumer(failure: Failure, _: Timeline) -> Diagnosis:
    """Something answers the tab, and it is no consumer of Channels."""
    got = "no class of Channels did"
    return diagnosis("without_consumer", failure.expected, got, tab=failure.tab)
