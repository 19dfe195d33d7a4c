"""What a lesson's explore.ipynb imports: tabs on your own project, opened by hand.

    from checks.explore import frames, heard, open_tab

The tabs and servers are those of the checks. They start with the first tab, live as
long as the kernel, and end with it. Which lesson it is, the notebook's folder says.
"""

import asyncio
import atexit
import dataclasses
import functools
import math
import os
import re
import signal
import string
import time
import warnings
from collections.abc import Iterable, Iterator, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any, NoReturn

from checks.asking import tabs
from checks.asking.project import Inspection
from checks.course.lessons import Course, Lesson
from checks.explain import diagnosis
from checks.notebook.failures import as_text
from checks.observe.timeline import IDLE, Event
from checks.run.run import Run, preload
from checks.sandbox import questions
from checks.verdict import Cause, Finding

__all__ = [
    "close",
    "frames",
    "heard",
    "knock",
    "layer_keys",
    "log_in",
    "open_tab",
    "page",
    "scope",
]

ENDING = 5.0
"""Seconds to wait for the end of a connection after an exception: once in a second
Daphne looks whether there was one."""
LATEST = 12
"""Of what passed, this many lines are told with a failure, the latest."""
ARROWS = {
    "opens": ("→", "asks for"),
    "is connected": ("←", "answers"),
    "is refused": ("←", "answers"),
    "sends": ("→", "text"),
    "hears": ("←", "text"),
    "closes": ("→", "close"),
    "is closed": ("←", "close"),
}
"""Which way a line of the transcript went, seen from a tab, and what it was."""

# A kernel talks to the notebook from threads of its own, and Python 3.12 and later warn
# that a lock which such a thread holds stays locked in a forked child. The child of a
# run uses nothing of the kernel's: it closes all that it inherits, and ends by itself.
warnings.filterwarnings(
    "ignore", r"This process .* is multi-threaded", DeprecationWarning, r"checks\."
)


class Tab(tabs.Tab):
    """A tab of the checks, for somebody who types at it."""

    told = 0
    left = False

    def __repr__(self) -> str:
        return f"<{self.name} at {self.path}: {self.protocol.state.name.lower()}>"

    @property
    def is_open(self) -> bool:
        """Whether frames can pass."""
        return self.protocol.state.name == "OPEN"

    def over(self) -> bool | None:
        """True once nothing more can come."""
        return self.cut or self.protocol.close_code is not None or None

    def send_text(self, text: str) -> None:
        """Send a text frame as it is. Raises Finding when the tab is not open."""
        if not self.is_open:
            expected = f"{self.name} to be open"
            if not self.left:
                self.complain(expected)
            again = f"Open another: tab = open_tab({self.path!r})"
            raise diagnosis.finding("not_open", expected, "it is not", cure=again)
        super().send_text(text)

    def close(self) -> None:
        """Close the tab as a browser does. Does not wait."""
        self.left = True
        super().close()

    def served(self) -> bool | None:
        """True once the server is done with everything that this tab sent."""
        self.server.complain()
        unwatched = self.saw("consumer") is None
        handled = [e for e in self.events if e["kind"] == "handled"]
        frames = [e for e in handled if e["type"] == "websocket.receive"]
        done = unwatched or self.saw("raised") or len(frames) >= len(self.sent)
        return bool(self.over() or done) or None

    def news(self) -> list[str]:
        """What it heard since it was last asked."""
        news, self.told = self.heard[self.told :], len(self.heard)
        return news

    def consumer(self) -> Event:
        """Which consumer has this tab, with which scope."""
        return self._consumer()


SERVERS = {1: "server", 2: "second_server"}


