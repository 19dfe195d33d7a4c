"""What an exception in the learner's project means, and what to do about it."""

import re
from typing import TYPE_CHECKING

from checks.diagnosis.evidence import exception, finding, frames, last_place, place
from checks.verdict import Finding, Where
from checks.wire import Event

if TYPE_CHECKING:
    from checks.tabs import Tab

CURES = {
    "SyntaxError": "Python cannot read that line: mend it there, or just above.",
    "IndentationError": "Line up the code there with the lines around it.",
    "TabError": "Indent with spaces only.",
    "ModuleNotFoundError": "Mend the name, or make the file that it names.",
    "ImportError": "Mend the name, or define it in the file that it is imported from.",
    "NameError": "Mend the name, or define or import it above that line.",
    "SystemExit": "Take out the call that ends Python.",
    "BdbQuit": "Take out breakpoint(): nobody is there to answer the debugger.",
    "EOFError": "Take out input(): nobody is there to type an answer.",
}
"""What to do about an exception that says by its name what is wrong."""


NOBODYS = re.compile(r"No handler for message type (.+)|Incoming message has no 'type'")
"""What Channels says of an event for which a consumer has no method."""
TAKES = re.compile(r"\.(\w+)\(\) (?:missing|takes|got)")
"""How Python names a method that was called with other arguments than it has."""
ARGUMENTS = {
    "connect": "self",
    "disconnect": "self, close_code",
    "receive": "self, text_data=None, bytes_data=None",
    "receive_json": "self, content",
    "__init__": "self, *args, **kwargs",
}
AS_ASGI = "Give the route ChatConsumer.as_asgi(), with its brackets."
"""With what Channels calls a consumer's methods; any other gets the event."""
RESERVED = {"send", "receive", "connect", "disconnect", "close", "accept", "dispatch"}
"""Methods of Channels, which the type of a message to a group must not name."""


FROM = {
    "AllowedHostsOriginValidator": "channels.security.websocket",
    "AuthMiddlewareStack": "channels.auth",
    "ProtocolTypeRouter": "channels.routing",
    "URLRouter": "channels.routing",
    "WebsocketConsumer": "channels.generic.websocket",
    "AsyncWebsocketConsumer": "channels.generic.websocket",
    "JsonWebsocketConsumer": "channels.generic.websocket",
    "StopConsumer": "channels.exceptions",
    "async_to_sync": "asgiref.sync",
    "path": "django.urls",
    "re_path": "django.urls",
}
"""Where the names come from that a learner is most likely to have imported wrongly."""
ON_SELF = RESERVED | {"scope", "channel_layer", "channel_name", "send_json"}
"""Names that a consumer has, so that only `self.` is missing."""
SAYS = {
    "'dict' object has no attribute 'encode'": "Make text of it: json.dumps(…).",
    "string indices must be integers": "It is text: json.loads() makes a dict of it.",
    "Group name must be a valid": "The group comes first: letters, digits, - and _.",
    "'str' object has no attribute 'items'": "Give it the dictionary itself, not JSON.",
    "has no attribute 'as_view'": "For a consumer it is as_asgi().",
    "has no attribute 'send_json'": "Write self.send(text_data=json.dumps(…)).",
    "'list' object has no attribute 'callback'": "Give URLRouter the list itself.",
}
"""What to do, by what an exception says."""


def cure(event: Event) -> str:
    """What to do about an exception; nothing where it does not say."""
    words = event["words"]
    takes = TAKES.search(words)
    if NOBODYS.match(words):
        return _missing_handler(event)
    if takes and not event["frames"]:
        arguments = ARGUMENTS.get(takes[1], "self, event")
        return f"Channels calls it with other arguments: def {takes[1]}({arguments})."
    name = re.search(r"name '(\w+)'", words)
    if name and name[1] in FROM:
        return f"Write from {FROM[name[1]]} import {name[1]}."
    if name and name[1] in ON_SELF:
        return f"Write self.{name[1]}: it is the consumer's own."
    otherwise = "Mend what that line does." if event["frames"] else ""
    says = next((told for part, told in SAYS.items() if part in words), otherwise)
    return CURES.get(event["error"], says)


