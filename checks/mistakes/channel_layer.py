"""Mistakes with the channel layer: its setting, its groups, what is sent to them."""

import re

from checks.mistakes.clues import (
    Found,
    asked,
    consumer,
    failing_line,
    got,
    in_,
    is_,
    lacks,
    look_at,
    never_asked,
    never_awaited,
    outside,
    raised,
    saw,
    written,
)
from checks.mistakes.mistake import Mistake
from checks.mistakes.seen import Seen
from checks.tabs import message_of

IDEA = "03_channel_layer/#the-idea"
NAME = "03_channel_layer/#task-1-name-the-channel-layer"
WHERE = "03_channel_layer/#where-is-that-redis"
JOIN = "03_channel_layer/#task-2-join-and-leave-the-rooms-group"
SEND = "03_channel_layer/#task-3-send-to-the-group-and-pass-on-what-it-hears"
TWO = "03_channel_layer/#two-processes"
WRONG = "03_channel_layer/#what-can-go-wrong"
MEANS = "03_channel_layer/#what-it-means"
STRANGER = "01_consumer/#a-frame-from-a-stranger"
BACKEND = '"BACKEND": "channels_redis.core.RedisChannelLayer"'
HOSTS = '"hosts": [("localhost", 6379)]'
LAYER = "(no_redis_layer|no_host|unreachable)"
HANDLES = (
    r"^(?!connect|disconnect|receive|receive_json|__init__|websocket_\w+|dispatch)\w+$"
)


def _is_the_sender(seen: Seen) -> bool:
    """Whether what this tab missed was its own message, and another heard it."""
    last = message_of(seen.tab.sent[-1]) if seen.tab and seen.tab.sent else None
    heard = [text for tab in seen.wire.tabs for text in tab.heard]
    return bool(last) and any(str(last) in text for text in heard)


def _sender_heard(seen: Seen) -> bool:
    """Whether a tab that sent has heard something, and another has heard nothing."""
    tabs = seen.wire.tabs
    return any(tab.sent and tab.heard for tab in tabs) and len(tabs) > 1


def _type(seen: Seen) -> str:
    match = seen.said(r"No handler for message type (?!websocket)(.+)")
    return match[1] if match else ""


def _kept_in_receive(seen: Seen) -> Found | None:
    """Whether receive() puts on self what is missing elsewhere."""
    name = seen.said(r"no attribute '(\w+)'")
    return written(rf"^self\.{name[1]} = ", "receive")(seen) if name else None


def _handler(seen: Seen) -> Found | None:
    """The handler that is missing, by the type of what was sent."""
    name = _type(seen)
    method = name.replace(".", "_")
    return {"handler": method, "type": name} if method.isidentifier() else None


def _is_no_name(seen: Seen) -> bool:
    name = _type(seen)
    return bool(name) and not name.replace(".", "_").isidentifier()


def _other_handler(seen: Seen) -> Found | None:
    """A method with an event that is no method of Channels."""
    wanted = _type(seen).replace(".", "_")
    methods = seen.consumer.get("methods", {})
    for name in methods:
        close = name.replace("_", "").rstrip("s") == wanted.replace("_", "").rstrip("s")
        if re.match(HANDLES, name) and (
            close or written(rf"^(async )?def {name}\(self, event\)")(seen) is not None
        ):
            return {"there": name}
    return None


def _handler_that_says(pattern: str, seen: Seen) -> Found | None:
    """A method that handles events of the group and says this."""
    for event in reversed(seen.wire.events):
        kind = str(event.get("type"))
        if event["kind"] == "handling" and not kind.startswith("websocket"):
            return written(pattern, kind.replace(".", "_"), look=True)(seen)
    return None


def _sent_type(seen: Seen, pattern: str) -> Found | None:
    """The type of what was sent to a group last, if it fits."""
    for event in reversed(seen.wire.events):
        if event["kind"] == "layer" and event["does"] == "group_send":
            match = re.search(
                rf"'type': '(?P<type>{pattern})'", " ".join(event["args"])
            )
            return match.groupdict() if match else None
    return None


