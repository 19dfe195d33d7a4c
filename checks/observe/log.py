"""The events that one process of the learner's project reported."""

from collections import defaultdict
from typing import Any

Event = dict[str, Any]
"""One thing that happened in a server process: its `kind`, when (`at`), on which
`socket`, and what else that kind has; `recorder` and `instruments` say what."""


class ProcessLog:
    """What one process reported, in order, and the exit status when it has ended."""

    def __init__(self, number: int, name: str) -> None:
        self.number, self.name = number, name
        self.status: int | None = None
        self.events: list[Event] = []
        self.by_socket: defaultdict[int | None, list[Event]] = defaultdict(list)
        self.by_port: dict[int, list[Event]] = {}
        self.by_tab: dict[str, list[Event]] = {}
        self._first: dict[str, Event] = {}

    def add(self, event: Event) -> None:
        """Append an event."""
        self.events.append(event)
        self._first.setdefault(event["kind"], event)
        self.by_socket[event["socket"]].append(event)
        if event["kind"] == "opened":
            self.by_port[event["port"]] = self.by_socket[event["socket"]]
            self.by_tab[event.get("tab", "")] = self.by_socket[event["socket"]]

    def first_of(self, kind: str) -> Event | None:
        """The first event of a kind, None if there was none."""
        return self._first.get(kind)

    @property
    def is_serving(self) -> bool:
        """Whether it has become ready, and has not ended."""
        return self.status is None and self.first_of("ready") is not None

    @property
    def is_handling(self) -> bool:
        """Whether a handler of a consumer has begun and not ended."""
        kinds = [event["kind"] for event in self.events]
        return kinds.count("handling") != kinds.count("handled")
