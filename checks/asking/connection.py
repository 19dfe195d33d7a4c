"""The connection of a tab: what becomes of its handshake, and how it ends."""

from functools import partial
from typing import Any, Self

from checks.observe.conversation import Conversation
from checks.observe.failure import Failure
from checks.observe.log import Event
from checks.observe.monitor import IDLE, SILENCE, SLICE
from checks.sandbox.web_process import WebProcess

ACCEPT = "the server to accept the WebSocket of a tab"
ANSWER = "an answer to a tab that connects"
CUT = 1006
"""The close code of a connection that ended without a close frame."""
NO_ROUTE = "No route found for path"
"""What Channels says where no route fits the address."""
WAITED_FOR = {"not_accepted", "hangs", "silent", "lost", "does_not_end"}
"""Kinds of failures in which nothing came: there the server may still be busy."""
FLOODED = "its server sent so much that the tab stopped reading"
FLOODED_CURE = "Look for what sends without end."


class Connection(Conversation):
    """A tab as far as its connection goes.

    What the connection is made of is up to its subclasses.
    """

    server: WebProcess

    def __init__(
        self, server: WebProcess, path: str, name: str, origin: str | None = None
    ) -> None:
        super().__init__(server, path, name, origin)
        self.monitor = server.monitor
        self.read = 0
        self.is_flooded = False

    def close(self) -> None:
        """Close it as a browser does. Does not wait."""
        raise NotImplementedError

    def _note(self, does: str, what: str, event: str = "") -> None:
        """Add a line to the transcript: what this tab does.

        `event` is the type of the ASGI event that belongs to it, if one does.
        """
        timeline = self.monitor.timeline
        line = timeline.add_line(self.name, "tab", does, what, self.server.name)
        if event:
            timeline.of_tabs.append((line, self, event))

    def _answered(self, status: int) -> None:
        """Note the HTTP status with which the server has answered the handshake."""
        self.http_status = status
        does = "is connected" if self.is_connected else "is rejected"
        answer = "websocket.accept" if self.is_connected else "websocket.close"
        self._note(does, f"HTTP {status}", answer)

    # Connecting -----------------------------------------------------------------------

    def connects(self) -> Self:
        """Wait until the server has accepted. Raises Failure when it does not."""
        if not self.monitor.wait(self._accepted):
            raise self._failure("not_accepted", ACCEPT)
        if not self.monitor.wait(self._connect_handled):
            raise self._failure("hangs", "connect() to end")
        return self

    def _accepted(self) -> bool | None:
        if self.http_status and not self.is_connected:
            # What it has raised is reported before the end of the connection.
            self.monitor.wait(self.is_done, SLICE / 2)
            raise self._failure("refused", ACCEPT)
        answered = self.saw("out", type="websocket.accept")
        if not answered or self.is_cut or self.server.status is not None:
            self.check_open(ACCEPT)  # What is raised after an answer is for later.
        return True if self.http_status else None

    def _connect_handled(self) -> object:
        """Whether connect() has ended: it may accept first and join a group after.

        What answers without a consumer has reported so before its answer was sent.
        """
        by_hand = self.saw("out") and not self.saw("consumer")
        ended = by_hand or self.saw("handled", type="websocket.connect")
        if not ended:
            self.check_open("connect() to end")
        return ended or None

    def is_held(self) -> Self:
        """Wait until its consumer waits where `held_after` has asked for it."""

        def waits() -> Event | None:
            self.check_open(ACCEPT)
            return self.saw("waits")

        if not self.monitor.wait(waits):
            raise self._failure("not_accepted", ACCEPT)
        return self

    def is_rejected(self, why: str = "") -> None:
        """Wait until the server has rejected it. Raises Failure when it accepts.

        `why` completes "a tab to be rejected", where it is not for its address.
        """
        answer = self.monitor.wait(lambda: self.http_status or self.saw("raised"))
        if self.is_connected and why:
            expected, got = f"a tab to be rejected {why}", "the server accepted it"
            raise Failure("not_rejected", expected, got, tab=self)
        if self.is_connected:
            unknown = f"{self.path}, which is not an address of this chat"
            expected = f"a tab to be rejected at {unknown}"
            if self.origin:
                expected = f"a tab on a page of {self.origin} to be rejected"
            raise self._failure("not_refused", expected)
        if not answer:
            raise self._failure("hangs", ANSWER)

    def is_kept_out(self, why: str) -> None:
        """Wait until the server has rejected it, or has accepted and closed it.

        `why` completes "a tab to be rejected". Raises Failure when it stays connected.
        """
        expected = f"a tab to be rejected {why}"
        done = self.monitor.wait(partial(self._is_rejected_and_done, expected))
        if not (done or self._is_out()):
            raise self._failure("unanswered", expected)

    def is_closed(self, code: int, when: str) -> None:
        """Wait until the server has closed it with this code.

        `when` completes "tab A to be closed with code 4401". Raises Failure when it
        stays open, or is closed with another one.
        """
        expected = f"{self.name} to be closed with code {code} {when}"

        def closed() -> bool | None:
            raised = self.saw("raised")
            if raised and not self._closed_before(raised):
                raise self._failure("raised", expected, raised)
            self.server.check_running()
            return self._is_gone()

        if not self.monitor.wait(closed):
            raise Failure("stays_open", expected, "it is still open", tab=self)
        if self.close_code != code:
            got = f"it was closed with code {self.close_code or CUT}"
            raise Failure("other_code", expected, got, tab=self)
        # While a consumer ends, Channels may lose an event of another one with it.
        self.monitor.wait(self.is_done, IDLE)

    def is_being_closed(self, when: str) -> None:
        """Wait until its consumer closes it; the tab may not have read that yet.

        Send at once what is to reach the consumer before it ends: Daphne cuts off a tab
        that does not answer, and that up to a second later (`closeHandshakeTimeout` of
        Autobahn, rounded down to a whole second of the clock).

        `when` completes "tab A to be closed". Raises Failure when it stays open.
        """
        expected = f"{self.name} to be closed {when}"

        def closing() -> Event | None:
            close = self.saw("out", type="websocket.close")
            if not close:
                self.check_open(expected)
            return close

        if not self.monitor.wait(closing):
            raise Failure("stays_open", expected, "it is still open", tab=self)

    def catches_up(self) -> None:
        """Let its consumer, which has closed, handle what its groups were sent since.

        One that has ended handles nothing more.
        """

        def caught_up() -> bool | None:
            closing = self.saw("out", type="websocket.close")
            later = self.events[self.events.index(closing) :] if closing else []
            handled = [str(e["type"]) for e in later if e["kind"] == "handled"]
            after = handled[1:]  # The first is the event for which it has closed.
            of_layer = any(not it.startswith("websocket.") for it in after)
            return self.is_done() or of_layer or None

        self.monitor.wait(caught_up, IDLE)

    def _is_out(self) -> bool:
        """Whether it was rejected, or accepted and closed."""
        rejected = self.http_status and not self.is_connected
        return bool(rejected or self._is_gone())

    def _is_rejected_and_done(self, expected: str) -> bool | None:
        raised = self.saw("raised")
        if raised and not self._closed_before(raised):
            raise self._failure("raised", expected, raised)
        self.server.check_running()
        closing = self.saw("out", type="websocket.close")
        ended = self.saw("handled", type="websocket.connect")
        if self.is_connected and ended and not closing:
            raise self._failure("not_kept_out", expected)
        return (self._is_out() and self.is_done()) or None

    def joined_no_group(self) -> None:
        """It was rejected, and was in no group. Wait until it ends first."""
        for call in self.events:
            if call.get("does") == "group_add":
                expected = "a tab that is rejected to join no group"
                raise self._failure("joined_though_rejected", expected, call)

    def is_accepted(self, why: str) -> None:
        """Wait until the server has accepted. Raises Failure when the routes do not.

        `why` is what is special about the address: `hyphen`.
        """
        try:
            self.connects()
        except Failure as failure:
            raised = self.saw("raised")
            if not raised or NO_ROUTE not in raised["words"]:
                raise
            expected = f"a room whose name has a {why} to be accepted"
            raise failure.within(f"{why}_is_refused", expected) from None

    def breaks_nothing(self) -> bool:
        """Whether it is accepted or rejected: no consumer raises anything over it.

        Returns whether it is accepted.
        """

        def answered() -> bool | None:
            raised = self.saw("raised")
            if raised and self.saw("consumer"):
                expected = (
                    "the routes to accept only rooms that a group can be named after"
                )
                failure = self._failure("raised", expected, raised)
                raise failure.within("room_breaks_group")
            return bool(raised or self.http_status) or None

        self.monitor.wait(answered)
        return self.is_connected

    # Ending ---------------------------------------------------------------------------

    def has_no_queries_left(self, most: int) -> None:
        """Fail if its consumer made more than `most` queries after it had ended.

        Waits for nothing: wait for something first that comes later.
        """
        events = [*self.events]
        ended = self.saw("ended")
        later = events[events.index(ended) :] if ended else []
        queries = [event for event in later if event["kind"] == "query"]
        if len(queries) > most:
            expected = "the tasks of a tab to end with it"
            got = f"{len(queries)} queries were made for it after it was closed"
            raise Failure("goes_on", expected, got, tab=self, event=queries[-1])

    def is_done(self) -> bool | None:
        """Whether the server is done with this connection."""
        ends = (self.saw("ended"), self.saw("raised"), self.server.status is not None)
        return any(ends) or None

    def check_open(self, expected: str, *, closing: bool = False) -> None:
        """Raise a Failure on proof that what is waited for cannot come."""
        follows = self._closed_before(self.saw("raised"))
        gone = not closing and (self._is_gone() or follows)
        if gone:
            # Why it ended is reported later; of a process, when its core is written.
            cut = self.is_cut and self.close_code in (None, CUT)
            self.monitor.wait(self.is_done, SILENCE if cut else IDLE)
            self.monitor.wait(self._is_gone, IDLE)
            self.monitor.drain()
        # One consumer of a process reads from the layer for all: it may be any tab's.
        for tab in (self, *self.monitor.timeline.lasting):
            raised = tab.saw("raised")
            if raised and not (gone and self._closed_before(raised)):
                # What the tab got for it is in the transcript, also on a busy machine.
                self.monitor.wait(lambda: self.http_status or self._is_gone(), IDLE)
                raise self._failure("raised", expected, raised)
        if self.is_flooded:
            raise Failure("", expected, FLOODED, cure=FLOODED_CURE, tab=self)
        self.server.check_running()
        if loop := self.monitor.timeline.message_loop():
            raise Failure("storm", expected, facts={"most": loop[0], "sent": loop[1]})
        if gone:
            raise self._failure("closed", expected)

    def _is_gone(self) -> bool | None:
        return self.is_cut or self.close_code is not None or None

    def _closed_before(self, raised: Event | None) -> bool:
        """Whether the consumer closed in one method, and raised this in a later one.

        What is raised is then a consequence, such as of sending to nobody.
        """
        before = self.events[: self.events.index(raised)] if raised else []
        types = [event.get("type") for event in before]
        closed = types.index("websocket.close") if "websocket.close" in types else None
        return closed is not None and any(
            event["kind"] == "handling" for event in before[closed:]
        )

    def _failure(
        self, kind: str, expected: str, event: Event | None = None, **facts: Any
    ) -> Failure:
        """A failure of this tab, with the line that its server is busy at, if any."""
        busy_at = self.server.busy_at() if kind in WAITED_FOR else None
        return Failure(
            kind, expected, tab=self, event=event, busy_at=busy_at, facts=facts
        )