def _joins_from(seen: Seen, method: str) -> Found | None:
    """A call in this method of another one, in which group_add is called."""
    for line in seen.source.lines(""):
        if "group_add" in line.text and line.functions:
            called = rf"\b{line.functions[-1]}\("
            found = written(called, method, look=True)(seen)
            if found is not None and line.functions[-1] != method:
                return found
    return None


def _silent_handler(seen: Seen) -> Found | None:
    """A handler whose body sends nothing."""
    for event in reversed(seen.events):
        kind = str(event.get("type"))
        if event["kind"] == "handling" and not kind.startswith("websocket"):
            name = kind.replace(".", "_")
            if written(r"\.send", name)(seen) is not None:
                return None
            return written(rf"^(async )?def {name}\(", look=True)(seen)
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


def _sends_twice(seen: Seen) -> bool:
    """Whether one tab has joined more than one group."""
    joined: dict[str, set[str]] = {}
    for event in seen.wire.events:
        since = event["at"] >= seen.wire.began
        if since and event["kind"] == "layer" and event["does"] == "group_add":
            for group, channel in zip(event["names"], event["names"][1:], strict=False):
                joined.setdefault(channel, set()).add(group)
    return any(len(groups) > 1 for groups in joined.values())


MISTAKES = (
    # The setting --------------------------------------------------------------
    Mistake(
        id="no_channel_layers_setting",
        step=3,
        name="The settings have no CHANNEL_LAYERS",
        sight="500",
        sign="the terminal says `'NoneType' object has no attribute 'group_add'`",
        cure=f'Write CHANNEL_LAYERS in mysite/settings.py: under "default" {BACKEND}, '
        f'and under "CONFIG" {HOSTS}.',
        why="Without that setting there is no channel layer, and self.channel_layer "
        "is None.",
        page=NAME,
        evidence=(is_("no_redis_layer"), got("sets no CHANNEL_LAYERS$")),
    ),
    Mistake(
        id="setting_is_misspelt",
        step=3,
        name="CHANNEL_LAYERS is misspelt",
        sight="500",
        sign="the terminal says `'NoneType' object has no attribute 'group_add'`, and "
        "the settings have a name much like it",
        cure="Call it CHANNEL_LAYERS instead of $name.",
        why="Django takes any name in capitals for a setting, and nobody reads this "
        "one.",
        page=NAME,
        evidence=(is_("no_redis_layer"), got(r"\(it sets (?P<name>\w+)")),
    ),
    Mistake(
        id="layer_is_not_the_default",
        step=3,
        name='CHANNEL_LAYERS has no "default"',
        sight="500",
        sign='CHANNEL_LAYERS has another name where "default" should be',
        cure='Put the layer under "default".',
        why="A consumer asks for the layer of that name, as a model does with "
        "DATABASES.",
        page=NAME,
        evidence=(is_("no_redis_layer"), got('no "default"')),
    ),
    Mistake(
        id="in_memory_layer_two_processes",
        step=3,
        name="The layer is the one in memory",
        sight="own_only",
        sign="the BACKEND says InMemoryChannelLayer",
        cure=f'Write {BACKEND}, and under "CONFIG" {HOSTS}.',
        why="The layer in memory lives inside one process; what another process "
        "serves hears nothing of it.",
        page=TWO,
        evidence=(is_("no_redis_layer"), got("InMemoryChannelLayer")),
        weight=1,
    ),
    Mistake(
        id="another_layer",
        step=3,
        name="The layer is none that keeps its messages in Redis",
        sight="own_only",
        sign="the BACKEND is another one",
        cure=f"Write {BACKEND}.",
        why="What two processes are to share has to lie outside of both.",
        page=NAME,
        evidence=(is_("no_redis_layer"), got("^it is ")),
    ),
    Mistake(
        id="backend_path_typo",
        step=3,
        name="The BACKEND cannot be imported",
        sight="500",
        sign="the terminal says `Cannot import BACKEND`",
        cure=f"Write {BACKEND}.",
        why="It is the path of a class, letter by letter: the module, a dot, its "
        "name.",
        page=NAME,
        evidence=(
            is_("no_redis_layer"),
            got("^(AttributeError|ModuleNotFoundError|ImportError|ValueError) was r"),
        ),
    ),
    Mistake(
        id="no_backend",
        step=3,
        name="The layer has no BACKEND",
        sight="500",
        sign="the terminal says `No BACKEND specified for default`",
        cure=f"Write {BACKEND}.",
        why="BACKEND, in capitals, says which class keeps the messages.",
        page=NAME,
        evidence=(
            is_("no_redis_layer"),
            got("was raised"),
            got("No BACKEND|KeyError was raised: 'BACKEND'"),
        ),
    ),
    Mistake(
        id="backend_of_the_cache",
        step=3,
        name="The BACKEND is the one of a cache",
        sight="500",
        sign="the BACKEND says django.core.cache, or django_redis",
        cure=f"Write {BACKEND}.",
        why="A cache keeps values; a channel layer delivers messages.",
        page=NAME,
        evidence=(
            is_("no_redis_layer"),
            got("was raised"),
            written(r"CHANNEL_LAYERS[\s\S]*(core\.cache|django_redis)"),
        ),
        weight=2,
    ),
    Mistake(
        id="backend_of_channels_1",
        step=3,
        name="The BACKEND is the one of Channels 1",
        sight="500",
        sign="the BACKEND says asgi_redis, or there is a ROUTING",
        cure=f"Write {BACKEND}.",
        why="asgi_redis belonged to Channels 1; since Channels 2 it is "
        "channels_redis.",
        page=NAME,
        evidence=(
            is_("no_redis_layer"),
            got("was raised"),
            written(r"CHANNEL_LAYERS[\s\S]*(asgi_redis|asgiref\.inmemory|ROUTING)"),
        ),
    ),
    Mistake(
        id="config_of_another_shape",
        step=3,
        name="CONFIG has a key that the layer does not know",
        sight="500",
        sign="the terminal says `got an unexpected keyword argument`",
        cure=f'Take "$name" out of "CONFIG", where {HOSTS} is enough.',
        why="What stands under CONFIG is given to the layer as arguments, and it has "
        "none of that name.",
        page=NAME,
        evidence=(
            is_("no_redis_layer"),
            got("unexpected keyword argument '(?P<name>\\w+)'"),
            look_at("mysite/settings.py"),
        ),
    ),
    Mistake(
        id="host_instead_of_hosts",
        step=3,
        name="The key is host, and should be hosts",
        sight="500",
        sign="the terminal says `got an unexpected keyword argument`, with a name "
        "like host",
        cure=f"Write hosts, with an s, and a list: {HOSTS}.",
        why="A layer may use several servers; one is a list of one.",
        page=NAME,
        evidence=(
            is_("no_redis_layer"),
            got("unexpected keyword argument '(?P<name>(?i:host|port|url|location|"
                r"address|server|servers|redis_url|HOSTS)\w*)'"),
            got("unexpected"),
            look_at("mysite/settings.py"),
        ),
    ),
    Mistake(
        id="config_is_no_dictionary",
        step=3,
        name="CONFIG is not a dictionary",
        sight="500",
        sign="the terminal says `argument after ** must be a mapping`",
        cure=f'Write "CONFIG": {{{HOSTS}}}.',
        why="CONFIG holds names and values; hosts is one of the names.",
        page=NAME,
        evidence=(is_("no_redis_layer"), got("must be a mapping")),
    ),
    Mistake(
        id="hosts_as_string",
        step=3,
        name="hosts is a text",
        sight="500",
        sign="the terminal says `You must pass a list of Redis hosts`",
        cure=f"Put it into a list: {HOSTS}.",
        why="A layer may use several servers; one is a list of one.",
        page=NAME,
        evidence=(
            is_("no_redis_layer"),
            got("You must pass a list of Redis hosts"),
            got("was raised"),
        ),
    ),
    Mistake(
        id="hosts_flat_tuple",
        step=3,
        name="hosts is one pair, and no list of pairs",
        sight="500",
        sign="the terminal says `'int' object has no attribute 'decode'`, or `Redis "
        "URL must specify …`",
        cure=f"Write {HOSTS}: square brackets around round ones.",
        why="((host, port)) is the same as (host, port) to Python; only a list, or a "
        "comma at the end, makes one of many out of it.",
        page=NAME,
        evidence=(is_("no_host"),),
    ),
    Mistake(
        id="redis_hostname_not_resolvable",
        step=3,
        name="The host of Redis is not this machine",
        sight="500",
        sign="the terminal says `Name or service not known`, or cannot connect",
        cure=f"Name this machine: {HOSTS}.",
        why="A name such as redis is known inside Docker Compose only, not outside.",
        page=WHERE,
        evidence=(is_("unreachable"),),
    ),
    Mistake(
        id="groups_attribute_without_layer",
        step=1,
        name="The class has groups, and the project no layer",
        sight="500",
        sign="the terminal says `BACKEND is unconfigured or doesn't support groups`",
        cure="Take groups = […] out of the class, as long as CHANNEL_LAYERS names no "
        "layer for it: that is what lesson 3 begins with.",
        why="Channels joins those groups through the channel layer when a tab "
        "connects.",
        page=NAME,
        evidence=(raised("BACKEND is unconfigured"),),
    ),
    Mistake(
        id="layer_is_asked_of_none",
        step=1,
        name="There is no channel layer to ask",
        sight="500",
        sign="the terminal says `'NoneType' object has no attribute 'group_…'`",
        cure='Ask for a layer that CHANNEL_LAYERS names, which is "default" where '
        "channel_layer_alias or get_channel_layer(…) says no other name; before lesson "
        "3 there is none.",
        why="A layer that the settings do not name is None.",
        page=NAME,
        evidence=(
            raised("'NoneType' object has no attribute '(group_|send'|flush)"),
            failing_line("layer|group_"),
        ),
        weight=2,
    ),
    # async --------------------------------------------------------------------
    Mistake(
        id="forgot_async_to_sync",
        step=3,
        name="The channel layer is called without async_to_sync",
        sight="silent",
        sign="nothing is raised, and the line has no async_to_sync before it",
        cure="Write async_to_sync(self.channel_layer.$what)(…): the function first, "
        "its arguments after.",
        why="Every method of the layer is async: calling it makes a coroutine, which "
        "does nothing until somebody awaits it; and Daphne hides the warning.",
        page=JOIN,
        evidence=(
            never_awaited(r"^channel_layer\.", called=True),
            consumer(bases=r"'SyncConsumer'"),
        ),
    ),
    Mistake(
        id="async_to_sync_called_on_result",
        step=3,
        name="async_to_sync is put around the call",
        sight="silent",
        sign="the line says async_to_sync(layer.group_send(…))",
        cure="Write async_to_sync(self.channel_layer.$what)(…): the bracket closes "
        "before the arguments.",
        why="async_to_sync takes the function; given the result, it has nothing to "
        "run.",
        page=JOIN,
        evidence=(
            never_awaited(r"^channel_layer\.", called=True),
            consumer(bases=r"'SyncConsumer'"),
            written(r"async_to_sync\([\w.()]*\.(group_\w+|send)\(", look=True),
        ),
    ),
    Mistake(
        id="async_to_sync_is_not_called",
        step=3,
        name="What async_to_sync makes is not called",
        sight="silent",
        sign="the line says async_to_sync(layer.group_add) and no second brackets",
        cure="Call it: async_to_sync(self.channel_layer.$verb)(…), with its "
        "arguments.",
        why="async_to_sync gives a function back; it runs when it is called.",
        page=JOIN,
        evidence=(
            is_("no_members", "silent", "heard_elsewhere", "still_members"),
            written(r"async_to_sync\([\w.()]*\.(?P<verb>group_\w+|send)\)(?!\()",
                    look=True),
        ),
        weight=1,
    ),
    Mistake(
        id="missing_await_on_the_layer",
        step=3,
        name="await is missing before a call of the layer",
        sight="silent",
        sign="the class is async, and the line has no await",
        cure="Write await self.channel_layer.$what(…).",
        why="Calling an async method makes a coroutine; it runs when it is awaited.",
        page=JOIN,
        evidence=(
            never_awaited(r"^channel_layer\.", called=True),
            consumer(bases=r"^(?!.*'SyncConsumer')"),
        ),
        weight=1,
    ),
    Mistake(
        id="awaits_async_to_sync",
        step=3,
        name="await and async_to_sync are used together",
        sight="1011",
        sign="the line says await async_to_sync(…)(…)",
        cure="Take out async_to_sync, and keep await: await self.channel_layer.….",
        why="async_to_sync is for code that cannot await; this method can.",
        page=JOIN,
        evidence=(
            raised("AsyncToSync in the same thread|can't be used in 'await'"),
            failing_line("await async_to_sync"),
            is_("raised"),
        ),
    ),
    Mistake(
        id="run_in_a_loop_of_its_own",
        step=3,
        name="The layer is called in an event loop of its own",
        sight="1011",
        sign="the line says asyncio.run or run_until_complete",
        cure="Write async_to_sync(self.channel_layer.group_send)(…) instead.",
        why="A layer belongs to the event loop of the server; async_to_sync runs it "
        "there.",
        page=JOIN,
        evidence=(
            is_("raised", "silent", "no_members", "never_awaited"),
            written(r"asyncio\.run\(|run_until_complete|new_event_loop|"
                    r"get_event_loop|ensure_future", look=True),
            lambda seen: {} if seen.event else None,
        ),
    ),
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
        page=NAME,
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
        sign="group_add stands in receive()",
        cure="Move group_add to connect(): who only listens is in the room too.",
        why="receive() is called when this tab sends; until then it hears nobody.",
        page=JOIN,
        evidence=(
            is_("no_members"),
            written("group_add", "receive", look=True),
            lacks("group_add", "connect"),
        ),
    ),
    Mistake(
        id="joins_when_json_comes",
        step=3,
        name="A tab joins when it sends, and not when it connects",
        sight="own_only",
        sign="group_add stands in receive_json()",
        cure="Move group_add to connect(): who only listens is in the room too.",
        why="receive_json() is called when this tab sends; until then it hears "
        "nobody.",
        page=JOIN,
        evidence=(
            is_("no_members"),
            written("group_add", "receive_json", look=True),
            lacks("group_add", "connect"),
        ),
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
        id="joins_later_by_a_method",
        step=3,
        name="A tab joins when it sends, and not when it connects",
        sight="own_only",
        sign="receive() calls the method in which group_add stands",
        cure="Call it from connect() instead: who only listens is in the room too.",
        why="receive() is called when this tab sends; until then it hears nobody.",
        page=JOIN,
        evidence=(
            is_("no_members"),
            lambda seen: _joins_from(seen, "receive")
            or _joins_from(seen, "receive_json"),
        ),
        weight=5,
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
        page="03_channel_layer/#two-tabs-and-silence",
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
        page="03_channel_layer/#two-tabs-and-silence",
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
            lambda seen: written("group_discard", "receive", look=True)(seen)
            or written("group_discard", "chat_message", look=True)(seen),
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
        cure='Give the group a name that is text, such as "chat_" + room_name; '
        "$name is none.",
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
        evidence=(
            raised(r"'Redis\w*' object has no attribute '(?P<name>\w+)'"),
        ),
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
        page=SEND,
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
        page=SEND,
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
        page=SEND,
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
        page=SEND,
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
        page=TWO,
        evidence=(
            lambda seen: {} if seen.kind == "heard_on_another_server"
            or (seen.kind == "astray" and _between_processes(seen)) else None,
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
        page=TWO,
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
        page=TWO,
        evidence=(
            is_("heard_on_another_server", "raised"),
            written(r"uuid|random|token|getpid|generate_key|urandom|secrets\.|time\(",
                    "mysite/settings.py"),
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
        cure="Make the name of the group of the room's name only: \"chat_\" + "
        "room_name.",
        why="A group is the list that all tabs of a room share, found by its name.",
        page=JOIN,
        evidence=(
            is_("astray", "heard_elsewhere", "heard_on_another_server"),
            written(r"^(?!import |from ).*(uuid|token|random|id\(self\)|time\(|getpid|"
                    r"(=|\+|\{).*self\.channel_name.*[\'\"])", look=True),
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
        why="send() is for one channel; a group's name is taken for that of a "
        "channel.",
        page=SEND,
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
        page=SEND,
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
            is_("overheard", "astray", "silent", "heard_elsewhere", "raised",
                "still_members"),
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
    # The message and its handler ----------------------------------------------
    Mistake(
        id="group_send_without_type",
        step=3,
        name='What is sent to the group has no "type"',
        sight="1011",
        sign="the terminal says `Incoming message has no 'type' attribute`",
        cure='Give it a "type": "chat.message", the name of the method that handles '
        "it.",
        why="The type says which method opens it; without one every tab of the room "
        "is closed.",
        page=SEND,
        evidence=(raised("Incoming message has no 'type'"),),
    ),
    Mistake(
        id="no_handler_for_type",
        step=3,
        name="No method handles what was sent to the group",
        sight="1011",
        sign="the terminal says `No handler for message type …`",
        cure="Write def $handler(self, event) in the consumer: the type is its name, "
        "a dot for the underscore.",
        why="The type names the method that opens it; without that method every tab "
        "of the room is closed.",
        page=SEND,
        evidence=(_handler,),
    ),
    Mistake(
        id="handler_changes_the_event",
        step=3,
        name="The handler takes something out of the event",
        sight="1011",
        sign="the code says del event[…] or event.pop(…)",
        cure="Read from the event and leave it as it is: build a new dictionary for "
        "the browser.",
        why="All consumers of a process are handed the same dictionary: what the "
        "first takes out is missing for the others.",
        page=SEND,
        evidence=(
            raised(r"Incoming message has no 'type'|^KeyError"),
            written(r"del event|event\.(pop|clear|popitem)\(", look=True),
            asked("group_send"),
        ),
        weight=2,
    ),
    Mistake(
        id="handler_has_another_name",
        step=3,
        name="The handler has another name than the type says",
        sight="1011",
        sign="the terminal says `No handler for message type …`, and there is a "
        "method that nobody calls",
        cure='Make them the same: def $handler for "$type", instead of $there.',
        why="The type is the name of the method, a dot for the underscore.",
        page=SEND,
        evidence=(
            _handler,
            _other_handler,
        ),
    ),
    Mistake(
        id="handler_is_no_method_name",
        step=3,
        name="The type is no name that a method can have",
        sight="1011",
        sign="the terminal says `No handler for message type …`, with a sign in it",
        cure="Let \"type\" be a method's name, a dot for the underscore: "
        '"chat.message".',
        why="Of all signs, only the dot is turned into an underscore.",
        page=SEND,
        evidence=(
            raised(r"No handler for message type (?!websocket)"),
            lambda seen: {} if _is_no_name(seen) else None,
            outside(),
        ),
    ),
    Mistake(
        id="handler_without_event_argument",
        step=3,
        name="The handler does not take the event",
        sight="1011",
        sign="the terminal says `takes 1 positional argument but 2 were given`",
        cure="Write def $method(self, event).",
        why="The dictionary that was sent to the group is handed to it.",
        page=SEND,
        evidence=(
            raised(rf"\.(?P<method>{HANDLES[1:-1]})\(\) (missing|takes|got)"),
            outside(),
            saw("handling", type="^(?!websocket)"),
        ),
    ),
    Mistake(
        id="type_send_collides_with_method",
        step=3,
        name="The type is the name of a method of Channels",
        sight="1011",
        sign="the type is send, receive, connect, disconnect, close, accept or "
        "dispatch",
        cure='Take another type than "$type", such as "chat.message", and write that '
        "handler.",
        why="The type names the method that is called; those are taken.",
        page=SEND,
        evidence=(
            is_("raised", "silent", "closed", "heard_elsewhere", "heard_twice", "busy"),
            saw("handling", type="^(?P<type>send|receive|connect|disconnect|close|"
                "accept|dispatch|send_json|receive_json)$"),
        ),
        weight=2,
    ),
    Mistake(
        id="type_is_an_event_of_the_browser",
        step=3,
        name="The type is one that a browser's own events have",
        sight="1011",
        sign="the type begins with `websocket.` and a name",
        cure='Take another type than "$type", such as "chat.message", and write that '
        "handler.",
        why="Channels takes it for something that the browser did.",
        page=SEND,
        evidence=(
            is_("raised", "silent", "closed", "heard_elsewhere", "heard_twice", "busy",
                "storm"),
            asked("group_send"),
            lambda seen: _sent_type(seen, r"websocket\.\w+"),
        ),
        weight=6,
    ),
    Mistake(
        id="other_key_in_the_event",
        step=3,
        name="The handler reads another key than was sent",
        sight="1011",
        sign="the terminal says `KeyError` in the handler",
        cure="Read the key that receive() sends: the event is the dictionary that was "
        "given to group_send.",
        why="What is sent under one name is found under that name and no other.",
        page=SEND,
        evidence=(
            raised("^KeyError: '(?P<name>\\w+)'"),
            lambda seen: {} if re.match(HANDLES, seen.method or "connect") else None,
            saw("handling", type="^(?!websocket)"),
        ),
    ),
    Mistake(
        id="sync_handler_in_async_consumer",
        step=3,
        name="The handler is not async in a consumer that is",
        sight="1011",
        sign="the terminal says `object NoneType can't be used in 'await' expression`",
        cure="Write async def for the handler, and await before self.send().",
        why="An async consumer awaits each of its methods, the handlers too.",
        page=SEND,
        evidence=(
            raised("object NoneType can't be used in 'await' expression"),
            outside(),
            consumer(bases="AsyncConsumer"),
            saw("handling", type="^(?!websocket)"),
        ),
    ),
    Mistake(
        id="handler_sends_the_event",
        step=3,
        name="The handler sends the event itself",
        sight="wrong",
        sign="under message there is a dictionary with a type",
        cure='Send the text alone: json.dumps({"message": event["message"]}).',
        why="The event is the whole dictionary that was sent to the group.",
        page=SEND,
        evidence=(is_("other_form"), got('"type": '), asked("group_send")),
    ),
    Mistake(
        id="handler_does_not_send",
        step=3,
        name="The handler does not send",
        sight="silent",
        sign="the handler is called, and calls no self.send()",
        cure='Call self.send(text_data=json.dumps({"message": event["message"]})) in '
        "the handler.",
        why="What the group hears, each consumer passes on to its own browser.",
        page=SEND,
        evidence=(
            is_("silent"),
            asked("group_send"),
            saw("handling", type="^(?!websocket)(?P<type>.*)"),
            _silent_handler,
        ),
    ),
    Mistake(
        id="echo_and_group",
        step=3,
        name="receive() sends to the group and to its own tab",
        sight="wrong",
        sign="the tab that sent shows it twice",
        cure="Take self.send() out of receive(): the sender hears it from the group.",
        why="The sender is a member of the group like everybody else.",
        page=SEND,
        evidence=(
            is_("heard_twice"),
            asked("group_send"),
            written(r"self\.send(_json)?\(", "receive", look=True),
        ),
    ),
    Mistake(
        id="handler_sends_to_the_group_again",
        step=3,
        name="The handler sends to the group",
        sight="wrong",
        sign="each message comes again and again",
        cure="In the handler call self.send(): group_send belongs into receive() "
        "alone.",
        why="What a handler sends to the group comes back to it.",
        page=SEND,
        evidence=(
            is_("heard_twice", "busy", "silent", "out_of_order"),
            asked("group_send"),
            lambda seen: _handler_that_says("group_send", seen),
        ),
    ),
    Mistake(
        id="messages_go_round",
        step=3,
        name="What the group hears is sent to the group again, without end",
        sight="silent",
        sign="the handler calls group_send, and the processor is busy",
        cure="In the handler call self.send(): group_send belongs into receive() "
        "alone.",
        why="What a handler sends to the group comes back to it.",
        page=SEND,
        evidence=(is_("storm"),),
        weight=5,
    ),
    Mistake(
        id="heard_once_for_each_member",
        step=3,
        name="A message comes more than once",
        sight="wrong",
        sign="each message appears as often as there are tabs, or twice",
        cure="Send to the group once for each message, and join it once.",
        why="Each group_send calls the handler of each member once.",
        page=SEND,
        evidence=(is_("heard_twice"), asked("group_send")),
    ),
    Mistake(
        id="joined_twice",
        step=3,
        name="A tab has joined more than one group that it is sent to",
        sight="wrong",
        sign="group_add is called twice, or groups is set as well",
        cure="Join one group: call group_add once in connect().",
        why="Each group that a tab is in hands the message on.",
        page=JOIN,
        evidence=(
            is_("heard_twice"),
            asked("group_send"),
            lambda seen: {} if _sends_twice(seen) else None,
        ),
    ),
    Mistake(
        id="group_send_model_instance",
        step=3,
        name="Something is sent to the group that cannot be packed",
        sight="1011",
        sign="the terminal says `can not serialize '…' object`",
        cure="Send text or numbers instead of the $type: such as user.username.",
        why="A letter goes through Redis as bytes: it holds text, numbers, lists and "
        "dictionaries.",
        page="03_channel_layer/#left-out-on-purpose",
        evidence=(raised(r"can not serialize '(?P<type>\w+)' object"),),
    ),
    Mistake(
        id="group_send_int_dict_keys",
        step=3,
        name="A dictionary that is sent to the group has numbers as keys",
        sight="1011",
        sign="the terminal says `int is not allowed for map key`",
        cure="Make the keys text: str(…).",
        why="It is packed when it is sent, and whoever receives it cannot unpack it.",
        page="03_channel_layer/#left-out-on-purpose",
        evidence=(raised("is not allowed for map key"), asked("group_send")),
    ),
    Mistake(
        id="group_send_of_text",
        step=3,
        name="What is sent to the group is no dictionary",
        sight="1011",
        sign="the terminal says that a message must be a dict",
        cure='Send a dictionary: {"type": "chat.message", "message": message}.',
        why="The layer looks for the type in it.",
        page=SEND,
        evidence=(
            raised("assert isinstance|message is not a dict|'str' object|"
                   "dictionary update sequence|AssertionError"),
            failing_line("group_send|channel_layer"),
        ),
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
        page=SEND,
        evidence=(
            raised(r"^AttributeError: .*has no attribute '(?P<name>\w+)'"),
            lambda seen: {} if re.match(HANDLES, seen.method or "connect") else None,
            _kept_in_receive,
        ),
    ),
    Mistake(
        id="letter_for_those_who_stay_has_no_handler",
        step=3,
        name="What is sent when a tab leaves has no handler",
        sight="1011",
        sign="all tabs of a room are closed when one of them leaves",
        cure="Write def $handler(self, event) in the consumer, or do not send that.",
        why="Each type that is sent to the group needs a method of that name.",
        page=SEND,
        evidence=(
            _handler,
            written("group_send", "disconnect", look=True),
        ),
        weight=1,
    ),
    Mistake(
        id="whoever_leaves_closes_the_room",
        step=3,
        name="Who leaves closes the connections of others",
        sight="closed",
        sign="all tabs of a room are closed when one of them leaves",
        cure="Take out self.close() from what the group hears.",
        why="A handler runs in each consumer of the group, and closes each.",
        page=MEANS,
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
        page=MEANS,
        evidence=(is_("still_members"),),
    ),
)  # fmt: skip
