"""What the channel layer was asked to do, where that explains a silence."""

import difflib
from string import Template

from checks.explain.diagnosis.delivery import joins
from checks.explain.diagnosis.model import Diagnosis, diagnosis
from checks.explain.diagnosis.places import SETTINGS, place
from checks.observe.conversation import Conversation
from checks.observe.failure import Failure
from checks.observe.timeline import Timeline

LIBRARIES = {"asgiref", "channels", "channels_redis", "msgpack", "redis"}
"""What a file of the project can hide, so that no layer can be made."""


def sent_astray(timeline: Timeline, expected: str) -> Diagnosis | None:
    """Why what was sent to the layer reached nobody, if its calls say so."""
    joined = {call["names"][0] for call in timeline.calls("group_add")}
    for call in timeline.calls("group_send")[-1:]:
        group = call["names"][0]
        if group not in joined:
            tabs = _joined(group, joined) if joined else "no tab has joined any"
            got = f"it went to the group {group!r}, and {tabs}"
            return diagnosis("astray", expected, got, place(call["where"]), event=call)
    for call in timeline.calls("send")[-1:]:
        channel = call["names"][0]
        got = f"send() gave it to the channel {channel!r}, and {_joined('', joined)}"
        if channel in joined:
            got = "send() was given the name of a group, and reaches one channel only"
        return diagnosis("astray", expected, got, place(call["where"]), event=call)
    return None


def _joined(group: str, joined: set[str]) -> str:
    """Which groups tabs have joined: of more than two, those of names most like it."""
    alike = difflib.get_close_matches(group, sorted(joined), 2, 0)
    return f"tabs have joined {' and '.join(map(repr, sorted(alike)))}"


def sent_to_another_group(
    tab: Conversation, timeline: Timeline, expected: str
) -> Diagnosis | None:
    """Why this tab did not receive what another did: it is in other groups, if so."""
    joined = [call["names"][0] for call in joins(tab)]
    for call in timeline.calls("group_send")[-1:] if joined else ():
        if call["names"][0] not in joined:
            got = f"it went to the group {call['names'][0]!r}, and {tab.name} has "
            got += f"joined {' and '.join(map(repr, joined))}"
            at = place(call["where"])
            return diagnosis("astray", expected, got, at, event=call, tab=tab)
    return None


def message_loop(failure: Failure, timeline: Timeline) -> Diagnosis:
    """Far more messages go through the layer than tabs have sent.

    They loop, or each frame of a tab leads to so many: a flood.
    """
    last, facts = timeline.calls("group_send")[-1], failure.facts
    one = facts["sent"] == 1
    tabs = "one message of a tab" if one else f"{facts['sent']} messages of tabs"
    got = f"{tabs} led to more than {facts['most']} events in the group"
    kind = "flood" if 2 * timeline.of_frames > timeline.group_sends else "storm"
    return diagnosis(kind, failure.expected, got, place(last["where"]), event=last)


def left_at_once(timeline: Timeline, expected: str) -> Diagnosis | None:
    """A tab that joined and left its group though it is still there."""
    if not timeline.calls("group_add"):
        return None
    for call in timeline.calls("group_discard")[-1:]:
        got = "it joined one, and left it while it was still connected"
        at = place(call["where"])
        return diagnosis("left_at_once", expected, got, at, event=call)
    return None


# What the settings say about it -------------------------------------------------------


def no_redis_layer(failure: Failure, timeline: Timeline) -> Diagnosis:
    """The default channel layer is none that keeps its messages in Redis."""
    layer = {**(failure.event or {})}
    got = layer.get("error") or f"it is {layer['name']}"
    raised = got.startswith("creating it raised")
    cure = "Change what CHANNEL_LAYERS says as these words ask for." if raised else ""
    at = SETTINGS if raised else None
    hidden = {
        name for e in timeline.events if e["kind"] == "hides" for name in e["names"]
    }
    for name in sorted(hidden & LIBRARIES) if raised else ():
        layer |= {"hides": name}
    return diagnosis(
        "no_redis_layer", failure.expected, got, at, cure=cure, event=layer
    )


FORGETS = {
    "capacity": (
        "the channel layer to keep twenty messages that nobody has read yet",
        "its {key} is {value}: what is sent above that is lost",
    ),
    "expiry": (
        "the channel layer to keep a message until a busy consumer reads it",
        "its {key} is {value} s: what has not been read by then is lost",
    ),
    "group_expiry": (
        "the channel layer to keep a tab in its group as long as it is open",
        "its {key} is {value} s: a tab that is open for longer receives nothing more",
    ),
}
"""What is expected of a layer's settings, and what comes of too small a value."""


def forgetful_layer(failure: Failure, _: Timeline) -> Diagnosis:
    """The layer loses messages or members, for a value in its settings."""
    facts = failure.facts
    expected, got = FORGETS[facts["key"].removeprefix("channel_")]
    return diagnosis("forgetful_layer", expected, got.format(**facts), SETTINGS)


def unread_key(failure: Failure, _: Timeline) -> Diagnosis:
    """A key of the layer's settings that nobody reads."""
    got = f"it has {failure.facts['key']!r}, which nobody reads"
    return diagnosis("unread_key", failure.expected, got, SETTINGS)


def impatient_redis(failure: Failure, _: Timeline) -> Diagnosis:
    """A redis-py that gives up while the layer still waits."""
    version = failure.facts["version"]
    got = f"it is version {version}, and the hosts set no socket_timeout"
    return diagnosis("redis_8", failure.expected, got, SETTINGS)


def no_host(failure: Failure, _: Timeline) -> Diagnosis:
    """What the settings have under "hosts" names no Redis."""
    got = f"it has {failure.facts['named']!r} ({failure.facts['why']})"
    cure = 'Write "hosts": [("localhost", 6379)]: square brackets around round ones.'
    return diagnosis("no_host", failure.expected, got, SETTINGS, cure=cure)


MISFITS = {
    "certificate_not_trusted": "it is not ($why)",
    "no_such_database": "it has no database of that number",
    "password_not_wanted": "that Redis has no password, and the settings give one",
    "password_wrong": "it rejects that password, or the name of its user",
    "redis_option": "it rejects one for this address ($why)",
    "tls_not_there": "what answers there is a Redis without TLS",
    "two_keys": "each server process has made up its own",
    "unreachable": "nothing did ($why)",
}
"""What a Redis that works is given by the settings, and cannot use."""
CURES = {
    "certificate_not_trusted": "Name the file of who signed it: "
    '"hosts": [{"address": "rediss://…", "ssl_ca_certs": "path/to/ca.crt"}].'
}
"""What to do about those of which the catalogue has no mistake."""
TOLD = ("no_sentinel", "unescaped_password")
"""Kinds of that sort whose failure says what there is."""


def misfit(failure: Failure, _: Timeline) -> Diagnosis:
    """The settings do not fit the Redis that they name."""
    got = failure.got or Template(MISFITS[failure.kind]).substitute(failure.facts)
    cure = CURES.get(failure.kind, "Change the address in CHANNEL_LAYERS.")
    return diagnosis(failure.kind, failure.expected, got, SETTINGS, cure=cure)


def other_layer(failure: Failure, _: Timeline) -> Diagnosis:
    """The layer handed on nothing, or something else than it was given."""
    words = failure.facts["got"]
    got = f"it handed on {words!r}" if words else "nothing arrived"
    return diagnosis("other_layer", failure.expected, got, SETTINGS)
