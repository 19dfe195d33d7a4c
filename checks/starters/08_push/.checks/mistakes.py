"""What people get wrong when they send to a group from outside a consumer."""

import ast
import re
from typing import TypeGuard

from checks.explain.mistakes.clues import (
    CONSUMERS,
    FAILED,
    Evidence,
    Found,
    Line,
    any_line,
    calls,
    defines,
    either,
    expects,
    fact,
    got,
    in_,
    look,
    name_of,
    never_awaited,
    no,
    raised,
    to_group,
    uses,
)
from checks.explain.mistakes.mistake import Section
from checks.explain.mistakes.source import FUNCTIONS

SYNC = Section("08_push/#task-1-send-to-a-group-from-code-that-is-not-async")
COMMIT = Section("08_push/#task-2-send-once-the-message-is-committed")
SESSION = Section("08_push/#task-3-end-the-tabs-of-a-session-that-logs-out")

NOTICES, SIGNALS = "chat/notices.py", "chat/signals.py"
UNDONE = "an error has undone"
ENDS = "its session ends"


def _sent_to(evidence: Evidence) -> list[str]:
    """The groups to which something was sent about a session that has ended."""
    return [
        str(event["names"][0])
        for event in evidence.run_events
        if event["kind"] == "layer"
        and event["does"] == "group_send"
        and event["names"][0].startswith("session")
    ]


def _joined(evidence: Evidence) -> set[str]:
    """The groups that tabs have joined."""
    return {
        str(event["names"][0])
        for event in evidence.run_events
        if event["kind"] == "layer" and event["does"] == "group_add"
    }


@fact
def nothing_is_sent(evidence: Evidence) -> bool:
    """Nothing was sent to a group of a session."""
    return not _sent_to(evidence)


@fact
def of_no_session(evidence: Evidence) -> bool:
    """It was sent to the group of a session without a key."""
    return any(name.endswith("_None") for name in _sent_to(evidence))


def to_others(evidence: Evidence) -> Found | None:
    """It was sent to a group that no tab has joined, and tabs were in some."""
    groups, joined = _sent_to(evidence), _joined(evidence)
    near = [name for name in joined if "_" in name and "chat" not in name]
    if not groups or groups[-1] in joined or groups[-1].endswith("_None"):
        return None
    if not near:
        return None
    sent_to, joined_by = (
        f"{name.rpartition('_')[0]}_…" for name in (groups[-1], near[-1])
    )
    return {"sent_to": sent_to, "joined": joined_by}


@fact
def joins_none(evidence: Evidence) -> bool:
    """It was sent, and tabs are only in the groups of their rooms."""
    rooms = all(name.startswith("chat") for name in _joined(evidence))
    return bool(_sent_to(evidence)) and rooms


@fact
def in_consumers(evidence: Evidence) -> bool:
    """The line to look at is of the consumers, which are async themselves."""
    at = evidence.cause.where
    return at is not None and at.file == CONSUMERS


def _is_call_of(node: ast.AST, name: str) -> TypeGuard[ast.Call]:
    """Whether it is a call of this function, or through async_to_sync."""
    called = name_of(node.func) if isinstance(node, ast.Call) else ""
    return called.rpartition(".")[2] == name


@any_line(NOTICES)
def sends_another_event(line: Line) -> bool:
    """group_send() is given something else than an argument of the function."""
    around = [one for one in line.scopes if isinstance(one, FUNCTIONS)]
    takes = [one.arg for one in around[-1].args.args] if around else []
    return any(
        _is_call_of(node, "group_send")
        and len(node.args) == len(takes) == len(("group", "event"))
        and name_of(node.args[1]) not in takes
        for node in line.nodes
    )


@any_line()
def gives_arguments_to_on_commit(line: Line) -> bool:
    """on_commit() is given more than a function."""
    return any(
        _is_call_of(node, "on_commit") and len(node.args) > 1
        for node in line.nodes
    )


@any_line()
def leaves_a_partial(line: Line) -> bool:
    """A statement is a call of partial(), and nothing else."""
    node = line.node
    return isinstance(node, ast.Expr) and _is_call_of(node.value, "partial")


@any_line()
def has_a_bare_receiver(line: Line) -> bool:
    """A function is decorated with @receiver, without a signal."""
    decorators = getattr(line.node, "decorator_list", [])
    return "receiver" in map(name_of, decorators)


