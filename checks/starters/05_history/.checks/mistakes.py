"""What people get wrong about saving messages, and about sending what was saved."""

import ast
import re

from checks.explain.mistakes.clues import (
    CONSUMERS,
    FAILED,
    Event,
    Evidence,
    Found,
    Line,
    any_line,
    calls,
    either,
    expects,
    fact,
    got,
    has,
    look,
    name_of,
    no,
    no_group,
    raised,
    says,
    statement,
    uses,
)
from checks.explain.mistakes.echo import kept_on_the_class
from checks.explain.mistakes.groups import CHANGES
from checks.explain.mistakes.mistake import Section
from checks.explain.mistakes.page_clues import in_page
from checks.page import files
from checks.verdict import Where

SAVE = Section("05_history/#task-1-save-each-message-before-you-send-it")
HISTORY = Section("05_history/#task-2-send-the-history-to-whoever-connects")
MEANWHILE = Section("05_history/#what-is-sent-while-a-consumer-reads")
BREAK = Section("05_history/#task-3-after-a-break-send-only-what-was-missed")

OLDEST_OF_50 = r"not receive '2 "
"""How the oldest of the newest 50 is said to be missing (in test_only_the_newest)."""
NOT_SAVED_YET, NEWEST, BEFORE = "not saved yet", "newest 50", "before the break"
OTHERS, MEANWHILE_SAID, SENT_LAST = (
    "each message once",
    "meanwhile",
    "sent last",
)
saves = calls("(a?create|a?save|a?bulk_create|a?get_or_create)")


LOOKUPS = re.compile(r"room__(iexact|i?startswith|i?contains)")


@any_line(CONSUMERS)
def makes_names_alike(line: Line) -> bool:
    """A name of a room is changed, or is compared with a part of another."""
    changes = any(re.fullmatch(CHANGES, name) for name, _ in line.calls)
    about_room = any("room" in name for name in [*line.names, *line.assigns])
    given = [it.arg for it in line.nodes if isinstance(it, ast.keyword)]
    return (about_room and changes) or any(
        LOOKUPS.fullmatch(it or "") for it in given
    )


def _calls_of(event: Event) -> str:
    """A query or a call of the layer, in a word; empty for other events."""
    is_call = event["kind"] in {"query", "layer"}
    return str(event["does"]) if is_call else ""


def _reads_messages(event: Event) -> bool:
    """Whether it is a query for rows of the table of messages."""
    return _calls_of(event) == "SELECT" and "message" in event["table"]


def _done_in(evidence: Evidence, method: str) -> list[str]:
    """What was done while events of this type were handled, in order, by all tabs."""
    handled: dict[tuple[object, object], str] = {}
    done = []
    for event in evidence.check_events:
        socket = event["process"], event["socket"]
        if event["kind"] == "handling":
            handled[socket] = str(event["type"])
        elif event["kind"] == "handled":  # What a task does later is not of it.
            handled.pop(socket, None)
        elif re.fullmatch(method, handled.get(socket, "")):
            done.append(_calls_of(event))
    return [call for call in done if call]


@fact
def never_asked(evidence: Evidence) -> bool:
    """The page has connected again, and its address had no since."""
    sockets = getattr(evidence.tab, "seen", {}).get("sockets", [])
    return len(sockets) > 1 and "since=" not in sockets[-1]


def asked_with_no_id(evidence: Evidence) -> Found | None:
    """The page has connected again, and what is after since= is no number."""
    sockets = getattr(evidence.tab, "seen", {}).get("sockets", [])
    since = re.search(r"since=(?!\d+$)(.*)", sockets[-1] if sockets else "")
    return since and {"since": since[1]}


@any_line()
def asks_for_the_time(line: Line) -> bool:
    """A query has a condition on a time."""
    given = {word for _, words in line.calls for word in words}
    return any(
        re.fullmatch(r"(.*_at|.*time|.*date|created)__.+", x) for x in given
    )


def declared_again(evidence: Evidence) -> Found | None:
    """The script declares the variable that is to go into the address twice."""
    asked = files.find(evidence.project, r"since=(?:\$\{|[\"'`]\s*\+\s*)(\w+)")
    name = asked[1][1] if asked else "(?!)"
    declared = [
        line.at
        for line in files.lines(evidence.project)
        if re.match(rf"\s*(?:let|const|var)\s+{name}\b", line.text)
    ]
    return {"name": name, "where": declared[-1]} if declared[1:] else None


@fact
def sent_first(evidence: Evidence) -> bool:
    """receive() has sent to the group what it had not saved."""
    return "group_send" in _done_in(evidence, r"websocket\.receive")


@fact
def saved_in_a_handler(evidence: Evidence) -> bool:
    """A handler of an event saves something."""
    return "INSERT" in _done_in(evidence, r"(?!websocket\.).+")


@fact
def read_before_it_joined(evidence: Evidence) -> bool:
    """connect() has read the history before the tab joined the group of its room.

    That is the one to which messages are sent; there may be others.
    """
    sent_to = {
        event["names"][0]
        for event in evidence.check_events
        if _calls_of(event) == "group_send"
    }
    done = [
        _calls_of(event)
        for event in evidence.events
        if _reads_messages(event)
        or (_calls_of(event) == "group_add" and event["names"][0] in sent_to)
    ]
    return "group_add" in done and done[0] == "SELECT"


compares_ids = either(
    in_page(r"[<>]=?\s*(newest|last|\w*[iI]d\b)|\b\w*[iI]d\s*[<>]"),
    expects(SENT_LAST),
)
"""The page compares ids, in a line that is found, or in some other way."""


@any_line("chat_message")
def returns_for_what_is_new(line: Line) -> bool:
    """The handler ends early for an id that is in no list."""
    node = line.node
    return (
        isinstance(node, ast.If)
        and isinstance(node.test, ast.Compare)
        and isinstance(node.test.ops[0], ast.NotIn)
        and isinstance(node.body[-1], ast.Return)
    )


@fact
def sends_only_events(evidence: Evidence) -> bool:
    """Nothing but the handler of messages sends to a tab."""
    return not any(
        name.startswith("self.send") and "chat_message" not in line.functions
        for line in evidence.lines(CONSUMERS)
        for name, _ in line.calls
    )


