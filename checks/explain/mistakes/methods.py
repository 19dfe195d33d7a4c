"""Mistakes in the methods that Channels calls: with what, and who awaits them."""

import re

from checks.explain.mistakes.clues import *
from checks.explain.mistakes.sections import *

WRONGLY = r"\.(?P<method>\w+)\(\) (missing|takes|got)"
asks = calls(r"(self|websocket|ws)\.receive(_json|_text)?")
passes_on = calls(r"super\(\)\.receive\w*")
no_json = based(r"^(?!.*Json).*?'(?P<kind>(Async)?)WebsocketConsumer'")
METHODS = {"connect", "disconnect", "receive", "receive_json", "chat_message"}
"""Methods that a learner writes, in one lesson or another."""
unawaited_call, unawaited_method = never_awaited(), never_awaited(called=False)


@fact
def in_sync_code(evidence: Evidence) -> bool:
    """The line to look at is in a function that is not async, so it cannot await."""
    return any(x.functions and not x.is_async for x in evidence.lines(SHOWN))


def _is_method(line: Line) -> bool:
    return line.defines in METHODS and line.takes[:1] == ["self"]


def _sends_event(evidence: Evidence) -> Found | None:
    """The line that gives an ASGI event to the send() of a WebsocketConsumer."""
    bases = str(evidence.consumer.get("bases"))
    for line in evidence.statements if "WebsocketConsumer" in bases else ():
        sends = any(re.fullmatch(r"self\.send(_json)?", name) for name, _ in line.calls)
        if sends and any(text.startswith("websocket.") for text in line.texts):
            low = "AsyncConsumer" if "AsyncWebsocket" in bases else "SyncConsumer"
            return {"low": low, "where": line.at}
    return None


@any_line(CONSUMERS)
def _outside(line: Line) -> bool:
    """A function at the left margin should be a method."""
    return _is_method(line) and line.at_margin


@any_line(CONSUMERS)
def _nested(line: Line) -> bool:
    """A function inside another should be a method."""
    return _is_method(line) and len(line.functions) > 1


def _without_self(evidence: Evidence) -> Found | None:
    """The method that was called has no self."""
    match = evidence.said(r"\.(\w+)\(\) ")
    name = match[1] if match else ""
    found = any_line(name)(
        lambda line: line.defines == name and "self" not in line.takes
    )
    return found(evidence) if name else None


@any_line()
def _own_base_comes_later(line: Line) -> bool:
    """A class names a consumer of Channels before another base."""
    names = [*map(name_of, getattr(line.node, "bases", ()))]
    return len(names) > 1 and names[0].endswith("WebsocketConsumer")


