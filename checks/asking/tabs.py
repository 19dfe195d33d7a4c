"""What a check asks of a browser tab: to connect, to send, to receive, to close."""

import contextlib
import json
from collections import Counter
from typing import Any

from checks.asking.connection import Connection
from checks.asking.lists import ListTab
from checks.observe.failure import Failure
from checks.observe.log import Event
from checks.observe.monitor import IDLE
from checks.observe.timeline import SAID
from checks.verdict import shown


class Tab(ListTab):
    """One tab, by the name that a transcript shows: `tab A`.

    What its connection is made of is up to its subclasses: `SocketTab` has a socket,
    and `checks.browser.page` the page of a real browser.
    """

    # What it does ---------------------------------------------------------------------

    def send_text(self, text: str) -> None:
        """Send a text frame as it is; on a closed connection it is lost, as ever."""
        raise NotImplementedError

    def send_bytes(self, data: bytes) -> None:
        """Send a binary frame, as any client may."""
        raise NotImplementedError

    def close(self) -> None:
        """Close the tab as a browser does. Does not wait."""
        raise NotImplementedError

    def cut(self) -> None:
        """Lose the connection without a close frame. Does not wait."""
        raise NotImplementedError

    def send(self, message: Any) -> None:
        """Send `message` as JSON, as the page of the chat does."""
        self.send_text(json.dumps(message))

    def sends(self, words: str) -> str:
        """Send `{"message": words}`, and return the words."""
        self.send({"message": words})
        return words

    def sends_at_once(self, words: str) -> str:
        """Send words as soon as it is accepted; where it is rejected, they are lost.

        Returns the words, once the consumer is done with this connection.
        """
        self.monitor.wait(lambda: self.http_status or self.is_done())
        self.sends(words)
        self.ends()
        return words

    def skips(self, seconds: float) -> None:
        """Let time pass at once for what waits in the event loop of its server process.

        What this tab has sent is handled first. What waits elsewhere, as in a thread,
        goes on waiting.
        """

        def handled() -> bool | None:
            events = (e for e in self.events if e["kind"] == "handled")
            received = [e for e in events if e["type"] == "websocket.receive"]
            return True if len(received) >= len(self.sent) else self.is_done()

        self.monitor.wait(handled, IDLE)
        self.server.ask("skip", seconds=str(seconds))

    # Messages -------------------------------------------------------------------------

    def receives(self, words: str, expected: str = "", **others: str) -> dict[str, Any]:
        """Wait for `{"message": words}`, and return the JSON object that has it.

        `others` are what it has to have under other keys. What else the project sends,
        such as a welcome, does not matter, unless it carries these words in another
        form. Raises Failure when it does not come.
        """
        message = shown(json.dumps({"message": words} | others))
        token = _token(words)
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
        for key, value in others.items():
            if frame.get(key) != value:
                kind = "other_value" if key in frame else "without_key"
                raise self._failure(kind, expected, frame=frame, key=key)
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

    def receives_each_once(self, said: list[str], expected: str) -> None:
        """Wait for messages that were saved before: each once, in this order.

        `expected` completes "this tab to receive". Raises Failure otherwise.
        """
        try:
            self.receives_in_order(said)
        except Failure as failure:
            if failure.kind not in ("lost", "out_of_order"):
                raise
            kind, got = _otherwise(said, failure.facts["received"])
        else:
            return
        raise Failure(kind, f"{self.name} to receive {expected}", got, tab=self)

    def saves(self, words: str) -> None:
        """Wait until words that this tab has sent are in the database."""

        def saved() -> Event | None:
            events = self.monitor.timeline.of_check
            written = (event for event in events if words in event.get("given", ""))
            return next(written, None)

        if not self.monitor.wait(saved, IDLE):
            expected = f"what {self.name} sends to be saved in the database"
            got = "nothing was written to a table of your project"
            raise Failure("not_saved", expected, got, tab=self)

    def lets_queries_end(self, words: str) -> None:
        """Send a message, and wait until it has come back.

        One thread of a process makes the queries of all async consumers, so those that
        others have begun before are over then. Where a query waits there, or a sync
        consumer does, none comes back.
        """
        with contextlib.suppress(Failure):
            self.receives(self.sends(words))

    def never_received(
        self, words: str, by: Connection | None = None, which: str = ""
    ) -> None:
        """These words have not come. Wait for later ones first: that proves it.

        They were sent elsewhere, or `by` a tab that was rejected: then what that tab
        has sent to a group is waited for. Or `which` says what they are.
        """

        def came() -> bool | None:
            token = _token(words) or words
            return any(token in text for text in self.received) or None

        calls = by.events if by else []
        sent = [call["args"] for call in calls if call.get("does") == "group_send"]
        if any(words in " ".join(args) for args in sent):
            self.monitor.wait(came)
        if not came():
            return
        if which:
            expected = f"{self.name} not to receive {which}"
            raise Failure("unwanted", expected, f"it received {words!r}", tab=self)
        if by:
            expected = f"{self.name} not to receive what a rejected tab sends"
            facts = {"words": words, "receiver": self.name}
            raise Failure("sent_though_rejected", expected, tab=by, facts=facts)
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
        """Close, and wait until the consumer is done with this connection.

        What it sends to a group at its end can be lost for the tabs of its own server:
        there, channels_redis reads for all of them in the consumer of one, which may be
        this one. So wait for that in a tab on another server.
        """
        self.close()
        self._is_noticed("the consumer to end when its tab closes")

    def is_lost(self) -> None:
        """Lose the connection, as when a browser is killed, and wait for the consumer.

        Nothing says goodbye: the consumer is told the code 1006.
        """
        self.cut()
        self._is_noticed("the consumer to end when the connection of its tab is lost")

    def _is_noticed(self, expected: str) -> None:
        """Wait until the consumer is done with a connection that has ended."""

        def ended() -> Event | None:
            self.check_open(expected, closing=True)
            return self.saw("ended")

        if not self.monitor.wait(ended):
            raise self._failure("does_not_end", expected)


def _otherwise(said: list[str], received: list[str]) -> tuple[str, str]:
    """How what was received differs from what was said: kind of failure, and words."""
    twice = [*(Counter(received) - Counter(said)).elements()]
    missing = [words for words in said if words not in received]
    if twice:
        return "repeated", f"it received {shown(repr(twice[0]))} twice"
    if not received:
        return "missed", "it received none of it" if said[1:] else "it did not"
    if missing:
        return "missed", f"it did not receive {shown(repr(missing[0]))}"
    early = next(got for got, due in zip(received, said, strict=True) if got != due)
    return "disordered", f"it received {shown(repr(early))} too early"


def _token(words: str) -> str | None:
    """The part of the words that is the same in every encoding, if there is one."""
    found = SAID.search(words)
    return found.group() if found else None
