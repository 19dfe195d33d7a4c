"""What a check asks of a browser tab: to connect, to send, to receive, to close."""

import json
from collections import Counter
from typing import Any

from checks.observe.conversation import Conversation
from checks.observe.failure import Failure
from checks.observe.log import Event
from checks.observe.monitor import IDLE, SILENCE
from checks.observe.timeline import SAID
from checks.sandbox.processes import Server
from checks.verdict import shown

ACCEPT = "the server to accept the WebSocket of a tab"
ANSWER = "an answer to a tab that connects"
CUT = 1006
"""The close code of a connection that ended without a close frame."""
NO_ROUTE = "No route found for path"
"""What Channels says where no route fits the address."""


class Tab(Conversation):
    """One tab, by the name that a transcript shows: `tab A`.

    What its connection is made of is up to its subclasses: `SocketTab` has a socket,
    and `checks.browser.page` the page of a real browser.
    """

    server: Server

    def __init__(
        self, server: Server, path: str, name: str, origin: str | None = None
    ) -> None:
        super().__init__(server, path, name, origin)
        self.monitor = server.monitor
        self.read = 0

    # What it does ---------------------------------------------------------------------

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
        does = "is connected" if self.is_connected else "is refused"
        answer = "websocket.accept" if self.is_connected else "websocket.close"
        self._note(does, f"HTTP {status}", answer)

    def send_text(self, text: str) -> None:
        """Send a text frame as it is; on a closed connection it is lost, as ever."""
        raise NotImplementedError

    def send_bytes(self, data: bytes) -> None:
        """Send a binary frame, as any client may."""
        raise NotImplementedError

    def close(self) -> None:
        """Close the tab as a browser does. Does not wait."""
        raise NotImplementedError

    def send(self, message: Any) -> None:
        """Send `message` as JSON, as the page of the chat does."""
        self.send_text(json.dumps(message))

    def sends(self, words: str) -> str:
        """Send `{"message": words}`, and return the words."""
        self.send({"message": words})
        return words

    # Connecting -----------------------------------------------------------------------

    def connects(self) -> "Tab":
        """Wait until the server has accepted. Raises Failure when it does not."""
        if not self.monitor.wait(self._accepted):
            raise self._failure("not_accepted", ACCEPT)
        if not self.monitor.wait(self._connect_handled):
            raise self._failure("hangs", "connect() to end")
        return self

    def _accepted(self) -> bool | None:
        if self.http_status and not self.is_connected:
            self.monitor.drain()
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

    def is_rejected(self, why: str = "") -> None:
        """Wait until the server has refused. Raises Failure when it accepts.

        `why` completes "a tab to be rejected", where it is not for its address.
        """
        answer = self.monitor.wait(lambda: self.http_status or self.saw("raised"))
        if self.is_connected and why:
            expected, got = f"a tab to be rejected {why}", "the server accepted it"
            raise Failure("not_rejected", expected, got, tab=self)
        if self.is_connected:
            expected = (
                f"a tab to be refused at {self.path}, which is no address of this chat"
            )
            if self.origin:
                expected = f"a tab on a page of {self.origin} to be refused"
            raise self._failure("not_refused", expected)
        if not answer:
            raise self._failure("hangs", ANSWER)

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

    def breaks_nothing(self) -> None:
        """Whether it is accepted or refused: no consumer raises anything over it."""

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

    # Messages -------------------------------------------------------------------------

    def receives(self, words: str, expected: str = "") -> dict[str, Any]:
        """Wait for `{"message": words}`, and return the JSON object that has it.

        What else the project sends, such as a welcome, does not matter, unless it
        carries these words in another form. Raises Failure when it does not come.
        """
        message, token = shown(json.dumps({"message": words})), _token(words)
        again = " once more" if words in self.messages[: self.read] else ""
        expected = expected or f"{self.name} to receive {message}{again}"

        def arrived() -> dict[str, Any] | None:
            while self.read < len(self.received):
                text, message = self.received[self.read], self.messages[self.read]
                self.read += 1
                if message == words:
                    return dict(json.loads(text))
                if token and token in text.lower():
                    raise self._failure("other_form", expected, {"text": text})
            self.check_open(expected)
            return None

        frame = self.monitor.wait(arrived)
        if frame is None:
            raise self._failure("silent", expected, token=token)
        return frame

    def still_receives(self, words: str) -> None:
        """Wait for words, long after this tab was opened."""
        expected = "a tab that has been open for ten minutes to receive what is sent"
        try:
            self.receives(words, expected)
        except Failure as failure:
            if failure.kind != "silent":
                raise
            raise failure.within("deaf_after_a_while") from None

    def receives_in_order(self, *said: list[str]) -> None:
        """Wait for all these words; each list of them comes in its order, once."""
        for words in said:
            self._receives_in_order(words)

    def _receives_in_order(self, said: list[str]) -> None:
        expected = (
            f"{self.name} to receive {len(said)} messages of a tab, each once, in order"
        )

        def received() -> list[str]:
            return [message for message in self.messages if message in said]

        def came_twice() -> bool | None:
            return bool(Counter(received()) - Counter(said)) or None

        def all_came() -> bool | None:
            came = not Counter(said) - Counter(received()) or came_twice()
            if not came:
                self.check_open(expected)
            return came or None

        came = self.monitor.wait(all_came)
        if came and received() == said:
            return
        if came:  # A second copy may still be on its way.
            self.monitor.wait(came_twice, IDLE)
        raise self._failure(
            *("out_of_order" if came else "lost", expected),
            said=said,
            received=received(),
            token=said[0].lower(),
        )

    def never_received(self, words: str) -> None:
        """These words have not come. Wait for later ones first: that proves it."""
        if any((_token(words) or words) in text for text in self.received):
            expected = f"{self.name} not to receive what was sent elsewhere"
            raise self._failure("overheard", expected, words=words)

    def survives(self, frame: str | bytes, words: str) -> None:
        """A frame does not end the connection: the `words` after it are answered."""
        kind = "text" if isinstance(frame, str) else "binary"
        if isinstance(frame, str):
            self.send_text(frame)
        else:
            self.send_bytes(frame)
        try:
            self.receives(self.sends(words))
        except Failure as failure:
            such = f"a {kind} frame such as {frame!r}"
            expected = f"a connection to stay open after {such}"
            raise failure.within(f"killed_by_{kind}", expected) from None

    # What its consumer knows ----------------------------------------------------------

    def is_in_room(self, name: str) -> None:
        """The consumer knows the name of the room from its route."""
        kwargs = self.consumer()["kwargs"]
        if kwargs is None or name not in kwargs.values():
            expected = (
                f"""scope["url_route"]["kwargs"] to hold the room's name, {name!r}"""
            )
            raise self._failure("unknown_room", expected, kwargs=kwargs)

    def is_user(self, name: str | None) -> None:
        """The consumer knows who is there: a user's name, or None for nobody."""
        user = self.consumer()["user"]
        if user is None or user["name"] != (name or "AnonymousUser"):
            who = f"the user {name!r}" if name else "an anonymous user"
            expected = f"""scope["user"] to be {who}"""
            raise self._failure("unknown_user", expected, user=user and user["name"])

    def consumer(self) -> Event:
        """Which consumer took this tab, with which scope.

        Raises Failure if none did.
        """
        consumer = self.monitor.wait(lambda: self.saw("consumer"))
        if consumer is None:
            raise self._failure("without_consumer", f"a consumer to take {self.name}")
        return consumer

    # Ending ---------------------------------------------------------------------------

    def ends(self) -> None:
        """Close, and wait until the consumer is done with this connection."""
        self.close()
        expected = "the consumer to end when its tab closes"

        def ended() -> Event | None:
            self.check_open(expected, closing=True)
            return self.saw("ended")

        if not self.monitor.wait(ended):
            raise self._failure("does_not_end", expected)

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
                raise self._failure("raised", expected, raised)
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


WAITED_FOR = {"not_accepted", "hangs", "silent", "lost", "does_not_end"}
"""Kinds of failures in which nothing came: there the server may still be busy."""


def _token(words: str) -> str | None:
    """The part of the words that is the same in every encoding, if there is one."""
    found = SAID.search(words)
    return found.group() if found else None