@fact
def came_back(evidence: Evidence) -> bool:
    """The tab says in its address which message was its newest."""
    return "since=" in evidence.path


@fact
def read_in_connect(evidence: Evidence) -> bool:
    """connect() has queried the database for this tab, and not for a user only."""
    return any(
        _calls_of(event) == "SELECT"
        and not re.search("user|session|presence", event["table"])
        for event in evidence.events
    )


@fact
def never_read(evidence: Evidence) -> bool:
    """No tab of this run has read a history."""
    return "SELECT" not in map(_calls_of, evidence.run_events)


@any_line("connect")
def filters_by_author(line: Line) -> bool:
    """A query is filtered by the author."""
    filters = any(re.search(r"\.(filter|get)$", name) for name, _ in line.calls)
    return filters and any(
        isinstance(node, ast.keyword) and str(node.arg).startswith("author")
        for node in line.nodes
    )


@fact
def received_a_list(evidence: Evidence) -> bool:
    """The tab has received a list of messages in one frame."""
    received = evidence.tab.received if evidence.tab else ()
    return any(re.search(r"(^|: ?)\[\{", text) for text in received)


@any_line("connect")
def filters_by_group(line: Line) -> bool:
    """A query is filtered by the name of the group."""
    return any(
        isinstance(node, ast.keyword)
        and node.arg == "room"
        and "group" in ast.unparse(node.value)
        for node in line.nodes
    )


@fact
def reads_twice(evidence: Evidence) -> bool:
    """connect() has queried the messages more than once."""
    return sum(map(_reads_messages, evidence.events)) > 1


@fact
def messages_were_deleted(evidence: Evidence) -> bool:
    """A consumer has deleted rows of the table of messages."""
    queries = (e for e in evidence.run_events if e["kind"] == "query")
    return any(
        e["does"] == "DELETE" and "message" in e["table"] for e in queries
    )


def keeps_reversed(line: Line) -> bool:
    """A name is given to what reversed() returns."""
    value = getattr(line.node, "value", None)
    is_call = isinstance(value, ast.Call) and isinstance(value.func, ast.Name)
    return bool(line.assigns) and is_call and value.func.id == "reversed"


@any_line(CONSUMERS)
def since_in_a_handler(line: Line) -> bool:
    """A method that is given an event reads since."""
    takes = (
        [one.arg for one in line.scopes[-1].args.args[1:]]
        if line.functions
        else ()
    )
    return (
        "connect" not in line.functions
        and bool(takes)
        and any("since" in name for name in line.names)
    )


def ids_in_a_handler(evidence: Evidence) -> Found | None:
    """The attribute in which the handler looks for an id."""
    return uses(r"self\.(?P<name>\w+)", FAILED)(evidence)


def event_has_a_frame(evidence: Evidence) -> Found | None:
    """What was sent to the group has a dictionary in it: its key."""
    for event in evidence.check_events:
        if event.get("does") == "group_send":
            found = re.search(r"'(\w+)': \{", " ".join(event["args"]))
            if found:
                return {"key": found[1]}
    return None


@fact
def history_to_the_group(evidence: Evidence) -> bool:
    """connect() has sent something to the group."""
    return "group_send" in _done_in(evidence, r"websocket\.connect")


def _rooms(evidence: Evidence) -> list[tuple[str, str]]:
    """What was saved, as text, each with the name of the room that was meant."""
    kwargs = (evidence.consumer.get("kwargs") or {}).values()
    room = str(next(iter(kwargs), ""))
    saved = (event.get("given") for event in evidence.check_events)
    return [(given, room) for given in saved if given and room]


@fact
def saved_without_the_room(evidence: Evidence) -> bool:
    """The name of the room is in nothing that was saved, nor in other letters."""
    saved = _rooms(evidence)
    return bool(saved) and all(
        room.lower() not in given.lower() for given, room in saved
    )


@fact
def saved_in_other_letters(evidence: Evidence) -> bool:
    """The name of the room was saved with other capitals than in the address."""
    return any(
        room not in given and room.lower() in given.lower()
        for given, room in _rooms(evidence)
    )


@fact
def saved_with_another_name(evidence: Evidence) -> bool:
    """The room is saved under a longer name than that in the address."""
    saved = _rooms(evidence)
    return any(
        room in given and repr(room) not in given for given, room in saved
    )


def _rooms_given(line: Line) -> set[str]:
    """What a message is given as its room where one is made."""
    makes = any(re.search(r"create$|Message$", name) for name, _ in line.calls)
    given = (node for node in line.nodes if isinstance(node, ast.keyword))
    return {ast.unparse(it.value) for it in given if makes and it.arg == "room"}


gives_a_room = any_line(CONSUMERS)(_rooms_given)


@any_line(CONSUMERS)
def saves_another_name(line: Line) -> bool:
    """A message is made with a room that is something else than self.room."""
    return bool(_rooms_given(line) - {"self.room"})


@any_line(CONSUMERS)
def changes_its_room(line: Line) -> bool:
    """self.room is assigned once more, after connect()."""
    return "self.room" in line.assigns and "connect" not in line.functions


@fact
def saved_with_the_room(evidence: Evidence) -> bool:
    """The messages of the room were saved under its name."""
    return any(repr(room) in given for given, room in _rooms(evidence))


@any_line(CONSUMERS)
def includes(line: Line) -> bool:
    """A query includes the id that the page has."""
    return any(
        isinstance(node, ast.keyword) and str(node.arg).endswith("__gte")
        for node in line.nodes
    )


@any_line()
def default_is_called(line: Line) -> bool:
    """The default of a field is what a function has returned at the import."""
    return line.at.file.endswith("models.py") and any(
        isinstance(node, ast.keyword)
        and node.arg == "default"
        and isinstance(node.value, ast.Call)
        and re.search(r"\b(now|today|time)$", name_of(node.value.func))
        for node in line.nodes
    )


@any_line("connect")
def lowers_since(line: Line) -> bool:
    """Something is subtracted from the id that the page has."""
    return any(
        isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Sub)
        and "since" in ast.unparse(node.left)
        for node in line.nodes
    )


