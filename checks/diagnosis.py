"""From evidence to words: what a Finding says about what was seen.

Each function here takes evidence and returns a Finding in the voice of the learner's
project. It says only what is known.
"""

import dataclasses
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from checks.verdict import Cause, Finding, Frame, Where, shown
from checks.wire import SILENCE, Event, Wire

if TYPE_CHECKING:
    from checks.servers import Process
    from checks.tabs import Tab


def place(event: Event | None) -> Where | None:
    """The place that an event carries, as a Where."""
    return Where(event["file"], event["line"]) if event else None


def frames(event: Event) -> tuple[Frame, ...]:
    """The learner's own frames of an event that carries an exception."""
    return tuple(Frame(**frame) for frame in event["frames"])


def exception(event: Event) -> str:
    """An exception in words: its name, and what it said on its first line."""
    words = event["words"].strip().partition("\n")[0].rstrip(".")
    return f"{event['error']}: {words}" if words else str(event["error"])


def innermost_own(stack: str, project: Path) -> Where | None:
    """The learner's innermost line in a stack as faulthandler prints it."""
    for file, line in re.findall(r'File "([^"]+)", line (\d+)', stack):
        path = os.path.realpath(file)
        if path.startswith(f"{project}{os.sep}"):
            return Where(path.removeprefix(f"{project}{os.sep}"), int(line))
    return None


def method_for(event: Event, events: list[Event]) -> Where | None:
    """Where the learner's method lies that handles an event such as a frame."""
    full = str(event.get("type")).replace(".", "_")
    short = full.removeprefix("websocket_")
    for consumer in events:
        if consumer["kind"] == "consumer" and consumer["socket"] == event["socket"]:
            methods = consumer["methods"]
            names = (full, short, f"{short}_json")
            return next((place(methods[n]) for n in names if n in methods), None)
    return None


def last_place(events: list[Event]) -> Where | None:
    """The learner's code that was at work last, as far as the events tell."""
    for event in reversed(events):
        if event["kind"] == "raised" and event["frames"]:
            return place(event["frames"][-1])
        if event["kind"] in ("handling", "in"):
            return method_for(event, events)
    return None


def cannot_start(event: Event) -> Finding:
    """The project's code raised while it was being loaded."""
    own = frames(event)
    if event["ours"]:
        raise RuntimeError(exception(event))
    return Finding(
        Cause(
            "project",
            "your project to start",
            f"Python stopped with {exception(event)}",
            _cure(event),
            Where(own[-1].file, own[-1].line) if own else None,
            frames=own,
        )
    )


CURES = {
    "SyntaxError": "Python cannot read that line: mend its spelling there or just above.",
    "IndentationError": "Line up the code there with the lines around it.",
    "ModuleNotFoundError": "Mend the name, or make the file that it names.",
    "ImportError": "Mend the name, or define it in the file that it is imported from.",
    "NameError": "Mend the name, or define or import it above that line.",
    "SystemExit": "Take out the call that ends Python.",
    "BdbQuit": "Take out breakpoint(): nobody is there to answer the debugger.",
    "EOFError": "Take out input(): nobody is there to type an answer.",
}
"""What to do about an exception that says by its name what is wrong."""


def _cure(event: Event) -> str:
    otherwise = "Mend what that line does." if event["frames"] else ""
    return CURES.get(event["error"], otherwise)


def amiss(event: Event) -> Finding:
    """Something in the project is not as it has to be, as `checks.child` found it."""
    told = {name: event[name] for name in ("expected", "got", "cure")}
    return Finding(Cause("project", **told, where=Where(event["file"])))


def does_not_start(at: Where | None, seconds: float) -> Finding:
    """The project gave no sign of life while starting."""
    return Finding(
        Cause(
            "project",
            "your project to start",
            f"it was still busy after {seconds:g} s without a sign of life",
            "Look for a loop that does not end, or a call that waits.",
            at,
        )
    )


