"""What people get wrong about who is here, and about how that ends."""

import ast
import re
from collections import Counter
from collections.abc import Iterator

from checks.explain.mistakes.clues import (
    CONSUMERS,
    SETTINGS,
    FAILED,
    Clue,
    Event,
    Evidence,
    Found,
    Line,
    any_line,
    asks_for_the_code,
    assigns,
    awaits,
    calls,
    either,
    expects,
    fact,
    got,
    in_,
    look,
    name_of,
    never_awaited,
    no,
    own,
    raised,
    says,
    statement,
    uses,
)
from checks.explain.mistakes.echo import kept_on_the_class
from checks.explain.mistakes.mistake import Section
from checks.explain.mistakes.page_clues import in_page

LIST = Section(
    "09_presence/#task-1-save-who-is-here-and-tell-the-room-when-it-changes"
)
ORDER = Section("09_presence/#first-the-row-then-the-event")
EXPIRY = Section("09_presence/#task-2-let-the-rows-of-lost-connections-expire")

PRESENCE = "chat/presence.py"
MESSAGES = "chat_message"
GOES_ON = "to go on listing"
naive_time = calls(
    r"(?P<call>(datetime\.)?utcnow|datetime\.now|datetime\.today)", given=""
)
elsewhere = uses("(a?redis|a?caches?)(\\..*)?")


def _events_in(evidence: Evidence, method: str = ".*") -> list[Event]:
    """The queries and the calls of the layer, in order, by all tabs of the check.

    Only those that were made while events of this type were handled, or later by a task
    of the same tab. What concerns messages is left out.
    """
    handled: dict[tuple[object, object], str] = {}
    done = []
    for event in evidence.check_events:
        socket = event["process"], event["socket"]
        if event["kind"] == "handling":
            handled[socket] = str(event["type"])
        elif re.fullmatch(method, handled.get(socket, "")):
            of_messages = MESSAGES in str(event.get("table"))
            if event["kind"] in {"query", "layer"} and not of_messages:
                done.append(event)
    return done


def _calls_in(evidence: Evidence, method: str = ".*") -> list[str]:
    """What these events are, in a word each."""
    return [str(event["does"]) for event in _events_in(evidence, method)]


def _comes_first(
    evidence: Evidence, method: str, first: str, second: str
) -> bool:
    """Whether one tab has made the first of these calls before the second one."""
    of_tabs: dict[tuple[object, object], list[str]] = {}
    for event in _events_in(evidence, method):
        done = of_tabs.setdefault((event["process"], event["socket"]), [])
        done.append(str(event["does"]))
    return any(
        first in done and second in done[done.index(first) :]
        for done in of_tabs.values()
    )


@any_line(CONSUMERS)
def by_session(line: Line) -> bool:
    """The key of the session is part of what is no group."""
    uses_it = any(name.endswith("session_key") for name in line.names)
    return uses_it and not any("group" in name for name in line.assigns)


@any_line(CONSUMERS)
def updates_no_field(line: Line) -> bool:
    """update() of a query is called, and is given nothing."""
    return any(
        name.rpartition(".")[2] in {"update", "aupdate"} and not given
        for name, given in line.calls
    )


@any_line("disconnect")
def awaits_a_task(line: Line) -> bool:
    """It awaits tasks, and raises what they have raised."""
    waits = [x.value for x in line.nodes if isinstance(x, ast.Await)]
    return any(
        name_of(call.func).endswith("gather")
        and "return_exceptions" not in {word.arg for word in call.keywords}
        if isinstance(call, ast.Call)
        else "task" in name_of(call)
        for call in waits
    )


@fact
def saves_nothing(evidence: Evidence) -> bool:
    """No tab has saved anything but messages."""
    return "INSERT" not in _calls_in(evidence)


@fact
def deletes_nothing(evidence: Evidence) -> bool:
    """A tab has left, and nothing was deleted."""
    left = any(
        e.get("type") == "websocket.disconnect" for e in evidence.check_events
    )
    return left and "DELETE" not in _calls_in(evidence)


@fact
def somebody_has_left(evidence: Evidence) -> bool:
    """A tab has left."""
    return any(
        e.get("type") == "websocket.disconnect" for e in evidence.check_events
    )


@fact
def deletes_nothing_so_far(evidence: Evidence) -> bool:
    """Nothing was deleted, whether or not a tab has left."""
    return "DELETE" not in _calls_in(evidence)


@fact
def updates_nothing(evidence: Evidence) -> bool:
    """No tab has updated anything in the database."""
    return "UPDATE" not in _calls_in(evidence)


@fact
def names_in_an_event(evidence: Evidence) -> bool:
    """connect() has sent the name of a user to the group."""
    done = _events_in(evidence, r"websocket\.connect")
    sent = [
        str(event["args"]) for event in done if event["does"] == "group_send"
    ]
    users = [getattr(tab, "user", None) for tab in evidence.tabs]
    return any(user.name in args for user in users if user for args in sent)


@fact
def time_has_passed(evidence: Evidence) -> bool:
    """The check has let the time of a heartbeat pass."""
    return any(event["kind"] == "skipped" for event in evidence.check_events)


sets_on_the_class = any_line()(
    lambda line: any(
        name.startswith((f"{line.in_class}.", "self.__class__."))
        for name in line.assigns
        if line.in_class and line.functions
    )
)
"""A method sets what all consumers of the process share."""


@fact
def a_process_stood_still(evidence: Evidence) -> bool:
    """Time has passed in some server processes of the tabs, and not in another."""
    skipped = (e for e in evidence.check_events if e["kind"] == "skipped")
    times = Counter(event["process"] for event in skipped)
    return len({times[number] for number in evidence.servers}) > 1


@fact
def sends_nothing_in_connect(evidence: Evidence) -> bool:
    """connect() has sent nothing to the group."""
    return "group_send" not in _calls_in(evidence, r"websocket\.connect")


@fact
def sends_nothing_in_disconnect(evidence: Evidence) -> bool:
    """disconnect() has deleted something, and sent nothing to the group."""
    done = _calls_in(evidence, r"websocket\.disconnect")
    return "DELETE" in done and "group_send" not in done


@fact
def sends_before_it_saves(evidence: Evidence) -> bool:
    """connect() has sent an event before it saved what that is about."""
    return _comes_first(evidence, r"websocket\.connect", "group_send", "INSERT")


@fact
def sends_before_it_deletes(evidence: Evidence) -> bool:
    """disconnect() has sent an event before it deleted what that is about."""
    return _comes_first(
        evidence, r"websocket\.disconnect", "group_send", "DELETE"
    )


