"""Everything that happens in a run, in order: the events, the tabs, the transcript."""

import re
import time
from bisect import insort
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from checks.observe.conversation import Conversation
from checks.observe.log import Event
from checks.verdict import Actor, Kind, Moment, Where, shown

LONGEST, FIRST = 200, 20
"""How many lines a transcript has at most, and how many of them are its first ones."""
SAID = re.compile(r"[a-z]+ [a-z]+ \d+")
"""A message of a check, such as "amber birch 123": it is the same in every encoding."""
MOST_SENDS = 50
"""How many messages may go to groups for each message of a tab."""
MOST_FRAMES = 2000
"""How many messages one call of a handler may send to its tab."""

Line = tuple[str, Kind, str, str]


def _error(event: Event) -> str:
    return f"{event['error']}: {event['words']}"


LINES: dict[str, Callable[[Event], Line]] = {
    "consumer": lambda e: (e["server"], "server", "hands it to", e["name"]),
    "raised": lambda e: (e["server"], "server", "raises", _error(e)),
    "task_raised": lambda e: (e["server"], "server", "raises", _error(e)),
    "caught": lambda e: (e["server"], "server", "catches", _error(e)),
    "never_awaited": lambda e: (e["server"], "server", "never awaits", e["what"]),
    "layer": lambda e: ("layer", "layer", e["does"], ", ".join(e["args"])),
    "query": lambda e: (e["server"], "server", "queries", f"{e['does']} {e['table']}"),
    "sleeps": lambda e: (e["server"], "server", "sleeps", f"{e['seconds']:g} s"),
    "waits": lambda e: (e["server"], "server", "is held after", e["after"]),
    "skipped": lambda e: (e["server"], "server", "skips", f"{e['seconds']:g} s"),
    "dropped": lambda _: ("layer", "layer", "drops", "what it has no capacity for"),
    "handling": lambda e: (
        "layer",
        "layer",
        "delivers",
        f"{e['type']} to {e['server']}",
    ),
}
"""The events of a server that are lines of the transcript, and how they read."""
HANDLERS = {"websocket.connect": "connect", "websocket.receive": "receive"}
"""The methods of a consumer that Channels calls for what a tab does."""


