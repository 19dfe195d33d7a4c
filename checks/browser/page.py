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

from checks.asking.tabs import Tab
from checks.observe.failure import Failure
from checks.observe.log import Event
from checks.observe.monitor import SILENCE, SLICE, Monitor
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

    monitor: Monitor

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
        self.reports: Any = self.process.stdout

    def attach(self, monitor: Monitor) -> None:
        """From here on, what the browser reports arrives at the monitor of the run."""
        self.monitor = monitor
        monitor.read(self.reports.fileno(), self._arrived)

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
        self.monitor.last_sign = time.monotonic()
        if not data:
            self.over = self.over or "without a word"

    def check_running(self) -> None:
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
            self.check_running()
            self.monitor.pump(SLICE)
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

    def ask_to_close(self) -> None:
        """Ask the browser to close, and do not wait for it."""
        self.commands.close()

    def close(self) -> None:
        """Close the browser, and take away what it wrote."""
        self.ask_to_close()
        try:
            self.process.wait(ENDING)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        finally:
            self.reports.close()
            shutil.rmtree(self.folder, ignore_errors=True)


def _short() -> str:
    """The folder for temporary files, or /tmp where Chromium would think it too long.

    A socket is created below it, and the path of a socket has 103 characters at most.
    """
    folder = tempfile.gettempdir()
    return folder if len(folder) <= LONGEST else "/tmp"  # noqa: S108


class Page(Tab):
    """A tab of a real browser, with the page of the chat in it.

    `earlier` tabs were opened on the same server before this one: the browser does not
    say which of the server's sockets is whose.
    """

    def __init__(
        self, browser: Browser, server: Server, path: str, name: str, earlier: int
    ) -> None:
        super().__init__(server, path, name)
        self.browser, self.earlier = browser, earlier
        self.url = f"http://localhost:{server.port}{path}"
        self.opened = False
        self.http: int | None = None
        self.status: str | None = None
        self.log: list[str] | None = None
        self.console: list[str] = []
        browser.tabs[name] = self

    @property
    def events(self) -> list[Event]:
        """What the server reported about this tab's connection."""
        sockets = [e["socket"] for e in self.server.events if e["kind"] == "opened"]
        if len(sockets) <= self.earlier:
            return []
        return self.server.by_socket[sockets[self.earlier]]

    @property
    def close_code(self) -> int | None:
        """The code in a status line, as in `Closed with code 1011.` on our page."""
        code = (self.status or "").partition(" code ")[2][:4]
        return int(code) if self.is_cut and code.isdigit() else None

    # What the browser reports ---------------------------------------------------------

    def noticed(self, event: Event) -> None:
        """Take in what the browser reports about this tab."""
        getattr(self, f"on_{event.pop('kind')}")(**event)

    def on_page(self, status: int) -> None:
        """A page was loaded."""
        self.http = status

    def on_socket(self, url: str) -> None:
        """The page has created a WebSocket."""
        self.opened, self.path = True, urlsplit(url).path
        self._note("opens", self.path)

    def on_answered(self, status: int) -> None:
        """The server has answered the handshake."""
        self._answered(status)

    def on_sent(self, text: str) -> None:
        """A frame has left the page: there is something to answer now."""
        self.sent.append(text)
        self._note("sends", text)
        self.monitor.silence = SILENCE

    def on_received(self, text: str) -> None:
        """A frame has come."""
        self.receive(text)
        self._note("hears", text)

    def on_closed(self) -> None:
        """The WebSocket is closed, or it was refused and never open."""
        self.is_cut = self.http_status is None or self.is_connected
        if self.is_cut:
            code = self.close_code
            self._note("is closed", f"code {code}" if code else "")

    def on_shows(self, log: list[str] | None, status: str | None) -> None:
        """What the page shows has changed."""
        self.log, self.status = log, status

    def on_console(self, words: str) -> None:
        """An error has been written to the console."""
        self.console.append(words)

    # What is asked of it --------------------------------------------------------------

    def opens(self) -> None:
        """Open the page, and its WebSocket. Raises Failure if one does not come."""
        self.monitor.timeline.tabs.append(self)
        failed = self.browser.do("open", tab=self.name, url=self.url)
        if failed or self.http != HTTPStatus.OK:
            raise self._no_page(failed)
        if not self.browser.wait(lambda: self.opened or None):
            expected = f"the page of {self.name} to open a WebSocket"
            raise self._page_differs(expected, "it opened none")
        self.connects()

    def types(self, words: str) -> str:
        """Type words into the box and press Enter. Raises Failure if nothing leaves."""
        before = len(self.sent)
        expected = f"the page of {self.name} to send what is typed into its box"
        failed = self.browser.do("say", tab=self.name, words=words)
        if failed:
            raise self._page_differs(expected, "it has no box that takes it")

        def left() -> bool | None:
            if len(self.sent) == before:
                self.check_open(expected)
                return None
            return True

        if not self.browser.wait(left):
            raise self._page_differs(expected, "no frame left it after Enter")
        return words

    def shows(self, words: str) -> None:
        """Wait until what was received is in the log. Raises Failure if it is not."""

        def inside() -> bool | None:
            return any(words in line for line in self.log or ()) or None

        if not self.browser.wait(inside):
            got = f"its log shows {self.log}" if self.log else "its log is empty"
            got = "it has no log" if self.log is None else got
            expected = f"the page of {self.name} to show {words!r}, which it heard"
            raise self._page_differs(expected, got)

    def _page_differs(self, expected: str, got: str) -> Failure:
        """The page does something else than that of the course."""
        self.monitor.drain()
        if self.console:
            got += f", and its console says: {shown(self.console[0])}"
        return Failure("", expected, got, Where(TEMPLATE))

    def _no_page(self, failed: str | None) -> Failure:
        """The address led to no page: an exception, an HTTP error, no answer at all."""
        busy_at = self.server.executing() if failed else None
        self.monitor.drain()
        self.server.check_running()
        return Failure(
            "no_page",
            f"the page at {self.path} to answer over HTTP",
            event=self.server.first_of("http_raised"),
            busy_at=busy_at,
            facts={"status": self.http},
        )

    def check_open(self, expected: str, *, closing: bool = False) -> None:
        """Raise a Failure on proof that what is waited for cannot come."""
        self.browser.check_running()
        super().check_open(expected, closing=closing)
        if self._on_its_way():
            self.monitor.silence, self.monitor.last_sign = SILENCE, time.monotonic()

    def _on_its_way(self) -> bool:
        """Whether the server has sent what the browser has not reported yet."""
        kinds = ("websocket.accept", "websocket.send")
        out = [e for e in self.events if e["kind"] == "out" and e["type"] in kinds]
        waits = len(out) > len(self.received) + bool(self.http_status)
        return waits and time.monotonic() - out[-1]["at"] < ANSWERING