@fact
def lists_another_room(evidence: Evidence) -> bool:
    """Somebody is listed who has a tab in another room only."""
    listed = " ".join(evidence.tab.received if evidence.tab else ())
    others = [
        tab
        for tab in evidence.tabs
        if tab.path.strip("/") != evidence.path.strip("/")
    ]
    return any(
        tab.user.name in listed for tab in others if getattr(tab, "user", None)
    )


@fact
def killed(evidence: Evidence) -> bool:
    """The server process of a tab has been killed."""
    return any(tab.server.status is not None for tab in evidence.tabs)


@fact
def never_looks_again(evidence: Evidence) -> bool:
    """The tab has not asked who is here since it last updated its row."""
    queries = [e for e in evidence.events if e["kind"] == "query"]
    done = [e["does"] for e in queries if MESSAGES not in e["table"]]
    return "UPDATE" in done and "SELECT" not in done[done.index("UPDATE") :]


def _has_keyword(line: Line, pattern: str) -> bool:
    """A call in this line has an argument of such a name."""
    return any(
        isinstance(node, ast.keyword) and re.fullmatch(pattern, str(node.arg))
        for node in line.nodes
    )


@any_line(CONSUMERS)
def catches_everything(line: Line) -> bool:
    """An except catches every exception, and the function goes on."""
    node = line.node
    if not isinstance(node, ast.ExceptHandler):
        return False
    names = re.compile(r".*\b(BaseException|CancelledError)\b.*")
    caught = node.type is None or names.fullmatch(ast.unparse(node.type))
    ends = (ast.Raise, ast.Return, ast.Break)
    return bool(caught) and not any(isinstance(x, ends) for x in node.body)


@any_line(FAILED)
def now_without_brackets(line: Line) -> bool:
    """The function now is used, and not called."""
    called = [name for name, _ in line.calls]
    return any(
        re.fullmatch(r"(.+\.)?now", name) and name not in called
        for name in line.names
    )


@any_line("disconnect")
def deletes_by_user(line: Line) -> bool:
    """What is deleted is chosen by its user."""
    return _has_keyword(line, "user(__\\w+|_id)?")


@any_line()
def deletes_elsewhere(line: Line) -> bool:
    """Something is deleted in another method than disconnect()."""
    deletes = any(re.search(r"\.a?delete$", name) for name, _ in line.calls)
    return deletes and "disconnect" not in line.functions


@any_line()
def filters_by_time(line: Line) -> bool:
    """A query is filtered by a time."""
    return _has_keyword(
        line, "\\w+__(gt|gte|lt|lte|range)"
    ) and not _has_keyword(line, "id__.*")


@any_line()
def filters_the_wrong_way(line: Line) -> bool:
    """A query keeps what is older than something."""
    return _has_keyword(line, "(?!id)\\w+__lte?")


@any_line("chat/models.py")
def has_auto_now(line: Line) -> bool:
    """A field of a model has auto_now."""
    return _has_keyword(line, "auto_now")


@any_line()
def counts_days(line: Line) -> bool:
    """timedelta() has an argument without a name: the number of days."""
    called = (node for node in line.nodes if isinstance(node, ast.Call))
    return any(
        node.args and ast.unparse(node.func).endswith("timedelta")
        for node in called
    )


@fact
def lists_a_room_that_begins_alike(evidence: Evidence) -> bool:
    """Who is listed has tabs only in rooms whose names begin as this one's does."""
    here = evidence.path.strip("/")
    strangers = [
        tab
        for tab in evidence.tabs
        if getattr(tab, "user", None)
        and repr(tab.user.name) in evidence.cause.got
        and tab.path.strip("/") != here
    ]
    return bool(strangers) and all(
        tab.path.strip("/").startswith(here) for tab in strangers
    )


@any_line()
def a_star_follows_the_room(line: Line) -> bool:
    """A pattern names the room, and has a star in it."""
    return any(text.endswith("*") for text in line.texts) and any(
        re.fullmatch(r"(?:.*\.)?room\w*", name) for name in line.names
    )


@fact
def misses_its_own_user(evidence: Evidence) -> bool:
    """The name that is missing in the list is that of the tab's own user."""
    user = getattr(evidence.tab, "user", None)
    return bool(user) and evidence.cause.got.endswith(f"without {user.name!r}")


@fact
def no_loop_looks(evidence: Evidence) -> bool:
    """Nothing that sleeps calls names_in(), or what calls it."""
    calls_of: dict[str, set[str]] = {}
    for line in evidence.statements:
        for function in line.functions:
            names = {name.rpartition(".")[2] for name, _ in line.calls}
            calls_of.setdefault(function, set()).update(names)
    looking = {"names_in"}
    while (
        more := {f for f, names in calls_of.items() if names & looking}
        - looking
    ):
        looking |= more
    return not any("sleep" in calls_of.get(name, ()) for name in looking)


def deletes_at_the_start(evidence: Evidence) -> Found | None:
    """Something is deleted when a process starts, perhaps in a function."""
    deletes = r"(?:.*\.)?(a?delete|flushdb|flushall|a?clear|_raw_delete)"
    for name in (deletes, *_in_functions(deletes, evidence)):
        for line in evidence.statements:
            starts = not line.functions or "ready" in line.functions
            if starts and any(re.fullmatch(name, it) for it, _ in line.calls):
                return {"where": line.at}
    return None


def _in_functions(called: str, evidence: Evidence) -> Iterator[str]:
    """The names of the functions of the project in which something is called."""
    for line in evidence.statements:
        if any(re.fullmatch(called, name) for name, _ in line.calls):
            yield from (rf"(?:.*\.)?{it}" for it in line.functions[-1:])


@any_line()
def asks_the_time_at_import(line: Line) -> bool:
    """The time is asked for outside of functions, or for the default of an argument."""
    asked = any(
        re.fullmatch(r"(?:.*\.)?(now|utcnow|today|time|monotonic)", name)
        for name, _ in line.calls
    )
    return asked and bool(line.defines or not line.functions)


@any_line()
def task_of_all(line: Line) -> bool:
    """A task of one consumer is kept on the class, or in the module."""
    starts = any(
        re.fullmatch(r"(?:.*\.)?(create_task|ensure_future)", name)
        and given
        and given[0].startswith("self.")
        for name, given in line.calls
    )
    return starts and any(
        not name.startswith("self.") or "__class__" in name
        for name in line.assigns
        if "." in name or name in _globals(line)
    )


def _globals(line: Line) -> set[str]:
    """The names that a function around the line declares as global."""
    return {
        name
        for scope in line.scopes
        for node in ast.walk(scope)
        if isinstance(node, ast.Global)
        for name in node.names
    }


@any_line(r"chat/(consumers|presence)\.py")
def keeps_in_the_module(line: Line) -> bool:
    """A function gives a name of the module, or an item of it, another value."""
    shared = _globals(line)
    return bool(line.functions) and any(
        name in shared or re.match(r"[A-Za-z_]\w*\[(self\.|\w*room)", name)
        for name in line.assigns
    )