def awaited_function(evidence: Evidence) -> Found | None:
    """The function that is awaited in the line which Python cannot read."""
    code = str(evidence.frame.get("code", ""))
    match = re.search(r"\bawait (?P<name>\w+)\((?!.*group_send)", code)
    return match and match.groupdict()


def handler_of_another_name(evidence: Evidence) -> Found | None:
    """The method that ends a tab has another name than the type says."""
    said = evidence.said(r"No handler for message type (?P<type>session[\w.]*)")
    closing = calls("close", CONSUMERS, given="code|4401")(evidence)
    if not (said and closing):
        return None
    line = next(x for x in evidence.statements if x.at == closing["at"])
    method = (*line.functions, "")[0]
    handler = said["type"].replace(".", "_")
    return {
        "type": said["type"],
        "handler": handler,
        "method": method,
        "where": line.at,
    }


in_signals = fact(lambda evidence: evidence.frame.get("file") == SIGNALS)
of_a_key = uses("session_key", FAILED)

MISTAKES = (
    SYNC("""group_send_is_not_awaited: A coroutine is made, and nobody runs it
        If code that is not async calls group_send() without async_to_sync
        Do: Write async_to_sync(get_channel_layer().group_send)(group, event).
        Why: Calling an async method makes a coroutine. A function that is not async
        cannot await it; async_to_sync runs it, and waits for its end.
    """).on(
        "silent: never_awaited",
        never_awaited("group_send"),
        no(calls("async_to_sync", NOTICES)),
        no(in_consumers),
        look(defines("send")),
        weight=3,
    ),
    SYNC("""wraps_the_call: async_to_sync is given the call
        If the brackets of group_send() are inside those of async_to_sync()
        Do: Close the brackets before the arguments:
        async_to_sync(get_channel_layer().group_send)(group, event).
        Why: async_to_sync takes the method and returns a function. With the call in
        it, the method makes a coroutine first, which is never awaited.
    """).on(
        "silent: never_awaited",
        never_awaited("group_send"),
        no(in_consumers),
        calls("async_to_sync", NOTICES),
        weight=3,
    ),
    SYNC("""wrapped_and_not_called: async_to_sync makes a function that is not called
        If the line ends after async_to_sync(…group_send)
        Do: Add the arguments in brackets of their own: (group, event).
        Why: async_to_sync runs nothing: it returns a function, and that has to be
        called.
    """).on(
        "silent: silent",
        no(to_group),
        look(calls("async_to_sync", NOTICES)),
        no(calls("group_send", NOTICES, given="group")),
        weight=1,
    ),
    SYNC("""calls_the_consumer: A consumer is created to send something
        If code creates a consumer by itself, and calls a method of it
        Do: Send an event to the group instead: each tab of the room has a consumer in
        it.
        Why: A consumer belongs to one connection, and Channels creates it for that. One
        that you create has no connection, and so nobody to send to.
    """).on("wrong", look(calls(r"\w*Consumer", NOTICES)), weight=3),
    SYNC("""group_without_its_prefix: The group has another name than in the consumer
        If the command runs, and no tab receives anything
        Do: Name the group as the consumer does: "chat_" + room.
        Why: A group is its name. Nobody is in a group of another name, and Redis says
        nothing about it.
    """).on(
        "own_only: astray",
        got("it went to the group"),
        look(uses("send", "announce")),
        weight=2,
    ),
    SYNC("""gets_an_event_loop: There is no event loop in this thread
        If a page answers with `There is no current event loop in thread`
        Do: Take out get_event_loop(), and call async_to_sync(…group_send)(…).
        Why: Django runs code that is not async in threads of its own, which have no
        event loop; async_to_sync finds or makes one.
    """).on("wrong", raised("no current event loop"), weight=2),
    SYNC("""awaits_in_a_function: await stands in a function that is not async
        If the terminal says `'await' outside async function`, in chat/notices.py
        Do: Use async_to_sync(…group_send)(…) instead of await.
        Why: The command and the page call this function without await, so it cannot be
        async itself.
    """).on("wrong", raised(r"'await' outside.*notices\.py"), weight=6),
    SYNC("""layer_is_not_called: get_channel_layer has no brackets
        If the terminal says `'function' object has no attribute 'group_send'`
        Do: Write get_channel_layer().
        Why: Without the brackets, that is the function, and not the layer that it
        returns.
    """).on("wrong", raised("'function' object has no attribute 'group_send'")),
    SYNC("""sends_in_a_thread: A thread sends what the code around it does not wait for
        If a command ends before its thread has sent anything
        Do: Take out the thread, and call send() itself.
        Why: When a command has ended, Python starts nothing any more that async_to_sync
        needs. And a thread waits for no transaction.
    """).on("wrong", look(calls("Thread|Timer", NOTICES)), weight=4),
    COMMIT("""sends_before_the_commit: It is sent before it is committed
        If tabs receive a message that the database does not keep
        Do: Give what sends to transaction.on_commit().
        Why: An error later in the same transaction undoes what was saved, and cannot
        undo what was sent.
    """).on(
        "wrong",
        *(expects(UNDONE), no(calls("on_commit", NOTICES))),
        look(uses("send", "announce")),
    ),
    COMMIT("""on_commit_is_given_none: on_commit is given what send() returned
        If the terminal says `on_commit()'s callback must be a callable`
        Do: Give it a function to call later: partial(send, …), or lambda: send(…).
        Why: send(…) is called at once, before the commit, and what it returns is None.
    """).on("wrong", raised("callback must be a callable")),
    COMMIT("""on_commit_without_arguments: on_commit calls send() without arguments
        If the terminal says `missing 2 required positional arguments`
        Do: Write partial(send, …), with the group and the event.
        Why: on_commit calls the function without arguments; partial makes one that has
        them already.
    """).on(
        "wrong",
        raised(r"^TypeError: \w+\(\) missing \d required positional"),
        look(calls("on_commit", FAILED)),
        weight=2,
    ),
    SESSION("""receiver_takes_no_keywords: The receiver of a signal does not take **kwargs
        If the terminal says `Signal receivers must accept keyword arguments (**kwargs)`
        Do: Add **kwargs to the function in chat/signals.py.
        Why: A signal calls every receiver with more than it needs: sender, signal, and
        whatever a later version adds.
    """).on("wrong", raised("Signal receivers must accept"), weight=1),
    SESSION("""receiver_is_not_connected: Nothing calls the function when somebody logs out
        If a session ends, and nothing is sent to any group
        Do: Connect the function in chat/signals.py to the signal user_logged_out.
        Why: Django calls what is connected to a signal, and a function is not connected
        by its name.
    """).on(
        "wrong: stays_open",
        expects(ENDS),
        nothing_is_sent,
        no(calls("receiver|connect", SIGNALS)),
        look(defines(r"\w+", SIGNALS)),
    ),
    SESSION("""signal_of_the_login: The function is connected to another signal
        If a session ends, and nothing is sent; something is when somebody logs in
        Do: Use user_logged_out instead of user_logged_in.
        Why: Each signal is an object of its own, with receivers of its own.
    """).on(
        "wrong: stays_open",
        expects(ENDS),
        look(uses("user_logged_in|user_login_failed", SIGNALS)),
        weight=1,
    ),
    SESSION("""key_of_the_new_session: The key is read when the session is gone
        If the event is sent to `session_None`
        Do: Read request.session.session_key first, outside of what on_commit calls.
        Why: Django sends the signal, and then empties the session: after that it has no
        key.
    """).on(
        *("wrong: stays_open", expects(ENDS), of_no_session),
        look(calls("on_commit", SIGNALS)),
    ),
    SESSION("""session_group_has_another_name: The group has another name than in the
        consumer
        If the event is sent to the group of the session, and no tab receives it
        Do: Name the group in both files alike: tabs joined $joined, and the event went
        to $sent_to.
        Why: A group is its name; nobody is in one of another name.
    """).on(
        *("wrong: stays_open", expects(ENDS), to_others),
        look(calls("on_commit|send", SIGNALS)),
    ),
    SESSION("""session_group_is_not_joined: No tab joins the group of its session
        If the event is sent to the group of the session, and no tab is in it
        Do: Call group_add in connect() with self.session_group, too.
        Why: A name does not put a tab into a group; group_add does.
    """).on(
        *("wrong: stays_open", expects(ENDS), joins_none),
        look(defines("connect", "chat/consumers.py")),
    ),
    SESSION("""looks_at_its_user_again: The consumer asks who its user is, at each message
        If a tab stays open after the logout until it sends something
        Do: Send an event to the group of the session, in a receiver of user_logged_out.
        Why: A tab that only listens would receive everything. And the session in the
        scope is a copy from when it connected: it does not notice a logout.
    """).on(
        "wrong: stays_open",
        expects(ENDS),
        nothing_is_sent,
        look(calls("get_user")),
        weight=1,
    ),
    SESSION("""closes_without_a_code: The tab is closed with another code than 4401
        If the page connects again, though whoever used it has logged out
        Do: Write await self.close(code=4401) in session_ended().
        Why: The page goes to the login after that code; after any other, it takes the
        connection for lost, and connects again.
    """).on("wrong: other_code", look(calls("close", "session_ended"))),
    SESSION("""group_of_the_user: The group is that of the user, not of the session
        If a user logs out on one device, and is logged out on all
        Do: Name the group after the key of the session, in both files.
        Why: One user has several sessions: a browser, a phone. Each has a key of its
        own.
    """).on(
        "closed: closed",
        got("4401"),
        look(either(uses("user", SIGNALS), uses("user_id", SIGNALS))),
        weight=2,
    ),
    SESSION("""ends_before_the_commit: The event is sent before the session is gone
        If a page that connects again at once is accepted after the logout
        Do: Give what sends to transaction.on_commit(), in chat/signals.py.
        Why: Django sends the signal before it deletes the session. Whoever comes back
        in between still has one.
    """).on(
        "wrong: not_kept_out",
        expects("once the event is sent"),
        no(calls("on_commit", SIGNALS)),
        weight=4,
    ),
    COMMIT("""on_commit_is_given_arguments: on_commit is given the arguments of send()
      If a command ends with an exception about a connection, or an attribute, that has
        the name of a room
      Do: Give it one function: transaction.on_commit(partial(send, group, event)).
      Why: on_commit calls the function without arguments. What it is given besides
        says which database it is about.
    """).on(
        "silent: thrown",
        raised("^(AttributeError|ConnectionDoesNotExist|TypeError)"),
        gives_arguments_to_on_commit,
        weight=5,
    ),
    SYNC("""send_is_async: The function that sends is async
      If it was called and never awaited
      Do: Write def $what instead of async def; call group_send by async_to_sync(…)(group, event), and the database without await.
      Why: A command, a page and on_commit call it without await. What is async would
        not run.
    """).on(
        "silent: never_awaited", never_awaited("^(send|announce)$"), weight=2
    ),
    SYNC("""send_is_async_and_awaited: The function that sends is async, and the one
        that calls it is not
      If the terminal says `'await' outside async function`, where send() is called
      Do: Write def $name instead of async def, with async_to_sync(…group_send)(…) in
        it, and call it without await.
      Why: The command and the page call these functions without await, so they cannot
        be async.
    """).on("no_start", raised("'await' outside"), awaited_function, weight=7),
    SYNC("""self_in_a_function: self is used in a function of a module
      If the terminal says `name 'self' is not defined`, in chat/notices.py
      Do: Write get_channel_layer() instead of self.channel_layer.
      Why: A consumer has the channel layer as self.channel_layer. Other code asks for
        it by that function.
    """).on(
        "silent: thrown",
        raised("name 'self' is not defined"),
        look(uses(r"self\.channel_layer(\..*)?", FAILED)),
        weight=3,
    ),
    SYNC("""sends_another_event_to_the_group: send() sends something else than its event
      If nobody is shown what a command announces, and an exception is raised
      Do: Send the argument event itself: async_to_sync(get_channel_layer().group_send)(group, event).
      Why: It has the type, and what the handler reads, already. The layer makes bytes
        of it.
    """).on("1011: thrown", sends_another_event, weight=6),
    SYNC("""layer_of_another_name: The channel layer is asked for by another name
      If the terminal says `'NoneType' object has no attribute 'group_send'`
      Do: Write get_channel_layer(), without a name.
      Why: The name is that of a layer in CHANNEL_LAYERS, and not of a group or of an
        app. Without one, it is the layer "default".
    """).on(
        "silent: thrown",
        raised("'NoneType' object has no attribute"),
        look(calls("get_channel_layer", FAILED, given=".+")),
        weight=3,
    ),
    COMMIT("""on_commit_of_another_module: on_commit is imported from django.db
      If the terminal says `cannot import name 'on_commit' from 'django.db'`
      Do: Write from django.db import transaction, and call transaction.on_commit(…).
      Why: on_commit is a function of the module django.db.transaction.
    """).on("no_start: thrown", raised("import name 'on_commit'"), weight=4),
    COMMIT("""partial_is_given_a_call: partial() is given what send() returned
      If the terminal says `the first argument must be callable`
      Do: Put a comma after the function, and no brackets: partial(send, group, event).
      Why: send(…) is called at once, before the commit, and what it returns is None.
    """).on(
        "silent: thrown",
        raised("the first argument must be callable"),
        look(calls("partial", FAILED)),
        weight=2,
    ),
    COMMIT("""lambda_takes_an_argument: The function for on_commit takes an argument
      If the terminal says `missing 1 required positional argument`, of a lambda or of
        an inner function
      Do: Take the argument out of its definition, as in lambda: send(group, event).
      Why: on_commit calls the function without arguments. Those of the function around
        it are known inside.
    """).on(
        "silent: thrown",
        raised(
            r"^TypeError: \S*<locals>\.\S+\(\) missing \d required positional"
        ),
        look(calls("on_commit")),
        weight=2,
    ),
    COMMIT("""partial_is_not_called: partial() makes a function that nobody calls
      If the command runs, and nothing is sent
      Do: Give it to on_commit: transaction.on_commit(partial(send, group, event)).
      Why: partial() calls nothing. It returns a function, which somebody has to call.
    """).on("silent: silent stays_open", leaves_a_partial, weight=3),
    COMMIT("""on_commit_is_given_async: on_commit is given an async function
      If it is `async def`, and nobody awaited it
      Do: Write def $what instead of async def, with async_to_sync(…group_send)(…) in
        it.
      Why: on_commit calls the function, and awaits nothing: an async function returns
        a coroutine then, which nobody runs.
    """).on(
        "silent: never_awaited",
        never_awaited(called=False),
        no(in_consumers),
        calls("on_commit"),
    ),
    SESSION("""session_key_as_an_item: The key of the session is read as an item
      If the terminal says `KeyError: 'session_key'`
      Do: Write .session_key instead of the square brackets.
      Why: The items of a session are what has been saved in it. Its key is an attribute
        of the object.
    """).on("1011: thrown", raised("KeyError: 'session_key'"), weight=6),
    SESSION("""handler_of_the_session_has_another_name: The method that ends a tab has
        another name than its event
      If the terminal says `No handler for message type session.ended`, and a method
        closes with 4401
      Do: Rename $method() to $handler(): the type of the event is "$type".
      Why: The type names the method, which has an underscore where it has a dot.
    """).on("1011: raised", handler_of_another_name, weight=6),
    SESSION("""key_is_read_in_a_lambda: The key is read when the session has none
      If the page of the logout ends with an exception about None
      Do: Read request.session.session_key first, outside of what on_commit calls.
      Why: Django sends the signal, and then empties the session: after that it has no
        key.
    """).on(
        "pages: thrown", raised("NoneType"), of_a_key, in_signals, weight=4
    ),
    SESSION("""session_without_a_key: A session without a key is not expected
      If connect() ends with an exception about None, where nobody is logged in
      Do: Make the name with an f-string, such as f"session_{key}": None becomes text
        in it, and the tab is rejected below that.
      Why: Who is not logged in has a session without a key. And disconnect(), which is
        called for a rejected tab, too, needs the name.
    """).on(
        "1011: thrown",
        raised("NoneType"),
        of_a_key,
        in_("connect"),
        weight=4,
    ),
    SESSION("""receiver_without_its_signal: @receiver is not given a signal
      If a session ends, and nothing is sent to any group
      Do: Write @receiver(user_logged_out) above the function.
      Why: receiver() takes the signal, and returns what decorates. Without brackets, it
        takes the function for a signal, and connects nothing.
    """).on(
        "wrong: stays_open", has_a_bare_receiver, nothing_is_sent, weight=4
    ),
)
