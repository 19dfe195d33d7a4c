"""Reports what a message causes in the served project: frames, events, handlers.

It runs in a process of the project. `make learn` shows its pages the way of a message
from what is reported (`messages`). A project that sends without end is reported in
part, and never waits for whoever reads the reports.
"""

import contextvars
import itertools
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

from daphne.ws_protocol import WebSocketFactory

from checks.learn.handshakes import Event, ReportingProtocol, place_of
from checks.observe import instruments
from checks.observe.recorder import SHORT, Recorder, current_socket, words_of
from checks.observe.sync_calls import watch_sync_calls
from checks.verdict import shown

TAB = b"live-tab="
"""How the query string begins by which a tab of a page says which one it is."""
SENDS = ("group_send", "send")
"""The calls of a channel layer that send an event."""
HANDLERS = ("receive", "receive_json", "websocket_receive")
"""The methods of a consumer that handle a frame."""
AT_ONCE, PER_SECOND = 120, 30.0
"""So many events are reported at once, and so many more in each second."""
ALWAYS = ("opened", "closed")
"""What is reported in any case: who misses one takes a closed tab for an open one."""


class TrafficRecorder(Recorder):
    """Reports what `checks.observe.instruments` record, as far as pages show it.

    `report` is called with each event.
    """

    def __init__(self, project: Path, report: Callable[[Event], None]) -> None:
        super().__init__(-1, project)
        self.report = report
        self.methods_of: dict[int | None, dict[str, Event]] = {}
        self.kept_in = ""
        self.sending: tuple[int | None, Event | None] | None = None
        self.left, self.counted_at = float(AT_ONCE), time.monotonic()
        self.lost, self.lost_since = 0, 0.0

    def __call__(self, kind: str, **data: Any) -> None:
        """Report an event that is sent through the channel layer, or handled."""
        socket = current_socket.get()
        if kind == "consumer":
            self.methods_of[socket] = data["methods"]
        elif kind == "layer":
            self._layer(socket, data)
        elif kind == "handling" and data["event"] is not None:
            facts = {"type": data["type"], "kept_in": self.kept_in}
            where = self.method(socket, str(data["type"]).replace(".", "_"))
            self.event(kind, socket, **facts, where=where)

    def _layer(self, socket: int | None, call: Event) -> None:
        """Report that an event is sent, but not how a layer passes it on by itself."""
        self.kept_in = call["kept_in"]
        if call["does"] == "send" and self.sending == (socket, call["where"]):
            return
        if call["does"] in SENDS:
            self.sending = socket, call["where"]
            facts = {name: call[name] for name in ("does", "args", "kept_in", "where")}
            self.event("layer", socket, **facts)

    def event(self, kind: str, socket: int | None, **data: Any) -> None:
        """Report an event; where there are too many, the next one says how many."""
        now = time.monotonic()
        if kind in ALWAYS or self._may_report(now):
            lost = {"lost": self.lost, "lost_since": self.lost_since}
            self.report({"kind": kind, "at": now, "socket": socket, **lost, **data})
            self.lost = 0
        else:
            self.lost_since = self.lost_since if self.lost else now
            self.lost += 1

    def _may_report(self, now: float) -> bool:
        more = (now - self.counted_at) * PER_SECOND
        self.left, self.counted_at = min(self.left + more, AT_ONCE), now
        if self.left < 1:
            return False
        self.left -= 1
        return True

    def method(self, socket: int | None, *names: str) -> Event | None:
        """Where the first of these methods begins that the learner wrote."""
        methods = self.methods_of.get(socket, {})
        return next((methods[name] for name in names if name in methods), None)


class TrafficProtocol(ReportingProtocol):
    """Daphne's end of one WebSocket, which reports what is sent over it."""

    record: ClassVar[TrafficRecorder]
    numbers: ClassVar[Iterator[int]] = itertools.count(1)
    number = 0
    tab = ""
    _raw_query_string: bytes  # Set by Daphne's end of HTTP, which began it.

    def onConnect(self, request: Any) -> Any:
        """Serve a connection, in a context that has its number."""
        self.number, self.tab = next(self.numbers), self._take_tab()
        context = contextvars.copy_context()
        context.run(current_socket.set, self.number)
        return context.run(super().onConnect, request)

    def _take_tab(self) -> str:
        """Which tab of which page this is, which the project does not see."""
        query: bytes = self._raw_query_string
        if not query.startswith(TAB):
            return ""
        self._raw_query_string = b""
        return query.removeprefix(TAB)[:SHORT].decode("ascii", "replace")

    def serverAccept(self, subprotocol: str | None = None) -> None:
        """The application accepts."""
        super().serverAccept(subprotocol)
        self._event("opened", path=self.path.decode()[:SHORT], tab=self.tab)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: FBT001
        """A frame has arrived."""
        where = self.record.method(self.number, *HANDLERS)
        self._event("in", text=_text(payload, is_binary=isBinary), where=where)
        super().onMessage(payload, isBinary)

    def serverSend(self, content: Any, binary: bool = False) -> None:  # noqa: FBT001, FBT002
        """The application sends a frame."""
        text = _text(content, is_binary=binary)
        self._event("out", text=text, where=self.record.here())
        super().serverSend(content, binary)

    def serverClose(self, code: int | None = None) -> None:
        """The application closes the connection."""
        where = self.record.here()
        self._event("closes", text=f"code {code or 1000}", where=where)
        super().serverClose(code)

    def handle_exception(self, exception: BaseException) -> None:
        """The application has raised this."""
        words = words_of(exception)[:SHORT]
        error = {"error": type(exception).__name__, "words": words}
        self._event("raised", **error, where=place_of(exception))
        super().handle_exception(exception)

    def onClose(self, wasClean: bool, code: int, reason: str) -> None:  # noqa: FBT001
        """It has ended."""
        self._event("closed")
        self.record.methods_of.pop(self.number, None)
        super().onClose(wasClean, code, reason)

    def _event(self, kind: str, **data: Any) -> None:
        self.record.event(kind, self.number, **data)


def report_traffic(project: Path, report: Callable[[Event], None]) -> None:
    """Report from now on what messages cause in this process.

    To be called before anything of Channels is imported.
    """
    record = TrafficProtocol.record = TrafficRecorder(project, report)
    WebSocketFactory.protocol = TrafficProtocol

    def watch_consumers(module: ModuleType) -> None:
        instruments.watch_consumers(record, module)

    def watch_layers(module: ModuleType) -> None:
        instruments.watch_layers(record, module)

    instruments.after_import(
        {"channels.consumer": watch_consumers, "channels.layers": watch_layers}
    )
    watch_sync_calls(record)


def _text(content: str | bytes, *, is_binary: bool) -> str:
    if is_binary:
        return f"{len(content)} bytes, not text"
    text = content if isinstance(content, str) else content.decode(errors="replace")
    return shown(text)
