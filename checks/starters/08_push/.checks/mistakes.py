"""What people get wrong when they send to a group from outside a consumer."""

import ast
import re
from typing import TypeGuard

from checks.explain.mistakes.clues import (
    CONSUMERS,
    FAILED,
    SETTINGS,
    Clue,
    Event,
    Evidence,
    Found,
    Line,
    any_line,
    asks_for_the_code,
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
    says,
    to_group,
    uses,
)
from checks.explain.mistakes.mistake import Section
from checks.explain.mistakes.page_clues import in_page
from checks.explain.mistakes.source import FUNCTIONS

SYNC = Section("08_push/#task-1-send-to-a-group-from-code-that-is-not-async")
COMMIT = Section("08_push/#task-2-send-once-the-message-is-committed")
SESSION = Section("08_push/#task-3-end-the-tabs-of-a-session-that-logs-out")

NOTICES, SIGNALS = "chat/notices.py", "chat/signals.py"
UNDONE = "an error has undone"
ENDS = "its session ends"
ERRORS = {f"HttpResponse{name}" for name in ("BadRequest", "Forbidden")}
CONTAINER = re.compile(r"(.*\.)?(dict|set|list|deque|defaultdict|Weak\w+)")
USUAL = re.compile(r"chat[._]message|presence[._]changed")
"""Events that have nothing to do with a session; the second comes in lesson 9."""
LONG_KEY = 20
"""In characters: a session's key has 32, other keys, such as a user's, have less."""


def _sends(evidence: Evidence) -> list[Event]:
    """The calls of group_send in this check, but for those that are usual."""
    return [
        event
        for event in evidence.check_events
        if event["kind"] == "layer"
        and event["does"] == "group_send"
        and event["names"]
        and not USUAL.search(str(event["args"]))
    ]


def _sent_to(evidence: Evidence) -> list[str]:
    """The groups to which something unusual was sent in this check."""
    return [str(event["names"][0]) for event in _sends(evidence)]


def _joined(evidence: Evidence) -> list[str]:
    """The groups that the tab has joined."""
    return [
        str(event["names"][0])
        for event in evidence.events
        if event["kind"] == "layer"
        and event["does"] == "group_add"
        and event["names"]
    ]


def _handled(evidence: Evidence) -> list[str]:
    """The handlers of the tab that were called, but for those that are usual."""
    types = (
        str(event["type"]).replace(".", "_")
        for event in evidence.events
        if event["kind"] == "handling"
    )
    return [
        handler
        for handler in types
        if not handler.startswith("websocket_") and not USUAL.match(handler)
    ]


@fact
def nothing_is_sent(evidence: Evidence) -> bool:
    """Nothing unusual was sent to any group."""
    return not _sent_to(evidence)


def _connects(line: Line) -> list[ast.Call]:
    """The calls by which something is connected to a signal, without weak=False."""
    calls_ = (node for node in line.nodes if isinstance(node, ast.Call))
    return [
        call
        for call in calls_
        if name_of(call.func).endswith(".connect")
        and call.args
        and "weak" not in {word.arg for word in call.keywords}
    ]


@any_line("chat/views.py")
def answers_an_error(line: Line) -> bool:
    """An answer is made that has the status of an error."""
    made = [node for node in line.nodes if isinstance(node, ast.Call)]
    given = (word for call in made for word in call.keywords)
    statuses = [w.value for w in given if w.arg in {"status", "status_code"}]
    return any(
        isinstance(status, ast.Constant) and str(status.value)[:1] in "45"
        for status in statuses
    ) or any(name_of(call.func) in ERRORS for call in made)


def kept_by_nobody(evidence: Evidence) -> Found | None:
    """A method of a new object, or a function of a function, is connected."""
    for line in evidence.lines(r"chat/.*"):
        of_it = [
            x for x in evidence.statements if x.functions == line.functions
        ]
        names = {name for x in of_it for name in (*x.assigns, x.defines)}
        local = {name for name in names if name.isidentifier()}
        for call in _connects(line):
            receiver = call.args[0]
            owner = (
                receiver.value
                if isinstance(receiver, ast.Attribute)
                else receiver
            )
            is_new = isinstance(owner, ast.Call | ast.Lambda)
            if is_new or (line.functions and name_of(owner) in local):
                return {"where": line.at}
    return None