@any_line("receive")
def frame_is_saved(line: Line) -> bool:
    """The text that is saved is text_data."""
    return any(
        isinstance(node, ast.keyword)
        and node.arg == "text"
        and "text_data" in ast.unparse(node.value)
        for node in line.nodes
    )


@any_line(FAILED)
def uses_the_route(line: Line) -> bool:
    """The line that failed reads what the path was matched with."""
    return "url_route" in line.texts


@any_line(FAILED)
def reads_the_scope(line: Line) -> bool:
    """The line that failed reads something else of the scope."""
    return "self.scope" in line.names and "url_route" not in line.texts


@any_line(CONSUMERS)
def filters_below(line: Line) -> bool:
    """A query asks for ids that are lower than another."""
    return any(
        isinstance(node, ast.keyword) and re.search("id__lte?$", str(node.arg))
        for node in line.nodes
    )


def closes_for_since(evidence: Evidence) -> Found | None:
    """connect() closes where a condition on since does not hold."""
    for line in evidence.lines("connect"):
        about_since = isinstance(line.node, ast.If | ast.Try) and (
            "since" in ast.unparse(line.node)
        )
        for node in ast.walk(line.node) if about_since else ():
            closes = isinstance(node, ast.Call) and name_of(node.func)
            if closes == "self.close":
                return {"where": Where(line.at.file, node.lineno)}
    return None


@fact
def came_with_since(evidence: Evidence) -> bool:
    """The address of the tab has since in it."""
    return "since=" in evidence.path


@fact
def of_the_history(evidence: Evidence) -> bool:
    """No message came from a tab, so all of them were saved before."""
    is_sent = any(tab.sent for tab in evidence.tabs)
    return evidence.kind == "disordered" or not is_sent


@any_line("connect")
def keeps_no_ids(line: Line) -> bool:
    """What is kept on self is what was sent, or is made text."""
    names = [name for name in line.assigns if name.startswith("self.")]
    value = getattr(line.node, "value", None)
    whole = isinstance(value, ast.Name) and value.id not in {"ids", "sent"}
    text = any(name == "str" for name, _ in line.calls)
    return bool(names) and (whole or text)


@any_line("connect")
def sends_its_own_name(line: Line) -> bool:
    """A line of connect() puts a name into a dictionary, and takes no author's."""
    return any(
        isinstance(key, ast.Constant)
        and key.value == "name"
        and "author" not in ast.unparse(value)
        for node in line.nodes
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
    )


def looks_on_the_class(evidence: Evidence) -> Found | None:
    """The handler looks at a list, dictionary or set that is made in the class."""
    found = kept_on_the_class(evidence)
    name = found and uses(found["name"], "chat_message")
    return found if name and name(evidence) else None


@any_line(CONSUMERS)
def compares_a_text(line: Line) -> bool:
    """A text that was made of something is looked for in what is kept on self."""
    return any(
        isinstance(node, ast.Compare)
        and isinstance(node.ops[0], ast.In | ast.NotIn)
        and name_of(node.comparators[0]).startswith("self.")
        and (isinstance(node.left, ast.JoinedStr) or _makes_text(node.left))
        for node in line.nodes
    )


def _makes_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and name_of(node.func) == "str"


@any_line("connect")
def slices_off_the_first(line: Line) -> bool:
    """A slice begins after the first row."""
    return any(
        isinstance(node, ast.Slice)
        and isinstance(node.lower, ast.Constant)
        and node.lower.value not in {0, None}
        for node in line.nodes
    )


@any_line(CONSUMERS)
def gets_of_a_room(line: Line) -> bool:
    """get() is called with the room alone."""
    return any(
        isinstance(node, ast.Call)
        and re.search(r"\.a?get$", name_of(node.func))
        and [word.arg for word in node.keywords] == ["room"]
        for node in line.nodes
    )


@any_line(CONSUMERS)
def parses_bytes(line: Line) -> bool:
    """The query string is parsed as bytes."""
    parses = any(re.search(r"parse_qsl?$", name) for name, _ in line.calls)
    return parses and not any("decode" in name for name in line.names)


@any_line(CONSUMERS)
def drops_a_queryset(line: Line) -> bool:
    """A new queryset is made, and not assigned."""
    return isinstance(line.node, ast.Expr) and any(
        re.search(r"\.(filter|exclude|order_by)$", name)
        for name, _ in line.calls
    )