MISTAKES = [
    # What Channels calls, and with what
    OTHER("""other_arguments: A method takes other arguments than Channels gives it
      If the terminal says that a method takes, or misses, arguments
      Do: Channels calls it with other arguments: def $method(self, event).
      Why: The caller decides which arguments a method gets; here that is Channels.
    """).on(
        "1011", r"\.(?P<method>(?!..code_json)\w+)\(\) (missing|takes|got)", outside
    ),
    CONSUMER("""self_is_missing: A method has no self
      If the first parameter of a def is not self
      Do: Write self as the first parameter of def $method.
      Why: Python passes a method the object that it is called on as the first argument.
    """).on("1011", WRONGLY, outside, _without_self, weight=1),
    CONSUMER("""connect_takes_a_message: connect() takes an argument
      If the terminal says `connect() missing 1 required positional argument`
      Do: Write def connect(self): the user is in self.scope.
      Why: Channels calls connect() without arguments.
    """).on("500", *called_wrongly("connect")),
    CLOSING("""disconnect_without_code_argument: disconnect() does not take the close
        code
      If the terminal says `disconnect() takes 1 positional argument but 2`
      Do: Write def disconnect(self, close_code).
      Why: Channels passes the code with which the connection ended; without that
        argument, disconnect() never runs.
    """).on("advice", *called_wrongly("disconnect")),
    CONSUMER("""super_without_arguments: super() is called without what it needs
      If the terminal says that a method of WebsocketConsumer misses an argument
      Do: Pass on the arguments that you got, such as super().disconnect(close_code), or
        leave that call out.
      Why: The method of the base takes the same arguments as yours.
    """).on("1011", r"\(\) (missing|takes|got)", calls("super", FAILED)),
    CONSUMER("""asks_for_the_next_message: receive() is called to wait for a message
      If the code calls self.receive() or self.receive_json() itself, often in a loop
      Do: Take that call out, and the loop around it: write a method receive(self,
        text_data=None, bytes_data=None), which Channels calls with each message.
      Why: In other frameworks you wait for the next message; Channels calls you with
        it.
    """).on(
        "500: raised busy never_awaited silent", look(asks), no(passes_on), weight=1
    ),
    CONSUMER("""receive_takes_a_message: receive() has other arguments than text_data
        and bytes_data
      If the terminal says `receive() got an unexpected keyword argument`
      Do: Write def receive(self, text_data=None, bytes_data=None).
      Why: Channels passes what came by keyword: text_data or bytes_data.
    """).on("1011", *called_wrongly("receive")),
    OTHER("""receive_json_takes_nothing: receive_json() does not take what came
      If the terminal says `receive_json() takes 1 positional argument but 2`
      Do: Write def receive_json(self, content).
      Why: content is what came, already parsed.
    """).on("1011", *called_wrongly("receive_json")),
    LEFT_OUT("""json_consumer_with_receive: A Json consumer overrides receive()
      If the class is a JsonWebsocketConsumer with a method receive
      Do: Name it receive_json(self, content): content is the dictionary. Why: In a
        JsonWebsocketConsumer, receive() is what decodes JSON and calls receive_json().
    """).on("silent: raised silent", based("JsonWeb"), in_("receive"), weight=1),
    LEFT_OUT("""receive_json_on_plain_consumer: receive_json() in a consumer that does
        not parse JSON
      If the class has receive_json() and is no JsonWebsocketConsumer
      Do: Inherit from ${kind}JsonWebsocketConsumer; or name it receive, with text_data.
      Why: Only a JsonWebsocketConsumer calls receive_json(); others call receive().
    """).on("silent: silent no_reader", has("receive_json"), no_json, weight=4),
    CONSUMER("""method_name_typo_silent: No method is called receive
      If the class has no method of that name, or one that is misspelt
      Do: Name the method receive(): Channels calls it for each message.
      Why: A method of another name is never called, and no error is raised.
    """).on("silent: no_reader"),
    CONSUMER("""mixin_after_the_base: A base class of Channels comes before the class
        that has the method
      If the method is in a class of yours that comes after WebsocketConsumer
      Do: Name your own class first: class ChatConsumer(Yours, WebsocketConsumer).
      Why: Python takes a method from the first base that has it, and WebsocketConsumer
        has an empty receive().
    """).on("silent: no_reader", defines("receive(_json)?"), _own_base_comes_later),
    CONSUMER("""websocket_receive_reads_text_data: websocket_receive() gets the event,
        not the text
      If the class has a method websocket_receive
      Do: Name it receive(self, text_data=None, bytes_data=None). Why: websocket_receive
        is what calls receive(); it gets a dictionary, the event.""").on(
        "1011", raised(), in_("websocket_receive"), based("WebsocketConsumer"), weight=2
    ),
    OTHER("""method_outside_the_class: A method is outside the class
      If the method begins at the left margin, below the class
      Do: Indent def $method, so that it belongs to the class.
      Why: What begins at the left margin is a separate function, which nothing calls.
    """).on("silent: no_reader unheard", _outside),
    OTHER("""method_inside_a_method: A method is inside another
      If a def is indented below another def
      Do: Move def $method to the left, in line with the other methods.
      Why: What is indented below a def belongs to it, and is not a method of the class.
    """).on("silent: no_reader unheard", _nested),
    OTHER("""low_level_consumer_without_accept_or_stop: A low-level consumer has no
        websocket_disconnect
      If the terminal says `No handler for message type websocket.disconnect`
      Do: Write websocket_disconnect(self, event) and raise StopConsumer() in it, or
        inherit from WebsocketConsumer, which does.
      Why: SyncConsumer and AsyncConsumer leave that to you.
    """).on("advice", terminal),
    OTHER("""low_level_consumer_with_receive: A low-level consumer has the methods of
        another one
      If the class inherits from SyncConsumer or AsyncConsumer
      Do: Inherit from WebsocketConsumer (or AsyncWebsocketConsumer): it calls
        connect(), receive() and disconnect(). Why: SyncConsumer and AsyncConsumer call
        websocket_connect, websocket_receive and websocket_disconnect instead.
    """).on("500", "No handler for message type websocket", has("connect", "receive")),
    OTHER("""low_level_methods_on_a_websocket_consumer: Methods of a low-level
        consumer are in a WebsocketConsumer
      If the class has websocket_connect and sends {"type": "websocket.accept"}
      Do: Inherit from $low of channels.consumer, which calls these methods; or write
        connect(), receive() and disconnect(), with self.accept() and
        self.send(text_data=…) in them.
      Why: A WebsocketConsumer has websocket_connect and websocket_receive of its own,
        and its send() takes text.
    """).on(
        "500", has("websocket_connect", "websocket_receive"), _sends_event, weight=3
    ),
    CLOSING("""override_websocket_disconnect_no_stopconsumer: websocket_disconnect()
        does not end the consumer
      If ten seconds after a tab closed, the terminal says `took too long to shut down`
      Do: Override disconnect(self, close_code), not websocket_disconnect().
      Why: websocket_disconnect is what calls disconnect() and then ends the consumer.
    """).on("advice: does_not_end", has("websocket_disconnect")),
    CLOSING("""bare_consumer_does_not_stop: A bare consumer goes on running
      If a consumer of channels.consumer went on running when its tab was closed
      Do: Write raise StopConsumer() at the end of websocket_disconnect(); it is in
        channels.exceptions.
      Why: A SyncConsumer or AsyncConsumer waits for events until that is raised.
    """).on(
        "advice: does_not_end",
        has("websocket_disconnect"),
        based("^(?!.*WebsocketConsumer)"),
        weight=2,
    ),
    # Sync and async
    LEFT_OUT("""async_def_in_sync_consumer: A method is async, but the consumer is not
      If the class is a WebsocketConsumer and a method is `async def`
      Do: Write def instead of async def, and take out await; or inherit from
        AsyncWebsocketConsumer.
      Why: A WebsocketConsumer calls its methods and awaits nothing, so an async one
        does not run.
    """).on("hang", unawaited_method, no(based("^(?!.*SyncConsumer)"))),
    LEFT_OUT("""missing_await: await is missing
      If the class is async, and a call has no await before it
      Do: Write await before that call: await $call(…).
      Why: Calling an async method makes a coroutine; it runs when it is awaited.
    """).on(
        "silent",
        unawaited_call,
        based("^(?!.*SyncConsumer)"),
        no(in_sync_code),
        weight=-1,
    ),
    JOIN("""async_called_from_sync: An async function is called from code that is not
      If a `def` calls something that is `async def`
      Do: Write def $what instead of async def, if nothing in it awaits; else call it by
        async_to_sync(…)(…). Why: Calling an async function makes a coroutine, which
        runs when it is awaited; and a method that is not async cannot await.
    """).on("silent", unawaited_call, step=1),
    LEFT_OUT("""sync_method_in_async_consumer: A method is not async, but the consumer
        is
      If the terminal says `object NoneType can't be used in 'await' expression`
      Do: Write async def for that method, and await before what it calls.
      Why: An async consumer awaits each of its methods.
    """).on("1011", terminal, outside, based("AsyncConsumer")),
    LEFT_OUT("""json_method_is_not_async: decode_json or encode_json is not async, but
        the consumer is
      If the terminal says `object … can't be used in 'await' expression`
      Do: Write async def $name: an AsyncJsonWebsocketConsumer awaits it.
      Why: An async consumer awaits each of its methods.
    """).on(
        "1011",
        r"object \w+ can't be used in 'await'",
        based("AsyncJson"),
        defines("(?P<name>(de|en)code_json)"),
    ),
    LEFT_OUT("""awaits_what_is_not_async: await is before something that is not async
      If the terminal says `object … can't be used in 'await' expression`
      Do: Take out await there: what it calls is not async.
      Why: Only a coroutine can be awaited; a plain call has already run.
    """).on(
        "1011", r"object (?P<type>\w+) can't be used in 'await'", awaits(".*", FAILED)
    ),
    JOIN("""async_to_sync_in_async_consumer: async_to_sync is used in a method that is
        async
      If the terminal says `You cannot use AsyncToSync in the same thread`
      Do: Write await there, without async_to_sync: await self.…. Why: async_to_sync is
        for code that cannot await; this method can.""").on("1011", terminal, step=1),
    JOIN("""awaits_the_layer_outside_async: A method that is not async awaits the
        channel layer
      If the terminal says `'await' outside async function`, and that line says
        channel_layer
      Do: Write async_to_sync(self.channel_layer.$call)(…) there, without await.
      Why: Only an async def can await; async_to_sync calls for it what is async.
    """).on("no_start: starting", terminal, awaits(r"channel_layer\.(?P<call>\w+)")),
    LEFT_OUT("""await_outside_async: await in a method that is not async
      If the terminal says `'await' outside async function`
      Do: Take out await, or make the consumer async as a whole: AsyncWebsocketConsumer,
        and async def for each of its methods.
      Why: Only an async def can await.
    """).on("no_start: starting", terminal),
]
