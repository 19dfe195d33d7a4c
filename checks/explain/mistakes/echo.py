"""Mistakes in reading what a tab sends, and in answering it."""

import ast
import difflib
import json
import re

from checks.explain.mistakes.clues import *
from checks.explain.mistakes.page_clues import reads_message
from checks.explain.mistakes.sections import *
from checks.observe.conversation import NOT_JSON

READS = "receive|receive_json|websocket_receive"
sends = uses("send|send_json|base_send|group_send", "receive")
returns = statement("return", "receive")
ends = (ended, no(sends), no(returns))
clock = calls(r"time\.\w+|time|monotonic|perf_counter|now|utcnow", READS)
gives_up = statement("return None|pass|continue", "receive")
OTHERS = (
    "emit|write_message|send_text|send_message|broadcast|reply|respond|receive_text|"
    "sendMessage|send_str|write|send_bytes|reply_channel"
)
HIDDEN = (
    *("send", "accept", "close", "send_json", "base_send", "dispatch"),
    *("websocket_receive", "decode_json", "encode_json"),
)
ATTRIBUTE = r"^AttributeError: '\w*Consumer\w*' object has no attribute '(?P<name>\w+)'"
KEPT = r"(?i)(.*\.)?\w*(last|prev|before|buffer|queue|pending|waiting)\w*|len"
CONTAINERS = ast.List | ast.Dict | ast.Set
NEW = {"list()", "dict()", "set()", "deque()"}
NEAR = 2
INHERITED = {
    *("accept", "close", "send", "send_json", "scope", "groups"),
    *("channel_layer", "channel_name"),
}
"""What a consumer has that its class does not define."""
NO_BYTES = (
    "'bytes' object has no attribute 'encode'|expected.*bytes|payload.*(str|bytes)|"
    "a bytes-like object is required"
)


@fact
def _was_asked(evidence: Evidence) -> bool:
    """The tab has sent something itself."""
    return bool(evidence.sent)


@fact
def _said_before(evidence: Evidence) -> bool:
    """A tab has sent what it, or another, had sent before."""
    said = [text for tab in evidence.tabs for text in tab.sent]
    return len(said) > len({*said})


def _outside_of_its_class(evidence: Evidence) -> Found | None:
    """A function of the missing name that takes self and is in no class."""
    for line in evidence.statements:
        is_it = line.defines == evidence.missing and line.takes[:1] == ["self"]
        if is_it and not line.in_class:
            return {"name": line.defines, "where": line.at}
    return None


def _meant(evidence: Evidence) -> Found | None:
    """The attribute that is most like the one which does not exist."""
    wrong, methods = evidence.missing, evidence.consumer.get("methods", {})
    names = (name for line in evidence.lines() for name in line.assigns)
    kept = {name.removeprefix("self.") for name in names if name.startswith("self.")}
    there = INHERITED | {*methods} | kept
    near = [name for name in there if abs(len(name) - len(wrong)) <= NEAR]
    alike = difflib.get_close_matches(wrong.lower(), near, 1, 0.72)
    return {"meant": alike[0]} if alike and wrong not in there else None


def _twice(evidence: Evidence) -> Found | None:
    """A method of a class that is defined a second time below."""
    before: set[str] = set()
    for line in evidence.lines(CONSUMERS):
        if isinstance(line.node, ast.ClassDef):
            before.clear()
        elif line.at_margin or line.functions != (line.defines,):
            continue
        elif line.defines in before:
            return {"method": line.defines, "where": line.at}
        before.add(line.defines)
    return None


unasked = no(got("code 44"))
"""It was not closed as lessons 8 and 11 ask for, with 4401 and 4429."""


@any_line(CONSUMERS)
def kept_on_the_class(line: Line) -> bool:
    """A list, dictionary or set is made in the class."""
    value = getattr(line.node, "value", None)
    made = isinstance(value, CONTAINERS) or name_of(value) in NEW
    return made and bool(line.assigns) and not (line.at_margin or line.functions)


@any_line("receive")
def _asks_what_came_before(line: Line) -> bool:
    """An if asks about something kept, or how much there is."""
    return line.keyword == "if" and any(re.fullmatch(KEPT, n) for n in line.names)


