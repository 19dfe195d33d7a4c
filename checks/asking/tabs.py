"""A browser tab as a check sees it: it opens a WebSocket, sends, hears, closes.

The protocol is spoken by `websockets` without its own reading and writing (Sans-I/O),
so that one wait sees both what a tab hears and what the server says of itself.
"""

import json
import random
import socket
from http.client import SWITCHING_PROTOCOLS
from typing import Any

from websockets.client import ClientProtocol
from websockets.frames import Close, Frame, Opcode
from websockets.http11 import Response
from websockets.protocol import State
from websockets.uri import parse_uri

from checks.explain import diagnosis
from checks.findings import finding
from checks.observe.timeline import IDLE, SAID, Event
from checks.sandbox.processes import Server
from checks.verdict import Finding, shown

WORDS = (
    *("amber", "birch", "cedar", "delta", "ember", "fjord"),
    *("grove", "heron", "islet", "jetty", "kelp", "lagoon"),
)


def words(random: random.Random) -> str:
    """A message that nobody sent before, short enough to read in a sentence."""
    return f"{random.choice(WORDS)} {random.choice(WORDS)} {random.randrange(10**6)}"


class Tab:
    """One WebSocket connection, by the name that a transcript shows: `tab A`."""

    def __init__(
        self,
        server: Server,
        path: str,
        name: str,
        cookie: str | None = None,
        origin: str | None = None,
    ) -> None:
        self.server, self.path, self.name = server, path, name
        self.origin = origin
        self.wire = server.wire
        self.heard: list[str] = []
        self.messages: list[Any] = []
        self.binary: list[bytes] = []
        self.wire.tabs.append(self)
        self.sent: list[str] = []
        self.read = 0
        self.response: Response | None = None
        self.cut = False
        uri = parse_uri(f"ws://localhost:{server.port}{path}")
        page: Any = origin or f"http://localhost:{server.port}"
        self.protocol = ClientProtocol(uri, origin=page, max_size=None)
        self.socket = self._connection()
        self.port = self.socket.getsockname()[1]
        self.wire.read(self.socket.fileno(), self._arrived)
        request = self.protocol.connect()
        if cookie:
            request.headers["Cookie"] = cookie
        self._tell("opens", path)
        self.protocol.send_request(request)
        self._flush()

    def _connection(self) -> socket.socket:
        try:
            connection = socket.create_connection(("127.0.0.1", self.server.port))
        except OSError:
            self.wire.settle()
            self.server.complain()  # Nobody listens any more: its process has ended.
            raise
        # As browsers do; else the second frame waits 40 ms for the first one's ACK.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    # What passes ------------------------------------------------------------------

    def _tell(self, does: str, what: str) -> None:
        self.wire.tell(self.name, "tab", does, what, self.server.name)

    def _flush(self) -> None:
        try:
            for data in self.protocol.data_to_send():
                self.socket.sendall(data)
        except OSError:
            self.cut = True

    def _arrived(self, data: bytes) -> None:
        if data:
            self.protocol.receive_data(data)
        else:
            self.protocol.receive_eof()
            self.cut = True
        for event in self.protocol.events_received():
            if isinstance(event, Response):
                self._answered(event)
            elif isinstance(event, Frame):
                self._frame(event)
        self._flush()

    def _answered(self, response: Response) -> None:
        self.response = response
        does = "is connected" if self.is_connected else "is refused"
        self._tell(does, f"HTTP {response.status_code}")

    def _frame(self, frame: Frame) -> None:
        if frame.opcode is Opcode.TEXT:
            text = bytes(frame.data).decode(errors="replace")
            self.heard.append(text)
            self.messages.append(message_of(text))
            self._tell("hears", text)
        elif frame.opcode is Opcode.BINARY:
            self.binary.append(bytes(frame.data))
            self._tell("hears", f"{len(frame.data)} bytes, not text")
        elif frame.opcode is Opcode.CLOSE:
            self._tell("is closed", f"code {Close.parse(bytes(frame.data)).code}")

    @property
    def is_connected(self) -> bool:
        """Whether the server has accepted, as far as is known."""
        answer = self.response
        return answer is not None and answer.status_code == SWITCHING_PROTOCOLS

    # What the server says of this tab ----------------------------------------------

    @property
    def events(self) -> list[Event]:
        """What the server recorded about this tab's connection."""
        return self.server.by_port.get(self.port, [])

    def saw(self, kind: str, **data: Any) -> Event | None:
        """The last such event of this tab's connection."""
        for event in reversed(self.events):
            if event["kind"] == kind and data.items() <= event.items():
                return event
        return None

    # What a check asks ---------------------------------------------------------------

    def connects(self) -> "Tab":
        """Wait until the server has accepted. Raises Finding when it does not."""
        what = "the server to accept the WebSocket of a tab"

        def accepted() -> bool | None:
            if self.response and not self.is_connected:
                self.wire.settle()
                raise diagnosis.refused(self, what)
            answered = self.saw("out", type="websocket.accept")
            if not answered or self.cut or self.server.status is not None:
                self.complain(what)  # What is raised after an answer is for later.
            return True if self.response else None

        def handled() -> object:
            # It may accept first and join a group after: let it come to its end. What
            # answers without a consumer has said so before its answer was sent.
            by_hand = self.saw("out") and not self.saw("consumer")
            ended = by_hand or self.saw("handled", type="websocket.connect")
            if not ended:
                self.complain("connect() to end")
            return ended or None

        if not self.wire.wait(accepted):
            raise diagnosis.not_accepted(self, what)
        if not self.wire.wait(handled):
            raise diagnosis.hangs(self, "connect() to end")
        return self

    def is_refused(self, why: str = "") -> None:
        """Wait until the server has refused. Raises Finding when it accepts.

        `why` completes "a tab to be rejected", where it is not for its address.
        """
        answer = self.wire.wait(lambda: self.response or self.saw("raised"))
        if self.is_connected and why:
            expected, got = f"a tab to be rejected {why}", "the server accepted it"
            raise finding("not_rejected", expected, got, tab=self)
        if self.is_connected:
            raise diagnosis.not_refused(self)
        if not answer:
            raise diagnosis.hangs(self)

    def send(self, message: Any) -> None:
        """Send `message` as JSON, as the page of the chat does."""
        self.send_text(json.dumps(message))

    def say(self, words: str) -> str:
        """Send `{"message": words}`, and return the words."""
        self.send({"message": words})
        return words

    def send_text(self, text: str) -> None:
        """Send a text frame as it is; on a closed connection it is lost, as ever."""
        self.sent.append(text)
        self._tell("sends", text)
        if self.protocol.state is State.OPEN:
            self.protocol.send_text(text.encode())
            self._flush()

    def send_bytes(self, data: bytes) -> None:
        """Send a binary frame, as a stranger may."""
        self._tell("sends", f"{len(data)} bytes, not text")
        if self.protocol.state is State.OPEN:
            self.protocol.send_binary(data)
            self._flush()

    def hears(self, words: str, expected: str | None = None) -> dict[str, Any]:
        """Wait for `{"message": words}`, and return the JSON object that has it.

        What else the project sends, such as a welcome, is none of our business, unless
        it carries these words in another form. Raises Finding when it does not come.
        """
        what = (
            expected or f"{self.name} to hear {shown(json.dumps({'message': words}))}"
        )

        token = _token(words)

        def arrived() -> dict[str, Any] | None:
            while self.read < len(self.heard):
                text, message = self.heard[self.read], self.messages[self.read]
                self.read += 1
                if message == words:
                    return dict(json.loads(text))
                if token and token in text.lower():
                    raise diagnosis.other_form(self, what, text)
            self.complain(what)
            return None

        frame = self.wire.wait(arrived)
        if frame is None:
            raise diagnosis.silent(self, what, token)
        return frame

    def hears_in_order(self, *said: list[str]) -> None:
        """Wait for all these words; each list of them comes in its order, once."""
        for words in said:
            self._hears_in_order(words)

    def _hears_in_order(self, said: list[str]) -> None:
        what = f"{self.name} to hear {len(said)} messages of a tab, each once, in order"

        def all_came() -> bool | None:
            heard = [message for message in self.messages if message in said]
            if heard != said[: len(heard)]:
                raise diagnosis.out_of_order(self, what, said, heard)
            if len(heard) < len(said):
                self.complain(what)
            return len(heard) == len(said) or None

        if not self.wire.wait(all_came):
            raise diagnosis.silent(self, what)

    def never_heard(self, words: str) -> None:
        """These words have not come. Wait for later ones first: that proves it."""
        if any((_token(words) or words) in text for text in self.heard):
            raise diagnosis.overheard(self, words)

    def survives(self, frame: str | bytes, words: str) -> None:
        """A frame does not end the connection: the `words` after it are heard."""
        if isinstance(frame, str):
            self.send_text(frame)
        else:
            self.send_bytes(frame)
        try:
            self.hears(self.say(words))
        except Finding as finding:
            raise diagnosis.does_not_survive(finding, frame) from None

    def is_let_in(self, why: str) -> None:
        """Wait until the server has accepted. Raises Finding when the routes do not.

        `why` is what is special about the address: `hyphen`.
        """
        try:
            self.connects()
        except Finding as finding:
            if finding.kind != "no_route":
                raise
            raise diagnosis.refuses_a_room(finding, why) from None

    def breaks_nothing(self) -> None:
        """Whether it is let in or refused: no consumer raises anything over it."""

        def answered() -> bool | None:
            raised = self.saw("raised")
            if raised and self.saw("consumer"):
                raise diagnosis.breaks_over_a_room(self, raised)
            return bool(raised or self.response) or None

        self.wire.wait(answered)

    def is_in_room(self, name: str) -> None:
        """The consumer knows the name of the room from its route."""
        kwargs = self._consumer()["kwargs"]
        if kwargs is None or name not in kwargs.values():
            raise diagnosis.does_not_know_the_room(self, name, kwargs)

    def is_user(self, name: str | None) -> None:
        """The consumer knows who is there: a user's name, or None for a stranger."""
        user = self._consumer()["user"]
        who = f"the user {name!r}" if name else "an anonymous user"
        if user is None or user["name"] != (name or "AnonymousUser"):
            expected = f"""scope["user"] to be {who}"""
            there = user and user["name"]
            raise diagnosis.does_not_know_the_user(self, expected, there)

    def _consumer(self) -> Event:
        """Which consumer took this tab, with which scope."""
        consumer = self.wire.wait(lambda: self.saw("consumer"))
        if consumer is None:
            raise diagnosis.without_consumer(self)
        return consumer

    def close(self) -> None:
        """Close the tab as a browser does. Does not wait."""
        if self.protocol.state is State.OPEN:
            self._tell("closes", "code 1001")
            self.protocol.send_close(1001)
            self._flush()

    def ends(self) -> None:
        """Close, and wait until the consumer is done with this connection."""
        self.close()
        what = "the consumer to end when its tab closes"

        def ended() -> Event | None:
            self.complain(what, closing=True)
            return self.saw("ended")

        if not self.wire.wait(ended):
            raise diagnosis.does_not_end(self, what)

    def is_done(self) -> bool | None:
        """Whether the server is done with this connection."""
        ends = (self.saw("ended"), self.saw("raised"), self.server.status is not None)
        return any(ends) or None

    def complain(self, expected: str, *, closing: bool = False) -> None:
        """Raise a Finding on proof that what is waited for cannot come."""
        gone = not closing and (self.cut or self.protocol.close_code is not None)
        if gone:
            self.wire.wait(self.is_done, IDLE)  # Why it ended is told a moment later.
            self.wire.settle()
        raised = self.saw("raised")
        if raised:
            raise diagnosis.raised(self, raised, expected)
        self.server.complain()
        storm = diagnosis.storm(self.wire, expected)
        if storm:
            raise storm
        if gone:
            raise diagnosis.closed(self, expected)


def _token(words: str) -> str | None:
    """The part of the words that is the same in every encoding, if there is one."""
    found = SAID.search(words)
    return found and found.group()


def leave(tabs: list[Tab]) -> None:
    """Close tabs, and let the server finish: the next check begins in quiet."""
    for tab in tabs:
        tab.close()
    for tab in tabs:
        if tab.saw("consumer"):
            tab.wire.wait(tab.is_done, IDLE)
        tab.wire.forget(tab.socket.fileno())
        tab.socket.close()


def message_of(text: str) -> Any:
    """What a frame says under "message"; None if it is no JSON object with that key."""
    try:
        data = json.loads(text)
    except ValueError:
        return None
    return data.get("message") if isinstance(data, dict) else None