@any_line()
def leaves_somebody_out(line: Line) -> bool:
    """A query or a list leaves out what equals something."""
    if any(re.fullmatch(r"(?:.*\.)?exclude", name) for name, _ in line.calls):
        return True
    loops = (node for node in line.nodes if isinstance(node, ast.comprehension))
    return any(
        isinstance(node, ast.NotEq)
        for loop in loops
        for test in loop.ifs
        for node in ast.walk(test)
    )


@any_line()
def expires_as_a_whole(line: Line) -> bool:
    """An expiry is set for something that has items."""
    return any(
        re.fullmatch(r"(?:.*\.)?p?expire(at)?", name) for name, _ in line.calls
    )


shared_cache = says("RedisCache|[Mm]emcache|DatabaseCache|FileBased", SETTINGS)
in_redis = uses("a?redis(\\..*)?")
beats = look(awaits(r"self\.\w*(beat|alive|ping|pulse)\w*", "connect"))
there_is_an_expiry = no(
    no(filters_by_time)
)  # It is right, and not where to look.


@any_line(CONSUMERS)
def updates_every_row(line: Line) -> bool:
    """All rows of a model are updated."""
    return any(
        re.search(r"\.objects(\.all\(\))?\.a?update$", name)
        for name, _ in line.calls
    )


@fact
def sent_under_another_key(evidence: Evidence) -> bool:
    """The tab has received a list of names, and none under "here"."""
    received = evidence.tab.received if evidence.tab else ()
    found = [
        re.fullmatch(r'\{(?!.*"here":).*"\w+": \[.*\].*\}', text)
        for text in received
    ]
    return expects('"here"')(evidence) is not None and any(found)


def hidden_handler(evidence: Evidence) -> Found | None:
    """An attribute has the name of the method that should have handled an event."""
    missing = evidence.said(r"No handler for message type (?P<name>\w+)")
    name = missing["name"] if missing else ""
    there = {line.defines for line in evidence.lines(CONSUMERS)}
    found = assigns(rf"self\.{name}", CONSUMERS)(evidence) if name else None
    return found and name in there and {"name": name, "where": found["at"]}


def room_alone(done: str) -> Clue:
    """A query by the room, and by nothing else, where this is done with what it finds."""

    def clue(evidence: Evidence) -> Found | None:
        lines = evidence.statements
        does = {
            line.functions
            for line in lines
            if any(re.search(rf"\.a?{done}$", name) for name, _ in line.calls)
        }
        narrower = r"(channel|user)(_id|__\w+)?|\w+__(lte?|gte?|range)"
        for line in lines:
            by_room = _has_keyword(line, "room") and not _has_keyword(
                line, narrower
            )
            if by_room and line.functions and line.functions in does:
                return {"where": line.at}
        return None

    return clue


@any_line()
def beats_once(line: Line) -> bool:
    """A function sleeps and updates something, and has no loop."""
    if not isinstance(line.node, ast.AsyncFunctionDef):
        return False
    inside = [*ast.walk(line.node)]
    called = [name_of(it.func) for it in inside if isinstance(it, ast.Call)]
    loops = any(
        isinstance(it, ast.While | ast.For | ast.AsyncFor) for it in inside
    )
    beats = all(
        any(name.endswith(end) for name in called)
        for end in ("sleep", "update")
    )
    return beats and not loops


@any_line("connect")
def saves_the_group(line: Line) -> bool:
    """What is saved as the room is the name of the group."""
    return any(
        isinstance(node, ast.keyword)
        and node.arg == "room"
        and "group" in name_of(node.value)
        for node in line.nodes
    )


@any_line()
def sleeps_for_several_heartbeats(line: Line) -> bool:
    """What is awaited is a sleep of a multiple of the heartbeat."""
    return any(
        isinstance(node, ast.Call)
        and name_of(node.func).endswith("sleep")
        and any("HEARTBEAT" in ast.unparse(it) for it in node.args)
        and any(isinstance(it, ast.BinOp) for it in node.args)
        for node in line.nodes
    )


@any_line()
def adds_to_the_time(line: Line) -> bool:
    """A timedelta is added to something."""
    return any(
        isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Add)
        and "timedelta" in ast.unparse(node.right)
        for node in line.nodes
    )


@any_line()
def saves_no_room(line: Line) -> bool:
    """A row is created for a channel, and for no room."""
    creates = any(re.search(r"create$", name) for name, _ in line.calls)
    return creates and (
        _has_keyword(line, "channel") and not _has_keyword(line, "room")
    )


@any_line()
def sends_only_the_first(line: Line) -> bool:
    """An if asks whether a list was sent before."""
    return line.keyword == "if" and any(
        isinstance(node, ast.Compare)
        and isinstance(node.ops[0], ast.Is)
        and "here" in name_of(node.left)
        for node in line.nodes
    )


@any_line()
def compares_with_its_channel(line: Line) -> bool:
    """An if compares what an event names with the channel of this tab."""
    return line.keyword == "if" and any(
        isinstance(node, ast.Compare)
        and isinstance(node.ops[0], ast.Eq | ast.NotEq)
        and "self.channel_name" in ast.unparse(node)
        and "event" in ast.unparse(node)
        for node in line.nodes
    )


@fact
def received_a_bare_list(evidence: Evidence) -> bool:
    """The tab has received a list that is in no object."""
    received = evidence.tab.received if evidence.tab else ()
    return expects('"here"')(evidence) is not None and any(
        text.startswith("[") for text in received
    )


def where_it_begins(evidence: Evidence) -> Found:
    """Point to the line of connect() that creates a task, if there is one."""
    created = look(calls(r"(\w+\.)*(create_task|ensure_future)", "connect"))
    return created(evidence) or {}