@any_line("receive")
def _sends_if(line: Line) -> bool:
    """An if has a call in it that sends."""
    names = map(name_of, ast.walk(line.node)) if line.keyword == "if" else ()
    return any(re.fullmatch(r".*\.(group_)?send(_json)?", name) for name in names)


@fact
def _last_sent_is_empty(evidence: Evidence) -> bool:
    """The last message of the tab was an empty text."""
    return evidence.message == ""


def form(name: str) -> Clue:
    """What the tab received has this form."""
    return fact(lambda evidence: _form(evidence.event["text"]) == name)


def _form(text: str) -> str:
    if "{" not in text and '"' not in text:
        return "plain text"
    try:
        data = json.loads(text)
    except NOT_JSON:
        return "not JSON"
    if isinstance(data, str):
        return "JSON in JSON" if "{" in text else "text in JSON"
    if not isinstance(data, dict) or "message" not in data:
        return "other key" if isinstance(data, dict) else "no object"
    message = data["message"]
    more = isinstance(message, dict | list) or str(message).startswith("{")
    return "more than the text" if more else type(message).__name__


MISTAKES = [
    # Reading and answering
    ECHO("""return_instead_of_send: receive() returns the answer
      If receive() ends with return and a value
      Do: Call self.send(text_data=…) with it, instead of returning it.
      Why: A consumer is not a view: what its methods return is discarded.
    """).on("silent: silent", ended, look(returns)),
    ECHO("""returns_early: receive() returns before it sends
      If receive() has a return, and sends below it
      Do: See why receive() returns before it reaches the line that sends.
      Why: A return ends the method without an error; so does an except that passes.
    """).on("silent: silent", ended, gives_up, sends),
    ECHO("""sends_on_a_condition: receive() sends on a condition that is not met
      If receive() calls send() or group_send() inside an if
      Do: Move what sends out of that condition, or correct the condition: every message
        is answered.
      Why: What is inside an if runs only when its condition is met.
    """).on("silent: silent", ended, no(answered), _sends_if, weight=1),
    ECHO("""receive_sends_nothing: receive() does not send
      If receive() runs to its end, and calls no self.send()
      Do: Call self.send(text_data=…) in receive(), with the message as JSON.
      Why: A consumer answers by calling send(); nothing is sent by itself.
    """).on("silent: silent", *ends, step(2)),
    ECHO("""sends_without_end: A loop sends without end
      If one message is answered by thousands
      Do: Send once: take out the loop around what sends.
      Why: Channels calls the method again for each message; a handler has to end.
    """).on("wrong: endless"),
    ECHO("""prints_the_answer: receive() prints the message
      If the message appears in the terminal
      Do: Call self.send(text_data=…) where print() is.
      Why: print() writes to the terminal of the server; self.send() to the browser.
    """).on("silent: silent", *ends, look(calls("print", "receive")), step(2)),
    ECHO("""send_is_not_called: send has no parentheses, so it is not called
      If receive() says self.send without parentheses
      Do: Write self.send(text_data=…), with parentheses.
      Why: Without parentheses Python looks the method up, and does not call it.
    """).on("silent: silent", ended, look(uncalled("self.send(_json)?")), weight=2),
    UNEXPECTED("""exceptions_are_swallowed: An exception is caught and not reported
      If an except catches it, and nothing appears in the terminal
      Do: Fix what that line does, and catch only what a client can cause: the
        ValueError, KeyError and TypeError of reading the frame.
      Why: An except hides whatever it catches, mistakes in your own code included.
    """).on("silent: caught", weight=-1),
    ECHO("""answers_one_message_late: Only what came before is sent
      If the first message is not answered, and the second is, with the first
      Do: Send what came in the same call of receive() that read it.
      Why: Each message is answered when it is there, not when the next one comes.
    """).on(
        "silent: silent", ended, sends, _asks_what_came_before, no(clock), weight=1
    ),
    ECHO("""empty_messages_are_ignored: An empty message is not answered
      If the code says `if message:` or `if text_data`, and "" is nothing to it
      Do: Let the empty text through as well: ask whether it is there, such as with
        "message" in data. Why: To an if, "" is as false as None.""").on(
        "silent: silent", _last_sent_is_empty, look(statement("if|while")), weight=3
    ),
    ECHO("""send_empty_text: An empty text is sent
      If the code sends text_data=""
      Do: Send JSON that has the message, not an empty text.
      Why: Daphne drops an empty text frame without an error.
    """).on("silent: silent", saw("out", type="websocket.send", text="^$"), weight=4),
    ECHO("""messages_have_to_be_small: The settings allow small messages only
      If a long text ends the connection, and the settings have
        DAPHNE_WEBSOCKET_MAX_MESSAGE_SIZE
      Do: Take $name out of mysite/settings.py, or allow as much as people may type.
      Why: Daphne ends a connection on which a larger message comes.
    """).on(
        "silent: closed silent",
        look(assigns("(?P<name>DAPHNE_WEBSOCKET_MAX_(MESSAGE|FRAME)_SIZE)")),
        weight=5,
    ),
    ECHO("""send_dict_not_text: A dictionary is sent
      If the terminal says `'dict' object has no attribute 'encode'`
      Do: Convert it to text: self.send(text_data=json.dumps(…)).
      Why: send() takes text.
    """).on("1011", "'(dict|list)' object has no attribute 'encode'"),
    ECHO("""sends_an_event_of_asgi: send() is given an event of ASGI
      If the terminal says `'dict' object has no attribute 'encode'`, of a "type"
      Do: Call self.close(code=…) for websocket.close, self.accept() for
        websocket.accept, and self.send(text_data=…) for websocket.send.
      Why: send() of this class takes text. Events are sent by the classes of
        channels.consumer only.
    """).on(
        "1011",
        "'dict' object has no attribute 'encode'",
        says(r"websocket\.(close|send|accept)", FAILED),
        weight=2,
    ),
    ECHO("""sends_a_response: A response of HTTP is sent
      If the terminal says `'…Response' object has no attribute 'encode'`
      Do: Send text: self.send(text_data=json.dumps({"message": message})).
      Why: HttpResponse and JsonResponse answer a request; a WebSocket carries text.
    """).on("1011", terminal),
    ECHO("""sends_what_is_no_text: Something is sent that is not text
      If the terminal says `'…' object has no attribute 'encode'`
      Do: Send text instead of the $type: json.dumps({"message": message}).
      Why: send() takes text: a frame of text is what the page can read.
    """).on(
        "1011", r"'(?P<type>(?!dict|list|bytes|\w*Response)\w+)' .* attribute 'encode'"
    ),
    ECHO("""send_text_as_bytes: Text is sent as bytes_data, or bytes as text_data
      If the terminal says that bytes are not str, or the other way round
      Do: Write self.send(text_data=json.dumps(…)), without .encode().
      Why: text_data is for str, bytes_data for bytes.
    """).on("1011", NO_BYTES, uses(r"\w*send\w*", FAILED)),
    ECHO("""answers_in_bytes: The answer is sent as bytes
      If the code says bytes_data= or .encode()
      Do: Send text: self.send(text_data=…).
      Why: The page reads text frames, not binary ones.
    """).on("wrong: binary"),
    ECHO("""send_without_keyword: send() is given an argument that it does not have
      If the terminal says `send() got an unexpected keyword argument`
      Do: Write self.send(text_data=…): that is what the argument is called.
      Why: send() has text_data, bytes_data and close.
    """).on("1011", r"\bsend\(\) (got|takes|missing)", calls("send", FAILED)),
    LEFT_OUT("""send_json_on_plain_consumer: send_json() in a consumer that does not
        have it
      If the terminal says `object has no attribute 'send_json'`
      Do: Write self.send(text_data=json.dumps(…)).
      Why: send_json() belongs to JsonWebsocketConsumer and AsyncJsonWebsocketConsumer.
    """).on("1011", terminal, weight=1),
    ECHO("""from_another_framework: A method is called that other frameworks have
      If the terminal says `object has no attribute '…'`
      Do: Write self.send(text_data=…): a consumer has no $name.
      Why: In Channels a consumer has accept(), send() and close(), and Channels calls
        its receive() with each message.
    """).on("1011: raised", rf"object has no attribute '(?P<name>{OTHERS})'", weight=1),
    ECHO("""forgot_json_loads: The text is used as if it were a dictionary
      If the terminal says `string indices must be integers`
      Do: It is text: call json.loads(text_data) to get the dictionary.
      Why: A frame carries text; JSON is how a dictionary is written as text.
    """).on("1011", "string indices|'str' object has no attribute '(get|items|keys)'"),
    ECHO("""loads_of_a_dictionary: json.loads() is given something that is not text
      If the terminal says `the JSON object must be str, bytes or bytearray`
      Do: Take out json.loads() there: it is a $type already.
      Why: json.loads() turns text into a dictionary; a Json consumer has done that
        before receive_json().
    """).on("1011", r"JSON object must be str, bytes or bytearray, not (?P<type>\w+)"),
    ECHO("""json_load_instead_of_loads: json.load or json.dump, without the s
      If the terminal says `'str' object has no attribute 'read'`, or that dump() misses
        'fp' Do: Write json.loads() and json.dumps(), with an s: they work on text.
      Why: json.load() and json.dump() read and write files.
    """).on("1011", r"no attribute 'read'|dump\(\) missing|has no attribute 'write'"),
    ECHO("""other_key_in_the_message: Another key is read than the page sends
      If the terminal says `KeyError` with a name that is not message
      Do: Read "message": that is the key under which the page sends the text.
      Why: The page sends {"message": "…"}; the developer tools show what it sends.
    """).on("1011", "^KeyError: ", in_(READS), no(reads_message)),
    ECHO("""forgot_json_dumps_plain_text: The text is sent as it is, and not as JSON
      If the text arrives, and nothing around it
      Do: Send JSON: self.send(text_data=json.dumps({"message": message})).
      Why: The page reads JSON with the text under message; the console of the browser
        shows the error.
    """).on("wrong: other_form", form("plain text")),
    ECHO("""json_of_the_text_alone: The text alone is made JSON
      If what arrives is the text in quotes
      Do: Send an object: json.dumps({"message": message}).
      Why: The page looks for the text under message, in an object.
    """).on("wrong: other_form", form("text in JSON")),
    ECHO("""str_of_a_dictionary: A dictionary is made text with str(), not as JSON
      If what arrives has single quotes: {'message': …}
      Do: Write json.dumps(…) instead of str(…).
      Why: JSON has double quotes; str() returns Python, which the page cannot read.
    """).on("wrong: other_form", got(r"\{'"), weight=1),
    ECHO("""python_instead_of_json: A dictionary is made text, and not by json.dumps()
      If what arrives has single quotes: {'message': …}
      Do: Send what json.dumps() returns for the dictionary.
      Why: A dictionary in an f-string is Python, which the page cannot read.
    """).on("wrong: other_form", got(r"\{'")),
    ECHO("""json_by_hand: JSON is assembled by hand
      If it works until there is a quote or a line end in the text
      Do: Write json.dumps({"message": message}) instead of the braces and quotes.
      Why: json.dumps() knows which characters need a backslash.
    """).on(
        "wrong: other_form", got(r"^it received .?\{\\?\"message"), form("not JSON")
    ),
    ECHO(r"""json_consumer_double_dumps: JSON is made of JSON
      If what arrives begins with a quote: "{\"message\": …
      Do: Take out one of the two: send_json() makes JSON by itself, and so does
        json.dumps(), once.
      Why: JSON of a text is that text in quotes: the page gets a string, not an object.
    """).on("wrong: other_form", form("JSON in JSON")),
    ECHO("""answers_under_another_key: The answer has another key than message
      If the page shows `(not {…})` and the text
      Do: Send it under "message": json.dumps({"message": message}).
      Why: The page looks under "message", and nowhere else.
    """).on("wrong: other_form", form("other key")),
    ECHO("""sends_the_whole_frame_as_message: There is more than the text under message
      If message is an object, or JSON again
      Do: Send the text alone: take it out first, such as with data["message"].
      Why: The page shows whatever is under message.
    """).on("wrong: other_form", form("more than the text")),
    ECHO("""changes_the_text: The text comes back changed
      If the text has more, or less, in it than was sent
      Do: Send the text as it came: without a name before it, strip() or upper().
      Why: An echo sends back exactly what was sent.
    """).on("wrong: other_form", form("str"), weight=1),
    ECHO("""escapes_the_text: The text is escaped for HTML on the way
      If & and < come back as &amp; and &lt;
      Do: Take $call(…) out: the page shows what it receives as text.
      Why: The page shows text as text, and so it would show the &amp;.
    """).on(
        "wrong: other_form",
        form("str"),
        got("&(amp|quot|lt|#x27|#39);"),
        look(calls(r"(?P<call>([\w.]+\.)?(conditional_|force_)?escape)")),
        weight=2,
    ),
    ECHO("""answers_always_the_same: The answer does not depend on what came
      If whatever is typed, the same comes back
      Do: Send what came: read it from text_data with json.loads().
      Why: The checks send words that nobody can guess.
    """).on("wrong: silent", got("the last message that it received"), no_group),
    ECHO("""answers_only_the_first: A consumer stops answering
      If the first message is answered, and later ones are not
      Do: Answer every message: take out what is remembered between two of them.
      Why: receive() is called once for each message, on the same object.""").on(
        "silent: silent",
        got("without sending|nothing came"),
        answered,
        no_group,
        sends,
        no(clock),
        weight=-1,
    ),
    ECHO("""drops_repeated_messages: A message that was sent before is dropped
      If "ok" comes back, and the same "ok" after it does not
      Do: Take out what compares a message with earlier ones.
      Why: Whoever sends the same text twice has sent two messages.
    """).on("silent: silent received_elsewhere lost", _said_before, weight=5),
    ECHO("""drops_some_messages: Some messages are not passed on
      If a method passes on some messages, and not others
      Do: Remove the condition: pass on every message that has a text, however soon it
        comes and whatever came before it.
      Why: A message that is held back is lost, and no error shows it.
    """).on("wrong: lost"),
    ECHO("""drops_what_comes_soon: A message that comes soon after another is dropped
      If the code compares the time with that of the message before
      Do: Remove the comparison of times: pass on every message.
      Why: People send two short messages in a second, and two people in one moment; a
        page can hold back a second click.
    """).on("wrong: lost silent", look(clock), step(10), weight=2),
    ECHO("""answers_much_later: The answer is put off
      If the code starts a timer, a thread or a task that waits
      Do: Send in receive() itself, without waiting.
      Why: Nobody waits for a chat that takes seconds to answer.""").on(
        *("silent: silent", got("nothing came"), _was_asked),
        look(calls("Timer|call_later|sleep")),
        step(5),
    ),
    ECHO("""echoes_twice: A message is sent twice
      If each message appears twice
      Do: Send once: find the two lines of receive() that send.
      Why: Each call of send() is a frame.
    """).on("wrong: received_twice", no_group),
    ECHO("""sends_everything_again: Earlier messages are sent again
      If with each message, the earlier ones come again
      Do: Send only the message that has just come: take out the loop over the earlier
        ones.
      Why: Each call of send() is a frame, and the page shows each frame.
    """).on("wrong: received_twice", no_group, look(statement("for", "receive"))),
    ECHO("""out_of_order: Messages come in another order
      If the order changes when many come at once
      Do: Send each message in the call of receive() that reads it, and do not collect
        them. Why: A consumer handles one message after another; threads, tasks and
        lists of your own do not.""").on("wrong: out_of_order"),
    CLOSING("""closes_after_answering: The server closes instead of answering
      If the code calls self.close()
      Do: Take out self.close(): the connection stays open for the next message.
      Why: close() ends the connection for good; a view ends by itself, a consumer does
        not have to.""").on("closed: closed", look(calls("close")), unasked, weight=-1),
    CLOSING("""sends_and_closes: send() also closes the connection
      If the code calls send() with close=True
      Do: Take out close=True: the connection stays open for the next message.
      Why: With close, send() ends the connection for good.
    """).on("closed: closed", look(calls("send(_json)?", given="close")), weight=1),
    CLOSING("""stops_the_consumer: StopConsumer is raised too early
      If StopConsumer is raised elsewhere than in websocket_disconnect
      Do: Take out raise StopConsumer(): it belongs in websocket_disconnect alone.
      Why: It ends the consumer: nothing reads what comes after it.
    """).on(
        "closed: closed unheard",
        look(uses("StopConsumer", "receive|connect")),
        weight=4,
    ),
    CLOSING("""close_reason_ignored_by_daphne: A message is given to close() as its
        reason
      If the code says close(…, reason=…)
      Do: Send it first, with self.send(), and take out self.close().
      Why: Daphne drops the reason; only the number arrives.
    """).on("closed: closed", look(calls("close", given="reason")), closed),
    CLOSING("""invalid_close_code: A close code is a status of HTTP
      If the terminal says `invalid close code`
      Do: Take out self.close(); where you want to close, use 1000, or 3000 to 4999.
      Why: WebSocket has numbers of its own: 401 and 404 belong to HTTP.
    """).on("1011", terminal),
    CLOSING("""close_code_is_no_number: A close code is no whole number
      If the terminal says `invalid type … for close code`
      Do: Write the number without quotes, as in self.close(code=4000).
      Why: A close code is two bytes of the frame, which hold a whole number.
    """).on("1011: raised other_code", "invalid type .* for close code", weight=4),
    CLOSING("""sends_after_close: Something is sent after the connection was closed
      If the terminal says `Attempt to send on a closed protocol`
      Do: Take out self.close(), or do not send after it.
      Why: close() ends the connection; nothing can be sent on it.
    """).on("1011", "closed protocol|after sending 'websocket.close'", closed),
    OTHER("""attribute_is_made_nowhere: An attribute is read that was never set
      If the terminal says `object has no attribute '…'`
      Do: Set self.$name in connect() before it is used, under the same name.
      Why: An object has only the attributes that were set, under exactly those names.
    """).on("1011", ATTRIBUTE),
    OTHER("""method_is_in_no_class: A method stands outside of its class
      If the terminal says `object has no attribute '…'`, and there is a function of
        this name
      Do: Indent def $name, and all of its lines, so that it belongs to the class.
      Why: What begins at the left edge is a function of the module; an object has the
        methods that are in its class.
    """).on("1011", ATTRIBUTE, _outside_of_its_class, weight=4),
    OTHER("""attribute_is_misspelt: The name of an attribute is misspelt
      If the terminal says `object has no attribute '…'`, and there is one much like it
      Do: Write self.$meant instead of self.$name.
      Why: Python finds a name only as it is written, letter by letter.
    """).on("1011", ATTRIBUTE, _meant, weight=3),
    OTHER("""raises: A line of yours raises an exception
      If the terminal shows a traceback that ends in your file
      Do: Fix what that line does; catch the exception only where input from outside can
        cause it.
      Why: An exception that is not caught ends whatever was running: the start, the
        page or the connection.
    """).on("1011: raised cannot_start page_raised", own, no(in_library), weight=-4),
    OTHER("""attribute_is_made_elsewhere: An attribute is read before it is set
      If the terminal says `object has no attribute '…'`, and another method sets it
      Do: Set self.$name in connect(), above the line that reads it.
      Why: An attribute exists once the line that sets it has run.
    """).on("1011", ATTRIBUTE, assigns(f"self.{MISSING}")),
    CONSUMER("""hides_a_method_of_channels: A method of yours hides one of Channels
      If the class has a method send, accept or close
      Do: Give def $method another name: it hides the one of Channels, which other code
        calls.
      Why: A class has one method of a name: yours replaces the one that it inherits.
    """).on(
        "1011: raised silent not_accepted never_awaited caught",
        has(*HIDDEN),
        no(calls(rf"super\(\)\.({'|'.join(HIDDEN)})")),
        based("WebsocketConsumer"),
    ),
    OTHER("""method_is_defined_twice: A method is defined twice
      If the class has two methods of one name
      Do: Take one def $method out: the second replaces the first.
      Why: A class has one method of a name, the last one.
    """).on(
        "silent: unheard mixed no_reader no_members other_form closed still_members",
        _twice,
        weight=4,
    ),
    # Tabs that mix
    CHECK_IT("""echoes_to_every_tab: A tab is answered that did not ask
      If what one tab sends appears in another
      Do: Send to the tab that sent the message, with self.send(), and not to a list of
        others.
      Why: Each tab has a consumer of its own, and self is that of the sender.
    """).on("wrong: overheard received_elsewhere", step(2)),
    CONSUMER("""state_on_the_class: What belongs to one connection is kept on the class
      If a list or dictionary is made in the class, above the methods
      Do: Create it in connect(): self.$name = …, so that each connection has its own.
      Why: What is defined on the class is shared by every connection of the process.
    """).on(
        "wrong: mixed other_form",
        kept_on_the_class,
        no(calls("append|add", given="self")),
    ),
    OTHER("""state_in_the_module: What belongs to one connection is kept in a global
        variable
      If a method says `global` Do: Use self instead of the global $name: self itself,
        or what is kept on it, is each connection's own.
      Why: A global variable is shared by every connection of the process.""").on(
        "wrong: mixed other_form", look(statement(r"global (?P<name>\w+)")), weight=1
    ),
]
