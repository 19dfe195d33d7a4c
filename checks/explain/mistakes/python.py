"""Mistakes in Python itself, and code that does not end or ends too early."""

import sys

from checks.explain.mistakes.clues import *
from checks.explain.mistakes.sections import *
from checks.verdict import Where

MODULES = {
    "asgiref.sync": "async_to_sync sync_to_async",
    "channels.auth": "AuthMiddleware AuthMiddlewareStack",
    "channels.consumer": "AsyncConsumer SyncConsumer",
    "channels.db": "database_sync_to_async",
    "channels.exceptions": "StopConsumer",
    "channels.generic.websocket": "AsyncJsonWebsocketConsumer AsyncWebsocketConsumer "
    "JsonWebsocketConsumer WebsocketConsumer",
    "channels.layers": "get_channel_layer",
    "channels.routing": "ProtocolTypeRouter URLRouter",
    "channels.security.websocket": "AllowedHostsOriginValidator OriginValidator",
    "channels.sessions": "CookieMiddleware SessionMiddleware SessionMiddlewareStack",
    "chat.consumers": "ChatConsumer",
    "chat.routing": "websocket_urlpatterns",
    "django.core.asgi": "get_asgi_application",
    "django.urls": "path re_path",
}
"""Modules, and the names in them that a learner needs."""
HOME = {name: module for module, names in MODULES.items() for name in names.split()}
WHOLE = {"asyncio", "datetime", "json", "logging", "os", "random", "re", "time", "uuid"}
"""Modules that are imported whole."""
OF_SELF = (
    "send|accept|close|scope|channel_layer|channel_name|send_json|receive|connect|"
    "disconnect|base_send"
)
NAME = r"^NameError: .*?'(?P<name>\w+)'"
LIBRARIES = {*sys.stdlib_module_names, "channels", "daphne", "django", "redis"}
"""Modules that a file of the project can hide."""


@fact
def _connecting(evidence: Evidence) -> bool:
    """Connect() of this tab has not ended, and nothing else is running."""
    kinds = [e["kind"] for e in evidence.events if e.get("type") == "websocket.connect"]
    running = [place for line in evidence.lines(SHOWN) for place in line.places]
    return "handled" not in kinds and not {"disconnect", "receive"} & {*running}


def _hides(evidence: Evidence) -> Found | None:
    """The file of the project that an import found instead of a library."""
    imported = r"(?:module |import name '\w+' from |No module named '[\w.]+'; )'(\w+)'"
    hides = evidence.event.get("hides")
    match = evidence.said(imported)
    name = hides or (match[1] if match else "")
    file = Where(f"{name}.py")
    hidden = name in {*LIBRARIES, hides} and (evidence.project / file.file).exists()
    return {"name": name, "where": file} if hidden else None


def _import(evidence: Evidence) -> Found | None:
    """The line that imports a name which a learner needs."""
    name = evidence.missing
    if name in WHOLE:
        return {"line": f"import {name}"}
    if name == "consumers":
        return {"line": "from . import consumers"}
    return {"line": f"from {HOME[name]} import {name}"} if name in HOME else None


def _import_from(evidence: Evidence) -> Found | None:
    """The line that imports it from the module which has it."""
    name = evidence.missing
    return {"line": f"from {HOME[name]} import {name}."} if name in HOME else None


