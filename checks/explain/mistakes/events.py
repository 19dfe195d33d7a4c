"""Mistakes in what is sent to a group, and in the handler that gets it."""

import re

from checks.explain.mistakes.clues import (
    Found,
    asked,
    consumer,
    failing_line,
    got,
    is_,
    outside,
    raised,
    saw,
    written,
)
from checks.explain.mistakes.mistake import Mistake
from checks.explain.mistakes.sections import GROUP_SEND, JOIN, LETTERS
from checks.explain.mistakes.seen import Seen

HANDLES = (
    r"^(?!connect|disconnect|receive|receive_json|__init__|websocket_\w+|dispatch)\w+$"
)


def _type(seen: Seen) -> str:
    match = seen.said(r"No handler for message type (?!websocket)(.+)")
    return match[1] if match else ""


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
        page=GROUP_SEND,
        evidence=(raised("Incoming message has no 'type'"),),
        weight=6,  # What was raised is about this, whatever else there is.
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
        page=GROUP_SEND,
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
        page=GROUP_SEND,
        evidence=(
            raised(r"Incoming message has no 'type'|^KeyError"),
            written(r"del event|event\.(pop|clear|popitem)\(", look=True),
            asked("group_send"),
        ),
        weight=5,
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
        page=GROUP_SEND,
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
        cure='Let "type" be a method\'s name, a dot for the underscore: '
        '"chat.message".',
        why="Of all signs, only the dot is turned into an underscore.",
        page=GROUP_SEND,
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
        page=GROUP_SEND,
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
        page=GROUP_SEND,
        evidence=(
            is_("raised", "silent", "closed", "heard_elsewhere", "heard_twice", "busy"),
            saw(
                "handling",
                type="^(?P<type>send|receive|connect|disconnect|close|"
                "accept|dispatch|send_json|receive_json)$",
            ),
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
        page=GROUP_SEND,
        evidence=(
            is_(
                "raised",
                "silent",
                "closed",
                "heard_elsewhere",
                "heard_twice",
                "busy",
                "storm",
            ),
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
        page=GROUP_SEND,
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
        page=GROUP_SEND,
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
        page=GROUP_SEND,
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
        page=GROUP_SEND,
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
        page=GROUP_SEND,
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
        page=GROUP_SEND,
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
        page=GROUP_SEND,
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
        page=GROUP_SEND,
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
        page=LETTERS,
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
        page=LETTERS,
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
        page=GROUP_SEND,
        evidence=(
            raised(
                "assert isinstance|message is not a dict|"
                "'str' object (?!is not callable)|"
                "dictionary update sequence|AssertionError"
            ),
            failing_line("group_send|channel_layer"),
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
        page=GROUP_SEND,
        evidence=(
            _handler,
            written("group_send", "disconnect", look=True),
        ),
        weight=1,
    ),
)
