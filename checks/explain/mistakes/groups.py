"""Mistakes with groups: joining, sending to them, leaving."""

import re

from checks.explain.mistakes.clues import (
    Found,
    asked,
    got,
    in_,
    is_,
    lacks,
    look_at,
    never_asked,
    raised,
    written,
)
from checks.explain.mistakes.mistake import Mistake
from checks.explain.mistakes.sections import (
    GROUP_SEND,
    JOIN,
    LAYER,
    MEMBERS,
    TWO_PROCESSES,
    TWO_TABS,
)
from checks.explain.mistakes.seen import Seen
from checks.observe.conversation import message_of

HANDLES = (
    r"^(?!connect|disconnect|receive|receive_json|__init__|websocket_\w+|dispatch)\w+$"
)


def _is_the_sender(seen: Seen) -> bool:
    """Whether what this tab missed was its own message, and another heard it."""
    last = message_of(seen.tab.sent[-1]) if seen.tab and seen.tab.sent else None
    heard = [text for tab in seen.wire.tabs for text in tab.received]
    return bool(last) and any(str(last) in text for text in heard)


def _sender_heard(seen: Seen) -> bool:
    """Whether a tab that sent has heard something, and another has heard nothing."""
    tabs = seen.wire.tabs
    return any(tab.sent and tab.received for tab in tabs) and len(tabs) > 1


def _kept_in_receive(seen: Seen) -> Found | None:
    """Whether receive() puts on self what is missing elsewhere."""
    name = seen.said(r"no attribute '(\w+)'")
    return written(rf"^self\.{name[1]} = ", "receive")(seen) if name else None


def _joins_when_it_sends(seen: Seen) -> Found | None:
    """A group_add in what reads a frame, or in a method that is called there."""
    adding = (line for line in seen.source.lines("") if "group_add" in line.text)
    names = {line.functions[-1] for line in adding if line.functions}
    called = "|".join(["group_add", *(rf"\b{name}\(" for name in names)])
    for reader in ("receive", "receive_json"):
        found = written(rf"^(?!async def|def).*({called})", reader, look=True)(seen)
        if found:
            return found
    return None


def _is_no_text(seen: Seen) -> Found | None:
    """The name of the group that the layer was given last, if it is no text."""
    for event in reversed(seen.wire.events):
        if event["kind"] == "layer" and event["args"]:
            name = event["args"][0]
            return None if name[0] in "'\"" else {"name": name}
    return None


def _between_processes(seen: Seen) -> bool:
    """Whether tabs on two servers are in this check, and so differ in that."""
    return len({tab.server.number for tab in seen.wire.tabs}) > 1