@fact
def of_no_session(evidence: Evidence) -> bool:
    """It was sent to the group of a session without a key."""
    return any(name.endswith("_None") for name in _sent_to(evidence))


@fact
def none_is_joined(evidence: Evidence) -> bool:
    """It was sent to groups, and the tab is in none of these."""
    groups = _sent_to(evidence)
    return bool(groups) and not {*groups} & {*_joined(evidence)}


@any_line(r"chat/(consumers|signals|notices)\.py")
def kept_in_the_module(line: Line) -> bool:
    """The module has a dict, a set or a list of its own."""
    value = getattr(line.node, "value", None)
    made = name_of(value.func) if isinstance(value, ast.Call) else ""
    is_empty = isinstance(value, ast.Dict | ast.Set | ast.List)
    return (
        line.at_margin
        and bool(line.assigns)
        and (is_empty or bool(CONTAINER.fullmatch(made)))
    )


def of_another_layer(evidence: Evidence) -> Found | None:
    """A layer with another name than that of the default one is asked for."""
    for line in evidence.statements:
        for call in (node for node in line.nodes if isinstance(node, ast.Call)):
            given = [*call.args, *(word.value for word in call.keywords)]
            names = [x.value for x in given if isinstance(x, ast.Constant)]
            is_asked = name_of(call.func).endswith("get_channel_layer")
            if is_asked and names and names[0] != "default":
                return {"layer": names[0], "where": line.at}
    return None


def to_others(evidence: Evidence) -> Found | None:
    """The tab has joined a group that is not of a room; it was sent to another."""
    near = [name for name in _joined(evidence) if not _is_of_room(name)]
    groups = [name for name in _sent_to(evidence) if not _is_of_room(name)]
    if not (near and groups) or groups[-1].endswith("_None"):
        return None
    return {"sent_to": _shown(groups[-1]), "joined": _shown(near[-1])}


@fact
def to_rooms(evidence: Evidence) -> bool:
    """It was sent to groups of rooms only."""
    return all(map(_is_of_room, _sent_to(evidence)))


@fact
def joins_none(evidence: Evidence) -> bool:
    """It was sent, and the tab is only in the group of its room."""
    return all(map(_is_of_room, _joined(evidence)))


def runs_and_goes_on(evidence: Evidence) -> Found | None:
    """The handler of the tab was called, and its connection stays open."""
    handlers = _handled(evidence)
    methods = evidence.consumer.get("methods", {})
    if not handlers or handlers[-1] not in methods:
        return None
    lines = evidence.lines(re.escape(handlers[-1]))
    return {"handler": handlers[-1], "where": lines[0].at if lines else None}


def in_the_handler(clue_of: str) -> Clue:
    """The handler that was called uses such a name; that is where to look."""
    fits = re.compile(rf"(?:.*\.)?(?:{clue_of})").fullmatch

    def clue(evidence: Evidence) -> Found | None:
        handlers = _handled(evidence)[-1:]
        lines = [x for name in handlers for x in evidence.lines(name)]
        found = (line for line in lines if any(map(fits, line.names)))
        return next(({"where": line.at} for line in found), None)

    return clue


@any_line()
def closes(line: Line) -> bool:
    """Something else than connect() closes a connection."""
    called = any(re.fullmatch(r"self\.close", name) for name, _ in line.calls)
    return called and "connect" not in line.functions


@any_line(SIGNALS)
def names_another_sender(line: Line) -> bool:
    """A receiver has a sender that is not written as the class of the users."""
    return any(
        isinstance(node, ast.keyword)
        and node.arg == "sender"
        and name_of(node.value) not in {"get_user_model()", "User", "None"}
        for node in line.nodes
    )