class Exploration:
    """One run that lasts as long as the kernel, and the tabs on it."""

    def __init__(self, lesson: Lesson, project: Path) -> None:
        preload()
        self.run = Run(lesson, project, math.inf)
        self.run.begin()
        self.process = os.getpid()
        self.tabs: list[Tab] = []
        self.cookies: dict[str, str] = {}
        self.looked = 0

    def knock(self, address: str, on: int, cookie: str | None) -> Tab:
        """Open a tab, and do not wait for an answer."""
        if not (isinstance(address, str) and address.startswith("/")):
            cure = 'As in: open_tab("/ws/chat/lobby/")'
            expected, got = "an address that begins with a /", f"it is {address!r}"
            raise diagnosis.finding("no_address", expected, got, cure=cure)
        letters = string.ascii_uppercase
        rounds, letter = divmod(len(self.tabs), len(letters))
        name = f"tab {letters[letter]}{rounds or ''}"
        self.tabs.append(Tab(self.run.server(SERVERS[on]), address, name, cookie))
        return self.tabs[-1]

    def settle(self) -> None:
        """Wait until the servers are done with what they were sent, and all is quiet.

        Raises Finding when one of them does not come to an end.
        """
        wire = self.run.wire
        for tab in self.tabs:
            if not wire.wait(tab.served):
                expected = f"the consumer to be done with what {tab.name} sent"
                raise diagnosis.silent(tab, expected)
        wire.wait(lambda: None, IDLE)
        for tab in self.tabs:
            ends_at = time.monotonic() + ENDING
            while tab.saw("raised") and not tab.over() and time.monotonic() < ends_at:
                wire.wait(tab.over, IDLE)

    def news(self) -> list[Event]:
        """What the servers said of themselves since this was last asked."""
        events = self.run.wire.events
        news, self.looked = events[self.looked :], len(events)
        return news

    def complain(self) -> None:
        """Raise a Finding for what went wrong in the servers since the last look."""
        for event in self.news():
            for tab in self.tabs:
                expected = f"the consumer to deal with what {tab.name} sent or hears"
                if event["kind"] == "raised" and event in tab.events:
                    raise diagnosis.raised(tab, event, expected)
                if event["kind"] == "never_awaited" and event in tab.server.events:
                    raise diagnosis.silent(tab, expected)

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
        selector: Any = self.run.wire.selector
        loop.add_reader(selector.fileno(), self.run.wire.pump, 0)

    def end_with_kernel(self) -> None:
        """Leave nothing behind, also when a kernel is ended that does not listen."""
        atexit.register(self.close)

        def end(*_: object) -> NoReturn:
            self.close()
            os._exit(128 + signal.SIGTERM)

        signal.signal(signal.SIGTERM, end)


@functools.cache
def _here() -> Exploration:
    """The one exploration of this kernel, begun when first asked for."""
    here = Exploration(_lesson(), Path.cwd())
    here.end_with_kernel()
    here.read_between_cells()
    return here


def _lesson() -> Lesson:
    """The lesson that the environment names, or whose copy lies in this folder."""
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


# What a cell calls --------------------------------------------------------------------


def open_tab(address: str, on: int = 1, cookie: str | None = None) -> Tab:
    """A new tab at an address such as `/ws/chat/lobby/`, once it is connected.

    `on` is the server process, 1 or 2; `cookie` makes it the tab of a user (`log_in`).
    Raises Finding when the server does not accept.
    """
    tab = _here().knock(address, on, cookie)
    tab.connects()
    return tab


def knock(address: str) -> Tab:
    """A new tab that asks to be let in, once the server has answered, yes or no."""
    here = _here()
    tab = here.knock(address, 1, None)
    if not here.run.wire.wait(lambda: tab.response or tab.cut or None):
        raise diagnosis.hangs(tab)
    here.news()  # Whatever was raised, it is what this tab was answered with.
    return tab


def heard(*tabs: Tab) -> None:
    """Print what each of these tabs heard since this was last asked.

    Waits until all is quiet. Raises Finding when something went wrong meanwhile.
    """
    here = _here()
    here.settle()
    here.complain()
    for tab in _opened(tabs):
        news = tab.news()
        for text in news:
            print(f"{tab.name} heard {text}")
        if not news:
            print(f"{tab.name} heard nothing")


def frames(tab: Tab) -> None:
    """Print all that passed between a tab and its server, and what ended it."""
    here = _here()
    here.settle()
    here.news()  # What was raised is shown, and is no failure of this cell.
    for line in _passed(here, _opened([tab])):
        print(line)
    if raised := tab.saw("raised"):
        place = diagnosis.place(raised["frames"][-1]) if raised["frames"] else None
        where = f"In {place}, the" if place else "The"
        print(f"{where} server raised {diagnosis.exception(raised)}")


def _opened(tabs: Sequence[Tab]) -> Sequence[Tab]:
    """The same tabs. Raises Finding where one is something else."""
    for tab in tabs:
        if not isinstance(tab, Tab):
            cure = "Give it a name first: tab_a = open_tab(…)"
            expected, got = "a tab, as open_tab() returns it", f"it is {tab!r}"
            raise diagnosis.finding("no_tab", expected, got, cure=cure)
    return tabs


