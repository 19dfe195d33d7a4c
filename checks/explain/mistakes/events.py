"""Mistakes in what is sent to a group, and in the handler that gets it."""

import ast
import difflib
import re

from checks.explain.mistakes.clues import *
from checks.explain.mistakes.sections import *

HANDLER = (
    r"(?!connect|disconnect|receive|receive_json|__init__|websocket_\w+|dispatch)\w+"
)
in_a_handler = in_(HANDLER)
RESERVED = (
    "send|receive|connect|disconnect|close|accept|dispatch|send_json|receive_json"
)
changes = either(statement("delete"), calls(r"event\.(pop|clear|popitem)"))
NO_DICT = (
    "assert isinstance|message is not a dict|'str' object (?!is not callable)|"
    "dictionary update sequence|AssertionError"
)


def _handler(evidence: Evidence) -> Found | None:
    """The handler that is missing, by the type of what was sent."""
    match = evidence.said(r"No handler for message type (?!websocket)([\w.]+)$")
    name = match[1].replace(".", "_") if match else ""
    found = match and {"handler": name, "type": match[1]}
    return found if name.isidentifier() else None


def _other_handler(evidence: Evidence) -> Found | None:
    """A method that takes an event, or has a name much like the one that is missing."""
    wanted = (_handler(evidence) or {"handler": ""})["handler"]
    methods = [
        n for n in evidence.consumer.get("methods", {}) if re.fullmatch(HANDLER, n)
    ]
    lines = [line for line in evidence.lines() if line.takes == ["self", "event"]]
    there = [name for name in methods if name in {line.defines for line in lines}]
    there += difflib.get_close_matches(wanted, methods, 1, 0.8)
    return {"there": there[0]} if there else None


def is_replaced(key: str) -> Clue:
    """A dictionary has this key, and what is unpacked or joined after it."""

    @any_line(r"chat/.*")
    def clue(line: Line) -> bool:
        joined = [node.left for node in line.nodes if isinstance(node, ast.BinOp)]
        for node in line.nodes:
            keys = node.keys if isinstance(node, ast.Dict) else []
            names = [getattr(it, "value", None) for it in keys]
            if key in names:
                return node in joined or None in keys[names.index(key) :]
        return False

    return clue


def _last_handler(events: list[Event]) -> str:
    """The method that handled an event of a group last."""
    types = [str(e["type"]) for e in events if e["kind"] == "handling"]
    own = [name for name in types if not name.startswith("websocket")]
    return own[-1].replace(".", "_") if own else "(?!)"


def _sends_to_the_group(evidence: Evidence) -> Found | None:
    """The last handler of the run uses group_send."""
    return look(uses("group_send", _last_handler(evidence.run_events)))(evidence)


def _silent_handler(evidence: Evidence) -> Found | None:
    """The last handler of the tab sends nothing."""
    name = _last_handler(evidence.events)
    sends = uses(r"send\w*", name)(evidence)
    return None if sends else look(defines(name))(evidence)


def _type_of_the_browser(evidence: Evidence) -> Found | None:
    """What was sent to a group last has the type of an event of the browser."""
    sent = [e for e in evidence.run_events if e.get("does") == "group_send"]
    words = " ".join(sent[-1]["args"]) if sent else ""
    match = re.search(r"'type': '(?P<type>websocket\.\w+)'", words)
    return match and match.groupdict()


@fact
def _joined_two_groups(evidence: Evidence) -> bool:
    """A tab has joined more than one of the groups to which this check has sent."""
    calls = [e for e in evidence.check_events if e.get("names")]
    sent_to = {e["names"][0] for e in calls if e["does"] == "group_send"}
    added = [e["names"] for e in calls if e["does"] == "group_add"]
    pairs = {(names[1], names[0]) for names in added if len(names) > 1}
    joined = [channel for channel, group in pairs if group in sent_to]
    return len(joined) > len({*joined})


@fact
def _sent_from_outside(evidence: Evidence) -> bool:
    """The last event that was sent to a group comes from no consumer."""
    sent = [e for e in evidence.check_events if e.get("does") == "group_send"]
    where = (sent[-1].get("where") if sent else None) or {"file": CONSUMERS}
    return bool(where["file"] != CONSUMERS)