MISTAKES = [
    OTHER("""syntax_error: Python cannot parse a line
      If the terminal says `SyntaxError`
      Do: Python cannot parse that line: fix it there, or directly above.
      Why: Python reads a whole file before it runs any of it.
    """).on("no_start", terminal),
    OTHER("""source_is_not_utf8: A file of Python is not saved as UTF-8
      If the terminal says `source code string cannot contain null bytes`, or `'utf-8'
        codec can't decode`
      Do: Save that file as UTF-8: "Save with encoding" in your editor.
      Why: Python reads its files as UTF-8; some editors and shells write another
        encoding on Windows.
    """).on(
        "no_start", r"^SyntaxError: .*(null byte|'utf-8' codec|Non-UTF-8)", weight=1
    ),
    OTHER("""body_is_not_indented: The body of a method, or of another block, is
        missing
      If the terminal says `IndentationError: expected an indented block` Do: Indent
        what belongs below line $line; where there is nothing yet, write pass there.
      Why: A def, an if and a try need at least one line that is indented below them.
    """).on("no_start", r"^Indent.*: expected .* on line (?P<line>\d+)", weight=1),
    OTHER("""indented_otherwise: A line is indented otherwise than those around it
      If the terminal says `IndentationError: unexpected indent`, or `unindent does not
        match` Do: Line up the code there with the lines around it.
      Why: In Python, what belongs together is what begins in the same column.
    """).on("no_start", "^IndentationError"),
    OTHER("""indented_with_a_tab: Tabs and spaces are mixed
      If the terminal says `TabError`
      Do: Indent with spaces only. Why: A tab and eight spaces look alike, and are not
        the same to Python.""").on("no_start", terminal),
    OTHER("""name_is_not_defined: A name is used that nothing defines
      If the terminal says `NameError: name '…' is not defined`
      Do: Correct the name $name, or define or import it above that line.
      Why: Python looks a name up only when it gets to the line that uses it.
    """).on("1011", r"^(NameError|UnboundLocalError): .*?'(?P<name>\w+)'"),
    OTHER("""self_outside_a_method: self is used outside of a method
      If the terminal says `NameError: name 'self' is not defined`
      Do: Indent that line below a method, such as connect(self): self is there and
        nowhere else. Why: self is the first argument of a method; what stands in the
        class itself has none.""").on("no_start", terminal, weight=4),
    OTHER("""variable_hides_a_module: A variable has the name of something that it is
        made from
      If the terminal says `cannot access local variable '…'`
      Do: Give the variable another name than $name.
      Why: Once a method gives a name a value, that name means the variable in the whole
        method, also above that line.""").on("1011", terminal, weight=4),
    OTHER("""called_what_is_no_function: Something is called that cannot be called
      If the terminal says `'…' object is not callable`
      Do: Take the parentheses out after what is a $type there, not a function.
      Why: Parentheses call what comes before them; only functions, methods and classes
        can be called.
    """).on("1011", r"^TypeError: '(?P<type>\w+)' object is not callable", own),
    ECHO("""attribute_of_a_dictionary: A key of a dictionary is written as an attribute
      If the terminal says `'dict' object has no attribute '…'`
      Do: Write ["$name"] instead of .$name: it is a dictionary.
      Why: In JavaScript both are the same; in Python a dot is for attributes.""").on(
        "1011", terminal, uses(MISSING, FAILED), no(calls(MISSING, FAILED)), weight=-1
    ),
    ECHO("""set_instead_of_dictionary: A comma is where a colon should be
      If the terminal says `Object of type set is not JSON serializable`
      Do: Write a colon after "message": {"message": message}. With a comma it is a set.
      Why: Braces make a dictionary of pairs with a colon, and a set of anything else.
    """).on("1011", terminal, weight=3),
    ECHO("""nothing_is_loaded: json.loads() is given None
      If the terminal says `must be str, bytes or bytearray, not NoneType`
      Do: Give json.loads() the argument text_data, in which text comes: what stands
        there is None. Why: Of text_data and bytes_data one is None: text comes in
        text_data.""").on("1011", terminal, weight=1),
    OTHER("""name_belongs_to_self: `self.` is missing before a name of the consumer
      If the terminal says `NameError`, and the name is one that a consumer has
      Do: Put self. before it: self.$name belongs to the consumer.
      Why: Inside a method, what belongs to the object is reached through self.
    """).on("1011: raised cannot_start", rf"^NameError: .*?'(?P<name>{OF_SELF})'"),
    OTHER("""name_is_kept_on_self: A name that was kept on `self` is used without it
      If the terminal says `NameError`, and another method has `self.` before it
      Do: Write self.$name there: it was kept on self in another method.
      Why: A name without self ends with the method that it is made in.
    """).on("1011: raised", NAME, assigns(f"self.{MISSING}")),
    CONSUMER("""name_is_local: A name of one method is used in another
      If the terminal says `NameError`, and another method makes that name
      Do: Keep it on self where it is made, and write self.$name in both places.
      Why: A name without self ends with the method that it is made in; the consumer
        itself stays as long as the connection.
    """).on("1011: raised", NAME, assigns(rf"(?<!\.){MISSING}", "connect")),
    OTHER("""name_is_not_imported: A name of Django or Channels is not imported
      If the terminal says `NameError`, and the name comes from a library
      Do: Write $line among the imports of that file. Why: Every file imports for itself
        what it uses.""").on("no_start: starting raised page_raised", NAME, _import),
    OTHER("""imported_from_elsewhere: A name is imported from where it is not
      If the terminal says `ImportError: cannot import name '…'`
      Do: Write $line Why: The name is right, and the module is another one.
    """).on("no_start", terminal, _import_from),
    OTHER("""no_such_name: A name is imported that its file does not define
      If the terminal says `ImportError: cannot import name '…' from '…'`
      Do: Correct the name $name, or define it in the file that it is imported from.
      Why: An import finds a name as it is written there, letter by letter.
    """).on("no_start", r"^ImportError: cannot import name '(?P<name>\w+)'"),
    OTHER("""no_such_module: A module is imported that does not exist
      If the terminal says `ModuleNotFoundError: No module named '…'`
      Do: Correct the name $name, or create the file that it names.
      Why: A module is a file or folder of that name, in the project or installed.
    """).on("no_start", terminal),
    OTHER("""hidden_module: A file of the project hides a module of the same name
      If an import fails inside a library, and a file of yours has that name
      Do: Rename your $name.py: it hides the module $name from all others.
      Why: Python looks in the project first, before what is installed.
    """).on("no_start", _hides, weight=2),
    OTHER("""exits_at_import: Code ends Python while it is being imported
      If the server ends as soon as it starts, with or without an error
      Do: Take out the call that ends Python, such as exit().
      Why: A module is run when it is imported, and what ends Python ends the server.
    """).on("no_start: cannot_start", "^SystemExit"),
    OTHER("""exits_in_receive: A consumer ends Python
      If the code calls exit() or sys.exit()
      Do: Take out the call that ends Python; to end a method, write return.
      Why: It would end the server, and with it everybody's connection.
    """).on("closed: raised", "^SystemExit"),
    OTHER("""os_exit_in_receive: The process of the server ends
      If the server is gone, and every tab with it
      Do: Look for a call that ends Python, such as sys.exit() or os._exit().
      Why: All consumers live in one process, and end with it.""").on("closed: ended"),
    OTHER("""too_much_memory: The process of the server is killed
      If the terminal says `Killed`
      Do: Look for what uses a lot of memory, such as a list that grows; otherwise for a
        kill, in your code or by hand.
      Why: The system ends a process that takes more memory than there is, and the
        process has no chance to report it.
    """).on("closed: killed", got("SIGKILL")),
    OTHER("""crashes_in_c: Something written in C crashes
      If the terminal says `Segmentation fault`
      Do: Look at what that method calls: something written in C crashed. Why: Python
        itself cannot catch that, and ends.""").on("closed: killed", got("SIGSEGV")),
    OTHER("""breakpoint_in_receive: A breakpoint() is left in the code
      If there is a breakpoint() in the code
      Do: Take out breakpoint(): nobody is there to answer the debugger.
      Why: The checks run your server without a terminal to type into.
    """).on("1011", "^BdbQuit", look(calls("breakpoint|set_trace"))),
    OTHER("""input_in_receive: The server asks for input
      If the terminal waits for something to be typed
      Do: Take out input(): nobody is there to type an answer.
      Why: What a person types comes through the WebSocket, as text_data.
    """).on("1011", "^EOFError: EOF when reading a line"),
    CONSUMER("""loop_in_receive: A loop that does not end
      If the code has a `while True`
      Do: Take out the loop: Channels calls the method again for the next message.
      Why: A consumer is called when something happens, so it has nothing to wait for;
        and while one method runs, nothing else of this server does.
    """).on("silent: busy", statement("while")),
    CONSUMER("""loop_in_connect: connect() has a loop that does not end
      If there is a `while` in connect() Do: Take the loop out, and let connect() end:
        receive() is called with each message.
      Why: A consumer handles one thing after another: while connect() runs, no message
        comes.""").on(
        "hang: busy", look(statement("while|for", "connect")), _connecting, weight=1
    ),
    OTHER("""sleeps: The server waits with time.sleep()
      If the code calls `time.sleep()`
      Do: Take out the sleep, or make it much shorter. Why: All consumers of a process
        that are not async take turns in one thread: while one of them sleeps, so do
        all.""").on("silent: busy", calls("sleep", SHOWN), weight=1),
    ECHO("""not_json_serializable: Something is put into JSON that JSON cannot represent
      If the terminal says `Object of type … is not JSON serializable`
      Do: Convert the $type to text or a number first, for example with str().
      Why: JSON has text, numbers, lists, dictionaries, true, false and null.
    """).on(
        "1011", r"^TypeError: Object of type (?P<type>\w+) is not JSON serializable"
    ),
    ECHO("""bytes_are_no_json: Bytes are put into JSON
      If the terminal says `Object of type bytes is not JSON serializable`
      Do: Read text_data, which is text, and leave out .encode().
      Why: JSON has text, but no bytes.
    """).on("1011", terminal, in_("receive|receive_json|chat_message")),
    OTHER("""nothing_is_read: None is used as if it were a value
      If the terminal says `'NoneType' object …`
      Do: See what is None there: a method that returns nothing, or a name without a
        value.
      Why: Python uses None where there is no value, and raises only later.
    """).on("1011: raised", terminal, own),
    OTHER("""text_and_number: Text and a number are added
      If the terminal says `can only concatenate str (not …) to str`
      Do: Convert it to text: str(…), or an f-string such as f"code {close_code}".
      Why: Python does not turn a number into text by itself.
    """).on(
        "1011",
        r"can only concatenate str \((?!.*NoneType)|"
        r"unsupported operand type.*: (?=.*'str')(?!.*NoneType)",
        own,
    ),
    OTHER("""none_and_text: None is added to a text
      If the terminal says `can only concatenate str (not "NoneType") to str`
      Do: Ask first whether what that line adds is None, and say what happens then.
      Why: None stands for nothing: such as the key of a session that there is not.
    """).on("1011", r"^TypeError: (can only concat|unsupported op).*NoneType", own),
]