class Timeline:
    """The events of all processes, and the tabs and the transcript of one check.

    `lasting` are tabs that stay open from one check to the next. `of_tabs` are the
    lines of the transcript that tabs have added, each with its tab and the type of the
    ASGI event that belongs to it, such as `websocket.receive`. `endless` is the message
    by which one call of a handler had sent more than `MOST_FRAMES`, if one did, and
    `is_at_rest` whether the last wait ended as nothing could come any more.
    """

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.lasting: list[Conversation] = []
        self.reading: set[tuple[int, int | None]] = set()
        self.methods: dict[tuple[int, int | None], dict[str, Event]] = {}
        self.frames: Counter[tuple[int, int | None]] = Counter()
        self.endless: Event | None = None
        self.begin_check()

    def begin_check(self) -> None:
        """Start a new transcript: what happened before belongs to another check."""
        self.began = time.monotonic()
        self.transcript: list[Moment] = []
        self.of_tabs: list[tuple[Moment, Conversation, str]] = []
        self.tabs: list[Conversation] = []
        self.group_sends, self.of_frames = 0, 0
        self.is_at_rest = False

    def record(self, event: Event) -> None:
        """Add an event of a server; some are lines of the transcript too."""
        self.events.append(event)
        if event["kind"] == "consumer":
            self.methods[event["process"], event["socket"]] = event["methods"]
        from_tab = str(event.get("type")).startswith("websocket.")
        self._count(event, from_tab=from_tab)
        if event["kind"] in LINES and not from_tab:
            who, kind, does, what = LINES[event["kind"]](event)
            peer = event["server"] if kind == "layer" else None
            where = self._where(event)
            self.add_line(who, kind, does, what, peer, where=where, at=event["at"])

    def _count(self, event: Event, *, from_tab: bool) -> None:
        """Count what is sent to groups, and how much while a tab's frame is handled."""
        socket = event["process"], event["socket"]
        if event["kind"] in ("handling", "handled"):
            self.frames[socket] = 0
        elif event["kind"] == "out":
            self.frames[socket] += 1
            if self.frames[socket] > MOST_FRAMES:
                self.endless = self.endless or event
        if event["kind"] == "handling" and from_tab:
            self.reading.add(socket)
        elif event["kind"] == "handled":
            self.reading.discard(socket)
        elif event["kind"] == "layer" and event["at"] >= self.began and event["names"]:
            by_handler = event["does"] == "group_send" and socket[1] is not None
            self.group_sends += by_handler  # Not by a view or a command.
            self.of_frames += event["does"] == "group_send" and socket in self.reading

    def _where(self, event: Event) -> Where | None:
        """The learner's line that an event of a server came from, or led to."""
        methods = self.methods.get((event["process"], event["socket"]), {})
        if event["kind"] == "consumer":
            return _place(methods.get("connect"))
        if event["kind"] == "handling":
            return _place(methods.get(str(event["type"]).replace(".", "_")))
        return _place(event.get("where") or next(iter(event.get("frames", ())), None))

    def add_line(  # noqa: PLR0913 (the columns of a line)
        self,
        who: str,
        kind: Kind,
        does: str,
        what: str,
        peer: str | None = None,
        *,
        where: Where | None = None,
        at: float | None = None,
    ) -> Moment:
        """Add a line to the transcript; `peer` is the other one that takes part.

        It has its place by the time `at` which it happened, in seconds of the monotonic
        clock, now unless given: two servers are not always read in the order in which
        they wrote.
        """
        since = (time.monotonic() if at is None else at) - self.began
        actor, other = Actor(_id(who), kind), _id(peer) if peer else None
        moment = Moment(round(max(since, 0), 4), actor, does, shown(what), other, where)
        insort(self.transcript, moment, key=lambda one: one.at)
        if len(self.transcript) > LONGEST:
            del self.transcript[FIRST]
        return moment

    def located(self) -> list[Moment]:
        """The transcript, with the learner's line beside what each tab did and got.

        A tab knows none. What it got was sent from a line that its server has reported,
        and what it did is handled by a method of its consumer.
        """
        places: dict[int, Where | None] = {}
        numbers: Counter[tuple[str, str]] = Counter()
        for moment, tab, kind in self.of_tabs:
            places[id(moment)] = self._place_of(tab, kind, numbers[tab.name, kind])
            numbers[tab.name, kind] += 1
        return [
            replace(moment, where=places.get(id(moment), moment.where))
            for moment in self.transcript
        ]

    def _place_of(self, tab: Conversation, kind: str, number: int) -> Where | None:
        """The learner's line for the ASGI event of a tab with that type and number."""
        events = [event for event in tab.events if event["at"] >= self.began]
        if kind in HANDLERS:
            known = (self.methods.get((e["process"], e["socket"])) for e in tab.events)
            methods = next(filter(None, known), {})
            return _place(methods.get(HANDLERS[kind]))
        sent = [e for e in events if e["kind"] == "out" and e["type"] == kind]
        return _place(sent[number].get("where")) if number < len(sent) else None

    @property
    def of_check(self) -> list[Event]:
        """The events since this check began."""
        return [event for event in self.events if event["at"] >= self.began]

    def calls(self, verb: str) -> list[Event]:
        """The calls of one method of the channel layer during this check."""
        calls = (e for e in self.of_check if e["kind"] == "layer")
        return [call for call in calls if call["does"] == verb and call["names"]]

    def message_loop(self) -> tuple[int, int] | None:
        """How many messages may go to groups, for how many of tabs, if more did.

        The messages of a handler that sends to its own group multiply without end.
        Most are then not `of_frames`: sent while a frame of a tab was handled.
        """
        if self.group_sends <= MOST_SENDS:  # The cheap question first: it is often put.
            return None
        sent = sum(len(tab.sent) for tab in self.tabs)
        most = MOST_SENDS * max(1, sent)
        return (most, sent) if self.group_sends > most else None


def _place(found: Event | None) -> Where | None:
    return Where(found["file"], found["line"]) if found else None


def _id(name: str) -> str:
    return name.lower().replace(" ", "-")