@any_line()
def imports_signals(line: Line) -> bool:
    """A file imports the module with the receivers."""
    names = (*line.names, *line.texts)
    return line.at.file != SIGNALS and any(
        name.endswith("signals") and not name.startswith("django")
        for name in names
    )


def has_two_configs(evidence: Evidence) -> Found | None:
    """Django has several classes for the app, and none says that it is the one."""
    lines = evidence.lines("chat/apps.py")
    configs = [line for line in lines if isinstance(line.node, ast.ClassDef)]
    if any("default" in line.assigns for line in lines) or not configs[1:]:
        return None
    ready = [line.in_class for line in lines if "ready" in line.functions]
    return {"name": ready[0], "where": configs[0].at} if ready else None


@any_line(SETTINGS)
def has_atomic_requests(line: Line) -> bool:
    """The settings of the database have ATOMIC_REQUESTS, and it is true."""
    pairs = (
        pair
        for node in line.nodes
        if isinstance(node, ast.Dict)
        for pair in zip(node.keys, node.values, strict=True)
    )
    return any(
        name_of(key) == "ATOMIC_REQUESTS" and name_of(value) != "False"
        for key, value in pairs
    ) or (
        any("[ATOMIC_REQUESTS]" in name for name in line.assigns)
        and name_of(getattr(line.node, "value", None)) != "False"
    )


@any_line()
def defers_a_function_of_names(line: Line) -> bool:
    """on_commit is given a lambda, which looks names up when it is called."""
    return any(
        isinstance(node, ast.Call)
        and name_of(node.func).endswith("on_commit")
        and any(
            isinstance(arg, ast.Lambda) and not arg.args.args
            for arg in node.args
        )
        for node in line.nodes
    )


@fact
def layer_in_memory(evidence: Evidence) -> bool:
    """What was sent went to a layer in the memory of a process."""
    kept = [
        e.get("kept_in") for e in evidence.run_events if e["kind"] == "layer"
    ]
    return "memory" in kept


def _is_of_room(group: str) -> bool:
    return group.startswith("chat")


def _shown(group: str) -> str:
    """The name of a group, without the key of a session at its end."""
    name, _, key = group.rpartition("_")
    return group if len(key) < LONG_KEY else f"{name}_…"


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
    match = re.search(
        r"\bawait (?!super\()(?P<name>\w+)\((?!.*group_send)", code
    )
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
sends_in_signals = calls("send|group_send", SIGNALS)

