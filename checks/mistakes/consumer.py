"""Mistakes in a consumer: who calls what, with which arguments, and who answers."""

import json
import re

from checks.mistakes.clues import (
    Found,
    consumer,
    failing_line,
    file,
    got,
    has,
    in_,
    is_,
    lacks,
    look_at,
    never_asked,
    never_awaited,
    never_saw,
    no_file,
    outside,
    raised,
    saw,
    step,
    written,
)
from checks.mistakes.mistake import Mistake
from checks.mistakes.seen import Seen
from checks.tabs import message_of

IDEA = "01_consumer/#the-idea"
ACCEPT = "01_consumer/#task-1-accept-the-connection"
SEND = "01_consumer/#task-2-send-the-message-back"
STRANGER = "01_consumer/#a-frame-from-a-stranger"
CODES = "01_consumer/#what-it-means"
LEFT_OUT = "01_consumer/#left-out-on-purpose"
READS = ("receive", "receive_json", "websocket_receive")
SENDS = r"\.(send|send_json|base_send|group_send)\b"


METHODS = ("connect", "disconnect", "receive", "receive_json", "chat_message")
"""Methods that a learner writes, in one lesson or another."""


def _outside(seen: Seen) -> Found | None:
    """A function at the left margin that should be a method."""
    for line in seen.source.lines("chat/consumers.py"):
        head = re.match(r"(async )?def (\w+)\(self", line.text)
        if head and head[2] in METHODS and not line.column:
            return {"method": head[2], "where": line.at}
    return None


def _nested(seen: Seen) -> Found | None:
    """A function inside another that should be a method."""
    for line in seen.source.lines("chat/consumers.py"):
        *around, name = line.functions or ("",)
        head = "def " in line.text and "(self" in line.text
        if around and name in METHODS and head:
            return {"method": name, "where": line.at}
    return None


def _returns_above_accept(seen: Seen) -> Found | None:
    """A return in connect() that stands before the first self.accept()."""
    for line in seen.source.lines("connect"):
        if "self.accept(" in line.text:
            return None
        if line.text.startswith("return"):
            return {"where": line.at}
    return None


def _closing_line(seen: Seen) -> Found:
    """Where connect() closes, if it says so itself."""
    return written(r"self\.close\(", "connect", look=True)(seen) or {}


def _without_self(seen: Seen) -> Found | None:
    """The method that was called has no self."""
    name = seen.said(r"\.(\w+)\(\) ")
    head = rf"^(async )?def {name[1]}\((?!self\b|\*)" if name else "(?!)"
    return written(head, look=True)(seen)


def _is_set_somewhere(seen: Seen) -> Found | None:
    """Whether some method puts on self what was not there."""
    name = seen.said(r"no attribute '(\w+)'")
    return written(rf"^self\.{name[1]}(:.*)? = ")(seen) if name else None


def _twice(seen: Seen) -> Found | None:
    """A method of a class that is defined a second time below."""
    before: set[str] = set()
    for line in seen.source.lines("chat/consumers.py"):
        head = re.match(r"(async )?def (\w+)\(", line.text)
        if line.text.startswith("class "):
            before.clear()
        elif head and line.column and line.functions == (head[2],):
            if head[2] in before:
                return {"method": head[2], "where": line.at}
            before.add(head[2])
    return None


def _shared(seen: Seen) -> Found | None:
    """A list or dictionary that is made in the class and used through self."""
    for line in seen.source.lines("chat/consumers.py"):
        name, equals, value = line.text.partition(" = ")
        made = equals and value.startswith(
            ("[", "{", "list(", "dict(", "set(", "deque(")
        )
        if made and line.column and not line.functions:
            return {"name": name, "where": line.at}
    return None


def _last_sent_is_empty(seen: Seen) -> bool:
    sent = seen.tab.sent if seen.tab else []
    return bool(sent) and message_of(sent[-1]) == ""


def _is_plain(text: str) -> bool:
    """Whether it is the words, and nothing else."""
    return "{" not in text and '"' not in text


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _is_json_in_json(text: str) -> bool:
    return _is_json(text) and isinstance(json.loads(text), str) and "{" in text


def _is_text_in_json(text: str) -> bool:
    return _is_json(text) and isinstance(json.loads(text), str) and "{" not in text


def _is_object_without_message(text: str) -> bool:
    data = json.loads(text) if _is_json(text) else None
    return isinstance(data, dict) and "message" not in data


def _message(seen: Seen) -> object:
    return message_of(seen.event["text"])


def _nested_message(text: str) -> bool:
    """Whether under message is an object, or JSON again."""
    message = message_of(text)
    return isinstance(message, dict | list) or (
        isinstance(message, str) and message.startswith("{")
    )


