"""One run that lasts as long as a notebook's kernel, and the tabs on it."""

import asyncio
import atexit
import functools
import math
import os
import signal
import string
import time
import warnings
from pathlib import Path
from typing import Any, NoReturn

from checks.asking.connection import ANSWER
from checks.asking.sockets import SocketTab
from checks.course.lessons import Course, Lesson
from checks.observe.failure import Failure
from checks.observe.log import Event
from checks.observe.monitor import IDLE
from checks.run.run import Run
from checks.sandbox.preload import preload
from checks.verdict import Cause, Finding

ENDING = 5.0
"""Seconds to wait for the end of a connection after an exception: once in a second
Daphne looks whether there was one."""
SERVERS = {1: "server", 2: "second_server"}

# A kernel talks to the notebook from threads of its own, and Python 3.12 and later warn
# that a lock which such a thread holds stays locked in a forked child. The child of a
# run uses nothing of the kernel's: it closes all that it inherits, and ends by itself.
warnings.filterwarnings(
    "ignore", r"This process .* is multi-threaded", DeprecationWarning, r"checks\."
)


def misused(expected: str, got: str, cure: str) -> Finding:
    """The finding that a cell called something in a way that cannot work."""
    return Finding(Cause("project", expected, got, cure))


class Tab(SocketTab):
    """A tab of the checks, for somebody who types at it."""

    printed = 0
    closed_by_user = False

    def __repr__(self) -> str:
        return f"<{self.name} at {self.path}: {self.protocol.state.name.lower()}>"

    @property
    def is_open(self) -> bool:
        """Whether frames can pass."""
        return bool(self.protocol.state.name == "OPEN")

    def is_over(self) -> bool | None:
        """True once nothing more can come."""
        return self.is_cut or self.close_code is not None or None

    def send_text(self, text: str) -> None:
        """Send a text frame as it is.

        Raises Failure or Finding when the tab is not open.
        """
        if not self.is_open:
            expected = f"{self.name} to be open"
            if not self.closed_by_user:
                self.check_open(expected)
            again = f"Open another: tab = open_tab({self.path!r})"
            raise misused(expected, "it is not", again)
        super().send_text(text)

    def close(self) -> None:
        """Close the tab as a browser does. Does not wait."""
        self.closed_by_user = True
        super().close()

    def is_served(self) -> bool | None:
        """True once the server is done with everything that this tab sent."""
        self.server.check_running()
        unwatched = self.saw("consumer") is None
        handled = [e for e in self.events if e["kind"] == "handled"]
        frames = [e for e in handled if e["type"] == "websocket.receive"]
        done = unwatched or self.saw("raised") or len(frames) >= len(self.sent)
        return bool(self.is_over() or done) or None

    def news(self) -> list[str]:
        """What it received since this was last asked."""
        news, self.printed = self.received[self.printed :], len(self.received)
        return news