MISTAKES = (
    COMMIT("""notice_has_no_id: What is announced has no id
        If the page asks for a notice again after a break, and shows it twice
        Do: Send "frame": message.as_frame() in the event, as the consumer does.
        Why: By the id, a page says after a break which message was its newest.
    """).on(
        "wrong: without_id repeated", no(calls("as_frame", NOTICES)), weight=1
    ),
    SYNC("""group_is_slugified: The name of the group is not that of the consumer
        If an announcement reaches no tab of a room with capital letters
        Do: Name the group as connect() does: "chat_" + room, without slugify().
        Why: slugify() writes every letter small, and a group has the exact name that a
        tab has joined.
    """).on(
        "silent: silent astray",
        look(calls("slugify|lower|casefold", NOTICES)),
        weight=4,
    ),
    COMMIT("""announces_without_saving: What is announced is not saved
        If a tab that comes later receives nothing of what was announced
        Do: Save the message first, with Message.objects.create(…), and send what its
        as_frame() returns.
        Why: The group has the tabs that are there now. Whoever comes later reads what
        was saved.
    """).on(
        "wrong: missed",
        no(calls("a?(create|save|get_or_create|bulk_create)", NOTICES)),
        look(calls("send|group_send|on_commit", NOTICES)),
        weight=1,
    ),
    SYNC("""layer_without_tabs: It is sent through a layer on which no consumer is
        If it is sent to a group of tabs, and none of them receives it
        Do: Give no name to get_channel_layer(): "$layer" is a layer of its own.
        Why: A consumer listens on the default layer, or on that of its
        channel_layer_alias. The groups of another layer have no tabs in them.
    """).on(
        "silent",
        of_another_layer,
        no(says(".+", "channel_layer_alias")),
        weight=3,
    ),
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
    SYNC("""layer_is_in_memory: The layer is in the memory of one process
        If a command or a page sends, and no tab of another process receives it
        Do: Write "BACKEND": "channels_redis.core.RedisChannelLayer" in
        mysite/settings.py, and under "CONFIG" "hosts": [("localhost", 6379)].
        Why: Every process has such a layer of its own: what a command sends to its own
        reaches nobody.
    """).on(
        "own_only: apart silent stays_open",
        layer_in_memory,
        look(says("InMemoryChannelLayer", SETTINGS)),
        weight=5,
    ),
    SYNC("""loop_is_never_run: A task is created in an event loop that never runs
        If send() creates a task, and nothing is sent
        Do: Write async_to_sync(get_channel_layer().group_send)(group, event).
        Why: A task runs in the event loop that it is created in, and only while that
        loop runs. async_to_sync runs one, and waits for the end.
    """).on(
        "silent: silent never_awaited",
        no(to_group),
        look(
            calls(
                r"create_task|ensure_future|run_coroutine_threadsafe", NOTICES
            )
        ),
        no(calls(r"run_until_complete|run_forever|asyncio\.run", NOTICES)),
        weight=2,
    ),
    COMMIT("""sends_before_the_commit: It is sent before it is committed
        If tabs receive a message that the database does not keep
        Do: Write transaction.on_commit(partial(send, …)) instead of the call that
        sends.
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
    SYNC("""bulk_create_sends_no_signal: Many messages are saved at once, without a signal
        If a receiver of post_save sends messages, and bulk_create() saves them
        Do: Save them one by one, with create() or save(); or send for each yourself.
        Why: bulk_create() makes one query for all rows, and sends no post_save. So does
        update() of a queryset.
    """).on(
        "silent: silent lost received_elsewhere",
        look(calls(r".*\.a?bulk_create")),
        uses("post_save"),
        weight=3,
    ),
    SESSION("""session_in_its_cookie: A session in a cookie has no key for a group
        If the terminal says `Group name must be a valid unicode string`, and the
        sessions are signed cookies
        Do: Take SESSION_ENGINE out of mysite/settings.py: sessions are in the database
        then.
        Why: With signed cookies, the key of a session is its whole content. It is too
        long for the name of a group, and a logout ends no such session on the server.
    """).on(
        "500: raised",
        "Group name must be",
        look(says("signed_cookies", SETTINGS)),
        weight=3,
    ),
    COMMIT("""atomic_requests_are_off: A view is not a transaction
        If on_commit is called, and tabs receive what an error should have undone
        Do: Put "ATOMIC_REQUESTS": True in DATABASES, in mysite/settings.py.
        Why: Outside of a transaction each query is committed at once, and on_commit
        calls its function at once.
    """).on(
        "wrong",
        *(expects(UNDONE), calls("on_commit"), no(has_atomic_requests)),
        no(calls(r"(transaction\.)?atomic")),
        at=SETTINGS,
    ),
    COMMIT("""outbox_outlives_an_error: What an error has undone still waits in a list
        If a message that was undone is sent together with a later one
        Do: Give each event to on_commit itself: transaction.on_commit(partial(send,
        group, event)).
        Why: A rollback forgets what on_commit was given, and not what a list of the
        module has.
    """).on(
        "wrong",
        *(expects(UNDONE), calls("on_commit"), look(kept_in_the_module)),
        weight=2,
    ),
    COMMIT("""view_is_not_atomic: A view is excepted from ATOMIC_REQUESTS
        If on_commit is called, and tabs receive what an error should have undone
        Do: Take out non_atomic_requests.
        Why: Outside of a transaction each query is committed at once, and on_commit
        calls its function at once.
    """).on(
        "wrong",
        *(expects(UNDONE), calls("on_commit")),
        look(uses("non_atomic_requests")),
    ),
    COMMIT("""answers_an_error: A view answers with an error, and raises none
        If a form says that there was an error, and a part of it is saved and sent
        Do: Raise BadRequest instead; or call transaction.set_rollback(True) before
        that line.
        Why: ATOMIC_REQUESTS undoes what a view has saved when an exception leaves the
        view. After any answer, also one with status 400, Django commits.
    """).on(
        "wrong",
        *(expects(UNDONE), calls("on_commit"), has_atomic_requests),
        answers_an_error,
    ),
    COMMIT("""form_counts_all_lines: A form takes less than the lines together have
        If what is typed or pasted into a form ends in the middle of a line
        Do: Take maxlength out of that field.
        Why: A browser counts the characters of all lines together, and takes no more;
        the limit is one of each line, and for the view to look at.
    """).on("pages: form_is_short"),
    COMMIT("""lambda_in_a_loop: on_commit is given a lambda, which uses the last values
        If several messages are sent in one transaction, and the last arrives each time
        Do: Give on_commit partial(send, group, event), which keeps the values.
        Why: A lambda looks its names up when it is called. That is after the commit,
        when the loop has ended, and they have their last values.
    """).on(
        "wrong: received_twice out_of_order silent",
        to_group,
        defers_a_function_of_names,
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
        no(
            calls(
                "receiver|connect", f"{SIGNALS}|chat/(apps|models|__init__).py"
            )
        ),
        look(defines(r"\w+", SIGNALS)),
    ),
    SESSION("""receiver_is_gone: What is connected to the signal is gone at once
        If a session ends, and nothing is sent, though something is connected
        Do: Connect a function of chat/signals.py; or write weak=False in this call.
        Why: A signal keeps weak references. A method of an object that nobody keeps, and
        a function inside of another one, are gone when that line, or ready(), is done.
    """).on(
        "wrong: stays_open", expects(ENDS), nothing_is_sent, kept_by_nobody
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
        *("wrong: stays_open", expects(ENDS), none_is_joined, to_others),
        look(calls("on_commit|send", SIGNALS)),
    ),
    SESSION("""tabs_are_known_to_one_process: Each process knows its own tabs only
        If somebody has logged out, and a tab on another server process stays open
        Do: Let each tab join the group of its session, and send session.ended to that
        group.
        Why: What a module keeps is in the memory of one process. The layer reaches the
        tabs of all of them.
    """).on(
        *("wrong: stays_open", expects(ENDS), joins_none),
        look(kept_in_the_module),
        weight=3,
    ),
    SESSION("""session_group_is_not_joined: No tab joins the group of its session
        If the event is sent to the group of the session, and no tab is in it
        Do: Call group_add in connect() with self.session_group, too.
        Why: A name does not put a tab into a group; group_add does.
    """).on(
        *("wrong: stays_open", expects(ENDS), none_is_joined, joins_none),
        no(to_rooms),
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
    SESSION("""session_close_code_401: The close code is not one of your own
        If Daphne raises `invalid close code …`
        Do: Write await self.close(code=4401) in session_ended().
        Why: Codes of your own are 4000 to 4999; 401 is a status of HTTP. After another
        code than 4401, the page connects again.
    """).on("1011: raised", "invalid close code", expects("4401"), weight=3),
    SESSION("""group_of_the_user: The group is that of the user, not of the session
        If a user logs out on one device, and is logged out on all
        Do: Name the group after the key of the session, in both files.
        Why: One user has several sessions: a browser, a phone. Each has a key of its
        own.
    """).on(
        "closed: closed",
        got("4401"),
        look(
            either(
                uses(r"(.*\.)?user(_id)?", SIGNALS),
                says("user", SIGNALS),
            )
        ),
        weight=2,
    ),
    SESSION("""ends_before_the_commit: The event is sent before the session is gone
        If a page that connects again at once is accepted after the logout
        Do: In chat/signals.py, write transaction.on_commit(partial(send, …)) instead of
        the call that sends.
        Why: Django sends the signal before it deletes the session. Whoever comes back
        in between still has one.
    """).on(
        "wrong: not_kept_out",
        expects("once its session.ended event"),
        no(calls("on_commit", SIGNALS)),
        either(look(sends_in_signals), no(sends_in_signals)),
        weight=4,
    ),
    SESSION("""logout_without_a_signal: A view ends the session without logout()
        If a session is gone after the logout, and nothing is sent to any group
        Do: Call django.contrib.auth.logout(request), and do not end the session itself.
        Why: logout() sends the signal user_logged_out, and then ends the session;
        flush() does only the second.
    """).on(
        *("wrong: stays_open", expects(ENDS), nothing_is_sent),
        look(calls(r"session\.(flush|delete|clear)|delete_cookie")),
        no(calls(r"(auth\.|auth_)?logout")),
        weight=2,
    ),
    SESSION("""sender_is_not_the_class: The receiver waits for a sender that never sends
        If the function in chat/signals.py has a sender, and is not called
        Do: Write receiver(user_logged_out), without a sender.
        Why: The sender of this signal is the class of the user. A text, such as
        settings.AUTH_USER_MODEL, is not that class, nor is another one.
    """).on(
        *("wrong: stays_open", expects(ENDS), nothing_is_sent),
        names_another_sender,
        weight=2,
    ),
    SESSION("""signals_are_not_imported: Nothing imports chat/signals.py
        If the function is connected to the signal, and is not called
        Do: Write from . import signals in ready(), in chat/apps.py.
        Why: A decorator connects a function when its module is imported, and Django
        imports no module for its name.
    """).on(
        *("wrong: stays_open", expects(ENDS), nothing_is_sent),
        calls("receiver|connect", SIGNALS),
        no(imports_signals),
        at="chat/apps.py",
    ),
    SESSION("""two_app_configs: Django does not use your AppConfig
        If chat/apps.py has two classes for the app, and nothing imports the signals when
        the project starts
        Do: Write default = True in the class that has ready(); or name it in
        INSTALLED_APPS: "chat.apps.$name".
        Why: Of several classes in apps.py, Django takes the one with default = True, and
        none where no class has it.
    """).on(
        *("wrong: stays_open silent", nothing_is_sent),
        has_two_configs,
        weight=3,
    ),
    SESSION("""logout_sends_nothing: A session ends, and nothing is sent
        If a user logs out, and no event goes to any group
        Do: Connect a function to user_logged_out, and send an event to the group of the
        session there; find out whether that function is called.
        Why: A tab does not notice that its session has ended, unless its consumer
        handles an event that says so.
    """).on(*("wrong: stays_open", expects(ENDS), nothing_is_sent), weight=-1),
    SESSION("""sends_the_end_to_rooms: The end of a session is sent to groups of rooms
        If the event goes to rooms, and a tab is in none of these
        Do: Join a group of the session in connect(), and send the event to that group:
        it went to groups of rooms, and this tab is in none of these.
        Why: A session has tabs in any room, and who logs out does not know in which.
        The group of the session has all of them, and nobody else.
    """).on(
        *("wrong: stays_open", expects(ENDS), none_is_joined, to_rooms),
        look(calls(r"on_commit|send|group_send", SIGNALS)),
    ),
    SESSION("""handler_stops_the_consumer: The consumer ends, and its connection does not
        If a tab says that it is connected, and nothing that it sends arrives
        Do: Write await self.close(code=4401) instead of StopConsumer.
        Why: StopConsumer ends the consumer only. The server keeps the connection open,
        as nobody has asked it to close.
    """).on(
        *("wrong: stays_open", expects(ENDS), runs_and_goes_on),
        in_the_handler("StopConsumer"),
        weight=2,
    ),
    SESSION("""cleanup_skips_its_own_close: disconnect() does nothing for a close of
        the consumer's own
        If a reminder still comes from somebody who has logged out
        Do: Take out that if: disconnect() cancels tasks and leaves groups whatever
        the code is.
        Why: Channels calls disconnect() after each end of a connection, also when
        the consumer has closed it.
    """).on(
        "wrong: unwanted", expects("a tab that was closed"), asks_for_the_code
    ),
    SESSION("""calls_disconnect_instead: The handler calls disconnect(), which closes
        nothing
        If a tab has left its groups, and says that it is connected
        Do: Write await self.close(code=4401) instead of self.disconnect().
        Why: Channels calls disconnect() when a connection has ended. To call it does
        not end the connection.
    """).on(
        *("wrong: stays_open", expects(ENDS), runs_and_goes_on),
        in_the_handler(r"self\.(websocket_)?disconnect"),
        weight=1,
    ),
    SESSION("""asks_the_user_in_the_scope: The handler asks the scope whether the session
        has ended
        If a tab closes only if its user is not logged in any more
        Do: Close the connection in $handler() whatever the scope says.
        Why: The scope is from when the tab connected: its user and its session do not
        notice a logout. The event itself says that the session has ended.
    """).on(
        *("wrong: stays_open", expects(ENDS), runs_and_goes_on, closes),
        in_the_handler(
            r"self\.scope\[user\]\.(is_\w+|pk|id)|self\.user\.(is_\w+|pk|id)|get_user"
        ),
        weight=1,
    ),
    SESSION("""handler_does_not_close: The handler is called, and closes nothing
        If the event reaches the tab, and its connection stays open
        Do: Write await self.close(code=4401) in $handler().
        Why: The end of a session ends no connection by itself.
    """).on(
        *("wrong: stays_open", expects(ENDS), runs_and_goes_on), no(closes)
    ),
    SESSION("""close_is_not_reached: The handler is called, and does not reach close()
        If the event reaches the tab, and a condition above close() does not hold
        Do: Look at what comes before close() in $handler(): for this tab, close() was
        not reached.
        Why: The session of this tab has ended, and the handler has been called for it.
    """).on(*("wrong: stays_open", expects(ENDS), runs_and_goes_on), closes),
    SESSION("""sessions_in_the_cache: Each process has a cache of its own for sessions
        If somebody has logged out, and another server process still accepts the cookie
        Do: Leave SESSION_ENGINE out, which keeps sessions in the database; or let
        CACHES name a cache that all processes share.
        Why: A logout deletes the session in the cache of its own process. The others
        find it in theirs, and do not ask the database.
    """).on(
        "wrong: not_kept_out",
        look(says(r"sessions\.backends\.cache", SETTINGS)),
        no(
            says(
                "RedisCache|[Mm]emcache|DatabaseCache|FileBased",
                SETTINGS,
            )
        ),
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
    SESSION("""page_takes_the_code_for_text: The page compares the code with a text
      If somebody logs out, and their page says `Connecting again` for ever
      Do: Compare event.code with the number 4401, without quotes.
      Why: The code of a close event is a number, and === is true for two of one type
        only. So the page takes the end of its session for a break.
    """).on(
        "pages: page_connects_logged_out",
        in_page(
            r"code\s*[!=]==?\s*([\"'`])\d{4}\1|([\"'`])\d{4}\2\s*[!=]==?\s*\w+\.code"
        ),
        weight=3,
    ),
    SESSION("""page_connects_logged_out: The page connects again when its session ends
      If somebody logs out, and their page says `Connecting again` for ever
      Do: Where the handler of close gets an event whose code is 4401, go to the login,
        and return before it connects again.
      Why: Nobody is logged in any more, so each attempt is rejected.
    """).on("pages: page_connects_logged_out"),
    SESSION("""page_goes_nowhere: The page goes to an address that is no page
      If somebody logs out, and a tab shows an error of the browser, or of Django
      Do: Go to {% url "login" %} there.
      Why: A page that goes to an address sends GET. LogoutView answers POST only, and
        this session has ended already.
    """).on(
        "pages: page_goes_nowhere",
        in_page(r"location(\.(assign|replace)\(|(\.href)?\s*=(?!=))"),
    ),
)
