"""A real browser as a run sees it: the process that drives it.

A process of its own drives the browser (`checks.browser.chromium`) and reports what
happens in it through a pipe.
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
from pathlib import Path
from typing import Any, TypeVar

from checks.observe.log import Event
from checks.observe.monitor import SLICE, Monitor
from checks.verdict import Cause, Finding

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

INSTALL = (
    "Install Chrome, Edge or Chromium, or type: "
    ".venv/bin/python -m playwright install chromium"
)
NO_SCREEN = "A window needs a screen: leave out HEADED=1."

Thing = TypeVar("Thing")


class NoBrowser(Finding):
    """There is no browser on this machine."""


class DriverEnded(RuntimeError):
    """The process that drives the browser is gone, and nobody asked it to go."""


class Browser:
    """The process that drives the tabs: commands go in, events come out."""

    monitor: Monitor

    def __init__(self, step: int, *, headed: bool) -> None:
        if not importlib.util.find_spec("playwright"):
            cure = f"Type make tabs STEP={step}: it installs what it needs."
            raise Finding(Cause("machine", "Playwright", "it is not installed", cure))
        self.step, self.headed = step, headed
        self.events: list[Event] = []
        self.tabs: dict[str, Callable[[Event], None]] = {}
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
                self.tabs[tab](event)
        self.monitor.last_sign = time.monotonic()
        if not data:
            self.over = self.over or "without an error"

    def check_running(self) -> None:
        """Raise DriverEnded if the process that drives the tabs is gone."""
        if self.over:
            raise DriverEnded(f"the driver of the browser ended: {self.over}")

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