MISTAKES = (
    # The file and the class ---------------------------------------------------
    Mistake(
        id="consumer_py_vs_consumers_py",
        step=1,
        name="The file is called consumer.py",
        sight="no_start",
        sign="there is a chat/consumer.py and no chat/consumers.py",
        cure="Rename chat/consumer.py to chat/consumers.py.",
        why="The imports say consumers, with an s, as views.py and models.py have "
        "one.",
        page="02_routing/#the-idea",
        evidence=(
            raised(r"^(ImportError|ModuleNotFoundError): .*consumers"),
            file("chat/consumer.py"),
            no_file("chat/consumers.py"),
        ),
    ),
    Mistake(
        id="renamed_class",
        step=1,
        name="The consumer's class has another name",
        sight="no_start",
        sign="the terminal says `cannot import name 'ChatConsumer'`",
        cure="Call the class ChatConsumer: that is the name which is imported.",
        why="mysite/asgi.py, or chat/routing.py, asks for the class by its name.",
        page=IDEA,
        evidence=(
            raised(r"cannot import name 'ChatConsumer' from 'chat.consumers'"),
            is_("cannot_start", "fails_under_daphne"),
            look_at("chat/consumers.py"),
        ),
    ),
    Mistake(
        id="consumers_has_no_chat_consumer",
        step=1,
        name="consumers.py has no ChatConsumer",
        sight="no_start",
        sign="the terminal says `module 'chat.consumers' has no attribute …`",
        cure="Call the class ChatConsumer, in chat/consumers.py and where it is used.",
        why="A module has the names that its file defines, letter by letter.",
        page=IDEA,
        evidence=(
            raised(r"module 'chat.consumers' has no attribute '(?P<name>\w+)'"),
        ),
    ),
    Mistake(
        id="web_socket_consumer",
        step=1,
        name="WebsocketConsumer is written with a capital S",
        sight="no_start",
        sign="the terminal says `cannot import name 'WebSocketConsumer'`",
        cure="Write ${start}WebsocketConsumer: a capital W, and a small s.",
        why="In Channels it is one word, Websocket.",
        page=IDEA,
        evidence=(
            raised(r"cannot import name '(?P<start>\w*)Web(Socket.|socketc)onsumer'"),
            is_("cannot_start", "fails_under_daphne"),
            written(r"Web(Socket|socketconsumer)"),
        ),
    ),
    Mistake(
        id="written_as_a_view",
        step=1,
        name="The consumer is a function, as a view may be",
        sight="no_start",
        sign="the terminal says `'function' object has no attribute 'as_asgi'`",
        cure="Write a class: class ChatConsumer(WebsocketConsumer).",
        why="A view is called once; a consumer stays, and its methods are called as "
        "things happen.",
        page=IDEA,
        evidence=(
            raised("'function' object has no attribute 'as_asgi'"),
            look_at("chat/consumers.py"),
        ),
    ),
    Mistake(
        id="no_base_class",
        step=1,
        name="The consumer inherits from nothing",
        sight="no_start",
        sign="the terminal says `type object '…' has no attribute 'as_asgi'`",
        cure="Let it inherit: class $name(WebsocketConsumer).",
        why="as_asgi(), accept() and send() come from WebsocketConsumer.",
        page=IDEA,
        evidence=(
            raised(r"type object '(?P<name>\w+)' has no attribute 'as_asgi'"),
            look_at("chat/consumers.py"),
        ),
    ),
    # __init__ -----------------------------------------------------------------
    Mistake(
        id="init_channels2_scope_argument",
        step=1,
        name="__init__ takes the scope, as before Channels 3",
        sight="500",
        sign="the terminal says `__init__() missing … 'scope'`",
        cure="Take __init__ out, and read self.scope in connect().",
        why="Since Channels 3 the scope comes after the object is made, not with it.",
        page="02_routing/#see-what-your-consumer-knows",
        evidence=(raised(r"__init__\(\) .*'scope'"),),
        weight=2,
    ),
    Mistake(
        id="scope_used_in_init",
        step=1,
        name="__init__ uses what is there only from connect() on",
        sight="500",
        sign="the terminal says `object has no attribute '…'`, in __init__",
        cure="Move that line to connect(): self.$name is there from then on.",
        why="The object is made first; scope, channel_layer and channel_name come "
        "with the connection.",
        page="02_routing/#see-what-your-consumer-knows",
        evidence=(
            raised(r"no attribute '(?P<name>scope|channel_\w+)'"),
            in_("__init__"),
        ),
    ),
    Mistake(
        id="init_without_super",
        step=1,
        name="__init__ does not call the one of Channels",
        sight="500",
        sign="the code has an __init__ without super().__init__()",
        cure="Take __init__ out, and set what you need in connect(); or call "
        "super().__init__(*args, **kwargs) in it first.",
        why="What WebsocketConsumer makes for itself is missing otherwise.",
        page=IDEA,
        evidence=(
            raised(r"^(AttributeError|TypeError)"),
            written(r"^def __init__", look=True),
            lacks(r"super\(.*\)\.__init__", "__init__"),
            lacks(r"Consumer\.__init__", "__init__"),
        ),
    ),
    # connect() ----------------------------------------------------------------
    Mistake(
        id="connect_never_accepts",
        step=1,
        name="connect() never accepts",
        sight="hang",
        sign="connect() runs, and nothing in it calls self.accept()",
        cure="Call self.accept() in connect().",
        why="Once you write connect() yourself, nobody accepts for you.",
        page=ACCEPT,
        evidence=(is_("not_accepted"),),
    ),
    Mistake(
        id="accept_is_not_called",
        step=1,
        name="accept has no brackets, so it is not called",
        sight="hang",
        sign="connect() says self.accept, without brackets",
        cure="Write self.accept(), with its brackets.",
        why="Without brackets Python looks the method up, and does not call it.",
        page=ACCEPT,
        evidence=(
            is_("not_accepted"),
            written(r"self\.accept(?!\()", "connect", look=True),
        ),
    ),
    Mistake(
        id="awaits_without_brackets",
        step=1,
        name="await stands before a method without brackets",
        sight="500",
        sign="the terminal says `object method can't be used in 'await' expression`",
        cure="Write the brackets: await self.accept(), await self.send(…).",
        why="Without brackets Python looks the method up, and does not call it.",
        page=LEFT_OUT,
        evidence=(
            raised(r"object (method|function) can't be used in 'await' expression"),
            failing_line("await"),
            is_("raised"),
        ),
    ),
    Mistake(
        id="accepts_on_a_condition",
        step=1,
        name="connect() accepts on a condition that is not met",
        sight="hang",
        sign="connect() calls self.accept() inside an if",
        cure="Move self.accept() out of that condition, or mend the condition.",
        why="A connection that is neither accepted nor closed waits for five seconds.",
        page=ACCEPT,
        evidence=(
            is_("not_accepted"),
            written(r"self\.accept\(", "connect"),
            written(r"^if |^for |^while ", "connect", look=True),
        ),
    ),
    Mistake(
        id="returns_before_accept",
        step=1,
        name="connect() returns before it accepts",
        sight="hang",
        sign="connect() has a return above self.accept()",
        cure="Call self.accept() above that return.",
        why="return ends the method: what stands below it does not run.",
        page=ACCEPT,
        evidence=(
            is_("not_accepted"),
            written(r"self\.accept\(", "connect"),
            _returns_above_accept,
        ),
        weight=1,
    ),
    Mistake(
        id="only_websocket_connect",
        step=1,
        name="websocket_connect is overridden, and does not accept",
        sight="hang",
        sign="the class has a method websocket_connect",
        cure="Name it connect(self), and call self.accept() in it.",
        why="websocket_connect is what calls connect(); with yours in its place "
        "nobody does.",
        page=ACCEPT,
        evidence=(
            is_("not_accepted", "never_awaited"),
            has("websocket_connect"),
            consumer(bases="WebsocketConsumer"),
        ),
    ),
    Mistake(
        id="low_level_never_accepts",
        step=1,
        name="A low-level consumer sends no websocket.accept",
        sight="hang",
        sign="the class inherits from SyncConsumer or AsyncConsumer",
        cure='Send {"type": "websocket.accept"} in websocket_connect, or inherit from '
        "WebsocketConsumer, which has accept().",
        why="SyncConsumer and AsyncConsumer pass events on, and do nothing by "
        "themselves.",
        page=LEFT_OUT,
        evidence=(
            is_("not_accepted"),
            has("websocket_connect"),
            consumer(bases=r"^(?!.*WebsocketConsumer)"),
        ),
    ),
    Mistake(
        id="closes_in_connect",
        step=1,
        name="connect() closes the connection",
        sight="403",
        sign="connect() calls self.close()",
        cure="Call self.accept() instead of self.close().",
        why="close() before accept() is how a consumer says no.",
        page=ACCEPT,
        evidence=(is_("refused"), _closing_line),
        weight=-1,
    ),
    Mistake(
        id="reject_with_custom_code_before_accept",
        step=1,
        name="A close code is given before accept()",
        sight="403",
        sign="connect() calls self.close(code=…) and has not accepted",
        cure="Call self.accept(). Where you do want to refuse with a code, accept "
        "first, then close(code=$code).",
        why="A close code travels on an open connection; before accept() the browser "
        "is told 403 and nothing else.",
        page=CODES,
        evidence=(
            is_("refused"),
            saw("out", type="websocket.close", code=r"^(?P<code>[34]\d{3})$"),
            _closing_line,
        ),
        weight=-1,
    ),
    Mistake(
        id="close_without_return_then_accept",
        step=1,
        name="connect() closes, and goes on to accept",
        sight="403",
        sign="connect() calls self.close() for some, and self.accept() below it",
        cure="Write return after self.close(); and do not close for a stranger, who "
        "is welcome in this chat.",
        why="close() does not end the method: what stands below it runs as well, for "
        "somebody who was refused.",
        page="02_routing/#who-is-it-and-may-they",
        evidence=(
            is_("refused"),
            saw("out", type="websocket.close"),
            saw("out", type="websocket.accept"),
        ),
    ),
    Mistake(
        id="strangers_are_refused",
        step=2,
        name="connect() refuses whoever has not logged in",
        sight="403",
        sign="connect() asks whether the user is anonymous, and closes",
        cure="Let strangers in: take out what closes when the user is anonymous.",
        why="In this chat every room is open to all; the tabs of the checks have not "
        "logged in.",
        page="02_routing/#who-is-it-and-may-they",
        evidence=(
            is_("refused"),
            written(r"is_anonymous|is_authenticated", look=True),
            never_saw("out", type="websocket.accept"),
        ),
    ),
    Mistake(
        id="denies_connection",
        step=1,
        name="connect() raises DenyConnection",
        sight="403",
        sign="connect() raises DenyConnection",
        cure="Call self.accept() in connect(), and take out DenyConnection.",
        why="DenyConnection is how a consumer says no.",
        page=ACCEPT,
        evidence=(is_("refused"), written("DenyConnection", "connect", look=True)),
    ),
    Mistake(
        id="send_before_accept",
        step=1,
        name="connect() sends before it accepts",
        sight="500",
        sign="the terminal says `Socket has not been accepted`",
        cure="Call self.accept() above that line.",
        why="Until it is accepted there is no connection that anything could travel "
        "on.",
        page=ACCEPT,
        evidence=(raised("has not been accepted"),),
    ),
    Mistake(
        id="accepts_twice",
        step=1,
        name="accept() is called twice",
        sight="1011",
        sign="accept() is called in connect() and once more elsewhere",
        cure="Call self.accept() once, in connect().",
        why="A connection is accepted once; after that it is open.",
        page=ACCEPT,
        evidence=(
            raised("handshake_deferred|AlreadyCalled"),
            in_("receive", "receive_json", "connect"),
            failing_line(r"accept\("),
        ),
    ),
    # What Channels calls, and with what ---------------------------------------
    Mistake(
        id="other_arguments",
        step=1,
        name="A method takes other arguments than Channels gives it",
        sight="1011",
        sign="the terminal says that a method takes, or misses, arguments",
        cure="Channels calls it with other arguments: def $method(self, event).",
        why="Who calls a method decides what it is given; here that is Channels.",
        page=IDEA,
        evidence=(
            raised(r"\.(?P<method>(?!(en|de)code_json)\w+)\(\) (missing|takes|got)"),
            outside(),
        ),
    ),
    Mistake(
        id="self_is_missing",
        step=1,
        name="A method has no self",
        sight="1011",
        sign="the brackets of a def do not begin with self",
        cure="Write self first in the brackets of def $method.",
        why="Python hands a method the object that it is called on, before all else.",
        page=IDEA,
        evidence=(
            raised(r"\.(?P<method>\w+)\(\) (missing|takes|got)"),
            outside(),
            _without_self,
        ),
        weight=1,
    ),
    Mistake(
        id="connect_takes_a_message",
        step=1,
        name="connect() takes an argument",
        sight="500",
        sign="the terminal says `connect() missing 1 required positional argument`",
        cure="Write def connect(self): who connects is in self.scope.",
        why="Channels calls connect() with nothing but the consumer.",
        page=IDEA,
        evidence=(
            raised(r"\.connect\(\) (missing|takes|got)"),
            outside(),
            has("connect"),
        ),
    ),
    Mistake(
        id="disconnect_without_code_argument",
        step=1,
        name="disconnect() does not take the close code",
        sight="advice",
        sign="the terminal says `disconnect() takes 1 positional argument but 2`",
        cure="Write def disconnect(self, close_code).",
        why="Channels hands over the number that tells how the connection ended; what "
        "stands in this disconnect() never runs.",
        page=CODES,
        evidence=(
            raised(r"\.disconnect\(\) (missing|takes|got)"),
            outside(),
            has("disconnect"),
        ),
    ),
    Mistake(
        id="super_without_arguments",
        step=1,
        name="super() is called without what it needs",
        sight="1011",
        sign="the terminal says that a method of WebsocketConsumer misses an argument",
        cure="Hand on what you were given, such as super().disconnect(close_code), or "
        "leave that call out.",
        why="The method of the base takes the same arguments as yours.",
        page=IDEA,
        evidence=(
            raised(r"\(\) (missing|takes|got)"),
            failing_line(r"super\("),
        ),
    ),
    Mistake(
        id="asks_for_the_next_message",
        step=1,
        name="receive() is called to wait for a message",
        sight="500",
        sign="the code calls self.receive() or self.receive_json() itself, often in a "
        "loop",
        cure="Take that call out, and the loop around it: write a method "
        "receive(self, text_data=None, bytes_data=None), which Channels calls with "
        "each message.",
        why="In other frameworks one asks for the next message; in Channels one is "
        "called with it.",
        page=IDEA,
        evidence=(
            is_("raised", "busy", "never_awaited", "silent"),
            written(r"(self|websocket|ws)\.receive(_json|_text)?\(", look=True),
            lacks(r"super\(\)\.receive"),
        ),
        weight=1,
    ),
    Mistake(
        id="receive_takes_a_message",
        step=1,
        name="receive() has other arguments than text_data and bytes_data",
        sight="1011",
        sign="the terminal says `receive() got an unexpected keyword argument`",
        cure="Write def receive(self, text_data=None, bytes_data=None).",
        why="Channels hands what came over by name: text_data or bytes_data.",
        page=IDEA,
        evidence=(
            raised(r"\.receive\(\) (missing|takes|got)"),
            outside(),
            has("receive"),
        ),
    ),
    Mistake(
        id="receive_json_takes_nothing",
        step=1,
        name="receive_json() does not take what came",
        sight="1011",
        sign="the terminal says `receive_json() takes 1 positional argument but 2`",
        cure="Write def receive_json(self, content).",
        why="content is what came, already made of JSON.",
        page=LEFT_OUT,
        evidence=(
            raised(r"\.receive_json\(\) (missing|takes|got)"),
            outside(),
            has("receive_json"),
        ),
    ),
    Mistake(
        id="json_consumer_with_receive",
        step=1,
        name="A Json consumer overrides receive()",
        sight="silent",
        sign="the class is a JsonWebsocketConsumer with a method receive",
        cure="Name it receive_json(self, content): content is the dictionary.",
        why="In a JsonWebsocketConsumer, receive() is what decodes JSON and calls "
        "receive_json().",
        page=LEFT_OUT,
        evidence=(
            is_("raised", "silent"),
            consumer(bases="JsonWebsocketConsumer"),
            has("receive"),
            in_("receive"),
        ),
    ),
    Mistake(
        id="receive_json_on_plain_consumer",
        step=1,
        name="receive_json() in a consumer that does not speak JSON",
        sight="silent",
        sign="the class has receive_json() and is no JsonWebsocketConsumer",
        cure="Inherit from ${kind}JsonWebsocketConsumer; or name it receive, with "
        "text_data.",
        why="Only a JsonWebsocketConsumer calls receive_json(); others call "
        "receive().",
        page=LEFT_OUT,
        evidence=(
            is_("silent", "no_reader"),
            has("receive_json"),
            consumer(bases=r"^(?!.*Json).*?'(?P<kind>(Async)?)WebsocketConsumer'"),
        ),
        weight=4,
    ),
    Mistake(
        id="method_name_typo_silent",
        step=1,
        name="No method is called receive",
        sight="silent",
        sign="the class has no method of that name, or one that is misspelt",
        cure="Name the method that reads what comes in receive: Channels calls it by "
        "that.",
        why="A method of another name is never called, and nobody complains.",
        page=IDEA,
        evidence=(is_("no_reader"),),
    ),
    Mistake(
        id="mixin_after_the_base",
        step=1,
        name="A base of Channels stands before the class that has the method",
        sight="silent",
        sign="the method is in a class of yours that stands after WebsocketConsumer",
        cure="Name your own class first: class ChatConsumer(Yours, "
        "WebsocketConsumer).",
        why="Python takes a method from the first base that has it, and "
        "WebsocketConsumer has an empty receive().",
        page=IDEA,
        evidence=(
            is_("no_reader"),
            written(r"^(async )?def (receive|receive_json)\(self"),
            written(r"^class \w+\((\w*WebsocketConsumer), ", look=True),
        ),
    ),
    Mistake(
        id="websocket_receive_reads_text_data",
        step=1,
        name="websocket_receive() gets the event, not the text",
        sight="1011",
        sign="the class has a method websocket_receive",
        cure="Name it receive(self, text_data=None, bytes_data=None).",
        why="websocket_receive is what calls receive(); it gets a dictionary, the "
        "event.",
        page=IDEA,
        evidence=(
            raised(""),
            in_("websocket_receive"),
            consumer(bases="WebsocketConsumer"),
        ),
        weight=1,
    ),
    Mistake(
        id="method_outside_the_class",
        step=1,
        name="A method stands outside the class",
        sight="silent",
        sign="the method begins at the left margin, below the class",
        cure="Indent def $method, so that it belongs to the class.",
        why="What begins at the left margin is a function of its own, which nobody "
        "calls.",
        page=IDEA,
        evidence=(
            is_("no_reader", "silent", "raised", "hangs", "not_accepted"),
            _outside,
        ),
    ),
    Mistake(
        id="method_inside_a_method",
        step=1,
        name="A method stands inside another",
        sight="silent",
        sign="a def is indented below another def",
        cure="Move def $method to the left, in line with the other methods.",
        why="What is indented below a def belongs to it, and is not a method of the "
        "class.",
        page=IDEA,
        evidence=(
            is_("no_reader", "silent", "raised", "hangs", "not_accepted"),
            _nested,
        ),
    ),
    Mistake(
        id="low_level_consumer_without_accept_or_stop",
        step=1,
        name="A low-level consumer has no websocket_disconnect",
        sight="advice",
        sign="the terminal says `No handler for message type websocket.disconnect`",
        cure="Write websocket_disconnect(self, event) and raise StopConsumer() in it, "
        "or inherit from WebsocketConsumer, which does.",
        why="SyncConsumer and AsyncConsumer leave all of it to you.",
        page=LEFT_OUT,
        evidence=(raised("No handler for message type websocket.disconnect"),),
    ),
    Mistake(
        id="low_level_consumer_with_receive",
        step=1,
        name="A low-level consumer has the methods of another one",
        sight="500",
        sign="the class inherits from SyncConsumer or AsyncConsumer",
        cure="Inherit from WebsocketConsumer (or AsyncWebsocketConsumer): it calls "
        "connect(), receive() and disconnect().",
        why="SyncConsumer and AsyncConsumer call websocket_connect, websocket_receive "
        "and websocket_disconnect instead.",
        page=LEFT_OUT,
        evidence=(
            raised("No handler for message type websocket"),
            has("connect", "receive"),
        ),
    ),
    Mistake(
        id="override_websocket_disconnect_no_stopconsumer",
        step=1,
        name="websocket_disconnect() does not end the consumer",
        sight="advice",
        sign="ten seconds after a tab closed, the terminal says `took too long to "
        "shut down`",
        cure="Override disconnect(self, close_code), not websocket_disconnect().",
        why="websocket_disconnect is what calls disconnect() and then ends the "
        "consumer.",
        page=CODES,
        evidence=(is_("does_not_end"),),
    ),
    # Sync and async -----------------------------------------------------------
    Mistake(
        id="async_def_in_sync_consumer",
        step=1,
        name="A method is async in a consumer that is not",
        sight="hang",
        sign="the class is a WebsocketConsumer and a method is `async def`",
        cure="Write def instead of async def, and take out await; or inherit from "
        "AsyncWebsocketConsumer.",
        why="A WebsocketConsumer calls its methods and awaits nothing, so an async "
        "one does not run.",
        page=LEFT_OUT,
        evidence=(never_awaited("", called=False),),
    ),
    Mistake(
        id="missing_await",
        step=1,
        name="await is missing",
        sight="silent",
        sign="the class is async, and a call has no await before it",
        cure="Write await before that call: await self.$what(…).",
        why="Calling an async method makes a coroutine; it runs when it is awaited.",
        page=LEFT_OUT,
        evidence=(
            never_awaited("", called=True),
            consumer(bases="'Async(Json)?WebsocketConsumer'|^(?!.*SyncConsumer)"),
        ),
    ),
    Mistake(
        id="async_called_from_sync",
        step=1,
        name="An async function is called from code that is not",
        sight="silent",
        sign="a `def` calls something that is `async def`",
        cure="Write def $what instead of async def, if nothing in it awaits; else "
        "call it by async_to_sync(…)(…).",
        why="Calling an async function makes a coroutine, which runs when it is "
        "awaited; and a method that is not async cannot await.",
        page="03_channel_layer/#task-2-join-and-leave-the-rooms-group",
        evidence=(never_awaited("", called=True),),
    ),
    Mistake(
        id="sync_method_in_async_consumer",
        step=1,
        name="A method is not async in a consumer that is",
        sight="1011",
        sign="the terminal says `object NoneType can't be used in 'await' expression`",
        cure="Write async def for that method, and await before what it calls.",
        why="An async consumer awaits each of its methods.",
        page=LEFT_OUT,
        evidence=(
            raised("object NoneType can't be used in 'await' expression"),
            outside(),
            consumer(bases="AsyncConsumer"),
        ),
    ),
    Mistake(
        id="awaits_what_is_not_async",
        step=1,
        name="await stands before something that is not async",
        sight="1011",
        sign="the terminal says `object … can't be used in 'await' expression`",
        cure="Take out await there: what it calls is not async.",
        why="Only a coroutine can be awaited; a plain call has already run.",
        page=LEFT_OUT,
        evidence=(
            raised(r"object (?P<type>\w+) can't be used in 'await' expression"),
            failing_line("await"),
        ),
    ),
    Mistake(
        id="async_to_sync_in_async_consumer",
        step=1,
        name="async_to_sync is used in a method that is async",
        sight="1011",
        sign="the terminal says `You cannot use AsyncToSync in the same thread`",
        cure="Write await there, without async_to_sync: await self.….",
        why="async_to_sync is for code that cannot await; this method can.",
        page="03_channel_layer/#task-2-join-and-leave-the-rooms-group",
        evidence=(raised("You cannot use AsyncToSync in the same thread"),),
    ),
    Mistake(
        id="await_outside_async",
        step=1,
        name="await in a method that is not async",
        sight="no_start",
        sign="the terminal says `'await' outside async function`",
        cure="Take out await, or make the consumer async as a whole: "
        "AsyncWebsocketConsumer, and async def for each of its methods.",
        why="Only an async def can wait in the middle.",
        page=LEFT_OUT,
        evidence=(
            raised("SyntaxError: 'await' outside"),
            is_("cannot_start", "fails_under_daphne"),
        ),
    ),
    # receive() ----------------------------------------------------------------
    Mistake(
        id="return_instead_of_send",
        step=1,
        name="receive() returns the answer",
        sight="silent",
        sign="receive() ends with return and a value",
        cure="Call self.send(text_data=…) with it, instead of returning it.",
        why="Consumers are no views: what they return is thrown away.",
        page=SEND,
        evidence=(
            is_("silent"),
            got("ended without sending"),
            written(r"^return (?!None)\S", "receive", look=True),
        ),
    ),
    Mistake(
        id="returns_early",
        step=1,
        name="receive() returns before it sends",
        sight="silent",
        sign="receive() has a return, and sends below it",
        cure="See why receive() returns before it gets to the line that sends.",
        why="A return ends the method without a word; so does an except that passes.",
        page=SEND,
        evidence=(
            is_("silent"),
            got("ended without sending"),
            written(r"^(return( None)?|pass|continue)$", "receive"),
            written(SENDS, "receive"),
        ),
    ),
    Mistake(
        id="receive_sends_nothing",
        step=1,
        name="receive() does not send",
        sight="silent",
        sign="receive() runs to its end, and calls no self.send()",
        cure="Call self.send(text_data=…) in receive(), with the message as JSON.",
        why="A consumer answers by calling send(); nothing is sent by itself.",
        page=SEND,
        evidence=(
            is_("silent"),
            got("ended without sending"),
            lacks(SENDS, "receive"),
            lacks(r"^return (?!None)\S", "receive"),
            step(2),
        ),
    ),
    Mistake(
        id="prints_the_answer",
        step=1,
        name="receive() prints the message",
        sight="silent",
        sign="the message appears in the terminal",
        cure="Call self.send(text_data=…) where print() is.",
        why="print() writes to the terminal of the server; self.send() to the "
        "browser.",
        page=SEND,
        evidence=(
            is_("silent"),
            got("ended without sending"),
            lacks(SENDS, "receive"),
            lacks(r"^return (?!None)\S", "receive"),
            written(r"^print\(", "receive", look=True),
            step(2),
        ),
    ),
    Mistake(
        id="send_is_not_called",
        step=1,
        name="send has no brackets, so it is not called",
        sight="silent",
        sign="receive() says self.send without brackets",
        cure="Write self.send(text_data=…), with its brackets.",
        why="Without brackets Python looks the method up, and does not call it.",
        page=SEND,
        evidence=(
            is_("silent"),
            got("ended without sending"),
            written(r"^self\.send(_json)?$", look=True),
        ),
        weight=2,
    ),
    Mistake(
        id="exceptions_are_swallowed",
        step=1,
        name="An exception is caught and nothing said",
        sight="silent",
        sign="an except catches it, and nothing appears in the terminal",
        cure="Mend what that line does; and let the except name only what a stranger "
        "can cause: ValueError, KeyError and TypeError of reading the frame.",
        why="An except hides whatever it catches, the mistakes of the code as well.",
        page=STRANGER,
        evidence=(is_("caught"),),
        weight=-1,
    ),
    Mistake(
        id="answers_one_message_late",
        step=1,
        name="Only what came before is sent",
        sight="silent",
        sign="the first message is not answered, and the second is, with the first",
        cure="Send what came in the same call of receive() that read it.",
        why="Each message is answered when it is there, not when the next one comes.",
        page=SEND,
        evidence=(
            is_("silent"),
            got("ended without sending"),
            written(SENDS, "receive"),
            written(r"^if .*(last|prev|before|buffer|queue|pending|waiting|len\()",
                    "receive", look=True),
        ),
    ),
    Mistake(
        id="empty_messages_are_ignored",
        step=1,
        name="An empty message is not answered",
        sight="silent",
        sign='the code says `if message:` or `if text_data`, and "" is nothing to it',
        cure="Let the empty text through as well: ask whether it is there, such as "
        'with "message" in data.',
        why='To an if, "" is as false as None.',
        page=SEND,
        evidence=(
            is_("silent"),
            lambda seen: {} if _last_sent_is_empty(seen) else None,
            written(r"^if |^return .* if |^while ", look=True),
        ),
        weight=3,
    ),
    Mistake(
        id="send_empty_text",
        step=1,
        name="An empty text is sent",
        sight="silent",
        sign='the code sends text_data=""',
        cure="Send JSON that has the message, not an empty text.",
        why="Daphne drops an empty text frame without a word.",
        page=SEND,
        evidence=(is_("silent"), saw("out", type="websocket.send", text="^$")),
        weight=4,
    ),
    Mistake(
        id="send_dict_not_text",
        step=1,
        name="A dictionary is sent",
        sight="1011",
        sign="the terminal says `'dict' object has no attribute 'encode'`",
        cure="Make text of it: self.send(text_data=json.dumps(…)).",
        why="send() takes text; only send_json() of a Json consumer takes a "
        "dictionary.",
        page=SEND,
        evidence=(raised("'(dict|list)' object has no attribute 'encode'"),),
    ),
    Mistake(
        id="sends_a_response",
        step=1,
        name="A response of HTTP is sent",
        sight="1011",
        sign="the terminal says `'…Response' object has no attribute 'encode'`",
        cure='Send text: self.send(text_data=json.dumps({"message": message})).',
        why="HttpResponse and JsonResponse answer a request; a WebSocket carries "
        "text.",
        page=SEND,
        evidence=(raised(r"'\w*Response' object has no attribute 'encode'"),),
    ),
    Mistake(
        id="sends_what_is_no_text",
        step=1,
        name="Something is sent that is no text",
        sight="1011",
        sign="the terminal says `'…' object has no attribute 'encode'`",
        cure='Send text instead of the $type: json.dumps({"message": message}).',
        why="send() takes text: a frame of text is what the page can read.",
        page=SEND,
        evidence=(
            raised(r"'(?P<type>(?!dict|list|bytes|\w*Response)\w+)' object has no "
                   r"attribute 'encode'"),
        ),
    ),
    Mistake(
        id="send_text_as_bytes",
        step=1,
        name="Text is sent as bytes_data, or bytes as text_data",
        sight="1011",
        sign="the terminal says that bytes are no str, or the other way round",
        cure="Write self.send(text_data=json.dumps(…)), without .encode().",
        why="text_data is for str, bytes_data for bytes.",
        page=SEND,
        evidence=(
            raised("'bytes' object has no attribute 'encode'|expected.*bytes|"
                   "payload.*(str|bytes)|a bytes-like object is required"),
            failing_line("send"),
        ),
    ),
    Mistake(
        id="answers_in_bytes",
        step=1,
        name="The answer is sent as bytes",
        sight="wrong",
        sign="the code says bytes_data= or .encode()",
        cure="Send text: self.send(text_data=…).",
        why="The page reads text; a binary frame is something else to it.",
        page=SEND,
        evidence=(is_("binary"),),
    ),
    Mistake(
        id="send_without_keyword",
        step=1,
        name="send() is given an argument that it does not have",
        sight="1011",
        sign="the terminal says `send() got an unexpected keyword argument`",
        cure="Write self.send(text_data=…): that is what the argument is called.",
        why="send() has text_data, bytes_data and close.",
        page=SEND,
        evidence=(
            raised(r"\bsend\(\) (got|takes|missing)"),
            failing_line(r"send\("),
        ),
    ),
    Mistake(
        id="send_json_on_plain_consumer",
        step=1,
        name="send_json() in a consumer that does not have it",
        sight="1011",
        sign="the terminal says `object has no attribute 'send_json'`",
        cure="Write self.send(text_data=json.dumps(…)).",
        why="send_json() belongs to JsonWebsocketConsumer and "
        "AsyncJsonWebsocketConsumer.",
        page=LEFT_OUT,
        evidence=(raised("no attribute 'send_json'"),),
        weight=1,
    ),
    Mistake(
        id="from_another_framework",
        step=1,
        name="A method is called that other frameworks have",
        sight="1011",
        sign="the terminal says `object has no attribute '…'`",
        cure="Write self.send(text_data=…): a consumer has no $name.",
        why="In Channels a consumer has accept(), send() and close(), and is told "
        "what comes by receive().",
        page=SEND,
        evidence=(
            raised(
                r"object has no attribute '(?P<name>emit|write_message|send_text|"
                r"send_message|broadcast|reply|respond|receive_text|sendMessage|"
                r"send_str|write|send_bytes|reply_channel)'"
            ),
            is_("raised"),
        ),
        weight=1,
    ),
    Mistake(
        id="forgot_json_loads",
        step=1,
        name="The text is used as if it were a dictionary",
        sight="1011",
        sign="the terminal says `string indices must be integers`",
        cure="It is text: json.loads(text_data) makes a dictionary of it.",
        why="What travels is text; JSON is how a dictionary is written as text.",
        page=SEND,
        evidence=(
            raised("string indices must be integers|'str' object has no attribute "
                   "'(get|items|keys)'"),
        ),
    ),
    Mistake(
        id="loads_of_a_dictionary",
        step=1,
        name="json.loads() is given what is no text",
        sight="1011",
        sign="the terminal says `the JSON object must be str, bytes or bytearray`",
        cure="Take out json.loads() there: it is a $type already.",
        why="json.loads() makes a dictionary of text; a Json consumer has done that "
        "before receive_json().",
        page=SEND,
        evidence=(
            raised(r"JSON object must be str, bytes or bytearray, not (?P<type>\w+)"),
        ),
    ),
    Mistake(
        id="json_load_instead_of_loads",
        step=1,
        name="json.load or json.dump, without the s",
        sight="1011",
        sign="the terminal says `'str' object has no attribute 'read'`, or that "
        "dump() misses 'fp'",
        cure="Write json.loads() and json.dumps(), with an s: they work on text.",
        why="json.load() and json.dump() read and write files.",
        page=SEND,
        evidence=(
            raised(r"no attribute 'read'|dump\(\) missing|has no attribute 'write'"),
        ),
    ),
    Mistake(
        id="other_key_in_the_message",
        step=1,
        name="Another key is read than the page sends",
        sight="1011",
        sign="the terminal says `KeyError` with a name that is not message",
        cure='Read "message": that is the key under which the page sends the text.',
        why='The page sends {"message": "…"}; look at what goes up in the developer '
        "tools.",
        page=SEND,
        evidence=(raised("^KeyError: "), in_(*READS)),
    ),
    Mistake(
        id="forgot_json_dumps_plain_text",
        step=1,
        name="The text is sent as it is, and not as JSON",
        sight="wrong",
        sign="the text arrives, and nothing around it",
        cure='Send JSON: self.send(text_data=json.dumps({"message": message})).',
        why="The page reads JSON with the text under message; look into the console "
        "of the browser.",
        page=SEND,
        evidence=(
            is_("other_form"),
            lambda seen: {} if _is_plain(seen.event["text"]) else None,
        ),
    ),
    Mistake(
        id="json_of_the_text_alone",
        step=1,
        name="The text alone is made JSON",
        sight="wrong",
        sign="what arrives is the text in quotes",
        cure='Send an object: json.dumps({"message": message}).',
        why="The page looks for the text under message, in an object.",
        page=SEND,
        evidence=(
            is_("other_form"),
            lambda seen: {} if _is_text_in_json(seen.event["text"]) else None,
        ),
    ),
    Mistake(
        id="str_of_a_dictionary",
        step=1,
        name="A dictionary is made text with str(), not as JSON",
        sight="wrong",
        sign="what arrives has single quotes: {'message': …}",
        cure="Write json.dumps(…) instead of str(…).",
        why="JSON has double quotes; what str() makes is Python, which the page "
        "cannot read.",
        page=SEND,
        evidence=(
            is_("other_form"),
            got(r"\{'"),
        ),
    ),
    Mistake(
        id="json_by_hand",
        step=1,
        name="JSON is put together by hand",
        sight="wrong",
        sign="it works until there is a quote or a line end in the text",
        cure='Write json.dumps({"message": message}) instead of the braces and '
        "quotes.",
        why="json.dumps() knows which letters need a backslash.",
        page=SEND,
        evidence=(
            is_("other_form"),
            got(r"^it heard .?\{\\?\"message"),
            lambda seen: {} if not _is_json(seen.event["text"]) else None,
        ),
    ),
    Mistake(
        id="json_consumer_double_dumps",
        step=1,
        name="JSON is made of JSON",
        sight="wrong",
        sign='what arrives begins with a quote: "{\\"message\\": …',
        cure="Take out one of the two: send_json() makes JSON by itself, and so does "
        "json.dumps(), once.",
        why="JSON of a text is that text in quotes: the page sees a text and no "
        "object.",
        page=SEND,
        evidence=(
            is_("other_form"),
            lambda seen: {} if _is_json_in_json(seen.event["text"]) else None,
        ),
    ),
    Mistake(
        id="answers_under_another_key",
        step=1,
        name="The answer has another key than message",
        sight="wrong",
        sign="the page shows `(not {…})` and the text",
        cure='Send it under "message": json.dumps({"message": message}).',
        why='The page looks under "message", and nowhere else.',
        page=SEND,
        evidence=(
            is_("other_form"),
            lambda seen: {} if _is_object_without_message(seen.event["text"]) else None,
        ),
    ),
    Mistake(
        id="sends_the_whole_frame_as_message",
        step=1,
        name="Under message is more than the text",
        sight="wrong",
        sign="under message there is an object, or JSON again",
        cure='Send the text alone: take it out first, such as with data["message"].',
        why="What the page gets under message, it shows.",
        page=SEND,
        evidence=(
            is_("other_form"),
            lambda seen: {} if _nested_message(seen.event["text"]) else None,
        ),
    ),
    Mistake(
        id="changes_the_text",
        step=1,
        name="The text comes back changed",
        sight="wrong",
        sign="the text has something more, or something less, than was sent",
        cure="Send the text as it came: without a name before it, strip() or upper().",
        why="An echo says what was said, letter by letter.",
        page=SEND,
        evidence=(
            is_("other_form"),
            lambda seen: {} if isinstance(_message(seen), str) else None,
            lambda seen: None if _nested_message(seen.event["text"]) else {},
        ),
    ),
    Mistake(
        id="answers_always_the_same",
        step=1,
        name="The answer does not depend on what came",
        sight="wrong",
        sign="whatever is typed, the same comes back",
        cure="Send what came: read it from text_data with json.loads().",
        why="The checks say words that nobody can guess.",
        page=SEND,
        evidence=(
            is_("silent"),
            got("the last that it heard"),
            never_asked("group_send"),
        ),
    ),
    Mistake(
        id="answers_only_the_first",
        step=1,
        name="A consumer stops answering",
        sight="silent",
        sign="the first message is answered, and later ones are not",
        cure="Answer every message: take out what is remembered between two of them.",
        why="receive() is called once for each message, on the same object.",
        page=SEND,
        evidence=(
            is_("silent"),
            got("without sending|nothing came"),
            saw("out", type="websocket.send"),
            never_asked("group_send"),
            written(SENDS, "receive"),
        ),
    ),
    Mistake(
        id="answers_much_later",
        step=1,
        name="The answer is put off",
        sight="silent",
        sign="the code starts a timer, a thread or a task that waits",
        cure="Send in receive() itself, without waiting.",
        why="Nobody waits for a chat that takes seconds to answer.",
        page=SEND,
        evidence=(
            is_("silent"),
            got("nothing came within"),
            written(r"Timer\(|call_later\(|sleep\(", look=True),
        ),
    ),
    Mistake(
        id="echoes_twice",
        step=1,
        name="A message is sent twice",
        sight="wrong",
        sign="each message appears twice",
        cure="Send once: see which two lines of receive() send.",
        why="Each call of send() is a frame.",
        page=SEND,
        evidence=(is_("heard_twice"), never_asked("group_send")),
    ),
    Mistake(
        id="sends_everything_again",
        step=1,
        name="What was said before is sent again",
        sight="wrong",
        sign="with each message, the earlier ones come again",
        cure="Send the one message that has just come: take out the loop over what "
        "was said before.",
        why="Each call of send() is a frame, and the page shows each frame.",
        page=SEND,
        evidence=(
            is_("heard_twice"),
            never_asked("group_send"),
            written(r"^for ", "receive", look=True),
        ),
    ),
    Mistake(
        id="out_of_order",
        step=1,
        name="Messages come in another order",
        sight="wrong",
        sign="the order changes when many come at once",
        cure="Send each message in the call of receive() that reads it, and do not "
        "collect them.",
        why="A consumer handles one message after another; threads, tasks and lists "
        "of your own do not.",
        page=SEND,
        evidence=(is_("out_of_order"),),
    ),
    Mistake(
        id="closes_after_answering",
        step=1,
        name="The server closes instead of answering",
        sight="closed",
        sign="the code calls self.close()",
        cure="Take out self.close(): the connection stays open for the next message.",
        why="close() ends the connection for good; a view ends by itself, a consumer "
        "does not have to.",
        page=CODES,
        evidence=(is_("closed"), written(r"close\(|close=True", look=True)),
    ),
    Mistake(
        id="stops_the_consumer",
        step=1,
        name="StopConsumer is raised too early",
        sight="closed",
        sign="StopConsumer is raised elsewhere than in websocket_disconnect",
        cure="Take out raise StopConsumer(): it belongs into websocket_disconnect "
        "alone.",
        why="It ends the consumer: whatever comes after is read by nobody.",
        page=CODES,
        evidence=(
            is_("closed", "silent", "raised", "hangs", "not_accepted"),
            lambda seen: written("StopConsumer", "receive", look=True)(seen)
            or written("StopConsumer", "connect", look=True)(seen),
            written("StopConsumer"),
        ),
        weight=3,
    ),
    Mistake(
        id="close_reason_ignored_by_daphne",
        step=1,
        name="What is to be said is given to close() as its reason",
        sight="closed",
        sign="the code says close(…, reason=…)",
        cure="Send it first, with self.send(), and take out self.close().",
        why="Daphne drops the reason; only the number arrives.",
        page=CODES,
        evidence=(
            is_("closed"),
            written(r"close\(.*reason=", look=True),
            saw("out", type="websocket.close"),
        ),
    ),
    Mistake(
        id="invalid_close_code",
        step=1,
        name="A close code is a status of HTTP",
        sight="1011",
        sign="the terminal says `invalid close code`",
        cure="Take out self.close(); where you want to close, use 1000, or 3000 to "
        "4999.",
        why="WebSocket has numbers of its own: 401 and 404 belong to HTTP.",
        page=CODES,
        evidence=(raised("invalid close code"),),
    ),
    Mistake(
        id="sends_after_close",
        step=1,
        name="Something is sent after the connection was closed",
        sight="1011",
        sign="the terminal says `Attempt to send on a closed protocol`",
        cure="Take out self.close(), or do not send after it.",
        why="close() ends the connection; nothing travels on it any more.",
        page=CODES,
        evidence=(raised("closed protocol|after sending 'websocket.close'"),),
    ),
    Mistake(
        id="attribute_is_made_nowhere",
        step=1,
        name="Something is read from self that was never put there",
        sight="1011",
        sign="the terminal says `object has no attribute '…'`",
        cure="Set self.$name in connect() before it is used, under the same name.",
        why="An object has what was put on it, under that name and no other.",
        page=IDEA,
        evidence=(
            raised(r"^AttributeError: '\w*Consumer\w*' object has no attribute "
                   r"'(?P<name>\w+)'"),
        ),
    ),
    Mistake(
        id="raises",
        step=1,
        name="A line of yours raises an exception",
        sight="1011",
        sign="the terminal shows a traceback that ends in your file",
        cure="Mend what that line does; catch the exception only where what came "
        "from outside can cause it.",
        why="An exception that nobody catches ends what was going on: the start, the "
        "page or the connection.",
        page=STRANGER,
        evidence=(is_("raised", "cannot_start", "page_raised"), failing_line(r"\S")),
        weight=-2,
    ),
    Mistake(
        id="raises_in_a_library",
        step=1,
        name="Code that yours calls raises an exception",
        sight="1011",
        sign="the terminal shows a traceback that ends in a library",
        cure="Look at what your settings and your code give to the library: the "
        "words of the exception say what it cannot use.",
        why="A library raises when it is given what it cannot use.",
        page=STRANGER,
        evidence=(is_("raised", "cannot_start", "page_raised"), outside()),
        weight=-2,
    ),
    Mistake(
        id="attribute_is_made_elsewhere",
        step=1,
        name="Something is read from self before it is put there",
        sight="1011",
        sign="the terminal says `object has no attribute '…'`, and another method "
        "sets it",
        cure="Set self.$name in connect(), above the line that reads it.",
        why="An object has what was put on it, once the line that does so has run.",
        page=IDEA,
        evidence=(
            raised(r"^AttributeError: '\w*Consumer\w*' object has no attribute "
                   r"'(?P<name>\w+)'"),
            _is_set_somewhere,
        ),
    ),
    Mistake(
        id="hides_a_method_of_channels",
        step=1,
        name="A method of yours hides one of Channels",
        sight="1011",
        sign="the class has a method send, accept or close",
        cure="Give def $method another name: it hides the one of Channels, which "
        "others call.",
        why="A class has one method of a name: yours takes the place of the one that "
        "it inherits.",
        page=IDEA,
        evidence=(
            is_("raised", "silent", "not_accepted", "never_awaited", "caught"),
            has("send", "accept", "close", "send_json", "base_send", "dispatch",
                "websocket_receive", "decode_json", "encode_json"),
            consumer(bases="WebsocketConsumer"),
        ),
    ),
    Mistake(
        id="method_is_defined_twice",
        step=1,
        name="A method is defined twice",
        sight="silent",
        sign="the class has two methods of one name",
        cure="Take one def $method out: the second takes the place of the first.",
        why="A class has one method of a name, the last one.",
        page=IDEA,
        evidence=(
            is_("silent", "no_reader", "not_accepted", "no_members", "raised", "hangs",
                "other_form", "heard_elsewhere", "closed", "still_members"),
            _twice,
        ),
        weight=4,
    ),
    # Tabs that mix ------------------------------------------------------------
    Mistake(
        id="echoes_to_every_tab",
        step=1,
        name="A tab is answered that did not ask",
        sight="wrong",
        sign="what one tab says appears in another",
        cure="Send back to the tab that sent: self.send(), and nothing to a list of "
        "others.",
        why="Each tab has a consumer of its own, and self is that of the sender.",
        page="01_consumer/#check-it",
        evidence=(is_("overheard", "heard_elsewhere"), step(2)),
    ),
    Mistake(
        id="state_on_the_class",
        step=1,
        name="What belongs to one connection is kept on the class",
        sight="wrong",
        sign="a list or dictionary is made in the class, above the methods",
        cure="Make it in connect(): self.$name = …, so that each connection has its "
        "own.",
        why="What stands in the class is shared by every connection of the process.",
        page=IDEA,
        evidence=(
            is_("overheard", "heard_elsewhere", "silent", "other_form"),
            _shared,
            lacks(r"\.(append|add)\(self\)"),
        ),
    ),
    Mistake(
        id="state_in_the_module",
        step=1,
        name="What belongs to one connection is kept in a global variable",
        sight="wrong",
        sign="a method says `global`",
        cure="Use self instead of the global $name: self itself, or what is kept on "
        "it, is each connection's own.",
        why="A global variable is shared by every connection of the process.",
        page=IDEA,
        evidence=(
            is_("overheard", "heard_elsewhere", "heard_twice", "silent", "other_form"),
            written(r"^global (?P<name>\w+)", look=True),
        ),
        weight=1,
    ),
)  # fmt: skip
