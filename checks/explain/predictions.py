"""What a run saw of something that people have predicted, and why."""

from checks.course.lessons import Prediction
from checks.explain.diagnosis.places import raising
from checks.observe.conversation import Conversation, message_of, values_of
from checks.observe.log import Event
from checks.observe.timeline import SAID, Timeline
from checks.verdict import Answer

CONNECTS = {"accepted", "rejected", "unanswered"}
"""What may become of a connection; of a message, other names are used."""
FROM_OUTSIDE = {"arrives", "stays_away"}
"""What may become of what no tab has sent."""
ON_TRIAL = {"passes", "fails"}
"""What may become of the learner's own tests."""
LISTED = {"listed", "not_listed"}
"""What may be seen of a user in the lists that others receive."""
OPENS, SENDS = "websocket.connect", "websocket.receive"


def answer(prediction: Prediction, timeline: Timeline) -> Answer | None:
    """What the check that has just run saw; None where it did not come to that."""
    asked = _receivers
    for names, about in (
        (CONNECTS, _connection),
        (FROM_OUTSIDE, _from_outside),
        (ON_TRIAL, _own_tests),
        (LISTED, _lists),
    ):
        if prediction.options.keys() <= names:
            asked = about
    found = asked(timeline)
    return Answer(prediction.id, *found) if found else None


# Who receives a message ---------------------------------------------------------------


def _receivers(timeline: Timeline) -> tuple[str, str, str] | None:
    """Which of the tabs that were open received the first message of the check."""
    lines = [(tab, kind) for _, tab, kind in timeline.of_tabs]
    sent = next((i for i, (_, kind) in enumerate(lines) if kind == SENDS), None)
    if sent is None:
        return None
    sender = lines[sent][0]
    tabs = list(dict.fromkeys(tab for tab, kind in lines[:sent] if kind == OPENS))
    words = message_of(sender.sent[0]) if sender.sent else None
    if sender not in tabs or not words:
        return None
    if said := SAID.search(str(words)):  # It may be sent on in another form.
        words = said.group()
    got = [tab for tab in tabs if any(words in text for text in tab.received)]
    return _outcome(got, sender, tabs), _saw(got), _why(got, sender, words, timeline)


def _outcome(
    got: list[Conversation], sender: Conversation, tabs: list[Conversation]
) -> str:
    others = [tab for tab in tabs if tab is not sender]
    known = {"none": [], "sender": [sender], "others": others, "all": tabs}
    return next((name for name, tabs in known.items() if got == tabs), "some")


def _saw(got: list[Conversation]) -> str:
    only = "only " if len(got) == 1 else ""
    return f"{only}{_names(got)} received it"


def _names(tabs: list[Conversation]) -> str:
    *names, last = [tab.name for tab in tabs] or ["nobody"]
    return f"{', '.join(names)} and {last}" if names else last


def _why(
    got: list[Conversation], sender: Conversation, words: str, timeline: Timeline
) -> str:
    """Why these tabs received it, if the evidence leaves one reason."""
    if not got and (error := _raised(sender)):
        return error
    calls = timeline.calls("group_send")
    if not any(words in argument for call in calls for argument in call["args"]):
        return _without_group(got, sender) if not calls else ""
    handled = [e for e in timeline.of_check if words in str(e.get("event"))]
    sockets = {(event["process"], event["socket"]) for event in handled}
    tabs = [tab for tab in timeline.tabs if sockets & _sockets(tab)]
    if not tabs:
        return "the channel layer delivered the event to no consumer" if not got else ""
    if not got:
        return "no handler sent anything to its tab"
    whose = f"the consumer{'s' * (len(tabs) > 1)} of {_names(tabs)}"
    return f"the channel layer delivered the event to {whose}" if tabs == got else ""


def _without_group(got: list[Conversation], sender: Conversation) -> str:
    if not got and not _sent(sender):
        return "its consumer sent nothing"
    if got == [sender]:
        return "its consumer sent the answer to its own tab only"
    return ""


def _sent(tab: Conversation) -> Event | None:
    return tab.saw("out", type="websocket.send")


def _sockets(tab: Conversation) -> set[tuple[int, int | None]]:
    return {(event["process"], event["socket"]) for event in tab.events}


def _raised(tab: Conversation) -> str:
    error = tab.saw("raised")
    if error is None:
        return ""
    return raising(error)


# What becomes of a connection ---------------------------------------------------------


def _connection(timeline: Timeline) -> tuple[str, str, str] | None:
    """What became of the first tab of the check that the check itself did not hold."""
    held = [tab for tab in timeline.tabs if tab.saw("waits")]
    tab = next((tab for tab in timeline.tabs if tab not in held), None)
    error = _raised(tab) if tab else ""
    if tab is None:
        return None
    if not (tab.http_status or error):
        why = f"the server waits for {held[0].name}" if held else ""
        return ("unanswered", "it was not answered", why) if held else None
    if not tab.is_connected:
        why = error or f"the server answered with HTTP {tab.http_status}"
        return "rejected", "it was rejected", why
    consumer = tab.saw("consumer")
    why = f"{consumer['name']} took it" if consumer else ""
    return "accepted", "it was accepted", why


# Who is in a list ---------------------------------------------------------------------


def _lists(timeline: Timeline) -> tuple[str, str, str] | None:
    """Whether the user of the first tab that is gone is in a list of others now."""
    tabs = [(tab, getattr(tab, "user", None)) for tab in timeline.tabs]
    gone = next((user for tab, user in tabs if user and _is_gone(tab)), None)
    if gone is None:
        return None
    others = [tab for tab, user in tabs if user != gone]
    lists = [found for tab in others if (found := _newest_list(tab)) is not None]
    if not lists:
        return None
    if gone.name in lists[0]:
        return "listed", f"{gone.name} was still listed", ""
    return "not_listed", f"{gone.name} was not listed any more", ""


def _is_gone(tab: Conversation) -> bool:
    return tab.close_code is not None or tab.is_cut


def _newest_list(tab: Conversation) -> list[object] | None:
    """The newest list that a tab has received in an object, under whatever key."""
    for text in reversed(tab.received):
        for value in values_of(text):
            if isinstance(value, list):
                return value
    return None


# What no tab has sent -----------------------------------------------------------------


def _from_outside(timeline: Timeline) -> tuple[str, str, str] | None:
    """Whether the first tab of the check received something that no tab has sent."""
    if not any(tab.sent for tab in timeline.tabs):
        return None
    first, *_ = timeline.tabs
    sent = [message_of(text) for tab in timeline.tabs for text in tab.sent]
    got = [text for text in first.received if message_of(text) not in (None, *sent)]
    if got:
        return "arrives", f"{first.name} received {got[0]}", ""
    return "stays_away", f"{first.name} did not receive it", ""


# What becomes of the learner's own tests ----------------------------------------------


def _own_tests(timeline: Timeline) -> tuple[str, str, str] | None:
    """Whether they passed on the version of the code that the check tried last."""
    tried = [event for event in timeline.of_check if event["kind"] == "tried"]
    if not tried:
        return None
    test: Event | None = tried[-1]["test"]
    if test is None:
        return "passes", "no test failed", ""
    error = test["raised"]
    said = f"{error['error']} was raised" if error else ""
    return "fails", f"{test['name']} failed", said
