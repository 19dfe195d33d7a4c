"""Mistakes in the class of a consumer, and in how it connects."""

from checks.explain.mistakes.clues import *
from checks.explain.mistakes.sections import *

branches = statement("if|for|while", "connect")
own_code = saw("out", type="websocket.close", code=r"^(?P<code>[34]\d{3})$")
accepts = calls("accept", "connect")
ACCEPTED = "handshake_deferred|AlreadyCalled"
low_level = has("websocket_connect")


def _returns_above(evidence: Evidence) -> Found | None:
    """A return in connect() above the first call of accept()."""
    for line in evidence.lines("connect"):
        if any(name == "self.accept" for name, _ in line.calls):
            return None
        if line.keyword.startswith("return"):
            return {"where": line.at}
    return None


def _init_of_consumer(evidence: Evidence) -> Found | None:
    """A consumer, and no other class, has an __init__."""
    for line in evidence.lines():
        if line.defines == "__init__" and line.in_class in evidence.consumers:
            return {"where": line.at}
    return None


def _closing_line(evidence: Evidence) -> Found:
    """Always fits; where connect() closes is where to look."""
    return look(calls("self.close", "connect"))(evidence) or {}


def _hides_a_method(evidence: Evidence) -> Found | None:
    """An attribute of the consumer that has the name of one of its methods."""
    methods = evidence.consumer.get("methods", {})
    for line in evidence.lines():
        for name in line.assigns:
            method = name.removeprefix("self.")
            if method != name and method in methods:
                return {"method": method, "where": line.at}
    return None