def ended(status: int, events: list[Event]) -> Finding:
    """The process of the project is gone though nobody ended it."""
    how = f"with status {status}" if status >= 0 else f"by signal {-status}"
    return Finding(
        Cause(
            "project",
            "your project to keep running",
            f"its process ended by itself, {how}",
            "Look for a call that ends Python, such as sys.exit() or os._exit().",
            last_place(events),
        )
    )


def fails_under_daphne(cause: Cause) -> Finding:
    """It runs under `runserver`, which sets Django up first, and not under `daphne`."""
    called = any("get_asgi_application()" in frame.code for frame in cause.frames)
    cure = (
        'Write os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings") above it.'
        if called
        else "Call get_asgi_application() above every import that needs Django, such as "
        "that of your routes or consumers: it sets Django up."
    )
    expected = "`daphne mysite.asgi:application` to start your project"
    return Finding(dataclasses.replace(cause, expected=expected, cure=cure))


def without_members(server: "Process", expected: str, got: str) -> Finding:
    """Nobody joined a group: perhaps because a call was never awaited."""
    return _awaited(server.wire, Cause("project", expected, got, ""))


# What a tab can meet; `tab` is a checks.tabs.Tab, which knows its events.


def raised(tab: "Tab", event: Event, expected: str) -> Finding:
    """The learner's code, or what it called, raised while it handled this tab."""
    own = frames(event)
    at = (
        place(event["frames"][-1])
        if own
        else _named(tab, event) or _sent_it(tab, event)
    )
    if "No route found for path" in event["words"]:
        got = f"no route leads there ({exception(event)})"
        return Finding(Cause("project", expected, got, "", at))
    got = f"{exception(event)} was raised"
    cure = _handler(event) or _cure(event)
    return Finding(Cause("project", expected, got, cure, at, frames=own))


def _named(tab: "Tab", event: Event) -> Where | None:
    """The learner's method that an exception names: `ChatConsumer.connect() takes …`."""
    method = re.search(r"\.(\w+)\(\) (?:missing|takes|got)", event["words"])
    consumer = tab.saw("consumer")
    if not method or not consumer:
        return None
    return place(consumer["methods"].get(method[1]))


def _handler(event: Event) -> str | None:
    """What to write where Channels found no method for an event."""
    missing = re.search(r"No handler for message type (\S+)", event["words"])
    if not missing:
        return None
    method = missing[1].replace(".", "_")
    if method == "websocket_disconnect":
        return (
            "Write websocket_disconnect(self, event) and raise StopConsumer() in it, "
            "or inherit from WebsocketConsumer, which does."
        )
    return (
        f"Write def {method}(self, event) in the consumer: the type names the method."
    )


def _sent_it(tab: "Tab", event: Event) -> Where | None:
    """For an event of the layer that nobody could handle: the line that sent it."""
    calls = [
        e for e in tab.wire.events if e["kind"] == "layer" and e["at"] < event["at"]
    ]
    sends = [e for e in calls if e["does"] in ("group_send", "send")]
    if "No route found" in event["words"] or not sends:
        return last_place(tab.events)
    return place(sends[-1]["where"])


def not_accepted(tab: "Tab", expected: str) -> Finding:
    """The handshake got no answer at all."""
    connect = {"type": "websocket.connect"}
    if tab.saw("handled", **connect):
        at = method_for(tab.saw("handled", **connect) or {}, tab.events)
        got = "connect() ended and the WebSocket was not accepted"
        return _silence(tab, expected, got, at, "Call self.accept() in connect().")
    return hangs(tab, expected)


def hangs(tab: "Tab", expected: str = "an answer to a tab that connects") -> Finding:
    """No answer to the handshake, and no handler that ended."""
    at = _busy(tab)
    got = "the server was still busy" if at else "no consumer answered it"
    return _silence(tab, expected, f"{got} after {SILENCE:g} s", at, BUSY if at else "")


def _busy(tab: "Tab") -> Where | None:
    """The learner's line that is at work, if a handler has begun and not ended."""
    kinds = [event["kind"] for event in tab.server.events]
    if kinds.count("handling") == kinds.count("handled"):
        return None
    return tab.server.executing() or last_place(tab.server.events)