MISTAKES = [
    # The message and its handler
    SENDING("""group_send_without_type: What is sent to the group has no "type"
      If the terminal says `Incoming message has no 'type' attribute`
      Do: Give it a "type": "chat.message", the name of the method that handles it.
      Why: The type names the method that handles the event; without it, every tab of
        the room is closed.
    """).on("1011", terminal, weight=6),
    SENDING("""no_handler_for_type: No method handles what was sent to the group
      If the terminal says `No handler for message type …`
      Do: Write def $handler(self, event) in the consumer: that is the method which the
        type "$type" names.
      Why: The type names the method that handles the event; without that method, every
        tab of the room is closed.
    """).on("1011", _handler),
    SENDING("""handler_changes_the_event: The handler takes something out of the event
      If the code says del event[…] or event.pop(…)
      Do: Read from the event and leave it as it is: build a new dictionary for the
        browser.
      Why: All consumers of a process get the same dictionary: what the first removes is
        missing for the others.
    """).on("1011", "has no 'type'|^KeyError", to_group, look(changes), weight=5),
    SENDING("""event_is_changed_for_others: The handler changes what the next tab gets
      If one tab of a process receives a message, and the others do not, and the code
        says del event[…] or event.pop(…)
      Do: Leave the event as it is in the handler: build a new dictionary for the
        browser.
      Why: All consumers of a process get the same dictionary: what the first removes is
        missing for the others.
    """).on("silent: silent apart", look(changes), weight=5),
    SENDING("""handler_has_another_name: The handler has another name than the type says
      If the terminal says `No handler for message type …`, and there is a method that
        nobody calls
      Do: Use the same name: def $handler for "$type", instead of $there.
      Why: The type names the method, which has an underscore where it has a dot.
    """).on("1011", _handler, _other_handler),
    SENDING("""frame_replaces_the_type: A frame replaces the type of the event
      If the terminal says `No handler for message type …`, and that type was in a frame
      Do: Write the keys one by one: {"type": "chat.message", "message":
        data["message"]}; or "type" as the last of them.
      Why: Of two values for one key, a dictionary keeps the later one. So whoever sends
        a frame with a "type" in it would choose the handler.
    """).on("1011", _handler, is_replaced("type"), weight=6),
    SENDING("""handler_is_no_method_name: The type is not a valid method name
      If the terminal says `No handler for message type …`, with a special character in
        it
      Do: Let "type" be the name of a method, with a dot for the underscore:
        "chat.message".
      Why: Only the dot is turned into an underscore.
    """).on(
        "1011", r"No handler for message type (?!websocket).*[^\w.]", outside, weight=1
    ),
    SENDING("""handler_without_event_argument: The handler does not take the event
      If the terminal says `takes 1 positional argument but 2 were given`
      Do: Write def $method(self, event).
      Why: The dictionary that was sent to the group is handed to it.""").on(
        "1011", rf"\.(?P<method>{HANDLER})\(\) (missing|takes|got)", outside, by_handler
    ),
    SENDING("""type_send_collides_with_method: The type is the name of a method of
        Channels
      If the type is send, receive, connect, disconnect, close, accept or dispatch
      Do: Use another type than "$type", such as "chat.message", and write that handler.
      Why: The type names the method that is called; those are taken.
    """).on(
        "1011: misled reserved",
        saw("handling", type=rf"^(?P<type>{RESERVED})$"),
        weight=2,
    ),
    SENDING("""type_is_an_event_of_the_browser: The type is one that a browser's own
        events have
      If the type begins with `websocket.` and a name
      Do: Use another type than "$type", such as "chat.message", and write that handler.
      Why: Channels takes it for something that the browser did.
    """).on("1011: misled storm flood", to_group, _type_of_the_browser, weight=6),
    SENDING("""other_key_in_the_event: The handler reads another key than was sent
      If the terminal says `KeyError` in the handler
      Do: Read the key that receive() sends: the event is the dictionary that was given
        to group_send.
      Why: What is sent under one key is found under that key only.
    """).on("1011", "^KeyError: '(?P<name>\\w+)'", in_a_handler, by_handler),
    SENDING("""event_of_another_sender: Code outside of the consumer sends other keys
      If the terminal says `KeyError` in the handler, for what a view or a command sends
      Do: Send the event with "$name" in it, as the handler reads it, where that code
        calls group_send.
      Why: The handler is called with each event of its type, whoever has sent it. What
        it reads has to be in all of them.
    """).on(
        "1011",
        "^KeyError: '(?P<name>\\w+)'",
        in_a_handler,
        by_handler,
        _sent_from_outside,
        weight=2,
    ),
    SENDING("""sync_handler_in_async_consumer: The handler is not async, but the
        consumer is
      If the terminal says `object NoneType can't be used in 'await' expression`
      Do: Write async def for the handler, and await before self.send().
      Why: An async consumer awaits each of its methods, the handlers too.
    """).on("1011", terminal, outside, based("AsyncConsumer"), by_handler),
    SENDING("""handler_sends_the_event: The handler sends the event itself
      If under message there is a dictionary with a type
      Do: Send the text alone: json.dumps({"message": event["message"]}).
      Why: The event is the whole dictionary that was sent to the group.
    """).on("wrong: other_form", got('"type": '), by_handler),
    SENDING("""handler_does_not_send: The handler does not send
      If the handler is called, and calls no self.send()
      Do: Call self.send(text_data=json.dumps({"message": event["message"]})) in the
        handler.
      Why: Each consumer that receives the event passes it on to its own browser.
    """).on("silent: silent", to_group, by_handler, _silent_handler),
    SENDING("""echo_and_group: receive() sends to the group and to its own tab
      If the tab that sent shows it twice
      Do: Take self.send() out of receive(): the sender receives it from the group.
      Why: The sender is a member of the group like everybody else.
    """).on(
        "wrong: received_twice", to_group, look(calls("self.send(_json)?", "receive"))
    ),
    SENDING("""handler_sends_to_the_group_again: The handler sends to the group
      If each message arrives again and again
      Do: In the handler call self.send(): group_send belongs in receive() alone.
      Why: What a handler sends to the group comes back to it.
    """).on(
        "wrong: received_twice busy silent out_of_order", to_group, _sends_to_the_group
    ),
    SENDING("""messages_go_round: What the group receives is sent to it again, without
        end
      If the handler calls group_send, and the CPU is busy
      Do: In the handler call self.send(): group_send belongs in receive() alone.
      Why: What a handler sends to the group comes back to it.
    """).on("silent: storm", weight=5),
    SENDING("""received_once_for_each_member: A message comes more than once
      If each message appears as often as there are tabs, or twice
      Do: Send to the group once for each message, and join it once.
      Why: Each group_send calls the handler of each member once.
    """).on("wrong: received_twice", to_group),
    JOIN("""joined_twice: A tab has joined more than one group that it is sent to
      If group_add is called twice, or groups is set as well
      Do: Join one group: call group_add once in connect().
      Why: A tab receives the message once for each group that it is in.
    """).on("wrong: received_twice", to_group, _joined_two_groups),
    LIMITS("""group_send_model_instance: Something is sent to the group that cannot be
        packed
      If the terminal says `can not serialize '…' object`
      Do: Send text or numbers instead of the $type: for example user.username, or the
        isoformat() of a date.
      Why: An event goes through Redis as bytes: it can hold text, numbers, lists and
        dictionaries.
    """).on("1011", r"can not serialize '(?P<type>[\w.]+)' object"),
    LIMITS("""group_send_int_dict_keys: A dictionary that is sent to the group has
        numbers as keys
      If the terminal says `int is not allowed for map key`
      Do: Make the keys text: str(…). Why: It is packed when it is sent, and whoever
        receives it cannot unpack it.""").on("1011", terminal, to_group),
    SENDING("""group_send_of_text: What is sent to the group is not a dictionary
      If the terminal says that a message must be a dict
      Do: Send a dictionary: {"type": "chat.message", "message": message}.
      Why: The layer looks for the type in it.
    """).on("1011", NO_DICT, uses("group_send|channel_layer", FAILED)),
    SENDING("""event_when_a_tab_leaves_has_no_handler: The event that is sent when a tab
        leaves has no handler
      If all tabs of a room are closed when one of them leaves
      Do: Write def $handler(self, event) in the consumer, or do not send that.
      Why: Each type that is sent to the group needs a method of that name.
    """).on("1011", _handler, look(uses("group_send", "disconnect")), weight=1),
]
