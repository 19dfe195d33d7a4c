"""The evidence of one failure, as the patterns of mistakes look at it."""

import re
from functools import cached_property

from checks.explain.diagnosis.model import Diagnosis
from checks.explain.mistakes.source import Source
from checks.explain.record import Record
from checks.observe.log import Event


class Seen:
    """What is known of a failure: the finding, the events, the learner's files."""

    def __init__(self, diagnosis: Diagnosis, record: Record) -> None:
        self.cause, self.kind = diagnosis.cause, diagnosis.kind
        self.event: Event = diagnosis.event or {}
        self.tab = diagnosis.tab
        self.step = record.lesson.step
        self.wire = record.timeline
        self.project = record.project

    @cached_property
    def source(self) -> Source:
        """The learner's files: to explain a failure, never to decide on it."""
        return Source(self.project)

    @property
    def events(self) -> list[Event]:
        """What the server told of the tab that it happened to; else of this check."""
        if self.tab:
            return self.tab.events
        return [e for e in self.wire.events if e["at"] >= self.wire.began]

    @property
    def ready(self) -> Event:
        """What the project resolves to: its routes, its layer, its application."""
        events = self.tab.server.events if self.tab else self.wire.events
        return next((e for e in events if e["kind"] == "ready"), {})

    @property
    def consumer(self) -> Event:
        """The consumer that took the tab; else the last one that took any."""
        for events in (self.events, self.wire.events):
            for event in reversed(events):
                if event["kind"] == "consumer":
                    return event
        return {}

    @property
    def method(self) -> str:
        """The learner's function that the failure lies in, by its name."""
        frames = self.event.get("frames")
        if frames:
            return str(frames[-1]["function"])
        line = self.cause.where and self.cause.where.line
        methods = self.consumer.get("methods", {})
        return next((n for n, m in methods.items() if m["line"] == line), "")

    def said(self, pattern: str) -> re.Match[str] | None:
        """Where the words of what happened fit this pattern."""
        words = f"{self.event.get('error', '')}: {self.event.get('words', '')}"
        return re.search(pattern, words)
