"""Mistakes with groups: joining, sending to them, leaving."""

import ast
import re

from checks.explain.mistakes.clues import *
from checks.explain.mistakes.events import in_a_handler
from checks.explain.mistakes.sections import *

NO_ATTRIBUTE = (
    r"^AttributeError: '\w*Consumer\w*' object has no attribute '(?P<name>\w+)'"
)
MADE_UP = r"\w*(uuid|random|token|getpid|generate_key|secrets)\w*|time\.time"
"""Names of what differs from process to process, or from tab to tab."""
TIME = r"strftime|time|time_ns|now|utcnow|today|localtime|gmtime|ctime|timestamp"
"""Names of what says what time it is."""
ITS_CHANNEL = r"self\.channel_name"
joins = uses("group_add", "connect|receive|receive_json")
leaves = uses("group_discard", "receive|chat_message")
on_class = assigns(r"(\w*Consumer|type\(\)|self\.__class__|cls)\.(?P<name>\w+)")
joined, left = asked("group_add"), asked("group_discard")
sends = uses(r"(group_)?send\w*", "receive")
_sender_heard = fact(
    lambda e: any(t.sent and t.received for t in e.tabs) and e.tabs[1:]
)
_on_two_servers = fact(lambda e: len(e.servers) > 1)
_between_processes = fact(
    lambda e: e.kind == "received_on_another_server" or len(e.servers) > 1
)


@fact
def closed_in_a_handler(evidence: Evidence) -> bool:
    """The consumer closed this tab while it handled an event of its group."""
    handled = ""
    for event in evidence.events:
        if event["kind"] == "handling":
            handled = event["type"]
        elif event.get("type") == "websocket.close":
            return not handled.startswith("websocket.")
    return False


@any_line()
def _cuts(line: Line) -> bool:
    """A part of a name is taken, as by [:50]."""
    cut = any(isinstance(node, ast.Slice) for node in line.nodes)
    return cut and any(re.search("group|name|room", it) for it in line.assigns)


@fact
def _in_one_group(evidence: Evidence) -> bool:
    """The tab has joined a single group, whichever it leaves."""
    layer = (event for event in evidence.events if event["kind"] == "layer")
    joined_ = {str(event["names"]) for event in layer if event["does"] == "group_add"}
    return len(joined_) == 1


def _group_on_the_class(evidence: Evidence) -> Found | None:
    """What is assigned to the class is the name of the group that is joined."""
    found = on_class(evidence)
    name = found and re.escape(found["name"])
    return found if calls("group_add", given=rf".*\.{name}")(evidence) else None


@fact
def _is_the_sender(evidence: Evidence) -> bool:
    """What this tab missed was its own message, and another one received it."""
    received = [text for tab in evidence.tabs for text in tab.received]
    last = evidence.message
    return bool(last) and any(str(last) in text for text in received)


def _joins_late(evidence: Evidence) -> Found | None:
    """A group_add in what reads a frame, or in a method that is called there."""
    adding = [
        line.functions[-1]
        for line in evidence.lines()
        if line.functions and any(name.endswith("group_add") for name in line.names)
    ]
    names = "|".join(["group_add", *adding])
    return look(uses(names, "receive(_json)?"))(evidence)


def _is_no_text(evidence: Evidence) -> Found | None:
    """The name of the group that the layer was given last, if it is no text."""
    given = [e["args"][0] for e in evidence.run_events if e.get("args")]
    return {"name": given[-1]} if given and given[-1][0] not in "'\"" else None


@fact
def _event_comes_first(evidence: Evidence) -> bool:
    """The layer was given a dictionary where the name of a group belongs."""
    given = [e["args"][0] for e in evidence.run_events if e.get("args")]
    return bool(given) and given[-1].startswith("{")


