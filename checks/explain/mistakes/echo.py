"""Mistakes in reading what a tab sends, and in answering it."""

import difflib
import json
import re

from checks.explain.mistakes.clues import (
    Found,
    consumer,
    failing_line,
    got,
    has,
    in_,
    is_,
    lacks,
    never_asked,
    outside,
    raised,
    saw,
    step,
    written,
)
from checks.explain.mistakes.mistake import Mistake
from checks.explain.mistakes.sections import (
    CHECK_IT,
    CLOSE_CODES,
    CONSUMER,
    ECHO,
    LEFT_OUT,
    STRANGER,
)
from checks.explain.mistakes.seen import Seen
from checks.observe.conversation import message_of

READS = ("receive", "receive_json", "websocket_receive")
SENDS = r"\.(send|send_json|base_send|group_send)\b"


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


OF_CHANNELS = (
    *("accept", "close", "send", "send_json", "scope", "groups"),
    *("channel_layer", "channel_name"),
)
"""What a consumer has without that its class says so."""


NEAR = 2
"""So many letters more or less has a name that is misspelt."""


def _meant(seen: Seen) -> Found | None:
    """The name that is most like the one which does not exist."""
    name = seen.said(r"no attribute '(\w+)'")
    methods = seen.consumer.get("methods", {})
    kept = (re.match(r"self\.(\w+) = ", line.text) for line in seen.source.all)
    there = {*OF_CHANNELS, *methods, *(match[1] for match in kept if match)}
    wrong = name[1].lower() if name else ""
    near = [n for n in there if abs(len(n) - len(wrong)) <= NEAR]
    alike = difflib.get_close_matches(wrong, near, 1, 0.72)
    return {"meant": alike[0]} if alike and name and name[1] not in there else None


MISTAKES = (
    # receive() ----------------------------------------------------------------
    Mistake(
        id="return_instead_of_send",
        step=1,
        name="receive() returns the answer",
        sight="silent",
        sign="receive() ends with return and a value",
        cure="Call self.send(text_data=…) with it, instead of returning it.",
        why="Consumers are no views: what they return is thrown away.",
        page=ECHO,
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
        page=ECHO,
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
        page=ECHO,
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
        why="print() writes to the terminal of the server; self.send() to the browser.",
        page=ECHO,
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
        page=ECHO,
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
        page=ECHO,
        evidence=(
            is_("silent"),
            got("ended without sending"),
            written(SENDS, "receive"),
            written(
                r"^if .*(last|prev|before|buffer|queue|pending|waiting|len\()",
                "receive",
                look=True,
            ),
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
        page=ECHO,
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
        page=ECHO,
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
        page=ECHO,
        evidence=(raised("'(dict|list)' object has no attribute 'encode'"),),
    ),
    Mistake(
        id="sends_a_response",
        step=1,
        name="A response of HTTP is sent",
        sight="1011",
        sign="the terminal says `'…Response' object has no attribute 'encode'`",
        cure='Send text: self.send(text_data=json.dumps({"message": message})).',
        why="HttpResponse and JsonResponse answer a request; a WebSocket carries text.",
        page=ECHO,
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
        page=ECHO,
        evidence=(
            raised(
                r"'(?P<type>(?!dict|list|bytes|\w*Response)\w+)' object has no "
                r"attribute 'encode'"
            ),
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
        page=ECHO,
        evidence=(
            raised(
                "'bytes' object has no attribute 'encode'|expected.*bytes|"
                "payload.*(str|bytes)|a bytes-like object is required"
            ),
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
        page=ECHO,
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
        page=ECHO,
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
        page=ECHO,
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
        page=ECHO,
        evidence=(
            raised(
                "string indices must be integers|'str' object has no attribute "
                "'(get|items|keys)'"
            ),
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
        page=ECHO,
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
        page=ECHO,
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
        page=ECHO,
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
        page=ECHO,
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
        page=ECHO,
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
        page=ECHO,
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
        cure='Write json.dumps({"message": message}) instead of the braces and quotes.',
        why="json.dumps() knows which letters need a backslash.",
        page=ECHO,
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
        page=ECHO,
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
        page=ECHO,
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
        page=ECHO,
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
        page=ECHO,
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
        page=ECHO,
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
        page=ECHO,
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
        page=ECHO,
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
        page=ECHO,
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
        page=ECHO,
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
        page=ECHO,
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
        page=CLOSE_CODES,
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
        page=CLOSE_CODES,
        evidence=(
            is_("closed", "silent", "raised", "hangs", "not_accepted"),
            lambda seen: (
                written("StopConsumer", "receive", look=True)(seen)
                or written("StopConsumer", "connect", look=True)(seen)
            ),
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
        page=CLOSE_CODES,
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
        page=CLOSE_CODES,
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
        page=CLOSE_CODES,
        evidence=(
            raised("closed protocol|after sending 'websocket.close'"),
            saw("out", type="websocket.close"),
        ),
    ),
    Mistake(
        id="attribute_is_made_nowhere",
        step=1,
        name="Something is read from self that was never put there",
        sight="1011",
        sign="the terminal says `object has no attribute '…'`",
        cure="Set self.$name in connect() before it is used, under the same name.",
        why="An object has what was put on it, under that name and no other.",
        page=CONSUMER,
        evidence=(
            raised(
                r"^AttributeError: '\w*Consumer\w*' object has no attribute "
                r"'(?P<name>\w+)'"
            ),
        ),
    ),
    Mistake(
        id="attribute_is_misspelt",
        step=1,
        name="A name behind self is misspelt",
        sight="1011",
        sign="the terminal says `object has no attribute '…'`, and there is one much "
        "like it",
        cure="Write self.$meant instead of self.$name.",
        why="Python finds a name as it is written, letter by letter.",
        page=CONSUMER,
        evidence=(
            raised(
                r"^AttributeError: '\w*Consumer\w*' object has no attribute "
                r"'(?P<name>\w+)'"
            ),
            _meant,
        ),
        weight=3,
    ),
    Mistake(
        id="raises",
        step=1,
        name="A line of yours raises an exception",
        sight="1011",
        sign="the terminal shows a traceback that ends in your file",
        cure="Mend what that line does; catch the exception only where what came from "
        "outside can cause it.",
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
        cure="Look at what your settings and your code give to the library: the words "
        "of the exception say what it cannot use.",
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
        page=CONSUMER,
        evidence=(
            raised(
                r"^AttributeError: '\w*Consumer\w*' object has no attribute "
                r"'(?P<name>\w+)'"
            ),
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
        page=CONSUMER,
        evidence=(
            is_("raised", "silent", "not_accepted", "never_awaited", "caught"),
            has(
                "send",
                "accept",
                "close",
                "send_json",
                "base_send",
                "dispatch",
                "websocket_receive",
                "decode_json",
                "encode_json",
            ),
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
        page=CONSUMER,
        evidence=(
            is_(
                "silent",
                "no_reader",
                "not_accepted",
                "no_members",
                "raised",
                "hangs",
                "other_form",
                "heard_elsewhere",
                "closed",
                "still_members",
            ),
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
        page=CHECK_IT,
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
        page=CONSUMER,
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
        page=CONSUMER,
        evidence=(
            is_("overheard", "heard_elsewhere", "heard_twice", "silent", "other_form"),
            written(r"^global (?P<name>\w+)", look=True),
        ),
        weight=1,
    ),
)
