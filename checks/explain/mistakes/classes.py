"""Mistakes in the class of a consumer, and in how it connects."""

from checks.explain.mistakes.clues import (
    Found,
    consumer,
    failing_line,
    file,
    has,
    in_,
    is_,
    lacks,
    look_at,
    never_saw,
    no_file,
    raised,
    saw,
    written,
)
from checks.explain.mistakes.mistake import Mistake
from checks.explain.mistakes.sections import (
    ACCEPT,
    CLOSE_CODES,
    CONSUMER,
    KNOWS,
    LEFT_OUT,
    ROUTING,
    WHO,
)
from checks.explain.mistakes.seen import Seen


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


MISTAKES = (
    # The file and the class ---------------------------------------------------
    Mistake(
        id="consumer_py_vs_consumers_py",
        step=1,
        name="The file is called consumer.py",
        sight="no_start",
        sign="there is a chat/consumer.py and no chat/consumers.py",
        cure="Rename chat/consumer.py to chat/consumers.py.",
        why="The imports say consumers, with an s, as views.py and models.py have one.",
        page=ROUTING,
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
        page=CONSUMER,
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
        page=CONSUMER,
        evidence=(raised(r"module 'chat.consumers' has no attribute '(?P<name>\w+)'"),),
    ),
    Mistake(
        id="web_socket_consumer",
        step=1,
        name="WebsocketConsumer is written with a capital S",
        sight="no_start",
        sign="the terminal says `cannot import name 'WebSocketConsumer'`",
        cure="Write ${start}WebsocketConsumer: a capital W, and a small s.",
        why="In Channels it is one word, Websocket.",
        page=CONSUMER,
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
        page=CONSUMER,
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
        page=CONSUMER,
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
        page=KNOWS,
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
        page=KNOWS,
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
        page=CONSUMER,
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
        id="accepts_with_an_argument",
        step=1,
        name="accept() is given an argument",
        sight="hang",
        sign="connect() says self.accept(…) with something in the brackets",
        cure="Call self.accept() with nothing in its brackets.",
        why="It takes the name of a subprotocol, and the page offers none.",
        page=ACCEPT,
        evidence=(
            is_("not_accepted"),
            written(r"\.accept\((?!\))", "connect", look=True),
        ),
        weight=1,
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
        page=CLOSE_CODES,
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
        page=WHO,
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
        page=WHO,
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
)