@any_line()
def _puts_itself(line: Line) -> bool:
    """A consumer puts itself into a list, set or dictionary."""
    value = name_of(getattr(line.node, "value", None))
    puts = "append|add|setdefault"
    return (value == "self" and any("[" in name for name in line.assigns)) or any(
        re.fullmatch(rf".*\.({puts})", name) and re.match(r"self\b", "".join(given[:1]))
        for name, given in line.calls
    )


@any_line()
def _made_of_its_channel(line: Line) -> bool:
    """A text is made of the name of the consumer's own channel."""
    made = [n for n in line.nodes if isinstance(n, ast.JoinedStr | ast.BinOp)]
    return any("self.channel_name" in map(name_of, ast.walk(node)) for node in made)


_of_its_own = either(
    look(calls(MADE_UP)), look(calls("id", given="self")), _made_of_its_channel
)

CHANGES = (
    r"(.*\.)?(sub|replace|lower|upper|title|capitalize|casefold|strip|translate"
    r"|slugify)"
)
"""What makes another text of a room's name, perhaps the same of two names."""

MISTAKES = [
    # Joining
    JOIN("""no_group_add: No tab joins the group
      If connect() does not call group_add
      Do: Join the group in connect(), with a method of self.channel_layer.
      Why: The layer sends to the channels that have joined the group, and to no others.
    """).on("silent: no_members", no(joined)),
    JOIN("""groups_are_set_in_connect: connect() sets self.groups
      If self.groups is given its value in connect()
      Do: Call group_add(group, self.channel_name) in connect() instead of setting
        self.groups. Why: Channels joins the groups of a consumer before it calls
        connect(), and does not look at them again.
    """).on("silent: no_members", no(joined), look(assigns("self.groups", "connect"))),
    JOIN("""joins_on_a_condition: connect() does not reach group_add
      If connect() calls group_add inside an if, or below a return
      Do: Move group_add out of that condition, or above that return: every tab joins.
      Why: A tab that has not joined receives nothing.
    """).on(
        "silent: no_members",
        no(joined),
        look(uses("group_add", "connect")),
        statement("if|return.*|for|try", "connect"),
    ),
    JOIN("""joins_another_layer: group_add is called, and the group stays empty
      If connect() calls group_add, and Redis has no such group
      Do: Call it on the layer that the settings have under "default": without a
        channel_layer_alias, or a name in get_channel_layer(…).
      Why: Only what the default layer keeps in Redis is seen by other processes.
    """).on("silent: no_members", joined),
    LAYER("""group_expires_at_once: Tabs drop out of their group while they are open
      If CONFIG has a group_expiry of less than hours
      Do: Take group_expiry out of CONFIG: it is a day then.
      Why: It is in seconds from group_add on, and 0 means at once, not for ever.
    """).on("own_only: forgetful_layer", got("its group_expiry is")),
    LAYER("""redis_waits_too_briefly: Redis has no time to wait for an event
      If the terminal says `Timeout reading from …`
      Do: Take socket_timeout out of the host in CHANNEL_LAYERS.
      Why: The layer asks Redis for the next event, and waits up to five seconds for it.
        A connection that gives up before raises, and ends the tab.
    """).on(
        "1011: raised thrown closed",
        "^TimeoutError: Timeout reading from",
        look(says("socket_timeout", SETTINGS)),
        weight=4,
    ),
    JOIN("""joins_when_it_sends: A tab joins when it sends, and not when it connects
      If group_add stands in receive(), or in a method that it calls
      Do: Move group_add to connect(): a tab that only listens is in the room too.
      Why: receive() is called when this tab sends; until then the tab would receive
        nothing.
    """).on(
        "own_only: no_members", _joins_late, no(uses("group_add", "connect")), weight=5
    ),
    JOIN("""join_is_called_nowhere: group_add is in a method that nothing calls
      If group_add is in the code, and the layer was never asked
      Do: Call it from connect(): Channels calls connect(), receive() and disconnect(),
        and no other method by itself.
      Why: You have to call your own methods yourself.
    """).on(
        "silent: no_members", look(uses("group_add")), no(joined), no(joins), weight=2
    ),
    TWO_TABS("""list_of_tabs_in_the_module: The tabs are kept in a list of this process
      If a list, set or dictionary in the module or class holds the consumers
      Do: Call group_add(group, self.channel_name) in connect(), and group_send in
        receive(), instead of keeping a list.
      Why: A list lives in one process; a group lives in Redis, which all reach.
    """).on("own_only: no_members apart", no_group, _puts_itself, weight=1),
    PROCESSES("""sends_without_the_layer: Messages are passed between tabs without the
        channel layer
      If nothing calls group_send
      Do: Send one event to the group in receive(): group_send(group, {"type":
        "chat.message", "message": message}), and pass it on in chat_message().
      Why: What one process keeps in a list or dictionary, another does not have.
    """).on("own_only: apart", no_group),
    JOIN("""joins_after_it_is_connected: A tab joins its group after it is connected
      If group_add is called in a task, by a timer or after a wait
      Do: Call group_add in connect() itself, above accept(): with await where connect()
        is async. Why: A tab can send and receive as soon as accept() is called; what
        the group is sent before the tab has joined does not reach it.
    """).on("silent: joined_late"),
    JOIN("""joins_with_another_channel: group_add is given another channel than that of
        the consumer
      If the second argument of group_add is not self.channel_name
      Do: Give it self.channel_name: group_add(group, self.channel_name).
      Why: The layer makes a channel for each consumer, and delivers to that alone.
    """).on("silent: other_channel"),
    JOIN("""channel_name_is_overwritten: The name of the consumer's channel is changed
      If the code says self.channel_name = …
      Do: Take that line out: self.channel_name is set before connect() is called.
      Why: The layer makes a channel for each consumer, and delivers to that alone.
    """).on("silent: other_channel", look(assigns(ITS_CHANNEL))),
    JOIN("""leaves_at_once: A tab leaves its group while it is connected
      If group_discard stands elsewhere than in disconnect()
      Do: Call group_discard in disconnect() only.
      Why: A tab that has left the group receives nothing more from it.
    """).on("silent: left_at_once"),
    JOIN("""flushes_the_layer: The layer is flushed
      If the code calls flush()
      Do: Take flush() out: group_discard is all that a consumer has to clear away.
      Why: flush() empties the whole layer, with the groups of everybody.""").on(
        "1011: raised silent closed received_elsewhere astray deaf_after_a_while lost",
        asked("flush", earlier=True),
        weight=5,
    ),
    JOIN("""leaves_after_its_first_message: A tab leaves its group after its first
        message
      If group_discard stands in receive() or in the handler
      Do: Call group_discard in disconnect() only.
      Why: A tab that has left the group receives nothing more from it.
    """).on(
        "own_only: received_elsewhere silent astray",
        asked("group_discard"),
        look(leaves),
        weight=1,
    ),
    JOIN("""group_name_invalid_characters: The name of the group is not valid
      If the terminal says `Group name must be a valid unicode string`
      Do: Give the group a name of ASCII letters, digits, hyphens, underscores and dots,
        such as "chat_" + room_name; and the name comes first, self.channel_name second.
      Why: The name becomes part of a key in Redis.
    """).on("500", terminal),
    JOIN("""arguments_the_wrong_way_round: group_add is given the channel before the
        group
      If the line says group_add)(self.channel_name, …)
      Do: The group comes first: group_add(group, self.channel_name).
      Why: A channel is put into a group, in this order.""").on(
        "500", "must be a valid", look(calls("group_(add|discard)", given=ITS_CHANNEL))
    ),
    JOIN("""group_name_not_a_string: The name of the group is not text
      If the terminal says `Group name must be a valid unicode string`, and the name is
        a number, bytes or None
      Do: Give the group a name that is text, such as "chat_" + room_name; $name is not.
      Why: The name becomes part of a key in Redis, and the layer does not convert it.
    """).on("500", terminal, _is_no_text),
    SENDING("""event_before_the_group: group_send is given the event before the group
      If the terminal says `Group name must be a valid unicode string`, and the name is
        a dictionary
      Do: The group comes first: group_send(group, event).
      Why: The first argument is the name of a group, and the second one is the event.
    """).on("500", terminal, _event_comes_first, weight=1),
    JOIN("""method_of_the_layer_has_other_arguments: A method of the layer is given
        other arguments
      If the terminal says `group_add() missing 1 required positional argument`
      Do: Give it both: group_add(group, self.channel_name), group_discard(group,
        self.channel_name), group_send(group, {…}). Why: The layer has to know which
        group, and which channel or which message.""").on(
        "1011: raised",
        r"(?P<verb>group_\w+|\bsend)\(\) (missing|takes|got)",
        uses("channel_layer"),
    ),
    JOIN("""layer_has_no_such_method: A method is called that the layer does not have
      If the terminal says `'RedisChannelLayer' object has no attribute`
      Do: Call group_add, group_discard, group_send or send instead of $name.
      Why: Those four are what every channel layer of Channels has.
    """).on("1011", r"'Redis\w*' object has no attribute '(?P<name>\w+)'"),
    JOIN("""group_add_on_the_consumer: group_add is called on the consumer
      If the terminal says `object has no attribute 'group_add'`
      Do: Call it on the layer: self.channel_layer.$name.
      Why: A consumer talks to its own browser; groups belong to the layer.
    """).on("500", r"no attribute '(?P<name>group_\w+)'", r"Consumer\w*' object"),
    # Sending
    SENDING("""many_events_for_one_message: Many events are sent for one message
      If receive() calls group_send in a loop
      Do: Send what belongs together in one event, as a list, and let the handler send
        each. Why: The layer holds 100 events for all tabs of a server process together,
        and drops what comes while so many wait, without an exception.
    """).on("silent: dropped flood"),
    SENDING("""echo_to_self_instead_of_group: receive() answers its own tab, and no
        group
      If the tab that sent it receives it, and no other
      Do: Send an event to the group, with a method of self.channel_layer, instead of
        self.send().
      Why: self.send() goes to the one browser of this consumer.
    """).on(
        "own_only: received_elsewhere silent",
        no_group,
        _sender_heard,
        no(uses("group_send", "receive")),
    ),
    SENDING("""receive_does_not_send_to_the_group: receive() sends nothing
      If receive() calls neither group_send nor self.send()
      Do: Send an event to the group in receive(), with a method of self.channel_layer.
      Why: A message from a tab goes nowhere by itself.
    """).on("silent: silent", got("without sending"), no_group, no(sends)),
    SENDING("""only_the_others_receive: The tab that sent is left out
      If all tabs receive it except the one that sent it
      Do: Let the sender receive it from the group like everybody else: take out what
        asks whether the message is the tab's own.
      Why: The page shows what it receives, not what it sends.
    """).on("own_only: apart", to_group, _is_the_sender),
    SENDING("""only_some_tabs_receive: Of two tabs in one room, only one receives a
        message
      If one tab receives it, and another one in the same room does not
      Do: See what differs between the tabs: whether both joined the same group, and
        whether the handler sends to each of them.
      Why: Each member of the group has its handler called once.
    """).on("own_only: received_elsewhere", to_group),
    PROCESSES("""only_this_process_receives: A message does not get to the other server
        process
      If tabs on one server receive it, and those on another do not
      Do: Send through the channel layer, and name the group by the room alone: what one
        process keeps in a variable, or makes up, the other does not have.
      Why: Processes share no memory; what both can reach is in Redis.
    """).on(
        "own_only: received_on_another_server astray", _between_processes, weight=-1
    ),
    PROCESSES("""hash_differs_between_processes: The group is named by hash()
      If the code calls hash() on the name of the room
      Do: Use the name of the room itself, or hashlib.sha256(…).hexdigest().
      Why: Python picks a new seed for hash() in each process, so two servers get two
        names.
    """).on("own_only: apart astray", look(calls("hash")), weight=2),
    PROCESSES("""a_prefix_for_each_process: The layer has another prefix, or key, in
        each process
      If CONFIG has something that is made up when the settings are loaded
      Do: Write something fixed there: all processes have to use the same.
      Why: Each process loads the settings for itself, and makes up its own.""").on(
        "own_only: received_on_another_server raised silent",
        uses(MADE_UP, "CHANNEL_LAYERS"),
        at=SETTINGS,
    ),
    JOIN("""group_name_mismatch: A message is sent to another group than the tabs have
        joined
      If group_add and group_send are given different names
      Do: Use one name for both: keep it on self in connect().
      Why: A group is found by its name, letter by letter.
    """).on(
        "silent: astray", got("it went to the group .* joined"), no(_on_two_servers)
    ),
    JOIN("""a_group_for_each_tab: Each tab has a group of its own
      If the name of the group has something in it that differs for each tab
      Do: Build the name of the group from the room's name only: "chat_" + room_name.
      Why: A group is the list that all tabs of a room share, found by its name.
    """).on("own_only: astray apart", _of_its_own, got("joined"), weight=1),
    JOIN("""group_named_after_the_time: The name of the group changes with the time
      If tabs of one room that connect at different times are in different groups
      Do: Build the name of the group from the room's name only: "chat_" + room_name.
      Why: Tabs connect whenever people open them. The check puts the clock of your
        project forward by ten minutes between two of them.
    """).on(
        "own_only: deaf_after_a_while astray",
        got("it went to the group .* has joined"),
        either(look(calls(TIME)), fact(lambda e: e.kind == "deaf_after_a_while")),
        weight=2,
    ),
    JOIN("""left_out_after_a_while: A tab receives nothing after it has been open for
        some minutes
      If the code counts how long a tab has been there
      Do: Send to a tab for as long as it is connected: take out what compares times.
      Why: A chat is left open for hours. The check puts the clock of your project
        forward by ten minutes.
    """).on("silent: deaf_after_a_while"),
    PROCESSES("""cache_empties_the_layer: The cache is in the database of the layer, and
        is cleared
      If a tab receives nothing after cache.clear() was called
      Do: Give the cache a database of its own in CACHES, such as
        redis://localhost:6379/1, or call cache.delete(…) instead of cache.clear().
      Why: cache.clear() empties that whole database of Redis, and the groups of the
        layer are in it.
    """).on("silent: deaf_after_a_while", look(calls(r"cache\.clear"))),
    SENDING("""layer_send_to_group_name: send() is used for a group
      If the line says channel_layer.send
      Do: Use group_send: it reaches every channel of a group.
      Why: send() is for one channel; a group's name is taken for that of a channel.
    """).on("silent: astray", got("^send\\(\\)"), asked("send")),
    SENDING("""sends_to_its_own_channel: A message is sent to the channel of the sender
        only
      If tab A received what it sent, and tab B did not, with send(self.channel_name, …)
      Do: Use group_send with the name of the group: it reaches every channel in it.
      Why: self.channel_name is the channel of this one consumer.
    """).on(
        "own_only: apart silent",
        asked("send"),
        no_group,
        look(calls("send", given=ITS_CHANNEL)),
        weight=1,
    ),
    JOIN("""group_name_constant_all_rooms_leak: All rooms are in one group
      If what is sent in one room is received in others
      Do: Put the room's name into the name of its group.
      Why: A group is found by its name: the same name is the same group.
    """).on("wrong: overheard", joined),
    JOIN("""group_name_misses_its_f: The f before the string is missing
      If the name of the group has {room_name} in it, with its braces
      Do: Write an f before the quotes, or "chat_" + room_name.
      Why: Without the f, the braces are plain text.
    """).on("wrong: overheard raised", look(says(r"\{[\w.\[\]\"']+\}", "connect"))),
    JOIN("""group_name_is_cut: The name of the group is cut off
      If rooms are in one group whose long names begin in the same way
      Do: Use the whole name: the layer takes up to 99 characters.
      Why: A group is found by its name, and these differ only in what is cut off.
    """).on("wrong: overheard other_room", joined, _cuts, weight=1),
    JOIN("""group_name_on_the_class: The name of the group is kept on the class
      If the code says ChatConsumer.group = …, or type(self).group = …
      Do: Keep it on self: self.$name = ….
      Why: What is kept on the class is shared by all connections: the last one wins.
    """).on(
        "wrong: mixed astray raised still_members", look(_group_on_the_class), weight=2
    ),
    JOIN("""group_name_in_the_module: The name of the group is kept in a global variable
      If a method says `global` Do: Keep it on self: self.group = ….
      Why: A global variable is shared by all connections: the last one wins.
    """).on("wrong: mixed astray raised", look(statement("global .*")), weight=2),
    JOIN("""names_share_a_group: Rooms with other names have the same group
      If the name of the room is changed before it is part of the group's
      Do: Use the name as it is: what fits <slug:room_name> fits a group, too.
      Why: Names that differ only in what you take out or change lead to one group.
    """).on("wrong: other_room overheard", look(calls(CHANGES, "connect")), weight=1),
    JOIN("""joins_the_group_of_another_room: A tab joins the group of another room
      If the room of another connection is used, such as the first one of a visitor
      Do: Read the room's name from this connection's own
        self.scope["url_route"]["kwargs"] in connect(), and keep it on self alone.
      Why: A visitor may have tabs in several rooms: what is kept for an address, a user
        or a session belongs to all of them.""").on("wrong: other_room"),
    # Leaving
    JOIN("""disconnect_uses_attribute_set_late: disconnect() uses what connect() did not
        set
      If the terminal says `object has no attribute '…'`, in disconnect()
      Do: Set self.$name in connect(), under the same name and above any return.
      Why: disconnect() is called for every connection, also for one that was refused.
    """).on("advice", NO_ATTRIBUTE, in_("disconnect")),
    SENDING("""kept_on_self_instead_of_sent: What the handler needs is kept on the
        sender's consumer
      If the terminal says `object has no attribute '…'`, in the handler
      Do: Put it into the dictionary of group_send, and read it from the event.
      Why: The handler runs in each consumer of the group, and each is another object.
    """).on("1011", NO_ATTRIBUTE, in_a_handler, assigns(f"self.{MISSING}", "receive")),
    MEMBERS("""whoever_leaves_closes_the_room: A tab that leaves closes the connections
        of others
      If all tabs of a room are closed when one of them leaves
      Do: Take out self.close() from the handler of the group's events.
      Why: A handler runs in each consumer of the group, and closes each.
    """).on(
        "closed: closed",
        got("code 1000"),
        to_group,
        closed_in_a_handler,
        look(calls("close")),
    ),
    # Advice
    MEMBERS("""no_group_discard: Tabs do not leave the group
      If disconnect() does not call group_discard
      Do: Call group_discard in disconnect(), with the same two arguments as group_add.
      Why: A tab that does not leave stays in the group for a day, and every message is
        put into a channel that nobody reads.
    """).on("advice: still_members"),
    MEMBERS("""leaves_on_a_condition: disconnect() does not reach group_discard
      If disconnect() calls group_discard inside an if, or below a return
      Do: Move group_discard out of that condition, or above that return.
      Why: disconnect() is called for each tab that closes, whatever the close code. One
        that does not leave stays in the group for a day.
    """).on(
        "advice: still_members",
        no(left),
        look(uses("group_discard", "disconnect")),
        statement("if|return.*|for|try", "disconnect"),
    ),
    MEMBERS("""leaves_another_group: disconnect() leaves a group that the tab is not in
      If disconnect() calls group_discard, and the tab is still a member
      Do: Call group_discard with the same two arguments as group_add.
      Why: The layer takes that channel out of that group, and nothing else.
    """).on(
        "advice: still_members",
        *(left, _in_one_group, look(uses("group_discard", "disconnect"))),
    ),
]
