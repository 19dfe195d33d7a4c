"""A server process that is held at one place, until a check has seen what others do."""

import contextlib
from typing import Self

from checks.asking.connection import Connection
from checks.asking.skipping import skip
from checks.observe.failure import Failure
from checks.observe.log import Event
from checks.observe.monitor import IDLE
from checks.sandbox.http import Request
from checks.sandbox.processes import Server

CALLS = {
    "INSERT": "a message to be saved in the database",
    "SELECT": "the history to be read from the database",
    "group_add": "a tab to join its group",
    "group_send": "a message to be sent to the group",
}
"""What a tab makes its consumer do, by the word for it in a place."""


IN_THREAD = "left out: {} is called in the thread of all queries, and these would wait"


class Held:
    """A server process that waits at a place such as `before INSERT`.

    The first call that comes there waits, until the `with` block ends.
    """

    def __init__(self, server: Server, place: str) -> None:
        self.server, self.place = server, place
        self.before = 0

    def __enter__(self) -> Self:
        self.before = len(self.server.events)
        self.server.ask("hold", place=self.place)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with contextlib.suppress(*[Failure] * (kind is not None)):
            self.server.ask("let_go")

    def catches(self, request: Request) -> bool:
        """Wait until a call is held, or a request is answered; whether one is held."""
        wait = self.server.monitor.wait
        return wait(lambda: self._held() or request.is_answered() or None) is not True

    def is_reached(self, by: Connection) -> None:
        """Wait until a call is held that this tab has led to.

        Raises Failure when its consumer is done without one.
        """
        call = self.place.split()[1]
        expected = CALLS[call]

        def reached() -> Event | None:
            held = self._held()
            if held is None:
                by.check_open(expected)
            return held

        if not self.server.monitor.wait(reached):
            got = f"there was no {call}"
            raise Failure("no_call", expected, got, tab=by, facts={"call": call})

    def is_awaited(self, by: Connection) -> None:
        """The same for a call that only the event loop waits for: others can go on.

        The check is skipped where a thread of sync code waits for it.
        """
        self.is_reached(by)
        if (held := self._held()) and held["in_thread"]:
            skip(IN_THREAD.format(self.place.split()[1]))

    def is_reached_or_passed(self, by: Connection) -> None:
        """Wait until a call is held, or what this tab has done is handled without one.

        For what a project may do in more than one way. Raises Failure if neither comes.
        """
        expected = f"what {by.name} does to be handled"

        def settled() -> Event | None:
            new = self.server.events[self.before :]
            found = next((event for event in new if _settles(event, by)), None)
            if found is None:
                by.check_open(expected, closing=True)
            return found

        if not self.server.monitor.wait(settled):
            raise Failure("silent", expected, tab=by)

    def is_seen_by(self, tab: Connection) -> None:
        """Let this tab handle what the process has sent to the layer, if it has."""
        new = self.server.events[self.before :]
        sent = [e["at"] for e in new if e["kind"] == "layer" and "send" in e["does"]]

        def handled() -> bool | None:
            events = (e for e in tab.events if e["kind"] == "handled")
            return any(e["at"] > sent[-1] for e in events) or None

        if sent:
            self.server.monitor.wait(handled, IDLE)

    def _held(self) -> Event | None:
        new = self.server.events[self.before :]
        return next((event for event in new if event["kind"] == "held"), None)


def _settles(event: Event, tab: Connection) -> bool:
    """Whether a call is held, or an event of this tab has been handled."""
    of_tab = event in tab.events and str(event.get("type")).startswith("websocket.")
    return event["kind"] == "held" or (event["kind"] == "handled" and of_tab)