MISTAKES = (
    # Joining ------------------------------------------------------------------
    Mistake(
        id="no_group_add",
        step=3,
        name="Nobody joins the group",
        sight="silent",
        sign="connect() does not call group_add",
        cure="Call group_add(group, self.channel_name) in connect(), through "
        "async_to_sync where the consumer is not async.",
        why="The layer sends to those who have joined, and to nobody else.",
        page=JOIN,
        evidence=(is_("no_members"), never_asked("group_add")),
    ),
    Mistake(
        id="joins_another_layer",
        step=3,
        name="group_add is called, and the group stays empty",
        sight="silent",
        sign="connect() calls group_add, and Redis has no such group",
        cure='Call it on the layer that the settings have under "default": without a '
        "channel_layer_alias, or a name in get_channel_layer(…).",
        why="Only what the default layer keeps in Redis is seen by other processes.",
        page=JOIN,
        evidence=(is_("no_members"), asked("group_add")),
    ),
    Mistake(
        id="group_expires_at_once",
        step=3,
        name="The group expires as soon as somebody joins it",
        sight="silent",
        sign="CONFIG has a group_expiry that is very small",
        cure="Take group_expiry out: it is a day then.",
        why="It counts seconds from group_add, and 0 is no time at all, not for ever.",
        page=LAYER,
        evidence=(
            is_("no_members"),
            asked("group_add"),
            written("group_expiry"),
            look_at("mysite/settings.py"),
        ),
    ),
    Mistake(
        id="joins_when_it_says_something",
        step=3,
        name="A tab joins when it sends, and not when it connects",
        sight="own_only",
        sign="group_add stands in receive(), or in a method that it calls",
        cure="Move group_add to connect(): who only listens is in the room too.",
        why="receive() is called when this tab sends; until then it hears nobody.",
        page=JOIN,
        evidence=(
            is_("no_members"),
            _joins_when_it_sends,
            lacks("group_add", "connect"),
        ),
        weight=5,
    ),
    Mistake(
        id="join_is_called_nowhere",
        step=3,
        name="group_add stands in a method that nobody calls",
        sight="silent",
        sign="group_add is in the code, and the layer was never asked",
        cure="Call it from connect(): Channels calls connect(), receive() and "
        "disconnect(), and no other method by itself.",
        why="A method of your own is called by you.",
        page=JOIN,
        evidence=(
            is_("no_members"),
            written("group_add", look=True),
            never_asked("group_add"),
            lacks("group_add", "connect"),
            lacks("group_add", "receive"),
            lacks("group_add", "receive_json"),
        ),
    ),
    Mistake(
        id="list_of_tabs_in_the_module",
        step=3,
        name="The tabs are kept in a list of this process",
        sight="own_only",
        sign="a list, set or dictionary in the module or class holds the consumers",
        cure="Call group_add(group, self.channel_name) in connect(), and group_send "
        "in receive(), instead of keeping a list.",
        why="A list lives in one process; a group lives in Redis, which all reach.",
        page=TWO_TABS,
        evidence=(
            is_("no_members", "heard_on_another_server", "heard_elsewhere"),
            never_asked("group_send"),
            written(r"\.(append|add|setdefault)\(.*self|\[.*\] = self$", look=True),
        ),
        weight=1,
    ),
    Mistake(
        id="sends_without_the_layer",
        step=3,
        name="Messages are handed round without the channel layer",
        sight="own_only",
        sign="nothing calls group_send",
        cure='Send one letter to the group in receive(): group_send(group, {"type": '
        '"chat.message", "message": message}), and pass it on in chat_message().',
        why="What one process keeps in a list or dictionary, another does not have.",
        page=TWO_TABS,
        evidence=(
            is_("heard_elsewhere", "heard_on_another_server"),
            never_asked("group_send"),
        ),
    ),
    Mistake(
        id="leaves_at_once",
        step=3,
        name="A tab leaves its group while it is connected",
        sight="silent",
        sign="group_discard stands elsewhere than in disconnect()",
        cure="Call group_discard in disconnect() only.",
        why="Who has left the group hears nothing more of it.",
        page=JOIN,
        evidence=(is_("left_at_once"),),
    ),
    Mistake(
        id="flushes_the_layer",
        step=3,
        name="The layer is flushed",
        sight="1011",
        sign="the code calls flush()",
        cure="Take flush() out: group_discard is all that a consumer has to clear "
        "away.",
        why="flush() empties the whole layer, with the groups of everybody.",
        page=JOIN,
        evidence=(
            is_("raised", "silent", "closed", "heard_elsewhere", "astray"),
            asked("flush"),
        ),
        weight=5,
    ),
    Mistake(
        id="leaves_after_its_first_message",
        step=3,
        name="A tab leaves its group when it has said something",
        sight="own_only",
        sign="group_discard stands in receive() or in the handler",
        cure="Call group_discard in disconnect() only.",
        why="Who has left the group hears nothing more of it.",
        page=JOIN,
        evidence=(
            is_("heard_elsewhere", "silent", "astray"),
            asked("group_discard"),
            lambda seen: (
                written("group_discard", "receive", look=True)(seen)
                or written("group_discard", "chat_message", look=True)(seen)
            ),
        ),
        weight=1,
    ),
    Mistake(
        id="group_name_invalid_characters",
        step=3,
        name="The name of the group is none",
        sight="500",
        sign="the terminal says `Group name must be a valid unicode string`",
        cure="Give the group a name of ASCII letters, digits, hyphens, underscores "
        'and dots, such as "chat_" + room_name; and the name comes first, '
        "self.channel_name second.",
        why="The name becomes part of a key in Redis.",
        page=JOIN,
        evidence=(raised("Group name must be a valid"),),
    ),
    Mistake(
        id="arguments_the_wrong_way_round",
        step=3,
        name="group_add is given the channel before the group",
        sight="500",
        sign="the line says group_add)(self.channel_name, …)",
        cure="The group comes first: group_add(group, self.channel_name).",
        why="A channel is put into a group, in this order.",
        page=JOIN,
        evidence=(
            raised("(Group|Channel) name must be a valid"),
            written(r"group_(add|discard)\)?\(\s*self\.channel_name", look=True),
        ),
    ),
    Mistake(
        id="group_name_not_a_string",
        step=3,
        name="The name of the group is no text",
        sight="500",
        sign="the terminal says `Group name must be a valid unicode string`, and the "
        "name is a number, bytes or None",
        cure='Give the group a name that is text, such as "chat_" + room_name; $name '
        "is none.",
        why="The name becomes part of a key in Redis, and the layer makes no text of "
        "it.",
        page=JOIN,
        evidence=(
            raised("Group name must be a valid"),
            _is_no_text,
        ),
    ),
    Mistake(
        id="method_of_the_layer_has_other_arguments",
        step=3,
        name="A method of the layer is given other arguments",
        sight="1011",
        sign="the terminal says `group_add() missing 1 required positional argument`",
        cure="Give it both: group_add(group, self.channel_name), group_discard(group, "
        "self.channel_name), group_send(group, {…}).",
        why="The layer has to know which group, and which channel or which message.",
        page=JOIN,
        evidence=(
            raised(r"(?P<verb>group_\w+|\bsend)\(\) (missing|takes|got)"),
            is_("raised"),
            written(r"channel_layer"),
        ),
    ),
    Mistake(
        id="layer_has_no_such_method",
        step=3,
        name="The layer is asked for a method that it does not have",
        sight="1011",
        sign="the terminal says `'RedisChannelLayer' object has no attribute`",
        cure="Call group_add, group_discard, group_send or send instead of $name.",
        why="Those four are what every channel layer of Channels has.",
        page=JOIN,
        evidence=(raised(r"'Redis\w*' object has no attribute '(?P<name>\w+)'"),),
    ),
    Mistake(
        id="group_add_on_the_consumer",
        step=3,
        name="group_add is called on the consumer",
        sight="500",
        sign="the terminal says `object has no attribute 'group_add'`",
        cure="Call it on the layer: self.channel_layer.$name.",
        why="A consumer talks to its own browser; groups belong to the layer.",
        page=JOIN,
        evidence=(
            raised(r"no attribute '(?P<name>group_\w+)'"),
            raised(r"Consumer\w*' object"),
        ),
    ),
    # Sending ------------------------------------------------------------------
    Mistake(
        id="echo_to_self_instead_of_group",
        step=3,
        name="receive() answers its own tab, and no group",
        sight="own_only",
        sign="the tab that sent hears it, and no other",
        cure='Send to the group instead of self.send(): group_send(group, {"type": '
        '"chat.message", "message": message}).',
        why="self.send() goes to the one browser of this consumer.",
        page=GROUP_SEND,
        evidence=(
            is_("heard_elsewhere", "silent"),
            never_asked("group_send"),
            lambda seen: {} if _sender_heard(seen) else None,
            lacks("group_send", "receive"),
        ),
    ),
    Mistake(
        id="receive_does_not_send_to_the_group",
        step=3,
        name="receive() sends nothing",
        sight="silent",
        sign="receive() calls neither group_send nor self.send()",
        cure='Call group_send(group, {"type": "chat.message", "message": message}) in '
        "receive(), through async_to_sync where the consumer is not async.",
        why="What comes from a tab goes nowhere by itself.",
        page=GROUP_SEND,
        evidence=(
            is_("silent"),
            got("without sending"),
            never_asked("group_send"),
            lacks(r"group_send|\.send", "receive"),
        ),
    ),
    Mistake(
        id="only_the_others_hear",
        step=3,
        name="The tab that sent is left out",
        sight="own_only",
        sign="all tabs hear it but the one that sent",
        cure="Let the sender hear it from the group like everybody else: take out "
        "what asks whether the message is one's own.",
        why="The page shows what it hears, and not what it sends.",
        page=GROUP_SEND,
        evidence=(
            is_("heard_elsewhere"),
            asked("group_send"),
            lambda seen: {} if _is_the_sender(seen) else None,
        ),
    ),
    Mistake(
        id="only_some_tabs_hear",
        step=3,
        name="Of the tabs of a room, one hears it and one does not",
        sight="own_only",
        sign="one tab hears it, and another one in the same room does not",
        cure="See what differs between the tabs: whether both joined the same group, "
        "and whether the handler sends to each of them.",
        why="Each member of the group has its handler called once.",
        page=GROUP_SEND,
        evidence=(is_("heard_elsewhere"), asked("group_send")),
    ),
    Mistake(
        id="only_this_process_hears",
        step=3,
        name="It does not get to the other server process",
        sight="own_only",
        sign="tabs on one server hear it, and those on another do not",
        cure="Send through the channel layer, and name the group by the room alone: "
        "what one process keeps in a variable, or makes up, the other does not have.",
        why="Processes share no memory; what both can reach lies in Redis.",
        page=TWO_PROCESSES,
        evidence=(
            lambda seen: (
                {}
                if seen.kind == "heard_on_another_server"
                or (seen.kind == "astray" and _between_processes(seen))
                else None
            ),
        ),
    ),
    Mistake(
        id="hash_differs_between_processes",
        step=3,
        name="The group is named by hash()",
        sight="own_only",
        sign="the code calls hash() on the name of the room",
        cure="Use the name of the room itself, or hashlib.sha256(…).hexdigest().",
        why="Python draws the seed of hash() anew for each process, so two servers "
        "get two names.",
        page=TWO_PROCESSES,
        evidence=(
            is_("heard_on_another_server", "astray", "heard_elsewhere"),
            written(r"(?<![\w.])hash\(", look=True),
        ),
        weight=2,
    ),
    Mistake(
        id="a_prefix_for_each_process",
        step=3,
        name="The layer has another prefix, or key, in each process",
        sight="own_only",
        sign="CONFIG has something that is made up when the settings are loaded",
        cure="Write something fixed there: all processes have to use the same.",
        why="Each process loads the settings for itself, and makes up its own.",
        page=TWO_PROCESSES,
        evidence=(
            is_("heard_on_another_server", "raised"),
            written(
                r"uuid|random|token|getpid|generate_key|urandom|secrets\.|time\(",
                "mysite/settings.py",
            ),
            look_at("mysite/settings.py"),
        ),
    ),
    Mistake(
        id="group_name_mismatch",
        step=3,
        name="It is sent to another group than tabs have joined",
        sight="silent",
        sign="group_add and group_send are given different names",
        cure="Use one name for both: keep it on self in connect().",
        why="A group is found by its name, letter by letter.",
        page=JOIN,
        evidence=(
            is_("astray"),
            got(r"it went to the group .* ha(ve|s) joined"),
            lambda seen: None if _between_processes(seen) else {},
        ),
    ),
    Mistake(
        id="a_group_for_each_tab",
        step=3,
        name="Each tab has a group of its own",
        sight="own_only",
        sign="the name of the group has something in it that differs for each tab",
        cure='Make the name of the group of the room\'s name only: "chat_" + '
        "room_name.",
        why="A group is the list that all tabs of a room share, found by its name.",
        page=JOIN,
        evidence=(
            is_("astray", "heard_elsewhere", "heard_on_another_server"),
            written(
                r"^(?!import |from ).*(uuid|token|random|id\(self\)|time\(|getpid|"
                r"(=|\+|\{).*self\.channel_name.*[\'\"])",
                look=True,
            ),
            got("joined"),
        ),
        weight=1,
    ),
    Mistake(
        id="layer_send_to_group_name",
        step=3,
        name="send() is used for a group",
        sight="silent",
        sign="the line says channel_layer.send",
        cure="Use group_send: it reaches every channel of a group.",
        why="send() is for one channel; a group's name is taken for that of a channel.",
        page=GROUP_SEND,
        evidence=(is_("astray"), got("^send\\(\\)"), asked("send")),
    ),
    Mistake(
        id="sends_to_its_own_channel",
        step=3,
        name="It is sent to the channel of the sender alone",
        sight="own_only",
        sign="the line says send(self.channel_name, …)",
        cure="Use group_send with the name of the group: it reaches every channel in "
        "it.",
        why="self.channel_name is the mailbox of this one consumer.",
        page=GROUP_SEND,
        evidence=(
            is_("heard_elsewhere", "heard_on_another_server", "silent"),
            asked("send"),
            never_asked("group_send"),
            written(r"send\)?\(\s*self\.channel_name", look=True),
        ),
        weight=1,
    ),
    Mistake(
        id="group_name_constant_all_rooms_leak",
        step=3,
        name="All rooms are in one group",
        sight="wrong",
        sign="what is said in one room is heard in others",
        cure="Put the room's name into that of its group.",
        why="A group is found by its name: the same name is the same group.",
        page=JOIN,
        evidence=(is_("overheard"), asked("group_add")),
    ),
    Mistake(
        id="group_name_misses_its_f",
        step=3,
        name="The f before the text is missing",
        sight="wrong",
        sign="the name of the group has {room_name} in it, with its braces",
        cure='Write an f before the quotes, or "chat_" + room_name.',
        why="Without the f, what stands in braces is text like any other.",
        page=JOIN,
        evidence=(
            is_("overheard", "raised"),
            written(r"(?<!f)'[^'{]*\{[\w.\[\]\"]+\}[^']*'", "connect", look=True),
        ),
    ),
    Mistake(
        id="group_name_on_the_class",
        step=3,
        name="The name of the group is kept on the class",
        sight="wrong",
        sign="the code says ChatConsumer.group = …, or type(self).group = …",
        cure="Keep it on self: self.group = ….",
        why="What is kept on the class is shared by all connections: the last one "
        "wins.",
        page=JOIN,
        evidence=(
            is_(
                "overheard",
                "astray",
                "silent",
                "heard_elsewhere",
                "raised",
                "still_members",
            ),
            written(
                r"^(\w*Consumer|type\(self\)|self\.__class__|cls)\.\w+ = ", look=True
            ),
        ),
        weight=2,
    ),
    Mistake(
        id="group_name_in_the_module",
        step=3,
        name="The name of the group is kept in a global variable",
        sight="wrong",
        sign="a method says `global`",
        cure="Keep it on self: self.group = ….",
        why="A global variable is shared by all connections: the last one wins.",
        page=JOIN,
        evidence=(
            is_("overheard", "astray", "silent", "heard_elsewhere", "raised"),
            written(r"^global ", look=True),
        ),
        weight=2,
    ),
    # Leaving ------------------------------------------------------------------
    Mistake(
        id="disconnect_uses_attribute_set_late",
        step=3,
        name="disconnect() uses what connect() did not set",
        sight="advice",
        sign="the terminal says `object has no attribute '…'`, in disconnect()",
        cure="Set self.$name in connect(), under the same name and above any return.",
        why="disconnect() is called for every connection, also for one that was "
        "refused.",
        page=JOIN,
        evidence=(
            raised(r"^AttributeError: .*has no attribute '(?P<name>\w+)'"),
            in_("disconnect"),
        ),
    ),
    Mistake(
        id="kept_on_self_instead_of_sent",
        step=3,
        name="What the handler needs is kept on the sender's consumer",
        sight="1011",
        sign="the terminal says `object has no attribute '…'`, in the handler",
        cure="Put it into the dictionary of group_send, and read it from the event.",
        why="The handler runs in each consumer of the group, and each is another "
        "object.",
        page=GROUP_SEND,
        evidence=(
            raised(r"^AttributeError: .*has no attribute '(?P<name>\w+)'"),
            lambda seen: {} if re.match(HANDLES, seen.method or "connect") else None,
            _kept_in_receive,
        ),
    ),
    Mistake(
        id="whoever_leaves_closes_the_room",
        step=3,
        name="Who leaves closes the connections of others",
        sight="closed",
        sign="all tabs of a room are closed when one of them leaves",
        cure="Take out self.close() from what the group hears.",
        why="A handler runs in each consumer of the group, and closes each.",
        page=MEMBERS,
        evidence=(
            is_("closed"),
            asked("group_send"),
            written(r"\.close\(", look=True),
        ),
    ),
    # Advice -------------------------------------------------------------------
    Mistake(
        id="no_group_discard",
        step=3,
        name="Nobody leaves the group",
        sight="advice",
        sign="disconnect() does not call group_discard",
        cure="Call group_discard in disconnect(), with the same two arguments as "
        "group_add.",
        why="Who does not leave stays on the list for a day, and every message is put "
        "into a mailbox that nobody opens.",
        page=MEMBERS,
        evidence=(is_("still_members"),),
    ),
)
