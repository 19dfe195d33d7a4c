"""Mistakes in the methods that Channels calls: with what, and who awaits them."""

import re

from checks.explain.mistakes.clues import (
    Found,
    consumer,
    failing_line,
    has,
    in_,
    is_,
    lacks,
    never_awaited,
    outside,
    raised,
    written,
)
from checks.explain.mistakes.mistake import Mistake
from checks.explain.mistakes.sections import CLOSE_CODES, CONSUMER, JOIN, LEFT_OUT
from checks.explain.mistakes.seen import Seen

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


def _without_self(seen: Seen) -> Found | None:
    """The method that was called has no self."""
    name = seen.said(r"\.(\w+)\(\) ")
    head = rf"^(async )?def {name[1]}\((?!self\b|\*)" if name else "(?!)"
    return written(head, look=True)(seen)


MISTAKES = (
    # What Channels calls, and with what ---------------------------------------
    Mistake(
        id="other_arguments",
        step=1,
        name="A method takes other arguments than Channels gives it",
        sight="1011",
        sign="the terminal says that a method takes, or misses, arguments",
        cure="Channels calls it with other arguments: def $method(self, event).",
        why="Who calls a method decides what it is given; here that is Channels.",
        page=CONSUMER,
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
        page=CONSUMER,
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
        page=CONSUMER,
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
        page=CLOSE_CODES,
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
        page=CONSUMER,
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
        page=CONSUMER,
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
        page=CONSUMER,
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
        why="Only a JsonWebsocketConsumer calls receive_json(); others call receive().",
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
        page=CONSUMER,
        evidence=(is_("no_reader"),),
    ),
    Mistake(
        id="mixin_after_the_base",
        step=1,
        name="A base of Channels stands before the class that has the method",
        sight="silent",
        sign="the method is in a class of yours that stands after WebsocketConsumer",
        cure="Name your own class first: class ChatConsumer(Yours, WebsocketConsumer).",
        why="Python takes a method from the first base that has it, and "
        "WebsocketConsumer has an empty receive().",
        page=CONSUMER,
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
        page=CONSUMER,
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
        page=CONSUMER,
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
        page=CONSUMER,
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
        page=CLOSE_CODES,
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
        page=JOIN,
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
        page=JOIN,
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
)