def _passed(here: Exploration, tabs: Iterable[Tab]) -> Iterator[str]:
    """What passed between these tabs and their servers, a line for each frame."""
    actors = {tab.name.lower().replace(" ", "-"): tab for tab in tabs}
    for moment in here.run.wire.moments:
        if tab := actors.get(moment.actor.id):
            arrow, kind = ARROWS.get(moment.does, ("-", moment.does))
            what = moment.what
            if moment.does == "is closed":  # Known once both sides have closed.
                what = f"code {tab.protocol.close_code}"
            yield f"{tab.name} {arrow} server  {kind:8}  {what}"


def scope(tab: Tab) -> None:
    """Print what the consumer of a tab was told about it: the room and the user."""
    consumer = _opened([tab])[0].consumer()
    user = consumer["user"] and consumer["user"]["name"]
    print(f"""scope["url_route"]["kwargs"]: {consumer["kwargs"] or "there is none"}""")
    print(f"""scope["user"]: {user or "there is none"}""")


def log_in(name: str) -> str:
    """The cookie of a browser in which this user is logged in; the user is made."""
    here = _here()
    if name not in here.cookies:
        user = here.run.project.ask(functools.partial(questions.login, name))
        here.cookies[name] = user["cookie"]
    return here.cookies[name]


def page(address: str) -> None:
    """Fetch a page over HTTP, and print the status of the answer."""
    run = _here().run
    Inspection(run).answers(address)
    print(f"{address} answers over HTTP: {HTTPStatus.OK.value} {HTTPStatus.OK.phrase}")


def layer_keys() -> None:
    """Print what Redis keeps for this run's channel layer, without the run's prefix."""
    here = _here()
    here.settle()
    Inspection(here.run).has_redis_layer()
    client: Any = here.run.broker and here.run.broker.client
    lines = [*_stored(here, client), *_subscribed(here, client)]
    print("\n".join(lines) or "Redis keeps nothing for this chat.")


def _stored(here: Exploration, client: Any) -> Iterator[str]:
    """The keys of this run, each with its type, and the members of a group."""
    prefix = here.run.project.prefix
    for key in sorted(client.scan_iter(match=f"{prefix}*", count=1000)):
        kind = client.type(key).decode()
        yield f"{key.decode().removeprefix(prefix)}  ({kind})"
        if kind == "zset":
            members = [member.decode() for member in client.zrange(key, 0, -1)]
            shown = {m: re.sub("[0-9a-f]{32}", "…", m) for m in members}
            yield from sorted(f"    {shown[m]}  {here.owner(m)}" for m in members)


def _subscribed(here: Exploration, client: Any) -> Iterator[str]:
    """The groups of the pub/sub layer: it keeps no keys."""
    prefix = here.run.project.prefix
    for channel in sorted(client.pubsub_channels(f"{prefix}*__group__*")):
        yield f"{channel.decode().removeprefix(prefix)}  (subscribed)"


def close(*closing: Tab) -> None:
    """Close tabs as a browser does, wait until their consumers have ended, and tell."""
    here = _here()
    for tab in _opened(closing):
        tab.ends()
        left = tab.saw("in", type="websocket.disconnect") or {}
        print(f"{tab.name} is closed; disconnect() got the code {left.get('code')}")
    tabs.leave(list(closing))
    here.complain()


# How a cell that fails is told --------------------------------------------------------


def _cause(run: Run, finding: Finding) -> Cause:
    """The cause of a failure; the first open task, where evidence names no cure."""
    cause = run.explained(finding)
    if cause.voice != "project" or cause.cure:
        return cause
    cure = f"Type make check STEP={run.lesson.step}: it asks step by step."
    return dataclasses.replace(cause, cure=cure)


def _told(finding: Finding) -> list[str]:
    """What a notebook shows for a Finding: the words of a check, and what passed."""
    if not _here.cache_info().currsize:
        return as_text(finding.cause).splitlines()
    here = _here()
    lines = as_text(_cause(here.run, finding)).splitlines()
    passed = [*_passed(here, here.tabs)]
    return [*lines, "", "What passed:", *passed[-LATEST:]] if passed else lines


# IPython asks an exception for this before it makes a traceback.
Finding._render_traceback_ = _told  # type: ignore[attr-defined]
