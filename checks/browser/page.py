"""A real browser as a run sees it: its process, and its tabs.

The tabs are those of `checks.asking.tabs`, but for where their frames come from: a
process of its own drives the browser (`checks.browser.chromium`) and reports what
happens in it through a pipe. So what a tab waits for, and what is reported when it does
not come, is the same as in a check.
"""

import contextlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from websockets.datastructures import Headers
from websockets.http11 import Response

from checks.asking.tabs import Tab, message_of
from checks.explain import diagnosis
from checks.observe.timeline import SILENCE, SLICE, Event, Wire
from checks.sandbox.processes import Server
from checks.verdict import Cause, Finding, Where, shown

ANSWERING = 20.0
"""Seconds that the browser may take for a step, on a machine with much else to do."""
SHOWING = 5.0
"""Seconds that it may take to show, or to send, what it was given."""
STARTING = 40.0
"""Seconds until a browser is there; a first start may take ten times a second one."""
ENDING = 10.0
"""Seconds that the browser may take to close."""

LONGEST = 40
"""Characters of a folder in which Chromium can start."""

OPEN = HTTPStatus.SWITCHING_PROTOCOLS
TEMPLATE = "chat/templates/chat/room.html"
INSTALL = (
    "Install Chrome, Edge or Chromium, or type: "
    ".venv/bin/python -m playwright install chromium"
)
NO_SCREEN = "A window needs a screen: leave out HEADED=1."

Thing = TypeVar("Thing")


class NoBrowser(Finding):
    """There is no browser on this machine."""


class Browser:
    """The process that drives the tabs: commands go in, events come out."""

    wire: Wire

    def __init__(self, step: int, *, headed: bool) -> None:
        if not importlib.util.find_spec("playwright"):
            cure = f"Type make tabs STEP={step}: it installs what it needs."
            raise Finding(Cause("machine", "Playwright", "it is not installed", cure))
        self.headed = headed
        self.events: list[Event] = []
        self.tabs: dict[str, Page] = {}
        self.unread = b""
        self.over: str | None = None
        self.folder = Path(tempfile.mkdtemp(prefix="tabs-", dir=_short()))
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "checks.browser.chromium"]
            + (["--headed"] if headed else []),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env=os.environ | {"TMPDIR": str(self.folder)},
            start_new_session=True,  # Ctrl-C is ours: it ends when we do.
        )
        self.commands: Any = self.process.stdin
        self.told: Any = self.process.stdout

    def attach(self, wire: Wire) -> None:
        """From here on, what the browser tells arrives at the wire of the run."""
        self.wire = wire
        wire.read(self.told.fileno(), self._arrived)

    def _arrived(self, data: bytes) -> None:
        *lines, self.unread = (self.unread + data).split(b"\n")
        for line in lines:
            event = json.loads(line)
            tab = event.pop("tab", None)
            if event["kind"] == "broken":
                self.over = event["words"]
            elif tab is None:
                self.events.append(event)
            elif tab in self.tabs:
                self.tabs[tab].noticed(event)
        self.wire.last_sign = time.monotonic()
        if not data:
            self.over = self.over or "without a word"

    def complain(self) -> None:
        """Raise if the process that drives the tabs is gone: nobody asked it to go."""
        if self.over:
            raise RuntimeError(f"the driver of the browser ended: {self.over}")

    def wait(
        self, happened: Callable[[], Thing | None], seconds: float = SHOWING
    ) -> Thing | None:
        """What `happened` returns once it is not None; None if it never is in time.

        For what is the browser's to do: no server has anything to say about it.
        """
        deadline = time.monotonic() + seconds
        while (thing := happened()) is None and time.monotonic() < deadline:
            self.complain()
            self.wire.pump(SLICE)
        return thing

    def _next(self, awaited: str, seconds: float) -> Event:
        """Take the next event that is about no tab in particular."""
        event = self.wait(lambda: self.events.pop(0) if self.events else None, seconds)
        if event is None:
            got = f"it was not after {seconds:g} s"
            cure = "Close what else keeps this machine busy, and try again."
            raise Finding(Cause("machine", f"the browser {awaited}", got, cure))
        return event

    def starts(self) -> str:
        """Wait until it is there, and return its name. Raises NoBrowser, or Finding."""
        event = self._next("to be there", STARTING)
        if event["kind"] != "no_browser":
            return str(event["name"])
        expected = "a browser that can be driven"
        tried = [f"{path} says: {why}" for path, why in event["reasons"].items()]
        if tried:
            cure = NO_SCREEN if self.headed else INSTALL
            raise Finding(Cause("machine", expected, "; ".join(tried), cure))
        got = "there is none on this machine"
        raise NoBrowser(Cause("machine", expected, got, INSTALL))

    def do(self, what: str, **data: Any) -> str | None:
        """Have something done in the browser; return why it was not, or None."""
        line = json.dumps({"do": what, **data}).encode() + b"\n"
        with contextlib.suppress(BrokenPipeError):
            self.commands.write(line)
        failed: str | None = self._next("to be done with a step", ANSWERING)["failed"]
        return failed

    def leave(self) -> None:
        """Ask the browser to close, and do not wait for it."""
        self.commands.close()

    def close(self) -> None:
        """Close the browser, and take away what it wrote."""
        self.leave()
        try:
            self.process.wait(ENDING)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        finally:
            self.told.close()
            shutil.rmtree(self.folder, ignore_errors=True)


def _short() -> str:
    """The folder for temporary files, or /tmp where Chromium would think it too long.

    A socket lies below it, and the path of a socket has 103 characters at most.
    """
    folder = tempfile.gettempdir()
    return folder if len(folder) <= LONGEST else "/tmp"  # noqa: S108