MISTAKES = [
    OTHER("""attribute_hides_a_method: An attribute has the name of a method
      If the terminal says `'…' object is not callable`, and the class has a method of
        the name that an attribute is given
      Do: Give self.$method another name in that line.
      Why: Python looks for a name in the object first, and in its class after that: the
        method is not found any more.
    """).on(
        "1011", r"^TypeError: '\w+' object is not callable", _hides_a_method, weight=2
    ),
    # The file and the class
    ROUTING("""consumer_py_vs_consumers_py: The file is called consumer.py
      If there is a chat/consumer.py and no chat/consumers.py
      Do: Rename chat/consumer.py to chat/consumers.py.
      Why: The imports name it consumers, in the plural, as in views.py and models.py.
    """).on(
        "no_start",
        r"^(Import|ModuleNotFound)Error: .*consumers",
        file("chat/consumer.py"),
        no(file(CONSUMERS)),
        step=1,
    ),
    CONSUMER("""renamed_class: The consumer's class has another name
      If the terminal says `cannot import name 'ChatConsumer'`
      Do: Call the class ChatConsumer: that is the name that is imported.
      Why: mysite/asgi.py, or chat/routing.py, imports the class by its name.
    """).on("no_start: starting", terminal, at=CONSUMERS),
    CONSUMER("""consumers_has_no_chat_consumer: consumers.py has no ChatConsumer
      If the terminal says `module 'chat.consumers' has no attribute …`
      Do: Call the class ChatConsumer, in chat/consumers.py and where it is used.
      Why: A module has only the names that its file defines.
    """).on("no_start", r"module 'chat.consumers' has no attribute '(?P<name>\w+)'"),
    CONSUMER("""web_socket_consumer: WebsocketConsumer is written with a capital S
      If the terminal says `cannot import name 'WebSocketConsumer'`
      Do: Write ${start}WebsocketConsumer: a capital W, and a lower-case s.
      Why: In Channels it is one word, Websocket.
    """).on(
        "no_start: starting",
        r"import name '(?P<start>\w*)Web(Socket.|socketc)onsumer'",
        weight=1,
    ),
    CONSUMER("""written_as_a_view: The consumer is a function, like a view
      If the terminal says `'function' object has no attribute 'as_asgi'`
      Do: Write a class: class ChatConsumer(WebsocketConsumer).
      Why: A view is called once; a consumer lives as long as its connection, and its
        methods are called as events arrive.
    """).on("no_start", terminal, at=CONSUMERS),
    CONSUMER("""no_base_class: The consumer has no base class
      If the terminal says `type object '…' has no attribute 'as_asgi'`
      Do: Give it a base class: class $name(WebsocketConsumer).
      Why: as_asgi(), accept() and send() come from WebsocketConsumer.
    """).on("no_start", terminal, at=CONSUMERS),
    # __init__
    KNOWS("""init_channels2_scope_argument: __init__ takes the scope, as before Channels
        3
      If the terminal says `__init__() missing … 'scope'`
      Do: Take __init__ out, and do in connect() what it does: self.scope exists there.
      Why: Since Channels 3 the scope is passed after the object is created, not with
        it.
    """).on("500", r"__init__\(\) .*'scope'", weight=4, step=1),
    KNOWS("""scope_used_in_init: __init__ uses what exists only from connect() on
      If the terminal says `object has no attribute '…'`, in __init__
      Do: Move that line to connect(): self.$name exists from then on.
      Why: The object is created first; scope, channel_layer and channel_name come with
        the connection.
    """).on(
        "500", r"no attribute '(?P<name>scope|channel_\w+)'", in_("__init__"), step=1
    ),
    CONSUMER("""init_without_super: __init__ does not call the one of Channels
      If the code has an __init__ without super().__init__()
      Do: Take __init__ out, and set what you need in connect(); or call
        super().__init__(*args, **kwargs) in it first.
      Why: Otherwise what the __init__ of WebsocketConsumer sets is missing.
    """).on(
        "500",
        r"^(AttributeError|TypeError)",
        _init_of_consumer,
        no(calls("__init__", "__init__")),
        weight=1,
    ),
    # Connecting
    ACCEPT("""connect_never_accepts: connect() never accepts
      If connect() runs, and nothing in it calls self.accept()
      Do: Accept the connection in connect(), with a method of the consumer.
      Why: Once you write connect() yourself, Channels does not accept for you.
    """).on("hang: not_accepted"),
    ACCEPT("""accept_is_not_reached: connect() does not reach accept()
      If connect() has self.accept() in it, and the connection waits
      Do: Move self.accept() to where connect() reaches it: out of a nested function or
        a branch, or above a return.
      Why: A method runs from the top; what it does not reach has no effect.
    """).on("hang: not_accepted", accepts),
    ACCEPT("""exception_before_accept: connect() catches an exception before it accepts
      If connect() has self.accept() inside a try, below a line that raises
      Do: Move self.accept() out of that try: $error was raised above it, and caught.
      Why: An exception ends the try; what comes below it there does not run.
    """).on(
        "hang: not_accepted caught",
        accepts,
        no(accepted),
        saw("caught", error="(?P<error>.*)"),
    ),
    ACCEPT("""accepts_with_an_argument: accept() is given an argument
      If connect() calls self.accept(…) with an argument
      Do: Call self.accept() without arguments.
      Why: Its argument is the name of a subprotocol, and the page offers none.
    """).on(
        "hang: not_accepted", look(calls("accept", "connect", given=".*")), weight=1
    ),
    ACCEPT("""accept_is_not_called: accept has no parentheses, so it is not called
      If connect() says self.accept, without parentheses
      Do: Write self.accept(), with parentheses.
      Why: Without parentheses Python looks the method up, and does not call it.
    """).on("hang: not_accepted", look(uncalled("self.accept", "connect"))),
    OTHER("""awaits_without_brackets: await is before a method without parentheses
      If the terminal says `object method can't be used in 'await' expression`
      Do: Write the parentheses: await self.accept(), await self.send(…).
      Why: Without parentheses Python looks the method up, and does not call it.
    """).on(
        "500: raised", "object (method|function) can't be used", awaits(".*", FAILED)
    ),
    ACCEPT("""accepts_on_a_condition: connect() accepts on a condition that is not met
      If connect() calls self.accept() inside an if
      Do: Move self.accept() out of that condition, or fix the condition.
      Why: A connection that is neither accepted nor closed waits for five seconds.
    """).on("hang: not_accepted", accepts, look(branches)),
    ACCEPT("""returns_before_accept: connect() returns before it accepts
      If connect() has a return above self.accept()
      Do: Call self.accept() above that return.
      Why: return ends the method: what comes below it does not run.
    """).on("hang: not_accepted", accepts, _returns_above, weight=1),
    ACCEPT("""only_websocket_connect: websocket_connect is overridden, and does not
        accept
      If the class has a method websocket_connect
      Do: Name it connect(self), and call self.accept() in it.
      Why: websocket_connect is what calls connect(); with yours in its place, nothing
        does.
    """).on("hang: not_accepted never_awaited", low_level, based("Websocket")),
    OTHER("""low_level_never_accepts: A low-level consumer sends no websocket.accept
      If the class inherits from SyncConsumer or AsyncConsumer
      Do: Send {"type": "websocket.accept"} in websocket_connect, or inherit from
        WebsocketConsumer, which has accept().
      Why: SyncConsumer and AsyncConsumer only pass events on.
    """).on("hang: not_accepted", low_level, no(based("WebsocketConsumer"))),
    ACCEPT("""closes_in_connect: connect() closes the connection
      If connect() calls self.close()
      Do: Call self.accept() instead of self.close().
      Why: close() before accept() is how a consumer rejects a connection.
    """).on("403: refused", _closing_line, open_to_all, weight=-2),
    CLOSING("""reject_with_custom_code_before_accept: A close code is given before
        accept()
      If connect() calls self.close(code=…) and has not accepted
      Do: Call self.accept(). Where you do want to refuse with a code, accept first,
        then close(code=$code).
      Why: A close code travels on an open connection; before accept() the browser gets
        a 403 and nothing else.
    """).on("403: refused", own_code, _closing_line, open_to_all, weight=-2),
    WHO("""close_without_return_then_accept: connect() closes, and then accepts
      If connect() calls self.close() for some, and self.accept() below it
      Do: Write return after self.close(); and do not close for anonymous users, who are
        welcome in this chat.
      Why: close() does not end the method: what comes below it runs as well, for a
        connection that was rejected.
    """).on("403: refused", closed, accepted, open_to_all, weight=-1, step=1),
    WHO("""anonymous_users_are_rejected: connect() rejects everybody who has not logged
        in
      If connect() asks whether the user is anonymous, and closes
      Do: Accept anonymous users: take out what closes the connection when the user is
        anonymous.
      Why: In this chat every room is open to all; the tabs of the checks have not
        logged in.
    """).on(
        "403: refused",
        look(uses("is_anonymous|is_authenticated")),
        no(accepted),
        open_to_all,
        weight=-1,
    ),
    ACCEPT("""denies_connection: connect() raises DenyConnection
      If connect() raises DenyConnection
      Do: Call self.accept() in connect(), and take out DenyConnection.
      Why: DenyConnection is how a consumer rejects a connection.
    """).on(
        "403: refused",
        look(uses("DenyConnection", "connect")),
        open_to_all,
        weight=-1,
    ),
    ACCEPT("""send_before_accept: connect() sends before it accepts
      If the terminal says `Socket has not been accepted`
      Do: Call self.accept() above that line.
      Why: Until it is accepted there is no open connection.
    """).on("500", terminal),
    ACCEPT("""base_accepts_already: connect() calls super().connect(), which accepts
      If connect() calls super().connect() and self.accept()
      Do: Take out super().connect(), and keep self.accept().
      Why: A connection is accepted once, and connect() of WebsocketConsumer does so.
    """).on("1011", ACCEPTED, calls(r"super\(\)\.connect"), weight=2),
    ACCEPT("""accepts_twice: accept() is called twice
      If accept() is called in connect() and once more elsewhere
      Do: Call self.accept() once, in connect().
      Why: A connection is accepted once; after that it is open.""").on(
        "1011", ACCEPTED, calls("accept", FAILED), weight=1
    ),
]