MISTAKES = (
    LIST("""waits_for_cancelled_tasks: disconnect() awaits what it has cancelled
        If somebody has left, and is still shown, and disconnect() awaits its tasks
        Do: Write return_exceptions=True in gather(…), or await nothing there that you
        have cancelled.
        Why: To await a task that was cancelled raises CancelledError, and what is below
        that line is not done.
    """).on(
        "list: still_listed",
        deletes_nothing_so_far,
        calls("cancel", "disconnect"),
        awaits_a_task,
        weight=2,
    ),
    EXPIRY("""time_without_a_zone: The oldest time that counts has no time zone
        If somebody who is gone is listed for hours, or nobody is listed at all
        Do: Call timezone.now(), of django.utils, instead of $call().
        Why: Django takes a time without a zone for one of TIME_ZONE; utcnow() and now()
        of datetime return the time of another one, and do not say which.
    """).on("list", no(got("code 4429")), look(naive_time), weight=2),
    LIST("""names_in_the_memory: The names are kept in the memory of a process
      If a tab is shown only who is connected to the same server process
      Do: Save a row with await Presence.objects.acreate(…) in connect(), and read the
        names from the database.
      Why: Each server process has a memory of its own. What all of them have to know
        is in the database, or in Redis.
    """).on("own_only: not_listed", saves_nothing, no(elsewhere), weight=1),
    LIST("""names_only_in_events: The names are in the events, and nowhere else
      If a tab that connects is not shown who was here before
      Do: Save a row with await Presence.objects.acreate(…) in connect(), and read the
        names from the database in the handler.
      Why: An event reaches whoever is in the group when it is sent. Who comes later
        has missed it, as with messages.
    """).on(
        "own_only: not_listed",
        saves_nothing,
        names_in_an_event,
        no(elsewhere),
        weight=1,
    ),
    LIST("""row_is_never_deleted: The row of a tab that leaves stays
      If somebody has left, and is still shown
      Do: Delete the row in disconnect(): await
        Presence.objects.filter(channel=self.channel_name).adelete().
      Why: disconnect() is called when a tab closes. Without that, whoever has left is
        listed until the row is too old.
    """).on("list: still_listed", deletes_nothing, no(killed), no(elsewhere)),
    LIST("""nobody_else_looks: connect() sends no event to the group
      If a tab is shown who is here, and is not shown who comes later
      Do: Send {"type": "presence.changed"} to the group in connect(), with await
        self.channel_layer.group_send(…).
      Why: A consumer looks when its handler is called. The tabs that are here already
        run no code when another one connects.
    """).on(
        "own_only: not_listed", sends_nothing_in_connect, no(saves_nothing)
    ),
    LIST("""nobody_looks_when_a_tab_leaves: disconnect() sends no event to the group
      If somebody has left, and is still shown
      Do: Send {"type": "presence.changed"} to the group in disconnect(), with await
        self.channel_layer.group_send(…), below what deletes the row.
      Why: The row is gone, and nobody has looked since.
    """).on("list: still_listed", sends_nothing_in_disconnect, weight=1),
    ORDER("""looks_before_the_row_is_saved: The event is sent before the row is saved
      If tabs of another server process are sometimes not shown who comes
      Do: Move what saves the row above group_send, in connect().
      Why: Another process may handle the event at once, before the row is there.
    """).on("own_only: not_listed", sends_before_it_saves, weight=1),
    ORDER("""looks_before_the_row_is_deleted: The event is sent before the row is deleted
      If somebody has left, and is sometimes still shown
      Do: Move what deletes the row above group_send, in disconnect().
      Why: Another process may handle the event at once, while the row is still there.
    """).on("list: still_listed", sends_before_it_deletes, weight=1),
    LIST("""one_row_for_each_user: All tabs of a user share one row
      If somebody has two tabs, closes one of them, and is not shown any more
      Do: Write channel=self.channel_name, and not the user, where the row is created and
        where it is deleted.
      Why: Who closes one of two tabs is still here. The name of its channel
        distinguishes each tab from all others.
    """).on(
        "list: not_listed",
        look(calls(r"(\w+\.)*a?(get|update)_or_create", "connect")),
        expects(GOES_ON),
        deletes_by_user,
        weight=1,
    ),
    LIST("""rows_of_all_tabs_are_deleted: disconnect() deletes the rows of all tabs of a user
      If somebody has two tabs, closes one of them, and is not shown any more
      Do: Delete the row of this tab only:
        Presence.objects.filter(channel=self.channel_name).
      Why: Who closes one of two tabs is still here.
    """).on("list: not_listed", deletes_by_user, expects(GOES_ON)),
    LIST("""names_are_not_distinct: A name is listed once for each tab
      If somebody with two tabs is shown twice
      Do: Call distinct() on the names.
      Why: There is a row for each tab, and the list is of users.
    """).on("list: listed_twice", no(uses(r"(.*\.)?distinct"))),
    LIST("""distinct_in_another_order: distinct() compares what the query is ordered by
      If somebody with two tabs is shown twice, and distinct() is called
      Do: Write order_by("user__username"): the names are then all that is compared.
      Why: What a query is ordered by is selected, too. Two rows with the same name and
        another time are not the same.
    """).on(
        "list: listed_twice",
        uses(r"(.*\.)?distinct"),
        look(calls(r"(.*\.)?order_by", PRESENCE)),
    ),
    LIST("""names_of_every_room: The names of all rooms are listed
      If somebody is shown who is in another room
      Do: Write room=room in the filter of names_in().
      Why: All rooms share one table.
    """).on(
        "list: still_listed",
        lists_another_room,
        no(elsewhere),
        no(killed),
        weight=1,
    ),
    LIST("""key_without_the_room: The keys of all rooms are listed
      If the names are in Redis or in the cache, and those of another room are shown
      Do: Put the room in the key, before the name of the channel, and look up only the
        keys of this room.
      Why: All rooms share one Redis: a key that does not name its room may be of any.
    """).on(
        "list: still_listed",
        elsewhere,
        lists_another_room,
        no(killed),
        no(a_star_follows_the_room),
    ),
    LIST("""rooms_that_begin_alike: The keys of rooms whose names begin alike are listed
      If the names are in Redis, and somebody is shown who is in "lobby-2", not in "lobby"
      Do: End the name of the room in the pattern with the sign that follows it in the
        keys: f"here:{room}:*".
      Why: * stands for anything, and so for the rest of a longer name, too.
    """).on(
        "list: still_listed",
        elsewhere,
        lists_a_room_that_begins_alike,
        a_star_follows_the_room,
    ),
    LIST("""key_without_the_channel: All tabs of a user share one key
      If the names are in Redis or in the cache, and who closes one of two tabs is not
        shown any more
      Do: Put self.channel_name in the key, beside the name of the user.
      Why: Who closes one of two tabs is still here. The name of its channel
        distinguishes each tab from all others.
    """).on(
        "list: not_listed",
        *(elsewhere, expects(GOES_ON), no(time_has_passed), saves_nothing),
        somebody_has_left,
    ),
    LIST("""cache_is_in_memory: The cache is in the memory of a process
      If the names are in the cache, and a tab is shown only who is connected to the
        same server process
      Do: Let CACHES name a cache that all processes share, or save a row for each tab
        in connect().
      Why: Where the settings name no other cache, each process has one of its own, in
        its memory.
    """).on(
        "own_only: not_listed",
        saves_nothing,
        look(uses("a?caches?")),
        no(shared_cache),
        weight=2,
    ),
    LIST("""names_are_kept_in_the_cache: The names are read once, and kept in a cache
      If the names are in the cache, and whoever comes is not shown
      Do: Take the cache out of names_in(), and read the rows each time.
      Why: Who is here changes with every tab that comes or goes, on any server process.
    """).on("own_only: not_listed", look(uses("a?caches?")), weight=1),
    LIST("""leaves_out_its_own_user: The list leaves out the user of the tab
      If a tab is shown all others, and not its own user
      Do: Take out what leaves out one of the names, and send everybody who is here.
      Why: Each page shows the list that it receives. Everybody in the room sees the
        same one, and whoever is alone is here, too.
    """).on(
        "list: not_listed",
        *(misses_its_own_user, no(saves_nothing), no(time_has_passed)),
        leaves_somebody_out,
    ),
    LIST("""list_is_kept_in_the_module: The names that were sent last are kept in the
        module
      If only one tab of each server process is shown that something has changed
      Do: Keep them on self, one list for each tab: self.here = here.
      Why: All consumers of the process share the names of the module: the first one
        sends the list, and the others find that nothing has changed.
    """).on("silent: silent not_listed", keeps_in_the_module, weight=2),
    LIST("""names_as_one_text: The names are sent as one text
      If "here" is something else than a list
      Do: Send a list of names: json.dumps({"here": here}).
      Why: The page shows a list. With a text, it would have to guess where a name ends.
    """).on("list: no_list"),
    LIST("""list_is_kept_on_the_class: The names that were sent last are kept on the class
      If only one tab of each server process is shown that something has changed
      Do: Write self.here = here instead of $name.
      Why: What is on the class is shared by all consumers of the process: the first one
        sends the names, and the others find that nothing has changed.
    """).on(
        "silent: silent not_listed",
        look(
            assigns(r"(?P<name>([A-Z]\w+|self\.__class__|cls)\.\w+)", CONSUMERS)
        ),
        no(task_of_all),
        weight=2,
    ),
    LIST("""row_is_not_awaited: What saves the row is not awaited
      If nobody is ever shown
      Do: Write await before Presence.objects.acreate(…).
      Why: Without it, the call makes a coroutine, which nobody runs.
    """).on("silent: never_awaited", never_awaited("create|save"), weight=3),
    EXPIRY("""expires_without_a_heartbeat: Rows expire, and are never updated
      If whoever stays disappears after some seconds
      Do: Start a task in connect() that updates the row: asyncio.create_task(…), as
        for a reminder.
      Why: A row that is too old is left out, and somebody who stays in the room is not
        to be too old.
    """).on(
        "list: not_listed",
        updates_nothing,
        no(updates_no_field),
        there_is_an_expiry,
        time_has_passed,
    ),
    EXPIRY("""update_without_a_field: Nothing is given to update()
      If whoever stays disappears after some seconds
      Do: Say which field is updated: aupdate(last_seen=timezone.now()).
      Why: update() writes the fields that it is given. Without any, it writes nothing.
    """).on("list: not_listed", updates_nothing, updates_no_field),
    EXPIRY("""heartbeat_beats_once: The heartbeat has no loop
      If whoever stays disappears after some seconds
      Do: Write while True: above what the heartbeat does, with asyncio.sleep(…) in it.
      Why: A task ends with its method. The row has to be updated again and again.
    """).on(
        "list: not_listed",
        time_has_passed,
        beats_once,
        there_is_an_expiry,
    ),
    EXPIRY("""seen_when_it_sends: Only a message updates the row of its tab
      If whoever reads, and does not write, disappears after some seconds
      Do: Update the row in the loop of the heartbeat, and not in receive().
      Why: Most of those who are here only read. A heartbeat tells of them as well.
    """).on(
        "list: not_listed",
        look(calls("a?(update|save)", "receive")),
        no(calls(r"a?(update|save)", r"\w*(beat|tick|alive|loop)\w*")),
        weight=3,
    ),
    EXPIRY("""update_does_not_touch_auto_now: aupdate() does not set a field with auto_now
      If whoever stays disappears after some seconds, and the row is updated
      Do: Write last_seen=timezone.now() in aupdate(…).
      Why: auto_now sets the time in save(). update() and aupdate() write only what
        they are given.
    """).on("list: not_listed", no(updates_nothing), has_auto_now, weight=1),
    EXPIRY("""update_fields_without_the_time: The time is not among the fields that are
        saved
        If whoever stays disappears after some seconds, and asave() has update_fields
        Do: Name last_seen in update_fields, in the heartbeat.
        Why: auto_now sets the time of the object; update_fields says which fields are
        written to the database.
    """).on(
        "list: not_listed",
        has_auto_now,
        look(calls("a?save", given="update_fields")),
        no(says("last_seen", CONSUMERS)),
        weight=1,
    ),
    EXPIRY("""expires_the_wrong_way: Only the old rows are listed
      If nobody is shown, not even the tab itself
      Do: Write last_seen__gt=since in the filter of names_in().
      Why: gt is "greater than": a time that is later than the other one.
    """).on(
        "list: not_listed",
        filters_the_wrong_way,
        no(expects(GOES_ON)),
        weight=1,
    ),
    EXPIRY("""heartbeat_without_expiry: Old rows are listed as well
      If a server process is killed, and its users are still shown
      Do: Write last_seen__gt=since in the filter of names_in(), where since is three
        heartbeats ago.
      Why: A process that is killed deletes nothing. All that can be noticed is that its
        rows are not updated any more.
    """).on("list: still_listed", killed, no(filters_by_time), no(elsewhere)),
    EXPIRY("""days_instead_of_seconds: timedelta() counts days
      If a server process is killed, and its users are still shown
      Do: Write seconds= before the number in timedelta(…).
      Why: The first argument of timedelta() is a number of days.
    """).on("list: still_listed", killed, counts_days, weight=1),
    EXPIRY("""minutes_instead_of_seconds: timedelta() counts something longer than seconds
      If a server process is killed, and its users are still shown
      Do: Write seconds= in timedelta(…): HEARTBEAT is a number of seconds.
      Why: Three heartbeats of five minutes are a quarter of an hour.
    """).on(
        "list: still_listed",
        killed,
        look(calls("(.*\\.)?timedelta", given="minutes|hours|days|weeks")),
        weight=1,
    ),
    EXPIRY("""heartbeat_does_not_look: The heartbeat updates the row, but does not check
      If a server process is killed, and its users are still shown to whoever was there
      Do: Call await self.presence_changed({}) in the loop of the heartbeat, too: an
        empty event will do.
      Why: No event says that a row has become too old. So each tab has to check
        for itself, again and again.
    """).on(
        "list: still_listed",
        killed,
        either(never_looks_again, no_loop_looks),
        either(there_is_an_expiry, elsewhere),
    ),
    EXPIRY("""heartbeat_is_awaited: connect() waits for the heartbeat, which never ends
      If a tab is connected, and receives nothing
      Do: Give the coroutine to asyncio.create_task(…), without await.
      Why: A consumer handles one event after the other. While connect() waits, it
        handles neither messages nor events, and not the end of the connection.
    """).on("silent: silent busy not_accepted", beats, weight=4),
    EXPIRY("""heartbeat_stops_the_process: The heartbeat sleeps with time.sleep()
      If nobody is answered until the next heartbeat
      Do: Write await asyncio.sleep(…) instead of time.sleep().
      Why: Everything that is async shares one thread. time.sleep() stops it, and so all
        tabs and all pages of the process.
    """).on(
        "silent: silent busy", look(calls(r"time\.sleep", CONSUMERS)), weight=4
    ),
    EXPIRY("""heartbeat_never_rests: The loop of the heartbeat does not wait
      If the server is busy, and nothing is said
      Do: Write await asyncio.sleep(settings.HEARTBEAT) in that loop, with await.
      Why: Without await, the call only makes a coroutine, and the loop goes on at once:
        it asks the database as often as it can.
    """).on(
        "wrong: never_rests",
        either(look(statement("while.*")), calls("a?update")),
        weight=2,
    ),
    EXPIRY("""heartbeat_is_not_cancelled: The heartbeat goes on after its tab has left
      If somebody has left, and is shown again some seconds later
      Do: Add the task to self.tasks, so that disconnect() cancels it.
      Why: A task does not end with its connection. If it saves the row again, whoever
        has left is here again.
    """).on(
        "list: still_listed", expects(GOES_ON), no(deletes_nothing), no(killed)
    ),
    EXPIRY("""heartbeat_catches_its_end: The heartbeat catches what is to end it
        If somebody has left, and is shown again some seconds later, although the task is
        cancelled
        Do: Write except Exception there, which does not catch CancelledError.
        Why: cancel() raises CancelledError where the task waits. Where that is caught,
        the loop goes on.
    """).on(
        "list: still_listed", expects(GOES_ON), catches_everything, weight=2
    ),
    EXPIRY("""expiry_only_in_the_heartbeat: Old rows are left out in the heartbeat only
      If a tab that connects is shown who was connected long ago
      Do: Write last_seen__gt=since in the filter of names_in(), where since is three
        heartbeats ago.
      Why: Where nobody was in the room meanwhile, no heartbeat has deleted what is old.
    """).on("list: still_listed", killed, deletes_elsewhere, no(elsewhere)),
    EXPIRY("""one_heartbeat_for_each_process: Each process has one heartbeat, for one tab
      If the task is kept on the class, and all tabs but the first disappear
      Do: Start a task in connect() for each tab, and keep it in self.tasks.
      Why: What runs as a method of one consumer updates the row of that one. The other
        tabs of the process are here, too.
    """).on("list: not_listed still_listed", task_of_all, weight=4),
    EXPIRY("""rows_are_deleted_too_early: Rows are deleted before three heartbeats have
        passed
      If whoever stays disappears, and a heartbeat deletes what is old
      Do: Delete only what is older than three heartbeats, or nothing: it is enough that
        names_in() leaves it out.
      Why: Each tab updates its row once in a heartbeat, and not all at the same time. A
        row that is one heartbeat old is of a tab that is still here.
    """).on(
        "list: not_listed",
        *(time_has_passed, no(updates_nothing), no(deletes_nothing_so_far)),
        deletes_elsewhere,
        weight=1,
    ),
    EXPIRY("""deletes_the_rows_of_others: Expired rows of other server processes are
        deleted
      If a server process stands still for a while, and its users are never listed again
      Do: Delete no row of another tab: it is enough that names_in() leaves out what is
        old; or let the heartbeat save its row again where aupdate() returns 0.
      Why: The process goes on later, with all its tabs. A heartbeat that only updates a
        row cannot bring it back.
    """).on(
        "advice: not_listed",
        *(time_has_passed, a_process_stood_still, look(deletes_elsewhere)),
        weight=5,
    ),
    EXPIRY("""start_deletes_the_rows: A process that starts deletes the rows of all others
      If another server process starts, and who was here is not shown any more
      Do: Take out what deletes at the start: old rows expire by themselves.
      Why: There are several server processes. One that starts knows nothing of the tabs
        of the others.
    """).on("list: not_listed", deletes_at_the_start, weight=3),
    EXPIRY("""connect_deletes_every_row: connect() deletes the rows of all tabs
      If somebody connects, and who was here is not shown any more
      Do: Take out what deletes them all: old rows expire by themselves.
      Why: A process that has started knows nothing of the tabs of the others.
    """).on(
        "list: not_listed",
        look(calls(r".*\.objects(\.all\(\))?\._?\w*delete", "connect")),
        weight=4,
    ),
    EXPIRY("""since_is_computed_once: The oldest time that counts is computed once
      If a server process is killed, and its users are shown for as long as it has run
      Do: Compute it in names_in(), each time.
      Why: What stands outside of a function, or is the default of an argument, is
        computed when the module is imported. Time goes on, and that value does not.
    """).on("list: still_listed", killed, asks_the_time_at_import, weight=2),
    EXPIRY("""whole_set_expires: All tabs of a room expire together
      If a server process is killed, and its users are shown as long as somebody is here
      Do: Give each tab a key of its own with an expiry, or keep the time of each tab,
        and leave out those that have missed three heartbeats.
      Why: Redis lets a key expire, with all that is in it. Each heartbeat of anybody
        prolongs it for all.
    """).on(
        "list: still_listed", killed, in_redis, expires_as_a_whole, weight=1
    ),
    EXPIRY("""old_entries_are_listed: Old entries in Redis are listed as well
      If a server process is killed, and its users are shown until somebody comes
      Do: Leave out of what names_in() reads whoever has missed three heartbeats: of a
        sorted set, read by score, with zrangebyscore().
      Why: Nobody may come for long. What is read has to be right without anybody who
        deletes what is old.
    """).on(
        "list: still_listed", killed, elsewhere, no(no_loop_looks), weight=-1
    ),
    LIST("""rejected_tab_has_no_row: disconnect() uses a row that connect() has not saved
      If a rejected tab raises an exception when it ends
      Do: Write Presence.objects.filter(channel=self.channel_name) in disconnect():
        where there is no row, that deletes nothing.
      Why: disconnect() is called for a tab that was rejected, too.
    """).on(
        "1011: raised",
        in_("disconnect"),
        raised("^AttributeError"),
        look(calls("a?delete", "disconnect")),
        weight=6,
    ),
    EXPIRY("""handler_is_called_without_its_event: A handler is called without an event
      If the heartbeat ends with `missing 1 required positional argument: 'event'`
      Do: Write await self.$name({}) there: the handler takes an event.
      Why: Channels gives a handler its event. Code that calls it by itself has to give
        it one as well; an empty one will do where the handler does not read it.
    """).on(
        "wrong: raised",
        raised(
            r"\.(?P<name>\w+)\(\) missing 1 required positional argument: 'event'"
        ),
        own,
        weight=2,
    ),
    EXPIRY("""timezone_of_datetime: timezone is that of Python, and not of Django
      If the terminal says that `datetime.timezone` has no attribute `now`
      Do: Write from django.utils import timezone, at the top of that file.
      Why: Two modules have something of that name. The one of datetime is a class for
        time zones; the one of Django tells the time.
    """).on(
        "wrong: raised",
        raised("'datetime.timezone' has no attribute"),
        weight=4,
    ),
    EXPIRY("""now_is_not_called: timezone.now stands without brackets
        If the terminal says `fromisoformat: argument must be str`, or `unsupported
        operand type(s) for -: 'function'`
        Do: Write timezone.now() in that line, with brackets.
        Why: Without them it is the function itself, and no time.
    """).on(
        "list: raised cannot_start",
        "^TypeError: .*(fromisoformat|expected string|operand type.*'function')",
        now_without_brackets,
        weight=2,
    ),
    EXPIRY("""seconds_without_timedelta: A number is subtracted from a time
      If the terminal says `unsupported operand type(s)`, of a datetime and an int
      Do: Write timedelta(seconds=…) around the number, with from datetime import
        timedelta at the top of the file.
      Why: A number may be of days or of seconds. timedelta() says which.
    """).on(
        "1011: raised",
        raised(r"unsupported operand .*datetime' and '(int|float)'"),
        weight=4,
    ),
    LIST("""row_has_no_channel: The row does not say whose it is
      If the terminal says `UNIQUE constraint failed: chat_presence.channel`
      Do: Give channel=self.channel_name to what creates the row, too.
      Why: All rows without it have the same empty name. And disconnect() finds its row
        by that.
    """).on(
        "1011: raised",
        raised(r"^IntegrityError: .*\bchannel\b"),
        look(calls(r".*create", FAILED)),
        no(calls(r".*create", FAILED, given="channel")),
        weight=2,
    ),
    LIST("""row_of_a_session: Two tabs of one person have the same row
      If the terminal says `UNIQUE constraint failed: chat_presence.channel`, and
      somebody has opened a second tab
      Do: Save channel=self.channel_name: each tab has a channel of its own.
      Why: Tabs of one browser share the session and the user. Each has a row, so that
        closing one of them leaves the other.
    """).on(
        "1011: raised",
        raised(r"^IntegrityError: .*\bchannel\b"),
        look(calls(r".*create", FAILED, given="channel")),
        no(uses(r"(self\.)?channel_name", FAILED)),
        weight=3,
    ),
    LIST("""attribute_hides_the_handler: An attribute has the name of a method
      If the terminal says `No handler for message type`, and the method is there
      Do: Give self.$name another name: it hides the method $name().
      Why: The attribute of an object is found before a method of its class.
    """).on("1011: raised", hidden_handler, weight=6),
    LIST("""names_under_another_key: The names are sent under another key than "here"
      If the page is shown no names, and receives them
      Do: Send them under "here": json.dumps({"here": here}).
      Why: The page looks for that key, and ignores what has another one.
    """).on("silent: silent", sent_under_another_key, weight=2),
    EXPIRY("""heartbeat_is_too_rare: The heartbeat comes once in several heartbeats
      If whoever stays is not shown any more, and is shown again later
      Do: Write await asyncio.sleep(settings.HEARTBEAT) in the loop.
      Why: A row counts for three heartbeats, so it has to be updated in each.
    """).on(
        "list: not_listed",
        time_has_passed,
        sleeps_for_several_heartbeats,
        weight=3,
    ),
    EXPIRY("""oldest_time_is_in_the_future: The oldest time that counts is still to come
      If nobody is shown at all
      Do: Write - instead of + before timedelta(…).
      Why: What was seen in the last three heartbeats has a time greater than now minus
        three heartbeats.
    """).on("list: not_listed", adds_to_the_time, weight=3),
    LIST("""row_has_no_room: The row does not say in which room its tab is
      If nobody is shown, and rows are saved
      Do: Give room=self.room to what creates the row, too.
      Why: names_in() looks for the rows of a room.
    """).on(
        "list: not_listed",
        no(saves_nothing),
        no(expects(GOES_ON)),
        saves_no_room,
    ),
    LIST("""list_is_sent_once: Only the first list is sent
      If a tab is shown who was here when it came, and nothing that changes later
      Do: Compare with what was sent last: if here != self.here.
      Why: self.here is None before the first list only.
    """).on("own_only: not_listed", sends_only_the_first, weight=3),
    LIST("""list_without_a_key: The list is sent as it is
      If the page is shown no names, and receives them
      Do: Send an object with the list in it: json.dumps({"here": here}).
      Why: The page tells a list from a message by its key.
    """).on("silent: silent", received_a_bare_list, weight=3),
    LIST("""own_event_is_ignored: A tab ignores the event that it has sent itself
      If a tab that connects is not shown who is here until its first heartbeat
      Do: Take out that if: a tab that has just come needs the names, too.
      Why: The event that connect() sends reaches all tabs of the room, also the new one,
        which has no names before that.
    """).on("silent: silent not_listed", compares_with_its_channel, weight=3),
    LIST("""query_into_json: A query is put into JSON, and not what it finds
      If the terminal says `Object of type QuerySet is not JSON serializable`
      Do: Make a list of it: [name async for name in names] in async code, list(names)
        elsewhere.
      Why: A queryset is a query that is made when somebody goes through it.
    """).on("1011", "Object of type QuerySet is not JSON", weight=3),
    LIST("""names_in_tuples: Each name is in a list of its own
      If "here" is a list of lists
      Do: Write flat=True in values_list(…), in names_in().
      Why: values_list() gives a tuple for each row. With flat=True, which one field
        allows, it gives the value.
    """).on(
        "list: no_list", got(r"received \[\["), calls(".*values_list"), weight=2
    ),
    LIST("""ids_instead_of_names: Ids are sent instead of names
      If "here" is a list of numbers
      Do: Select the name: values_list("user__username", flat=True).
      Why: user_id is the number of the row. Two underscores follow the relation to the
        name.
    """).on("list: no_list", got(r"received \[\d"), weight=2),
    EXPIRY("""heartbeat_updates_the_room: The heartbeat updates all rows of its room
      If a server process is killed, and its users are still shown
      Do: Write Presence.objects.filter(channel=self.channel_name) before .aupdate(…).
      Why: As long as one tab is in the room, it keeps the rows of all others there from
        expiring.
    """).on("list: still_listed", killed, room_alone("update"), weight=2),
    LIST("""rows_of_the_room_are_deleted: disconnect() deletes the rows of the whole room
      If one tab leaves, and nobody is shown any more
      Do: Delete the row of this tab only:
        Presence.objects.filter(channel=self.channel_name).
      Why: The others are still here.
    """).on(
        "list: not_listed", room_alone("delete"), somebody_has_left, weight=2
    ),
    LIST("""row_is_deleted_for_one_code: The row is deleted for some close codes only
      If somebody has left, and is still shown
      Do: Delete the row in disconnect() whatever the close code is: take out that if.
      Why: A browser that leaves a page closes with 1001, one that is cut off with 1006,
        and a server with a code of its own.
    """).on(
        "list: still_listed",
        deletes_nothing,
        no(killed),
        asks_for_the_code,
        weight=2,
    ),
    LIST("""row_has_the_name_of_the_group: The row has the name of the group as its room
      If nobody is shown, and rows are saved
      Do: Write room=self.room there: names_in() looks for the name of the room.
      Why: The group is "chat_lobby", and the room is "lobby".
    """).on("list: not_listed", no(saves_nothing), saves_the_group, weight=2),
    EXPIRY("""heartbeat_is_a_text: HEARTBEAT is a text
      If the terminal says `unsupported type for timedelta seconds component: str`
      Do: Make a number of it in mysite/settings.py: HEARTBEAT = float(…).
      Why: What comes from the environment is a text, and a text times three is that text
        three times.
    """).on(
        "wrong: raised",
        raised("timedelta seconds component: str"),
        look(assigns("HEARTBEAT", SETTINGS)),
        weight=4,
    ),
    EXPIRY("""heartbeat_updates_every_row: The heartbeat updates the rows of all tabs
      If a server process is killed, and its users are still shown
      Do: Write Presence.objects.filter(channel=self.channel_name) before .aupdate(…).
      Why: As long as one tab is here, it keeps the rows of all others from expiring.
    """).on("list: still_listed", killed, updates_every_row, weight=2),
    EXPIRY("""heartbeat_of_the_first_tab: The first tab has the heartbeat of all tabs
      If a tab leaves, and the others disappear some heartbeats later
      Do: Start a heartbeat for each tab in connect(), whether there is one or not.
      Why: A task that is kept for one tab is cancelled when that tab leaves, and nobody
        starts another.
    """).on(
        "list: not_listed",
        sets_on_the_class,
        calls("cancel", "disconnect"),
        no(task_of_all),
        time_has_passed,
        weight=4,
    ),
    EXPIRY("""tasks_are_those_of_all_tabs: All tabs of a process share one set of tasks
      If a tab leaves, and the others disappear some heartbeats later
      Do: Write self.$name = set() in connect(), so that each tab has a set of its own.
      Why: What is made in the class is one object for all consumers of the process. So
        disconnect() of one tab cancels the heartbeats of all.
    """).on(
        "list: not_listed",
        kept_on_the_class,
        calls("cancel", "disconnect"),
        time_has_passed,
        weight=2,
    ),
    LIST("""row_for_each_session: All tabs of a browser share one row
      If somebody has two tabs in a browser, closes one, and is not listed any more
      Do: Save a row for each tab, by self.channel_name, which only it has.
      Why: All tabs of a browser have the same session. The first of them that closes
        deletes the row.
    """).on(
        "list: not_listed",
        expects(GOES_ON),
        by_session,
        weight=3,
    ),
    LIST("""ordering_is_compared_too: A default order makes equal names differ
      If a user is listed twice, and the model has an ordering
      Do: Write .order_by("user__username") before .distinct(), as Meta has an ordering.
      Why: distinct() compares the columns by which the rows are sorted as well, and two
        tabs of a user have different times.
    """).on(
        "list: listed_twice",
        calls("distinct"),
        no(calls("order_by", PRESENCE)),
        look(assigns("ordering")),
        weight=3,
    ),
    EXPIRY("""heartbeat_goes_on: The heartbeat of a closed tab goes on
      If a server makes more and more queries, though people leave
      Do: Cancel it in disconnect(): for task in self.tasks: task.cancel().
      Why: A task does not end with the consumer that has started it. That of each tab
        that was ever open makes a query with each heartbeat.
    """).on(
        "advice: goes_on", no(calls("cancel", "disconnect")), where_it_begins
    ),
    EXPIRY("""heartbeat_is_not_in_tasks: The heartbeat is not among what is cancelled
      If a server makes more and more queries, though disconnect() cancels tasks
      Do: Add the task to self.tasks where connect() creates it, so that disconnect()
        cancels it.
      Why: disconnect() cancels what is in self.tasks, and the heartbeat is not.
    """).on("advice: goes_on", calls("cancel", "disconnect"), where_it_begins),
    LIST("""list_is_sent_unchanged: The list is sent again though it is the same
      If each tab receives the same list with every heartbeat
      Do: Keep what was sent last, and send only if here != self.here.
      Why: A room of a hundred tabs would be sent a hundred lists of a hundred names
        every five seconds, which say nothing new.
    """).on("advice: list_repeated"),
    EXPIRY("""heartbeat_of_the_user: The heartbeat updates all rows of a user
        If a server process is killed, and a user of it has a tab in another room
        Do: Write Presence.objects.filter(channel=self.channel_name) before .aupdate(…).
        Why: Each tab has a row of its own. One that lives shows nothing of the others.
    """).on(
        "list: still_listed",
        killed,
        look(calls(r".*\.filter", "heartbeat", given="user(_id)?")),
        weight=2,
    ),
    LIST("""page_lists_indexes: The page goes through a list with for … in
        If the page shows numbers in the place of names
        Do: Write `of` in the place of `in`: for (const $name of …).
        Why: for … in goes through the indexes of an array, and for … of through what is
        in it.
    """).on(
        "pages: page_shows_nothing",
        expects("who is here"),
        in_page(r"for\s*\(\s*(?:const|let|var)?\s*(?P<name>\w+)\s+in\b"),
        weight=2,
    ),
    LIST("""page_adds_to_the_list: The page adds a list to the one before
      If the page of a room shows people who have left
      Do: Put the new list in the place of the old one: = instead of +=,
        replaceChildren() instead of append(), or a new Set.
      Why: Each frame has all who are here, and so the old list is over.
    """).on(
        "pages: page_keeps_who_left",
        either(
            in_page(
                r"\b(textContent|innerText|innerHTML|value)\s*\+=.*(join|here|name)"
            ),
            in_page(r"(here|list|user|who)\w*\.(append|prepend|insert\w+)\("),
            in_page(r"\w\.(add|push)\(\w*(name|user|here)"),
        ),
    ),
    LIST("""page_keeps_each_name: The page takes no name away
      If the page of a room shows people who have left
      Do: Show the names of the newest frame, and no others: whoever is not in it has
        left.
      Why: Each frame has all who are here, and so the old list is over.
    """).on("pages: page_keeps_who_left"),
)