def silent(tab: "Tab", expected: str, token: str | None = None) -> Finding:
    """What a tab waited for did not come."""
    busy = _busy(tab)
    if busy:
        got = f"the server was still busy after {SILENCE:g} s"
        return _silence(tab, expected, got, busy, BUSY)
    unasked = [text for text in tab.heard if text not in tab.sent]
    others = tab.wire.heard.items()
    other = next((n for n, heard in others if token and token in "".join(heard)), None)
    if other:
        cure = (
            "Answer the tab that sent it: each has a consumer of its own, if the route "
        )
        cure += "gets ChatConsumer.as_asgi()."
        return _silence(tab, expected, f"{other} heard it instead", None, cure)
    if unasked:
        got = f"it heard {shown(unasked[-1])}"
    else:
        got = f"nothing came within {SILENCE:g} s"
    handled = tab.saw("handled", type="websocket.receive")
    consumer = tab.saw("consumer")
    if handled and consumer and not READERS & consumer["methods"].keys():
        return _no_reader(expected, consumer)
    at = method_for(handled, tab.events) if handled else None
    if handled and not unasked and handled["idle"]:
        got = "receive() ended without sending anything"
    return _silence(tab, expected, got, at, "")


def _silence(
    tab: "Tab", expected: str, got: str, at: Where | None, cure: str
) -> Finding:
    return _awaited(tab.wire, Cause("project", expected, got, cure, at))


CALLED = (
    "{}(…) was called and never awaited, so it did not run",
    "In a sync method write async_to_sync({})(…), in an async one put `await` before it.",
)
ASYNC = (
    "{} is `async def`, and Channels called it without awaiting, so it did not run",
    "A WebsocketConsumer calls plain methods: take out async and await, or inherit from "
    "AsyncWebsocketConsumer.",
)
"""What is told of a coroutine that nobody awaited: the learner's call, or method."""


def _awaited(wire: Wire, cause: Cause) -> Finding:
    """A silence, told by its reason where that was seen: a coroutine nobody awaited."""
    for event in reversed(wire.events):
        if event["kind"] == "never_awaited" and event["at"] >= wire.began:
            got, cure = CALLED if event["called"] else ASYNC
            return Finding(
                dataclasses.replace(
                    cause,
                    got=got.format(event["what"]),
                    cure=cure.format(event["what"]),
                    where=place(event["where"]),
                )
            )
    return Finding(cause)


READERS = {"receive", "receive_json", "websocket_receive", "dispatch"}
"""Names of methods with which a consumer can read what a tab sent."""


def _no_reader(expected: str, consumer: Event) -> Finding:
    names = ", ".join(consumer["methods"]) or "none"
    got = f"{consumer['name']}, which took it, has no method receive (it has {names})"
    cure = (
        "Name the method that reads what comes in receive: Channels calls it by that."
    )
    at = Where(consumer["file"]) if consumer["file"] else None
    return Finding(Cause("project", expected, got, cure, at))


BUSY = "Look for a loop that does not end, or a call that waits."


def refused(tab: "Tab", expected: str) -> Finding:
    """The handshake was answered with an HTTP status instead of a WebSocket."""
    error = tab.saw("raised")
    if error:
        return raised(tab, error, expected)
    status = tab.response.status_code if tab.response else 0
    closed = tab.saw("out", type="websocket.close")
    at = last_place(tab.events)
    if closed and tab.saw("consumer"):
        got = f"the consumer closed it before accepting (HTTP {status})"
        cure = "Call self.accept() instead of self.close()."
    elif closed:
        got = f"it was refused before it reached a consumer (HTTP {status})"
        cure = "Look at what wraps your routes: is it one that lets localhost in?"
        at = at or Where("mysite/asgi.py")
    else:
        got, cure = f"it was refused (HTTP {status})", ""
    return Finding(Cause("project", expected, got, cure, at))