MISTAKES = (
    # To save
    SAVE("""message_is_never_saved: A message is made, and not saved
        If Message(…) is called, and save() is not
        Do: Call Message.objects.create(…) instead of Message(…).
        Why: Message(…) makes an object in this process; create() makes one and saves
        it, and so does save().
    """).on("wrong: not_saved", look(calls("Message", CONSUMERS)), no(saves)),
    SAVE("""history_in_the_memory: What was said is kept in a process
        If messages are kept in a list or a dictionary
        Do: Save each message in receive(), with Message.objects.create(…).
        Why: What a process keeps ends with it, and no other server process has it.
    """).on(
        "wrong: not_saved",
        look(calls("append|appendleft|insert|setdefault|extend", CONSUMERS)),
        no(saves),
    ),
    SAVE("""sends_before_it_saves: A message is sent before it is saved
        If a tab receives a message that is not in the database yet
        Do: Move the line that saves the message above group_send.
        Why: When the server ends between the two, everybody has read a message that was
        never there. And its id comes of saving it.
    """).on(
        "wrong: unwanted",
        expects(NOT_SAVED_YET),
        sent_first,
        look(calls("group_send", "receive(_json)?")),
    ),
    SAVE("""answers_its_sender_alone: What was saved is sent to the sender only
        If receive() saves a message, and calls self.send() and no group_send
        Do: Send an event with what as_frame() returns to the group, with group_send;
        self.send() belongs in the handler alone.
        Why: self.send() reaches the tab of this consumer; through the group, a message
        reaches everybody in the room.
    """).on(
        "own_only: apart",
        no_group,
        saves,
        look(calls("send(_json)?", "receive(_json)?")),
    ),
    SAVE("""whole_frame_is_saved: A frame is saved, and not the text in it
        If message is JSON again, and a frame was saved as the text
        Do: Give the text that was read from the frame to create(), and not the frame:
        text=str(message).
        Why: What is saved is what as_frame() shows everybody.
    """).on(
        "wrong: other_form",
        frame_is_saved,
        weight=3,
    ),
    SAVE("""each_receiver_saves: Each tab that receives a message saves it
        If a message is in the database once for each tab of the room
        Do: Save the message in receive(), where it comes in, and not in the handler.
        Why: A handler runs once in the consumer of each tab that is in the group.
    """).on(
        "wrong: unwanted repeated",
        saved_in_a_handler,
        look(saves),
        weight=3,
    ),
    SAVE("""message_object_in_the_event: A message is put into the event as it is
        If the terminal says `can not serialize 'Message' object`
        Do: Put what as_frame() returns into the event, and send that in the handler.
        Why: An event goes through Redis as bytes: it can hold text, numbers, lists and
        dictionaries, and no object of a model.
    """).on("1011: raised", "can not serialize 'Message' object", weight=2),
    SAVE("""method_in_the_event: A method is put into the event, and not its result
        If the terminal says `can not serialize 'method' object`
        Do: Call the method, with parentheses: as_frame().
        Why: Without parentheses it is the method itself, which cannot be sent.
    """).on("1011: raised", "can not serialize '(method|function)'", weight=2),
    SAVE("""handler_reads_the_old_event: The handler reads what the event had before
        If the terminal says `KeyError: 'name'`, in the handler
        Do: Send what the event has now: json.dumps(event["$key"]), in the handler.
        Why: The frame is made where the message is saved, and the handler hands it on as
        it is.
    """).on(
        "1011: raised",
        raised(r"^KeyError: '(name|message|id)'"),
        event_has_a_frame,
        weight=5,
    ),
    SAVE("""message_into_json: A message is put into JSON as it is
        If the terminal says `Object of type Message is not JSON serializable`
        Do: Put what as_frame() returns into json.dumps(…).
        Why: JSON has text, numbers, lists and dictionaries, and no object of a model.
    """).on("1011", "Object of type Message is not JSON", weight=3),
    SAVE("""datetime_in_the_event: A date is put into the event as it is
        If the terminal says `can not serialize 'datetime.datetime' object`
        Do: Make it text with isoformat(), where the dictionary is made.
        Why: An event holds text and numbers, as JSON does, and neither has dates.
    """).on("1011: raised", r"can not serialize 'datetime\.", weight=1),
    SAVE("""author_is_a_name: The name of a user is saved in the place of the user
        If the terminal says `"Message.author" must be a "User" instance`, and it was
        given text
        Do: Save the user of the scope, self.scope["user"], as the author, not a name.
        Why: A ForeignKey leads to a row of another table, so it takes an object of it.
    """).on(
        "1011: raised",
        r"Cannot assign \"'[^']*'\": \"Message\.author\"",
        weight=4,
    ),
    SAVE("""text_as_it_comes: What is no text is saved as a text
        If the terminal says `NOT NULL constraint failed: chat_message.text`
        Do: Make it text, with str(message), where it is saved.
        Why: A frame may be {"message": null}, which anybody can send; it is None here,
        and the field takes no None.
    """).on(
        "advice: killed_by_text",
        raised("^IntegrityError: NOT NULL"),
        weight=7,
    ),
    SAVE("""models_of_no_package: The models are imported without their package
        If the terminal says `No module named 'models'`
        Do: Put a dot before models, as in from .models import Message.
        Why: The module is chat.models; the dot stands for the package of this file.
    """).on("no_start", "No module named 'models'", weight=6),
    # To read what was saved
    HISTORY("""room_is_not_saved: A message is saved without its room
        If a tab that connects receives none of what was said before
        Do: Save the room, too: add room=self.room where the message is saved.
        Why: The field is empty otherwise, and a query for a room does not find it.
    """).on(
        "history: missed",
        *(saved_without_the_room, no(gives_a_room), look(saves)),
        weight=2,
    ),
    HISTORY("""group_is_saved_as_the_room: A message is saved under another name of
        the room
        If a tab that connects receives none of what was said before
        Do: Use the same name where a message is saved and where the history is read:
        room=self.room.
        Why: "chat_lobby" is the name of a group, and not that of the room "lobby".
    """).on(
        "history: missed",
        either(saved_with_another_name, saved_without_the_room),
        either(look(saves_another_name), changes_its_room, look(saves)),
        weight=1,
    ),
    HISTORY("""history_is_cached: The history is read once, and kept
        If a tab that connects receives what was said when the server was started, or
        when the first tab came
        Do: Query the messages in connect(), each time that a tab connects.
        Why: What a process keeps is old as soon as another process saves a message.
    """).on("history: missed", no(read_in_connect), saved_with_the_room),
    HISTORY("""rooms_become_one: Two rooms have one history
        If one room shows what was said in another, whose name looks alike
        Do: Save the name of the room as it is in the address, and read the history
        with filter(room=…), without any lookup such as iexact.
        Why: Names that differ in one capital or one character are two rooms.
    """).on("wrong: overheard", makes_names_alike, weight=6),
    HISTORY("""room_is_saved_in_small_letters: The name of a room is changed before a
        message is saved
        If a tab that connects to a room with capitals receives none of what was said
        Do: Save the name of the room as it is in the address.
        Why: The history is read for that name, and the database compares capitals.
    """).on(
        "history: missed", saved_in_other_letters, makes_names_alike, weight=2
    ),
    HISTORY("""history_is_one_frame: The history is sent as one frame
        If the page shows the history as one line, with brackets
        Do: Move self.send(…) into the loop: one frame for each message.
        Why: The page expects a message in each frame, and a list is none.
    """).on(
        "history: missed",
        received_a_list,
        look(calls("send(_json)?", "connect")),
    ),
    HISTORY("""queries_the_name_of_the_group: The history of a room of another name is
        queried
        If a tab that connects receives none of what was said before
        Do: Write room=self.room in the query, too, as where a message is saved.
        Why: "chat_lobby" is the name of a group, and not that of the room "lobby".
    """).on(
        "history: missed",
        saved_with_the_room,
        read_in_connect,
        filters_by_group,
        weight=2,
    ),
    HISTORY("""deletes_of_every_room: Old messages are deleted, and those of other rooms
        with them
        If a tab that connects to a quiet room receives none of what was said before
        Do: Filter what you delete by the room, too; or delete nothing: [:50] is enough
        to send no more than 50.
        Why: The newest 50 of all rooms may all be of one room.
    """).on(
        "history: missed",
        look(calls(r"(\w+\.)*a?delete")),
        messages_were_deleted,
        weight=3,
    ),
    HISTORY("""same_text_is_saved_once: What was said before is not saved again
        If a text that somebody says twice is in the history once
        Do: Call Message.objects.create(…) instead of get_or_create(…).
        Why: get_or_create() returns a row that is there already, and people say the same
        again.
    """).on(
        "history", look(calls(r"(\w+\.)*a?(get|update)_or_create")), weight=3
    ),
    HISTORY("""page_asks_since_its_last_visit: A page that is opened again asks for news
        only
        If a page is empty after a reload
        Do: Keep the id in a variable of the script, instead of localStorage or
        sessionStorage.
        Why: What the log shows ends with the page, and so has to end what it has.
    """).on(
        "pages: page_has_no_history",
        in_page(r"(local|session)Storage|document\.cookie"),
    ),
    BREAK("""page_shadows_newest: The page keeps the id in another variable of one name
        If after a break a page shows everything once more, and it declares the variable
        that it puts after `?since=` twice
        Do: Give $name its value without `let`, `const` or `var` here.
        Why: Each of them declares a new variable, which the end of the block ends; the
        one that goes into the address has got no value.
    """).on("pages: page_shows_again", never_asked, declared_again),
    BREAK("""page_counts_its_lines: The page says how many messages it has
        If after a break a page shows messages once more, and what it puts after
        `?since=` is a number of lines
        Do: Put the id of the newest message after `?since=`: it is in each frame.
        Why: All rooms share the ids, so that those of a room have gaps.
    """).on(
        "pages: page_shows_again page_misses",
        in_page(r"since=.*(\.length|childElementCount|\.size|count)\b"),
    ),
    BREAK("""template_has_the_history_too: The history comes in the template, and again
        If a page that is opened shows each message twice
        Do: Take what shows the messages out of the template: they come over the
        WebSocket.
        Why: The page gets the history when its WebSocket opens. What the view has
        written into the template is there already.
    """).on("pages: page_has_more_history", in_page(r"{%\s*for\b")),
    BREAK("""page_connects_twice: The page connects again after an error, too
        If after some time without a server a page shows each message several times
        Do: Connect again in onclose only.
        Why: An attempt that fails causes both events, error and close. If the page
        connects again after each, it has two WebSockets then, and soon four.
    """).on(
        "pages: page_shows_again",
        in_page(r"onerror\s*=|addEventListener\(.error."),
        no(never_asked),
        no(asked_with_no_id),
        weight=-1,
    ),
    BREAK("""page_never_asks: The page does not say what it has
        If after a break a page shows everything once more
        Do: Keep the id of the newest message in a variable of the script, and put it
        after `?since=` when the page connects again; or clear the log before that.
        Why: Without it the server sends the history, of which the page has a part.
    """).on("pages: page_shows_again", never_asked),
    BREAK("""page_asks_with_no_id: The page has connected again without an id
        If after a break a page shows everything once more, and its WebSocket goes to an
        address that ends with `?since=NaN`, or `?since=undefined`
        Do: See what the variable after `?since=` is before the first message comes: the
        page has connected again with `?since=$since`.
        Why: A calculation with undefined is NaN, and stays NaN. The server cannot use
        it, and sends the whole history.
    """).on("pages: page_shows_again", asked_with_no_id, in_page(r"since=")),
    BREAK("""page_listens_once_more: The page listens for submit once more, each time that
        it connects
        If after a break more is sent than what was typed
        Do: Add this listener once, outside of the function that connects again.
        Why: addEventListener() adds a function to those that are there. After a break,
        two of them send.
    """).on(
        "pages: page_sends_more",
        in_page(r"addEventListener\(.(submit|click|key)"),
    ),
    BREAK("""page_sends_all_again: The page sends again what has arrived
        If after a break messages are there twice, since the page keeps what it sends
        Do: Take a message out of what the page sends again as soon as it has come back
        from the server; or keep nothing to be sent again.
        Why: What comes back is saved, and everybody has it. Sent again, it is another
        message.
    """).on("wrong: page_sends_more", got("sent it again"), weight=2),
    BREAK("""page_is_emptied_after_a_break: The page empties its log in a break
        If what was shown before a break is gone after it
        Do: Take out what empties the log when the WebSocket opens or closes.
        Why: After a break the page gets what it has missed, and nothing that it shows
        already.
    """).on(
        "pages: page_forgets",
        got("after a break"),
        in_page(
            r"replaceChildren\(\)|\.(textContent|innerText|innerHTML|value)\s*=\s*"
            r"[\"'`]{2}|\.remove(Child)?\("
        ),
        weight=4,
    ),
    MEANWHILE("""page_drops_lower_ids: The page drops what has a lower id
        If a page does not show a message that another server process was slow to send
        Do: Show each message that comes, whatever its id is: the highest id is only
        for the address of the next WebSocket.
        Why: With two server processes, a message can be saved first and be sent last.
    """).on(
        "pages: page_shows_nothing", expects(SENT_LAST), compares_ids, weight=2
    ),
    MEANWHILE("""ids_of_the_first_history: The ids of what was missed are not kept
        If a message that is sent while a page comes back is shown twice
        Do: Keep the ids of what is sent after a break, too: one loop and one set for
        both.
        Why: A tab that comes back is in the group, too, while it reads what it has
        missed. A message of that moment comes both ways.
    """).on("history: repeated", expects(MEANWHILE_SAID), came_back, weight=5),
    BREAK("""page_stays_away: The page does not connect again
        If a page stays closed after its server has restarted
        Do: Open a new WebSocket, with its handlers, some time after the close event:
        setTimeout(connect, 1000), if connect() is what opens it.
        Why: A WebSocket that is closed stays closed, and no browser opens another one.
    """).on("pages: page_stays_away"),
    HISTORY("""author_may_be_missing: A message that has lost its author breaks the history
        If the terminal says `'NoneType' object has no attribute '…'`, and the author of
        a message may be null
        Do: Give a message without an author a name in as_frame(), such as "somebody";
        or write models.CASCADE in the place of SET_NULL.
        Why: With SET_NULL the messages of an account that is deleted stay, without
        their author. Whoever opens the room receives them.
    """).on(
        "1011: raised",
        "^AttributeError: 'NoneType' object has no attribute",
        look(uses(r"(models\.)?SET_NULL", "author|.*models.*")),
        weight=1,
    ),
    HISTORY("""history_asks_for_the_time: The history is filtered by a time
        If somebody receives nothing that was said before they logged in, or came
        Do: Leave out the condition on the time: the newest 50 of the room are for every
        tab, however old they are.
        Why: What was said while nobody of this name was there is what a history is for.
    """).on("history: missed", asks_for_the_time, weight=1),
    HISTORY("""history_needs_since: The history is sent only where the address has since
        If a tab that connects receives none of what was said before, and one that comes
        back does
        Do: Query the messages of the room for every tab, and filter them by since only
        where the address has one.
        Why: A page that was opened for the first time has no id yet: its address ends
        without since.
    """).on(
        "history: missed",
        no(read_in_connect),
        saved_with_the_room,
        look(uses("since", "connect")),
        never_read,
    ),
    HISTORY("""history_is_not_sent: No history is sent to a tab
        If a new tab receives nothing at all, and connect() has a query
        Do: Go through the newest 50 messages in connect(), the oldest first, and call
        self.send(…) for each.
        Why: A queryset reads nothing before somebody goes through it, and a tab knows
        only what it is sent.
    """).on(
        "history: missed silent",
        saved_with_the_room,
        sends_only_events,
        no(calls("send(_json)?", "connect")),
        weight=3,
    ),
    HISTORY("""history_of_its_own_user: The history is filtered by the user
        If a tab that connects receives only what its own user has said
        Do: Filter by the room alone: take out author=….
        Why: Everybody in a room sees what everybody said there, and so does whoever
        comes later.
    """).on("history: missed", read_in_connect, filters_by_author, weight=2),
    HISTORY("""history_has_the_readers_name: Each old message has the name of its reader
        If everybody sees their own name beside what was said before
        Do: Send message.as_frame() in connect(): its name is that of the author.
        Why: self.scope["user"] is the user of this tab, who reads the message.
    """).on("history: other_value", sends_its_own_name, weight=4),
    HISTORY("""newest_first: The history is sent with the newest message first
        If the messages of a tab that connects are upside down
        Do: Go through reversed(…) of the messages that you have read.
        Why: The newest 50 are found from the end, and read from the beginning.
    """).on(
        "history: disordered out_of_order",
        of_the_history,
        no(calls("reversed")),
        look(statement("for", "connect")),
    ),
    HISTORY("""default_of_the_import: All messages of a process have the same time
        If rows are sorted or left out by a time, whose default has brackets
        Do: Write the name of the function without brackets, as in default=timezone.now.
        Why: With brackets it is called once, when the module is imported. Django calls
        a function for each row.
    """).on("history: disordered not_listed", default_is_called, weight=3),
    HISTORY("""time_without_its_day: Messages are sorted by the time of day
        If what was said yesterday comes after what is said today
        Do: Sort by "id"; or make the field a DateTimeField.
        Why: A TimeField has hours and minutes and no day, so each evening comes after
        every morning.
    """).on(
        "history: disordered missed",
        expects("on three days"),
        look(calls(r"(models\.)?TimeField")),
        weight=3,
    ),
    HISTORY("""own_messages_are_left_out: The history leaves out what its reader has said
        If a tab that connects, or comes back, receives nothing of what its user said
        Do: Take out exclude(…): the id says what the page has.
        Why: The page shows only what comes over the WebSocket, and a user can have
        several tabs.
    """).on(
        "history: missed", look(calls(r"(.*\.)?exclude", "connect")), weight=6
    ),
    HISTORY("""oldest_fifty: The history ends after the oldest messages
        If the newest messages of a long history do not come
        Do: Query the newest first, with .order_by("-id"), and take [:50] of that.
        Why: A slice counts from the beginning of a queryset; without an order, or
        by "id", that is the oldest message.
    """).on(
        "history: missed",
        expects(NEWEST),
        no(got(OLDEST_OF_50)),
        read_in_connect,
        look(uses("objects.*", "connect")),
    ),
    HISTORY("""fewer_than_fifty: The history is shorter than it may be
        If the history ends earlier than after 50 messages
        Do: Take the newest 50: [:50] is those with the indexes 0 to 49.
        Why: The end of a slice is not part of it.
    """).on(
        "history: missed",
        expects(NEWEST),
        got(OLDEST_OF_50),
        read_in_connect,
        look(uses("objects.*", "connect")),
    ),
    HISTORY("""slice_skips_the_newest: The slice leaves out the newest message
        If a tab that connects does not receive what was said last, and a slice begins
        after the first row
        Do: Let the slice begin with the first row, the newest message: [:50].
        Why: Rows are counted from 0, so [1:51] begins with the second.
    """).on(
        "history: missed",
        expects("before it connected"),
        got("did not receive"),
        slices_off_the_first,
        read_in_connect,
        weight=1,
    ),
    HISTORY("""oldest_first_is_reversed: What was read from the beginning is reversed
        If the messages of a tab that connects are upside down, and reversed() is called
        Do: Query the newest first, with .order_by("-id"): reversed() then puts the
        oldest in front.
        Why: reversed() turns around what it is given, in whatever order that is.
    """).on(
        "history: disordered out_of_order",
        of_the_history,
        read_in_connect,
        no(says(r"-\w+", "connect")),
        look(calls("reversed", "connect")),
    ),
    HISTORY("""one_row_of_a_room: One message of a room is asked for
        If the terminal says `Message matching query does not exist`, or `get() returned
        more than one Message`
        Do: Call filter(…) there, instead of get(…).
        Why: get() is for exactly one row, and raises where there are none or several;
        filter() finds all messages of a room, however many there are.
    """).on(
        "1011: raised",
        r"^(DoesNotExist|MultipleObjectsReturned): ",
        gets_of_a_room,
        weight=4,
    ),
    HISTORY("""whole_history: The whole history is sent
        If a tab that connects receives all that was ever said in its room
        Do: Take [:50] of the query whose order is "-id".
        Why: A room that has been there for a year has more messages than a page can
        show, and each reload would send all of them.
    """).on(
        "history: unwanted", expects(NEWEST), look(uses("objects.*", "connect"))
    ),
    HISTORY("""history_goes_to_the_group: The history is sent to the whole group
        If everybody in the room receives the history again when somebody connects
        Do: Call self.send(…) in connect(), instead of group_send.
        Why: A group is everybody in the room, and the others have received it all.
    """).on(
        "history: repeated",
        expects(OTHERS),
        history_to_the_group,
        look(calls("group_send", "connect")),
    ),
    # What is said while it is read
    MEANWHILE("""reads_before_it_joins: The tab joins the group after the history was
        read
        If a message that is sent at that moment never comes
        Do: Move the lines that read the history below group_add.
        Why: What is saved after the query and sent before the tab is in the group is in
        neither.
    """).on(
        "history: missed",
        expects(MEANWHILE_SAID),
        read_before_it_joined,
        look(uses("objects.*", "connect")),
    ),
    MEANWHILE("""history_is_sent_twice: A message comes as history, and once more as an
        event
        If a message that is sent at that moment comes twice
        Do: In connect(), keep the ids of the messages that it sends, on self; in the
        handler, return if the event has one of these ids.
        Why: The tab is in the group while it reads: what is saved before the query, and
        sent after group_add, comes both ways.
    """).on(
        "history: repeated", expects(MEANWHILE_SAID), look(calls("group_add"))
    ),
    MEANWHILE("""keeps_messages_and_no_ids: The handler compares an id with something else
        If a message that is sent at that moment comes twice, and something is kept on
        self
        Do: Keep the ids as they are, {message.id for message in history}: the handler
        compares them with the id in the frame, which is a number.
        Why: A message is not equal to its id, nor is the text "5" equal to 5.
    """).on(
        "history: repeated", expects(MEANWHILE_SAID), keeps_no_ids, weight=3
    ),
    MEANWHILE("""compares_a_text_with_ids: A text is looked for among numbers
        If a message that is sent at that moment comes twice, and its id is looked for as
        a text
        Do: Look for the id as it is: event["frame"]["id"] in self.sent_ids.
        Why: The ids of messages are numbers, and the text "5" is not equal to 5.
    """).on(
        "history: repeated", expects(MEANWHILE_SAID), compares_a_text, weight=3
    ),
    MEANWHILE("""ids_of_another_query: The ids are read by another query than the
        messages
        If a message that is sent at that moment never comes
        Do: Read the messages once, as a list: history = list(history[:50]); and take
        the ids from it.
        Why: What is saved between two queries is in the second only: its id is kept, and
        it was not sent.
    """).on("own_only: missed", expects(MEANWHILE_SAID), reads_twice, weight=3),
    MEANWHILE("""reversed_is_used_up: What reversed() returns is read twice
        If a message that is sent at that moment comes twice
        Do: Make a list of it: list(reversed(…)).
        Why: reversed() returns an iterator, which a loop uses up: whoever reads it
        afterwards finds nothing in it.
    """).on(
        "history: repeated",
        expects(MEANWHILE_SAID),
        any_line("connect")(keeps_reversed),
        weight=3,
    ),
    MEANWHILE("""one_id_is_no_set: One id is kept, and not all of them
        If the terminal says `argument of type 'int' is not iterable`
        Do: Keep a set: self.$name = {message.id for message in history}.
        Why: in looks for something in a set, a list or a text; a number has nothing in
        it.
    """).on(
        "1011: raised",
        r"^TypeError: argument of type 'int' is not",
        ids_in_a_handler,
        weight=4,
    ),
    MEANWHILE("""passes_on_what_was_sent: What the history had is passed on, and no more
        If a tab receives nothing that is said while it is connected
        Do: Turn the condition in chat_message() round: return where the id is one of
        those that were sent.
        Why: What is new has an id that connect() has not sent.
    """).on("silent: silent lost", returns_for_what_is_new, weight=3),
    MEANWHILE("""ids_of_all_tabs: The ids that were sent are kept on the class
        If a tab never receives a message that another tab received as history
        Do: Create the set in connect(): self.sent_ids = set().
        Why: What is defined in the class is shared by all tabs of the server process.
    """).on(
        "own_only: missed silent received_elsewhere lost",
        looks_on_the_class,
        weight=6,
    ),
    MEANWHILE("""sends_in_a_transaction: A message is sent before its transaction ends
        If nobody else can save until it was sent
        Do: Move group_send below the with block of atomic(); or hand it to
        transaction.on_commit().
        Why: Other processes do not see what was saved before the transaction has
        ended: who connects in between receives the message in neither way.
    """).on("silent: busy", look(uses(r"(transaction\.)?atomic")), weight=3),
    MEANWHILE("""handler_asks_for_since: The handler compares ids with since
        If a message that was saved before another, but sent after it, never arrives
        Do: Leave out only ids that were sent as history to this tab: keep them in a set.
        Why: since is where the page was when it connected. What was saved before that
        may be sent after it.
    """).on("silent: silent apart", since_in_a_handler, weight=5),
    MEANWHILE("""remembers_the_highest_id: Messages with a lower id than the last one
        are left out
        If a message that was saved before another, but sent after it, never arrives
        Do: Keep the ids that were sent as history in a set, and skip only these.
        Why: Two server processes save and send side by side, so ids need not arrive in
        their order.
    """).on("own_only: missed", expects(SENT_LAST), at=CONSUMERS),
    # After a break
    BREAK("""frame_has_no_id: The page receives no id
        If what the handler sends has no "id"
        Do: Send the "id" of the message, too: it is in what as_frame() returns.
        Why: The page has nothing else by which it can say where it was.
    """).on("wrong: without_id", has("chat_message")),
    BREAK("""id_is_sent_as_text: The id is sent as text
        If the frame has an "id", and it is a text
        Do: Send the id as it is, without str(): a number.
        Why: The page keeps the newest id, and "9" is greater than "10" as a text.
    """).on("wrong: without_id", look(calls("str", "as_frame")), weight=2),
    BREAK("""since_is_not_read: The page says which messages it has, and is not asked
        If a tab that comes back receives everything once more
        Do: Read "since" from self.scope["query_string"], and filter by id__gt=since.
        Why: The address of the WebSocket is what a page can say before it is connected.
    """).on("history: unwanted", expects(BEFORE), no(says("query_string"))),
    BREAK("""newest_is_saved_in_disconnect: What a page has is noted when it leaves
        If a tab receives everything once more after its server was killed
        Do: Read "since" from self.scope["query_string"], and filter by id__gt=since.
        Why: Nobody calls disconnect() when a server process is killed, nor when Daphne
        is stopped. What the page has, the page knows.
    """).on(
        "history: unwanted",
        expects(BEFORE),
        no(says("query_string")),
        look(uses(r".*(save|session|update|cache).*", "disconnect")),
    ),
    BREAK("""since_forgets_the_room: After a break, the room is not asked for
        If a tab that comes back receives what was said in other rooms
        Do: Filter the history of the room once more, history.filter(id__gt=since), and
        begin no new query.
        Why: Ids count the messages of all rooms.
    """).on(
        "history: unwanted",
        expects("in another room"),
        came_back,
        look(uses("id__gt|since", "connect")),
        weight=2,
    ),
    BREAK("""since_changes_nothing: The history is the same whatever the page has
        If a tab that comes back receives everything once more, and the query string is
        read
        Do: Read "since" from it, and where that is a number, keep what is newer:
        history = history.filter(id__gt=since).
        Why: filter() changes no queryset: it returns a new one.
    """).on(
        "history: unwanted", expects(BEFORE), says("query_string"), weight=-1
    ),
    BREAK("""since_is_taken_for_granted: The address is expected to have since
        If the terminal says `MultiValueDictKeyError: 'since'`
        Do: Write .get("since", "") instead of ["since"].
        Why: A page that was opened for the first time has no id yet, and its address
        ends without since.
    """).on("1011: raised", r"^(MultiValueDict)?KeyError: 'since'", weight=5),
    BREAK("""since_is_no_part_of_the_route: since is read from the route
        If the terminal says `KeyError: 'since'`, at url_route
        Do: Read it from the query string: QueryDict(self.scope["query_string"]) has it,
        with .get("since", "").
        Why: url_route has what the path was matched with; what stands after ? is no
        part of the path.
    """).on("1011: raised", r"^KeyError: 'since'", uses_the_route, weight=7),
    BREAK("""scope_has_no_parameters: The scope is asked for a key that it does not have
        If the terminal says `KeyError: 'query_params'`, or another name for it
        Do: Read it from the query string: QueryDict(self.scope["query_string"]) has it,
        with .get("since", "").
        Why: The scope of ASGI has what stands after ? as bytes, in "query_string".
    """).on(
        "1011: raised",
        r"^KeyError: '(query|query_params|params|GET|args|since)'",
        reads_the_scope,
        weight=5,
    ),
    BREAK("""query_string_has_no_since: The query string is taken to pieces by hand
        If the terminal says `list index out of range`, at the query string
        Do: Let QueryDict take it to pieces, QueryDict(self.scope["query_string"]), and
        ask it with .get("since", "").
        Why: A page that was opened for the first time has no id yet, and its address
        ends without since: there is nothing to split.
    """).on(
        "1011: raised",
        r"^IndexError: ",
        says("query_string", "connect"),
        look(calls(".*split|.*partition", FAILED)),
        weight=3,
    ),
    BREAK("""earlier_than_since: After a break, the earlier messages are asked for
        If a tab that comes back receives what it had, and not what it has missed
        Do: Write id__gt in that filter: a higher id than since is a later message.
        Why: lt is "lower than", and gt "greater than".
    """).on(
        "history: missed unwanted", came_with_since, filters_below, weight=4
    ),
    BREAK("""closes_for_another_since: Whoever comes with another since is rejected
        If connect() calls close() where since is not a number
        Do: Leave out close() there, and send the history as if there were no since.
        Why: Anybody can write anything into an address; a page whose address is not as
        expected is better off with the newest messages than with none.
    """).on("closed", came_with_since, closes_for_since, weight=6),
    BREAK("""since_is_none: An address without since is not expected
        If the terminal says `'NoneType' object has no attribute 'isdecimal'`
        Do: Write .get("since", ""): an empty text where the address has none.
        Why: A page that was opened for the first time has no id yet; get() returns None
        for a key that is missing, unless it is given another value.
    """).on(
        "1011: raised",
        "^AttributeError: 'NoneType' .* 'is\\w+'",
        look(uses("since", FAILED)),
        weight=4,
    ),
    BREAK("""since_is_included: The message that the page has is sent again
        If one message of a tab that comes back is there twice
        Do: Write id__gt instead of id__gte.
        Why: since is the id of a message that the page has; it has missed those above.
    """).on("history: unwanted", expects(BEFORE), includes),
    BREAK("""since_is_lowered: The id in the query is lower than that of the page
        If one message of a tab that comes back is there twice
        Do: Compare with since itself: id__gt=since.
        Why: since is the id of a message that the page has; it has missed those above.
    """).on("history: unwanted", expects(BEFORE), lowers_since),
    BREAK("""query_string_keys_are_bytes: The query string is parsed as bytes
        If parse_qs finds no "since", though it is in the address
        Do: Decode the query string first: parse_qs(self.scope["query_string"].decode()).
        Why: What is parsed from bytes has bytes as keys: b"since", and not "since".
    """).on("history: unwanted", expects(BEFORE), parses_bytes),
    BREAK("""filter_is_not_assigned: What filter() returns is not used
        If a query is filtered, and finds what it found before
        Do: Assign it: history = history.filter(…).
        Why: A queryset does not change; filter() and order_by() return another one.
    """).on("history: unwanted", expects(BEFORE), drops_a_queryset),
    BREAK("""since_is_not_checked: What stands after since= is not a number
        If the terminal says `Field 'id' expected a number`, or `invalid literal for
        int()`
        Do: Ask whether since.isdecimal() is true before you filter by it.
        Why: Anybody can write anything into an address, and an exception in connect()
        ends the connection.
    """).on(
        "1011: raised",
        raised(r"^ValueError: (Field 'id' expected a number|invalid literal)"),
        says("query_string"),
        uses("filter|int", FAILED),
        weight=1,
    ),
)
