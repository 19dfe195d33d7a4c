"""What is known of one failure, as the clues of mistakes look at it.

Only this class reads a run and its tabs; clues ask it.
"""

import re
from functools import cache, cached_property

from checks.explain.diagnosis.model import Diagnosis
from checks.explain.mistakes.source import Line, name_of, statements
from checks.explain.record import Record
from checks.observe.conversation import message_of
from checks.observe.log import Event
from checks.verdict import Where

FAILED, METHOD, SHOWN, MISSING = "<failed>", "<method>", "<shown>", "<missing>"
"""For a place: the learner's statement that was running when an exception was raised,
the function that it is in, the statement that the learner is told to look at. In a
pattern: the name or attribute that an exception says is missing."""

compiled = cache(re.compile)
"""The cache of `re` is too small for the patterns of the whole catalogue."""


class Evidence:
    """The diagnosis, the events of the run, its tabs, and the learner's files."""

    def __init__(self, diagnosis: Diagnosis, record: Record) -> None:
        self.cause, self.kind = diagnosis.cause, diagnosis.kind
        self.event: Event = diagnosis.event or {}
        self.lesson, self.project = record.lesson, record.project
        self.step = self.lesson.step
        self.timeline = record.timeline
        self.tabs, self.run_events = self.timeline.tabs, self.timeline.events
        self.tab = diagnosis.tab
        self.sent: list[str] = self.tab.sent if self.tab else []
        self.path = self.tab.path.removeprefix("/") if self.tab else ""

    @cached_property
    def check_events(self) -> list[Event]:
        """What the servers reported since the check began."""
        return self.timeline.of_check

    @property
    def events(self) -> list[Event]:
        """What the servers reported of the tab; without a tab, of the whole check."""
        return self.tab.events if self.tab else self.check_events

    @property
    def ready(self) -> Event:
        """What the project resolves to: its routes, its layer, its application."""
        events = self.tab.server.events if self.tab else self.run_events
        return next((e for e in events if e["kind"] == "ready"), {})

    @property
    def servers(self) -> set[int]:
        """The server processes that the tabs of this check are connected to."""
        return {tab.server.number for tab in self.tabs}

    @property
    def consumer(self) -> Event:
        """The consumer of the tab; else the last one of the run."""
        events = (*reversed(self.events), *reversed(self.run_events))
        return next((e for e in events if e["kind"] == "consumer"), {})

    @property
    def message(self) -> object:
        """What the tab sent last under "message"; None if it sent none."""
        return message_of(self.sent[-1]) if self.sent else None

    @property
    def frame(self) -> Event:
        """The learner's innermost frame of the exception, if there is one."""
        frames: list[Event] = self.event.get("frames") or [{}]
        return frames[-1]

    @property
    def failed(self) -> Where | None:
        """The learner's line that was running when the exception was raised."""
        return Where(self.frame["file"], self.frame["line"]) if self.frame else None

    @cached_property
    def stack(self) -> list[Line]:
        """The learner's statements that were running, the innermost last."""
        frames = self.event.get("frames") or []
        places = [Where(frame["file"], frame["line"]) for frame in frames]
        found = [[x for x in self.statements if x.spans(at)][-1:] for at in places]
        return [line for lines in found for line in lines]

    @cached_property
    def is_of_another(self) -> bool:
        """Whether what was raised is about an object that is no consumer.

        It is, where a method of another class was running, or Channels called one
        wrongly.
        """
        if self.stack:
            name = self.stack[-1].in_class
        else:
            about = self.said(r"(\w+)\.\w+\(\) (?:missing|takes|got)")
            name = about[1] if about else ""
        return bool(name) and name not in self.consumers

    @cached_property
    def consumers(self) -> set[str]:
        """The names of all classes that consumers are made of, the learner's too."""
        ran = [e.get("bases", ()) for e in self.run_events if e["kind"] == "consumer"]
        found = {name for names in ran for name in names}
        for line in self.statements:
            bases = {name_of(base) for base in getattr(line.node, "bases", ())}
            if any(b.endswith("Consumer") or b in found for b in bases):
                found.add(line.defines)
        channels = {"AsyncConsumer", "SyncConsumer", "WebsocketConsumer"}
        json = {"JsonWebsocketConsumer", "AsyncJsonWebsocketConsumer"}
        return found | channels | json | {"AsyncWebsocketConsumer"}

    @property
    def method(self) -> str:
        """The name of the learner's function in which the failure is."""
        line = self.cause.where and self.cause.where.line
        methods = self.consumer.get("methods", {})
        near = (name for name, at in methods.items() if at["line"] == line)
        return self.frame.get("function") or next(near, "")

    def said(self, pattern: str) -> re.Match[str] | None:
        """The match of a pattern in the exception, as `Name: words`."""
        words = f"{self.event.get('error', '')}: {self.event.get('words', '')}"
        return compiled(pattern).search(words)

    @cached_property
    def missing(self) -> str:
        """The name or attribute that an exception says is missing."""
        match = self.said(r"(?:attribute|name) '(\w+)'")
        return match[1] if match else ""

    @cached_property
    def statements(self) -> list[Line]:
        return list(statements(self.project))

    @cached_property
    def is_open_to_all(self) -> bool:
        """Whether the course's own project, at this lesson, asks nobody for a login."""
        lines = statements(self.lesson.starter)
        return not any("login_required" in line.names for line in lines)

    def lines(self, place: str = "") -> list[Line]:
        """The learner's statements in a place; all of them without one.

        `place` is a regular expression for a file, by its path in the project, or for
        the name of a function or of something that is assigned to; or see FAILED.
        """
        if place in {FAILED, SHOWN}:
            at = self.failed if place == FAILED else self.cause.where
            return [line for line in self.statements if at and line.spans(at)][-1:]
        wanted = (self.method or "connect") if place == METHOD else place or ".*"
        fits = re.compile(wanted).fullmatch
        return [line for line in self.statements if any(map(fits, line.places))]
