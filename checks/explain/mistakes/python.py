"""Mistakes in Python itself, and code that does not end or ends too early."""

import sys

from checks.explain.mistakes.clues import (
    Found,
    at,
    failing_line,
    got,
    in_,
    is_,
    raised,
    written,
)
from checks.explain.mistakes.mistake import Mistake
from checks.explain.mistakes.sections import CONSUMER, ECHO, STRANGER
from checks.explain.mistakes.seen import Seen
from checks.verdict import Where

MODULES = {
    "AllowedHostsOriginValidator": "channels.security.websocket",
    "OriginValidator": "channels.security.websocket",
    "AuthMiddlewareStack": "channels.auth",
    "AuthMiddleware": "channels.auth",
    "SessionMiddlewareStack": "channels.sessions",
    "ProtocolTypeRouter": "channels.routing",
    "URLRouter": "channels.routing",
    "WebsocketConsumer": "channels.generic.websocket",
    "AsyncWebsocketConsumer": "channels.generic.websocket",
    "JsonWebsocketConsumer": "channels.generic.websocket",
    "AsyncJsonWebsocketConsumer": "channels.generic.websocket",
    "SyncConsumer": "channels.consumer",
    "AsyncConsumer": "channels.consumer",
    "StopConsumer": "channels.exceptions",
    "get_channel_layer": "channels.layers",
    "get_asgi_application": "django.core.asgi",
    "async_to_sync": "asgiref.sync",
    "sync_to_async": "asgiref.sync",
    "database_sync_to_async": "channels.db",
    "path": "django.urls",
    "re_path": "django.urls",
    "websocket_urlpatterns": "chat.routing",
    "ChatConsumer": "chat.consumers",
}
"""Where the names come from that a learner needs."""
WHOLE = {
    "json": "import json",
    "os": "import os",
    "consumers": "from . import consumers",
}
"""Names that are modules, and how they are imported."""
LIBRARIES = {*sys.stdlib_module_names, "channels", "daphne", "django", "redis"}
"""Modules that a file of the project can hide."""


def _name(seen: Seen) -> str:
    """The name that an exception is about."""
    match = seen.said(r"name '(\w+)'")
    return match[1] if match else ""


def _hides(seen: Seen) -> Found | None:
    """The file of the project that an import found instead of a library."""
    hides = seen.event.get("hides")
    match = seen.said(
        r"(module |cannot import name '\w+' from |No module named '[\w.]+'; )"
        r"'(?P<name>\w+)'"
    )
    name = hides or (match["name"] if match else "")
    file = Where(f"{name}.py")
    hidden = name in {*LIBRARIES, hides} and (seen.project / file.file).exists()
    return {"name": name, "where": file} if hidden else None


def _import(name: str, end: str = "") -> Found | None:
    """The line that imports a name which a learner needs."""
    if name in WHOLE and not end:
        return {"line": WHOLE[name]}
    if name in MODULES:
        return {"line": f"from {MODULES[name]} import {name}{end}"}
    return None


def _reads_a_key(seen: Seen) -> Found | None:
    """Whether the line reads the attribute that is missing, and does not call it."""
    name = seen.said(r"no attribute '(\w+)'")
    return failing_line(rf"\.{name[1]}\b(?!\()")(seen) if name else None