def _missing_handler(event: Event) -> str:
    name = (NOBODYS.match(event["words"]) or "")[1]
    if not name:
        return 'Give it a "type": the name of the method that handles it.'
    method = name.replace(".", "_")
    if not method.isidentifier():
        return (
            'Let "type" be a method\'s name, a dot for the underscore: "chat.message".'
        )
    if method == "websocket_disconnect":
        return (
            "Write websocket_disconnect(self, event) and raise StopConsumer() in it, "
            "or inherit from WebsocketConsumer, which does."
        )
    return f"Write def {method}(self, event) in the consumer: the type is its name."


def raised(tab: "Tab", event: Event, expected: str) -> Finding:
    """The learner's code, or what it called, raised while it handled this tab."""
    own = frames(event)
    got = f"{exception(event)} was raised"
    if own:
        return finding(expected, got, cure(event), place(event["frames"][-1]), own)
    if "No route found for path" in event["words"]:
        return _no_route(tab, expected, event)
    if "can't be used in 'await' expression" in event["words"]:
        return _not_awaitable(tab, expected, got)
    if "as_asgi() takes" in event["words"]:
        return finding(expected, got, AS_ASGI, Where("chat/routing.py"))
    handled = next((e for e in reversed(tab.events) if e["kind"] == "handling"), None)
    if handled and handled["type"] in RESERVED:
        what = f'The type "{handled["type"]}" calls a method of Channels: take another '
        what += 'name, such as "chat.message".'
        return finding(expected, got, what, _sender(tab))
    at = _named(tab, event) or _unhandled(tab, event) or last_place(tab.events)
    return finding(expected, got, cure(event), at)


def _no_route(tab: "Tab", expected: str, event: Event) -> Finding:
    """None of the routes fits the address, and what is most likely wrong with one."""
    routes = tab.server.first("ready")["routes"]
    if not routes:
        return finding(expected, f"no route leads there ({exception(event)})")
    got = f"{tab.path} fits none of your routes: {', '.join(routes)}"
    told = (what for r in routes for wrong, what in ROUTE.items() if re.match(wrong, r))
    what = next(told, "Write a route that fits it: ws/chat/<slug:room_name>/.")
    return finding(expected, got, what, Where("chat/routing.py"))


ROUTE = {
    r"(re_)?path\('\^?/": "Begin it without the slash: Channels takes that away.",
    r"path\('.*(\(\?P|[\^$])": "Write re_path() for it; path() takes <slug:room_name>.",
    r"path\('[^<>]*'\)": "Put what differs between rooms into <>: <slug:room_name>.",
    r"(re_)?path\('.*[^/$]'\)": "End it with a slash, as the page's address does.",
    r"(re_)?path\('(?!\^?ws/)": "Begin it with ws/, as the page's address does.",
}
"""What a route looks like that does not fit, and what to do about it."""


def _not_awaitable(tab: "Tab", expected: str, got: str) -> Finding:
    """A method, or the consumer itself, where something async has to be."""
    if tab.saw("consumer"):
        what = "An async consumer awaits its methods: write async def."
        return finding(expected, got, what, last_place(tab.events))
    return finding(expected, got, AS_ASGI, Where("chat/routing.py"))


def _named(tab: "Tab", event: Event) -> Where | None:
    """The learner's method that an exception names: `Chat.connect() takes …`."""
    method, consumer = TAKES.search(event["words"]), tab.saw("consumer")
    return place(consumer["methods"].get(method[1])) if method and consumer else None


def _unhandled(tab: "Tab", event: Event) -> Where | None:
    """Where an event came from that no method handles, or the consumer's file."""
    missing, consumer = NOBODYS.match(event["words"]), tab.saw("consumer")
    if missing and not str(missing[1]).startswith("websocket"):
        return _sender(tab)
    return Where(consumer["file"]) if missing and consumer else None


def _sender(tab: "Tab") -> Where | None:
    """The learner's line that sent to the layer last."""
    for event in reversed(tab.wire.events):
        if event["kind"] == "layer" and event["does"] in ("group_send", "send"):
            return place(event["where"])
    return None