class Closing:
    """How the connection of a tab ended, as far as its page tells."""

    def __init__(self, page: "Page") -> None:
        self.page = page

    @property
    def close_code(self) -> int | None:
        """The code in a status line, as in `Closed with code 1011.` on our page."""
        code = (self.page.status or "").partition(" code ")[2][:4]
        return int(code) if self.page.cut and code.isdigit() else None


class Page(Tab):
    """A tab of a real browser, with the page of the chat in it.

    `earlier` tabs were opened on the same server before this one: the browser does not
    say which of the server's sockets is whose.
    """

    def __init__(
        self, browser: Browser, server: Server, path: str, name: str, earlier: int
    ) -> None:
        self.browser, self.server, self.wire = browser, server, server.wire
        self.path, self.name, self.earlier = path, name, earlier
        self.url = f"http://localhost:{server.port}{path}"
        self.heard, self.binary, self.sent, self.read = [], [], [], 0
        self.messages = []
        self.response, self.cut = None, False
        self.protocol: Any = Closing(self)
        self.origin = None
        self.opened = False
        self.http: int | None = None
        self.status: str | None = None
        self.log: list[str] | None = None
        self.console: list[str] = []
        browser.tabs[name] = self

    @property
    def events(self) -> list[Event]:
        """What the server recorded about this tab's connection."""
        sockets = [e["socket"] for e in self.server.events if e["kind"] == "opened"]
        if len(sockets) <= self.earlier:
            return []
        mine = sockets[self.earlier]
        return [event for event in self.server.events if event["socket"] == mine]

    # What the browser tells ----------------------------------------------------------

    def noticed(self, event: Event) -> None:
        """Take in what the browser tells of this tab."""
        getattr(self, f"on_{event.pop('kind')}")(**event)

    def on_page(self, status: int) -> None:
        """A page was loaded."""
        self.http = status

    def on_socket(self, url: str) -> None:
        """The page has made a WebSocket."""
        self.opened, self.path = True, urlsplit(url).path
        self._tell("opens", self.path)

    def on_answered(self, status: int) -> None:
        """The server has answered the handshake."""
        self._answered(Response(status, "", Headers()))

    def on_sent(self, text: str) -> None:
        """A frame has left the page: there is something to answer now."""
        self.sent.append(text)
        self._tell("sends", text)
        self.wire.patience = SILENCE

    def on_received(self, text: str) -> None:
        """A frame has come."""
        self.heard.append(text)
        self.messages.append(message_of(text))
        self._tell("hears", text)

    def on_closed(self) -> None:
        """The WebSocket is closed, or it was refused and never open."""
        self.cut = self.response is None or self.response.status_code == OPEN
        if self.cut:
            code = self.protocol.close_code
            self._tell("is closed", f"code {code}" if code else "")

    def on_shows(self, log: list[str] | None, status: str | None) -> None:
        """What the page shows has changed."""
        self.log, self.status = log, status

    def on_console(self, words: str) -> None:
        """An error has been written to the console."""
        self.console.append(words)

    # What is asked of it -------------------------------------------------------------

    def opens(self) -> None:
        """Open the page, and its WebSocket. Raises Finding if one does not come."""
        self.wire.tabs.append(self)
        failed = self.browser.do("open", tab=self.name, url=self.url)
        if failed or self.http != HTTPStatus.OK:
            raise self._no_page(failed)
        if not self.browser.wait(lambda: self.opened or None):
            expected = f"the page of {self.name} to open a WebSocket"
            raise self._page_is_other(expected, "it opened none")
        self.connects()

    def says(self, words: str) -> str:
        """Type words into the box and press Enter. Raises Finding if nothing leaves."""
        before = len(self.sent)
        expected = f"the page of {self.name} to send what is typed into its box"
        failed = self.browser.do("say", tab=self.name, words=words)
        if failed:
            raise self._page_is_other(expected, "it has no box that takes it")

        def left() -> bool | None:
            if len(self.sent) == before:
                self.complain(expected)
                return None
            return True

        if not self.browser.wait(left):
            raise self._page_is_other(expected, "no frame left it after Enter")
        return words

    def shows(self, words: str) -> None:
        """Wait until what was heard is in the log. Raises Finding when it is not."""

        def inside() -> bool | None:
            return any(words in line for line in self.log or ()) or None

        if not self.browser.wait(inside):
            got = f"its log shows {self.log}" if self.log else "its log is empty"
            got = "it has no log" if self.log is None else got
            expected = f"the page of {self.name} to show {words!r}, which it heard"
            raise self._page_is_other(expected, got)

    # What is said when it is not as it should be -------------------------------------

    def _page_is_other(self, expected: str, got: str) -> Finding:
        self.wire.settle()
        if self.console:
            got += f", and its console says: {shown(self.console[0])}"
        return Finding(Cause("project", expected, got, "", Where(TEMPLATE)))

    def _no_page(self, failed: str | None) -> Finding:
        """The address led to no page: an exception, an HTTP error, no answer at all."""
        at = self.server.executing() if failed else None
        self.wire.settle()
        self.server.complain()
        raised = self.server.of_kind("http_raised")
        return diagnosis.no_page(self.path, self.http, raised, at)

    def complain(self, expected: str, *, closing: bool = False) -> None:
        self.browser.complain()
        super().complain(expected, closing=closing)
        if self._on_its_way():
            self.wire.patience, self.wire.last_sign = SILENCE, time.monotonic()

    def _on_its_way(self) -> bool:
        """Whether the server has sent what the browser has not told of yet."""
        said = ("websocket.accept", "websocket.send")
        out = [e for e in self.events if e["kind"] == "out" and e["type"] in said]
        waits = len(out) > len(self.heard) + bool(self.response)
        return waits and time.monotonic() - out[-1]["at"] < ANSWERING
