"""A tab on a WebSocket of our own.

The protocol is spoken by `websockets` without its own reading and writing (Sans-I/O),
so that one wait sees both what a tab receives and what the server reports of itself.
"""

import contextlib
import socket
from collections.abc import Iterator
from typing import Any

from websockets.client import ClientProtocol
from websockets.datastructures import Headers
from websockets.frames import Close, Frame, Opcode
from websockets.http11 import Response
from websockets.protocol import State
from websockets.uri import parse_uri

from checks.asking.tabs import Tab
from checks.asking.users import User
from checks.observe.application import HOLD
from checks.observe.log import Event
from checks.observe.monitor import IDLE
from checks.sandbox.web_process import WebProcess

MOST_BYTES, MOST_FRAMES = 16 * 2**20, 10_000
"""How much a tab reads; it stops where the server sends more."""


class SocketTab(Tab):
    """A tab on a WebSocket of our own; `source` is the address that it comes from.

    `host` is the name by which a browser has opened its page; `origin`, the whole site
    where that is another one than the server's.
    """

    source: tuple[str, int] | None = None

    def __init__(  # noqa: PLR0913 (where it connects, and as whose tab)
        self,
        server: WebProcess,
        path: str,
        name: str,
        cookie: str | None = None,
        *,
        origin: str | None = None,
        host: str = "localhost",
        user: User | None = None,
        held_after: str = "",
    ) -> None:
        super().__init__(server, path, name, origin)
        self.user, self.cookie = user, cookie
        self.bytes_read = 0
        self.monitor.timeline.tabs.append(self)
        site = server.site.replace("localhost", host)
        uri = parse_uri(f"{site.replace('http', 'ws', 1)}{path}")
        page: Any = origin or site
        self.protocol = ClientProtocol(uri, origin=page, max_size=None)
        self.socket = self._connection()
        self.port = self.socket.getsockname()[1]
        self.monitor.read(self.socket.fileno(), self._arrived)
        request = self.protocol.connect()
        self._identify(request.headers)
        if cookie:
            request.headers["Cookie"] = cookie
        if held_after:
            request.headers[HOLD] = f"websocket.{held_after}"
        what = f"{user.shown}: {path}" if user else path
        self._note("opens", what, "websocket.connect")
        self.protocol.send_request(request)
        self._flush()
        self.monitor.expect()

    def _identify(self, headers: Headers) -> None:
        """Say which tab this is, where the port does not."""

    def _connection(self) -> socket.socket:
        try:
            to = ("127.0.0.1", self.server.port)
            connection = socket.create_connection(to, source_address=self.source)
        except OSError:
            self.monitor.drain()
            self.server.check_running()  # Nobody listens: its process has ended.
            raise
        # As browsers do; else the second frame waits 40 ms for the first one's ACK.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    @property
    def events(self) -> list[Event]:
        """What the server reported about this connection."""
        return self.server.by_port.get(self.port, [])

    @property
    def close_code(self) -> int | None:
        """The code with which the connection was closed.

        It may be cut off once a close frame has come: that frame still has the code.
        """
        received = self.protocol.close_rcvd
        if self.is_cut and received:
            return received.code
        return self.protocol.close_code

    def _flush(self) -> None:
        """Send what is to be sent. Where nobody takes it, the end is read.

        A close frame may have come before, with the code.
        """
        with contextlib.suppress(OSError):
            for data in self.protocol.data_to_send():
                self.socket.sendall(data)

    def _arrived(self, data: bytes) -> None:
        self.bytes_read += len(data)
        if self.bytes_read > MOST_BYTES or len(self.received) > MOST_FRAMES:
            self.monitor.forget(self.socket.fileno())
            self.is_flooded = True
            return
        if data:
            self.protocol.receive_data(data)
        else:
            self.protocol.receive_eof()
            self.is_cut = True
        for event in self.protocol.events_received():
            if isinstance(event, Response):
                self._answered(event.status_code)
            elif isinstance(event, Frame):
                self._frame(event)
        self._flush()

    def _frame(self, frame: Frame) -> None:
        data = bytes(frame.data)
        if frame.opcode is Opcode.TEXT:
            self.receive(data.decode(errors="replace"))
            self._note("receives", self.received[-1], "websocket.send")
        elif frame.opcode is Opcode.BINARY:
            self.binary.append(data)
            self._note("receives", f"{len(data)} bytes, not text", "websocket.send")
        elif frame.opcode is Opcode.CLOSE:
            code = Close.parse(data).code
            self._note("is closed", f"code {code}", "websocket.close")

    def send_text(self, text: str) -> None:
        """Send a text frame as it is; on a closed connection it is lost, as ever."""
        self.sent.append(text)
        self._note("sends", text, "websocket.receive")
        if self.protocol.state is State.OPEN:
            self.protocol.send_text(text.encode())
            self._flush()

    def send_bytes(self, data: bytes) -> None:
        """Send a binary frame, as any client may."""
        self._note("sends", f"{len(data)} bytes, not text", "websocket.receive")
        if self.protocol.state is State.OPEN:
            self.protocol.send_binary(data)
            self._flush()

    def close(self) -> None:
        """Close the tab as a browser does. Does not wait."""
        if self.protocol.state is State.OPEN:
            self._note("closes", "code 1001")
            self.protocol.send_close(1001)
            self._flush()

    def cut(self) -> None:
        """Lose the connection without a close frame. Does not wait."""
        self._note("loses", "its connection")
        self.let_go()
        self.protocol.receive_eof()
        self.monitor.expect()
        self.is_cut = True

    @contextlib.contextmanager
    def is_slow(self) -> Iterator[None]:
        """Let it read nothing, and answer nothing, for a `with` block.

        So it is with a tab on the other side of a slow network.
        """
        self.monitor.forget(self.socket.fileno())
        try:
            yield
        finally:
            self.monitor.read(self.socket.fileno(), self._arrived)

    def let_go(self) -> None:
        """Give back the socket, whatever the server does on its end."""
        if self.socket.fileno() >= 0:
            self.monitor.forget(self.socket.fileno())
        self.socket.close()


def close_tabs(tabs: list[SocketTab]) -> None:
    """Close tabs, and wait for the server: the next check begins in quiet.

    Where one consumer does not end, the others are not waited for.
    """
    for tab in tabs:
        tab.close()
    ends: bool | None = True
    for tab in tabs:
        if ends and tab.saw("consumer"):
            ends = tab.monitor.wait(tab.is_done, IDLE)
        tab.let_go()