class Exploration:
    """One run that lasts as long as the kernel, and the tabs on it."""

    def __init__(self, lesson: Lesson, project: Path) -> None:
        preload()
        self.run = Run(lesson, project, math.inf)
        self.run.begin()
        self.monitor = self.run.monitor
        self.process = os.getpid()
        self.tabs: list[Tab] = []
        self.cookies: dict[str, str] = {}
        self.events_read = 0

    def open(
        self, address: str, on: int, cookie: str | None, origin: str | None = None
    ) -> Tab:
        """Open a tab, and do not wait for an answer."""
        if not (isinstance(address, str) and address.startswith("/")):
            cure = 'As in: open_tab("/ws/chat/lobby/")'
            expected, got = "an address that begins with a /", f"it is {address!r}"
            raise misused(expected, got, cure)
        letters = string.ascii_uppercase
        rounds, letter = divmod(len(self.tabs), len(letters))
        name = f"tab {letters[letter]}{rounds or ''}"
        server = self.run.server(SERVERS[on])
        self.tabs.append(Tab(server, address, name, cookie, origin=origin))
        return self.tabs[-1]

    def answered(self, tab: Tab) -> None:
        """Wait until the server has accepted or rejected a tab."""
        if not self.monitor.wait(lambda: tab.http_status or tab.is_cut or None):
            busy_at = tab.server.busy_at()
            raise Failure("hangs", ANSWER, tab=tab, busy_at=busy_at)
        self.news()  # Whatever was raised, it is what this tab was answered with.

    def settle(self) -> None:
        """Wait until the servers are done with what they were sent, and all is quiet.

        Raises Failure when one of them does not come to an end.
        """
        for tab in self.tabs:
            if not self.monitor.wait(tab.is_served):
                expected = f"the consumer to be done with what {tab.name} sent"
                raise _silent(tab, expected)
        self.monitor.wait(lambda: None, IDLE)
        for tab in self.tabs:
            ends_at = time.monotonic() + ENDING
            while (
                tab.saw("raised") and not tab.is_over() and time.monotonic() < ends_at
            ):
                self.monitor.wait(tab.is_over, IDLE)

    def news(self) -> list[Event]:
        """What the servers reported since this was last asked."""
        events = self.run.timeline.events
        news, self.events_read = events[self.events_read :], len(events)
        return news

    def check_news(self) -> None:
        """Raise a Failure for what went wrong in the servers since the last look."""
        for event in self.news():
            for tab in self.tabs:
                expected = f"the consumer to deal with what {tab.name} sent or receives"
                if event["kind"] == "raised" and event in tab.events:
                    raise Failure("raised", expected, tab=tab, event=event)
                if event["kind"] == "never_awaited" and event in tab.server.events:
                    raise _silent(tab, expected)

    def owner(self, channel: str) -> str:
        """The tab whose consumer has this channel, and the server that it is on."""
        for tab in self.tabs:
            for event in tab.events:
                if event["kind"] == "layer" and repr(channel) in event["args"]:
                    closed = "" if tab.is_open else ", closed"
                    return f"{tab.name} on {tab.server.name}{closed}"
        return "nobody here"

    def close(self) -> None:
        """End everything, unless this is a forked child."""
        if os.getpid() == self.process:
            self.run.close()

    def read_between_cells(self) -> None:
        """Read while no cell runs, too: a server drops a tab that answers no ping."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return  # No notebook.
        selector: Any = self.monitor.selector
        loop.add_reader(selector.fileno(), self.monitor.pump, 0)

    def end_with_kernel(self) -> None:
        """Leave nothing behind, also when a kernel is killed that does not listen."""
        atexit.register(self.close)

        def end(*_: object) -> NoReturn:
            self.close()
            os._exit(128 + signal.SIGTERM)

        signal.signal(signal.SIGTERM, end)


def _silent(tab: Tab, expected: str) -> Failure:
    busy_at = tab.server.busy_at()
    return Failure("silent", expected, tab=tab, busy_at=busy_at)


@functools.cache
def exploration() -> Exploration:
    """The one exploration of this kernel, begun when first asked for."""
    here = Exploration(_lesson(), Path.cwd())
    here.end_with_kernel()
    here.read_between_cells()
    return here


def _lesson() -> Lesson:
    """The lesson that the environment names, or whose copy is in this folder."""
    course, folder = Course(), Path.cwd()
    if "CHECKS_STEP" in os.environ:
        return course.lesson(os.environ["CHECKS_STEP"])
    if not (folder / "lesson.toml").is_file():
        expected = "the notebook to run in the folder of its lesson"
        got = f"it runs in {folder}, where there is no lesson.toml"
        cure = "Open it from there, or type: make notebook STEP=1"
        raise Finding(Cause("machine", expected, got, cure))
    copy = course.lesson_in(folder)
    return next((one for one in course.lessons if one.title == copy.title), copy)