MISTAKES = (
    Mistake(
        id="syntax_error",
        step=1,
        name="Python cannot read a line",
        sight="no_start",
        sign="the terminal says `SyntaxError`",
        cure="Python cannot read that line: mend it there, or just above.",
        why="Python reads a whole file before it runs any of it.",
        page=CONSUMER,
        evidence=(raised("^SyntaxError"),),
    ),
    Mistake(
        id="body_is_not_indented",
        step=1,
        name="The body of a method, or of another block, is missing",
        sight="no_start",
        sign="the terminal says `IndentationError: expected an indented block`",
        cure="Indent what belongs below line $line; where there is nothing yet, write "
        "pass there.",
        why="A def, an if and a try need at least one line that is indented below "
        "them.",
        page=CONSUMER,
        evidence=(
            raised(r"^IndentationError: expected an indented .* on line (?P<line>\d+)"),
        ),
        weight=1,
    ),
    Mistake(
        id="indented_otherwise",
        step=1,
        name="A line is indented otherwise than those around it",
        sight="no_start",
        sign="the terminal says `IndentationError: unexpected indent`, or `unindent "
        "does not match`",
        cure="Line up the code there with the lines around it.",
        why="In Python, what belongs together is what begins in the same column.",
        page=CONSUMER,
        evidence=(raised("^IndentationError"),),
    ),
    Mistake(
        id="indented_with_a_tab",
        step=1,
        name="Tabs and spaces are mixed",
        sight="no_start",
        sign="the terminal says `TabError`",
        cure="Indent with spaces only.",
        why="A tab and eight spaces look alike, and are not the same to Python.",
        page=CONSUMER,
        evidence=(raised("^TabError"),),
    ),
    Mistake(
        id="name_is_not_defined",
        step=1,
        name="A name is used that nothing defines",
        sight="1011",
        sign="the terminal says `NameError: name '…' is not defined`",
        cure="Mend the name $name, or define or import it above that line.",
        why="Python looks a name up only when it gets to the line that uses it.",
        page=CONSUMER,
        evidence=(raised(r"^(NameError|UnboundLocalError): .*?'(?P<name>\w+)'"),),
    ),
    Mistake(
        id="self_outside_a_method",
        step=1,
        name="self is used outside of a method",
        sight="no_start",
        sign="the terminal says `NameError: name 'self' is not defined`",
        cure="Indent that line below a method, such as connect(self): self is there "
        "and nowhere else.",
        why="self is the first argument of a method; what stands in the class itself "
        "has none.",
        page=CONSUMER,
        evidence=(raised(r"^NameError: name 'self'"),),
        weight=4,
    ),
    Mistake(
        id="variable_hides_a_module",
        step=1,
        name="A variable has the name of something that it is made from",
        sight="1011",
        sign="the terminal says `cannot access local variable '…'`",
        cure="Give the variable another name than $name.",
        why="Once a method gives a name a value, that name means the variable in the "
        "whole method, also above that line.",
        page=CONSUMER,
        evidence=(raised(r"cannot access local variable '(?P<name>\w+)'"),),
        weight=4,
    ),
    Mistake(
        id="called_what_is_no_function",
        step=1,
        name="Brackets stand behind something that cannot be called",
        sight="1011",
        sign="the terminal says `'…' object is not callable`",
        cure="Take the brackets out behind what is a $type there, and no function.",
        why="Brackets call what stands before them; only functions, methods and "
        "classes can be called.",
        page=CONSUMER,
        evidence=(
            raised(r"^TypeError: '(?P<type>\w+)' object is not callable"),
            failing_line(r"\S"),
        ),
    ),
    Mistake(
        id="attribute_of_a_dictionary",
        step=1,
        name="A key of a dictionary is written as an attribute",
        sight="1011",
        sign="the terminal says `'dict' object has no attribute '…'`",
        cure='Write ["$name"] instead of .$name: it is a dictionary.',
        why="In JavaScript both are the same; in Python a dot is for attributes.",
        page=ECHO,
        evidence=(
            raised(r"^AttributeError: 'dict' object has no attribute '(?P<name>\w+)'"),
            _reads_a_key,
        ),
    ),
    Mistake(
        id="set_instead_of_dictionary",
        step=1,
        name="A comma stands where a colon should",
        sight="1011",
        sign="the terminal says `Object of type set is not JSON serializable`",
        cure='Write a colon behind "message": {"message": message}. With a comma it '
        "is a set.",
        why="Braces make a dictionary of pairs with a colon, and a set of anything "
        "else.",
        page=ECHO,
        evidence=(raised("Object of type set is not JSON serializable"),),
        weight=3,
    ),
    Mistake(
        id="nothing_is_loaded",
        step=1,
        name="json.loads() is given None",
        sight="1011",
        sign="the terminal says `must be str, bytes or bytearray, not NoneType`",
        cure="Give json.loads() the argument text_data, in which text comes: what "
        "stands there is None.",
        why="Of text_data and bytes_data one is None: text comes in text_data.",
        page=ECHO,
        evidence=(raised(r"JSON object must be str, .* not NoneType"),),
        weight=1,
    ),
    Mistake(
        id="name_belongs_to_self",
        step=1,
        name="`self.` is missing before a name of the consumer",
        sight="1011",
        sign="the terminal says `NameError`, and the name is one that a consumer has",
        cure="Write self.$name: it is the consumer's own.",
        why="Inside a method, what belongs to the object is reached through self.",
        page=CONSUMER,
        evidence=(
            raised(
                r"^NameError: .*?'(?P<name>send|accept|close|scope|channel_layer|"
                r"channel_name|send_json|receive|connect|disconnect|base_send)'"
            ),
            is_("raised", "cannot_start"),
        ),
    ),
    Mistake(
        id="name_is_kept_on_self",
        step=1,
        name="A name that was kept on `self` is used without it",
        sight="1011",
        sign="the terminal says `NameError`, and another method has `self.` before it",
        cure="Write self.$name there: it was kept on self in another method.",
        why="A name without self ends with the method that it is made in.",
        page=CONSUMER,
        evidence=(
            raised(r"^NameError: .*?'(?P<name>\w+)'"),
            lambda seen: written(rf"^self\.{_name(seen)} =")(seen),
            is_("raised"),
        ),
    ),
    Mistake(
        id="name_is_local",
        step=1,
        name="A name of one method is used in another",
        sight="1011",
        sign="the terminal says `NameError`, and another method makes that name",
        cure="Keep it on self where it is made, and write self.$name in both places.",
        why="A name without self ends with the method that it is made in; the "
        "consumer itself stays as long as the connection.",
        page=CONSUMER,
        evidence=(
            raised(r"^NameError: .*?'(?P<name>\w+)'"),
            lambda seen: written(rf"^{_name(seen)} =", "connect")(seen),
            is_("raised"),
        ),
    ),
    Mistake(
        id="name_is_not_imported",
        step=1,
        name="A name of Django or Channels is not imported",
        sight="no_start",
        sign="the terminal says `NameError`, and the name comes from a library",
        cure="Write $line at the top of that file.",
        why="Every file imports for itself what it uses.",
        page=CONSUMER,
        evidence=(
            raised(r"^NameError: .*?'(?P<name>\w+)'"),
            is_("raised", "cannot_start", "page_raised", "fails_under_daphne"),
            lambda seen: _import(_name(seen)),
        ),
    ),
    Mistake(
        id="imported_from_elsewhere",
        step=1,
        name="A name is imported from where it is not",
        sight="no_start",
        sign="the terminal says `ImportError: cannot import name '…'`",
        cure="Write $line",
        why="The name is right, and the module is another one.",
        page=CONSUMER,
        evidence=(
            raised(r"^ImportError: cannot import name '(?P<name>\w+)'"),
            lambda seen: _import(_name(seen), "."),
        ),
    ),
    Mistake(
        id="no_such_name",
        step=1,
        name="A name is imported that its file does not define",
        sight="no_start",
        sign="the terminal says `ImportError: cannot import name '…' from '…'`",
        cure="Mend the name $name, or define it in the file that it is imported from.",
        why="An import finds a name as it is written there, letter by letter.",
        page=CONSUMER,
        evidence=(raised(r"^ImportError: cannot import name '(?P<name>\w+)'"),),
    ),
    Mistake(
        id="no_such_module",
        step=1,
        name="A module is imported that does not exist",
        sight="no_start",
        sign="the terminal says `ModuleNotFoundError: No module named '…'`",
        cure="Mend the name $name, or make the file that it names.",
        why="A module is a file or folder of that name, in the project or installed.",
        page=CONSUMER,
        evidence=(raised(r"^ModuleNotFoundError: No module named '(?P<name>[\w.]+)'"),),
    ),
    Mistake(
        id="from_channels_1",
        step=1,
        name="A module is imported that older Channels had",
        sight="no_start",
        sign="the terminal says `No module named 'channels.…'`, or cannot import a "
        "name of channels",
        cure="Write from channels.generic.websocket import WebsocketConsumer, as this "
        "page does: $name was of Channels 1.",
        why="Channels 2 was written anew; tutorials from before 2018 are about "
        "another program.",
        page=CONSUMER,
        evidence=(
            raised(
                r"'(?P<name>channels\.(generic\.websockets|handler|sessions)|"
                r"Group|Channel|channel_session|channel_session_user\w*|"
                r"http_session_user|route|include|route_class)'"
            ),
            raised(r"^(ModuleNotFoundError|ImportError)"),
            raised("channels"),
        ),
    ),
    Mistake(
        id="not_installed",
        step=1,
        name="A package is imported that is not installed",
        sight="no_start",
        sign="the terminal says `No module named '…'`, and it is no file of yours",
        cure="Do without $name, or install it into .venv.",
        why="The course installs Django, Channels, Daphne and channels_redis.",
        page=CONSUMER,
        evidence=(
            raised(
                r"No module named '(?P<name>socketio|flask|fastapi|starlette|"
                r"asgi_redis|aioredis|redis_channels|channel_redis|django_redis|"
                r"channels_rabbitmq|rest_framework|pydantic|uvicorn)"
            ),
            raised("^ModuleNotFoundError"),
            is_("cannot_start", "raised", "fails_under_daphne"),
        ),
    ),
    Mistake(
        id="hidden_module",
        step=1,
        name="A file of the project hides a module of the same name",
        sight="no_start",
        sign="an import fails inside a library, and a file of yours has that name",
        cure="Rename your $name.py: it hides the module $name from all others.",
        why="Python looks in the project first, before what is installed.",
        page=CONSUMER,
        evidence=(_hides,),
        weight=2,
    ),
    Mistake(
        id="exits_at_import",
        step=1,
        name="Code ends Python while it is being imported",
        sight="no_start",
        sign="the server ends as soon as it starts, with or without a word",
        cure="Take out the call that ends Python, such as exit().",
        why="A module is run when it is imported, and what ends Python ends the "
        "server.",
        page=CONSUMER,
        evidence=(raised("^SystemExit"), is_("cannot_start")),
    ),
    Mistake(
        id="exits_in_receive",
        step=1,
        name="A consumer ends Python",
        sight="closed",
        sign="the code calls exit() or sys.exit()",
        cure="Take out the call that ends Python; to end a method, write return.",
        why="It would end the server, and with it everybody's connection.",
        page=CONSUMER,
        evidence=(raised("^SystemExit"), is_("raised")),
    ),
    Mistake(
        id="os_exit_in_receive",
        step=1,
        name="The process of the server ends",
        sight="closed",
        sign="the server is gone, and every tab with it",
        cure="Look for a call that ends Python, such as sys.exit() or os._exit().",
        why="All consumers live in one process, and end with it.",
        page=CONSUMER,
        evidence=(is_("ended"),),
    ),
    Mistake(
        id="too_much_memory",
        step=1,
        name="The process of the server is killed",
        sight="closed",
        sign="the terminal says `Killed`",
        cure="Look for what takes much memory, such as a list that grows; else for a "
        "kill, in your code or by hand.",
        why="The system ends a process that takes more memory than there is, and it "
        "cannot say a word.",
        page=CONSUMER,
        evidence=(is_("killed"), got("SIGKILL")),
    ),
    Mistake(
        id="crashes_in_c",
        step=1,
        name="Something written in C crashes",
        sight="closed",
        sign="the terminal says `Segmentation fault`",
        cure="Look at what that method calls: something written in C crashed.",
        why="Python itself cannot catch that, and ends.",
        page=CONSUMER,
        evidence=(is_("killed"), got("SIGSEGV")),
    ),
    Mistake(
        id="breakpoint_in_receive",
        step=1,
        name="A breakpoint() is left in the code",
        sight="1011",
        sign="there is a breakpoint() in the code",
        cure="Take out breakpoint(): nobody is there to answer the debugger.",
        why="The checks run your server without a terminal to type into.",
        page=CONSUMER,
        evidence=(
            raised("^BdbQuit"),
            written(r"\b(breakpoint|set_trace)\(", look=True),
        ),
    ),
    Mistake(
        id="input_in_receive",
        step=1,
        name="The server asks for input",
        sight="1011",
        sign="the terminal waits for something to be typed",
        cure="Take out input(): nobody is there to type an answer.",
        why="What a person says comes through the WebSocket, as text_data.",
        page=CONSUMER,
        evidence=(raised("^EOFError: EOF when reading a line"),),
    ),
    Mistake(
        id="loop_in_receive",
        step=1,
        name="A loop that does not end",
        sight="silent",
        sign="the code has a `while True`",
        cure="Take out the loop: Channels calls the method again for the next message.",
        why="A consumer is called when something happens, so it has nothing to wait "
        "for; and while one method runs, nothing else of this server does.",
        page=CONSUMER,
        evidence=(is_("busy"), written(r"^while ")),
    ),
    Mistake(
        id="loop_in_connect",
        step=1,
        name="connect() has a loop that does not end",
        sight="hang",
        sign="there is a `while` in connect()",
        cure="Take the loop out, and let connect() end: receive() is called with each "
        "message.",
        why="A consumer handles one thing after another: while connect() runs, no "
        "message comes.",
        page=CONSUMER,
        evidence=(
            is_("busy"),
            written(r"^(while|async for|for) ", "connect", look=True),
            written("while|for"),
        ),
    ),
    Mistake(
        id="sleeps",
        step=1,
        name="The server waits with time.sleep()",
        sight="silent",
        sign="the code calls `time.sleep()`",
        cure="Take out the sleep, or make it much shorter.",
        why="All consumers of a process that are not async take turns in one thread: "
        "while one of them sleeps, so do all.",
        page=CONSUMER,
        evidence=(is_("busy"), at(r"\bsleep\(")),
        weight=1,
    ),
    Mistake(
        id="not_json_serializable",
        step=1,
        name="Something is put into JSON that JSON does not know",
        sight="1011",
        sign="the terminal says `Object of type … is not JSON serializable`",
        cure="Make text or a number of the $type first, such as with str().",
        why="JSON has text, numbers, lists, dictionaries, true, false and null.",
        page=ECHO,
        evidence=(
            raised(
                r"^TypeError: Object of type (?P<type>\w+) is not JSON serializable"
            ),
        ),
    ),
    Mistake(
        id="bytes_are_no_json",
        step=1,
        name="Bytes are put into JSON",
        sight="1011",
        sign="the terminal says `Object of type bytes is not JSON serializable`",
        cure="Read text_data, which is text, and leave out .encode().",
        why="JSON has text, and no bytes.",
        page=ECHO,
        evidence=(
            raised(r"^TypeError: Object of type bytes is not JSON serializable"),
            in_("receive", "receive_json", "chat_message"),
        ),
    ),
    Mistake(
        id="nothing_is_read",
        step=1,
        name="None is treated as if it were something",
        sight="1011",
        sign="the terminal says `'NoneType' object …`",
        cure="See what is None there: a method that returns nothing, or a name that "
        "nothing was put into.",
        why="Python gives None where there is no value, and complains only later.",
        page=STRANGER,
        evidence=(
            raised(r"^(TypeError|AttributeError): 'NoneType' object"),
            is_("raised"),
            failing_line(r"\S"),
        ),
    ),
    Mistake(
        id="text_and_number",
        step=1,
        name="Text and a number are added",
        sight="1011",
        sign="the terminal says `can only concatenate str (not …) to str`",
        cure='Make text of it: str(…), or an f-string such as f"code {close_code}".',
        why="Python does not turn a number into text by itself.",
        page=CONSUMER,
        evidence=(
            raised(r"can only concatenate str|unsupported operand type"),
            failing_line(r"\S"),
        ),
    ),
)