NO_ROUTER = "Hand WebSockets to URLRouter(websocket_urlpatterns) in mysite/asgi.py."


def not_refused(tab: "Tab") -> Finding:
    """A WebSocket was accepted where there should be none."""
    expected = f"a tab to be refused at {tab.path}, which is no address of this chat"
    got, at = "the server accepted its WebSocket", Where("chat/routing.py")
    cure = (
        "Let only the chat's own addresses lead to a consumer; a re_path ends with $."
    )
    consumer = tab.saw("consumer")
    if consumer and consumer["kwargs"] is None:
        return Finding(Cause("project", expected, got, NO_ROUTER))
    return Finding(Cause("project", expected, got, cure, at))


def does_not_know_the_room(tab: "Tab", name: str, kwargs: object) -> Finding:
    """The consumer was not told in which room it is."""
    expected = f"""scope["url_route"]["kwargs"] to hold the room's name, {name!r}"""
    if kwargs is None:
        got = 'scope has no "url_route": no URLRouter handed this tab on'
        return Finding(Cause("project", expected, got, NO_ROUTER))
    cure = "Give the route a part with a name: <slug:room_name>."
    at = Where("chat/routing.py")
    return Finding(Cause("project", expected, f"it is {kwargs}", cure, at))


def other_form(tab: "Tab", expected: str, text: str) -> Finding:
    """The words came, but not as `{"message": …}`."""
    at = method_for({"type": "websocket.receive", **_ids(tab)}, tab.events)
    return Finding(
        Cause(
            "project",
            expected,
            f"it heard {shown(text)}",
            'Send a JSON object with the text under "message", once as it came.',
            at,
        )
    )


def _ids(tab: "Tab") -> Event:
    return {"socket": tab.events[0]["socket"]} if tab.events else {"socket": None}


def closed(tab: "Tab", expected: str) -> Finding:
    """The connection ended though nobody in the check ended it."""
    code = tab.protocol.close_code
    how = f"the server closed it with code {code}" if code else "the server cut it"
    at = last_place(tab.events)
    cure = "Take out what closes it: self.close(), or an error in that code."
    return Finding(Cause("project", expected, how, cure, at))


def does_not_end(tab: "Tab", expected: str) -> Finding:
    """The tab is closed, and the consumer goes on."""
    busy = tab.server.executing()
    got = f"it was still running {SILENCE:g} s later"
    cure = BUSY if busy else "Override disconnect(), not websocket_disconnect()."
    return Finding(
        Cause("project", expected, got, cure, busy or last_place(tab.events))
    )


def out_of_order(
    tab: "Tab", expected: str, said: list[str], heard: list[str]
) -> Finding:
    """What came is not the beginning of what was said."""
    wrong = next(at for at, words in enumerate(heard) if words != said[at])
    words = heard[wrong]
    again = words in heard[:wrong]
    got = f"{words!r} came twice" if again else f"{words!r} came before {said[wrong]!r}"
    return _told(tab, expected, got, "Send each message once, as soon as it is there.")


def overheard(tab: "Tab", words: str, cure: str) -> Finding:
    """A tab heard what was not for it."""
    expected = f"{tab.name} not to hear what was said elsewhere"
    return _told(tab, expected, f"it heard {words!r}", cure)


def does_not_survive(cause: Cause, text: str) -> Finding:
    """A frame that nobody expected ended the connection."""
    return Finding(
        dataclasses.replace(
            cause,
            expected=f"a connection to outlive a frame such as {text!r}",
            cure="Catch ValueError, KeyError and TypeError where the frame is read, and "
            "return: what a stranger sends should not end a connection.",
        )
    )


def scope_says(expected: str, got: str, cure: str) -> Finding:
    """The consumer was handed a scope that does not hold what it should."""
    return Finding(Cause("project", expected, got, cure))


def _told(tab: "Tab", expected: str, got: str, cure: str) -> Finding:
    received = {"type": "websocket.receive", **_ids(tab)}
    at = method_for(received, tab.events)
    return Finding(Cause("project", expected, got, cure, at))
