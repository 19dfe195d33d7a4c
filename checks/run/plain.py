"""Repeats what passed with servers that have no code of ours in them: plain `daphne`.

What a project does is reported from inside its own processes, so a project could behave
well only where it finds the checker, or change what is reported. Here only what comes
over the wire counts. What the tabs of a check sent is sent again, with other words and
in other rooms, and each word has to arrive in the same tabs as before.
"""

import contextlib
import re
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import ClientConnection, connect

from checks.asking.connection import CUT
from checks.asking.sockets import SocketTab
from checks.observe.timeline import SAID, Timeline
from checks.sandbox.plain_daphne import PlainDaphne, serving
from checks.sandbox.processes import Project, Server
from checks.verdict import Cause

TRIES = 3
"""How often a difference has to be seen: a message may be late, or lost by the layer.

The pub/sub layer loses what is sent before Redis knows of a new channel.
"""
PATIENCE = 3.0
"""Seconds in which a message has to arrive."""
STAYED_OR_LEFT = (None, 1000, 1001, CUT)
"""Close codes of a tab that nobody has closed but itself, if it is closed."""
LONGEST = 1000
"""Characters of a text in which messages are looked for."""
ROOM = re.compile(r"(?<=room)\d+")
LIES = (
    "A project has to do the same whether it is checked or not: take out what looks "
    "for the checker, or changes what is reported to it."
)
UNCHANGED = "the code of the checker to stay as it is"
WORTHLESS = "what is seen only while a project is checked does not count"


class Differs(Exception):
    """A tab saw something else than in the run; the words say what."""


class CannotRepeat(Exception):
    """Nothing can be said; the words say why."""


@dataclass(frozen=True)
class Opened:
    """A tab as it was in the run: whether it was kept out, and which words it got."""

    server: str
    path: str
    cookie: str | None
    kept_out: bool
    received: frozenset[str]


@dataclass
class Conversation:
    """What the tabs of one check did and got, in order: (tab, what, words)."""

    check: str
    tabs: dict[str, Opened] = field(default_factory=dict)
    steps: list[tuple[str, str, str]] = field(default_factory=list)


def said(text: str) -> list[str]:
    """The messages of a check in a text; none in one that is too long to search."""
    return SAID.findall(text) if len(text) < LONGEST else []


def cannot(why: str) -> Cause:
    """That nothing was repeated: for whoever reads the verdict."""
    expected = "to try your project under a plain `daphne`, too"
    cure = "Start it with `daphne mysite.asgi:application`, twice, and try it there."
    return Cause("project", expected, why, cure)


def conversation(check: str, timeline: Timeline) -> Conversation | None:
    """The conversation of a check that has just passed, if it can be repeated."""
    found = Conversation(check)
    for moment, tab, kind in timeline.of_tabs:
        if not isinstance(tab, SocketTab) or tab.binary or tab.origin:
            return None
        if not getattr(tab.server, "starts_as_daphne", False):
            return None  # In production, say, it needs more than `daphne`.
        if tab.name not in found.tabs:
            found.tabs[tab.name] = _opened(tab)
        step = {
            "websocket.connect": "opens",
            "websocket.receive": "sends",
            "websocket.send": "receives",
        }.get(kind)
        if step:
            found.steps.append((tab.name, step, moment.what))
    begun = {name for name, does, _ in found.steps if does == "opens"}
    return _with_whole_texts(found, timeline) if begun == {*found.tabs} else None


def keeps_out(timeline: Timeline) -> bool:
    """Whether a tab of somebody who is not logged in was kept out."""
    tabs = [tab for tab in timeline.tabs if isinstance(tab, SocketTab)]
    return any(not tab.cookie and _is_kept_out(tab) for tab in tabs)


def _is_kept_out(tab: SocketTab) -> bool:
    """Whether it was rejected, or closed as that of somebody who is not logged in.

    A user's tab may be closed later, for what it has sent.
    """
    is_closed = tab.close_code not in STAYED_OR_LEFT
    return not tab.is_connected or (not tab.cookie and is_closed)


def _opened(tab: SocketTab) -> Opened:
    words = {words for text in tab.received for words in said(text)}
    return Opened(
        tab.server.name, tab.path, tab.cookie, _is_kept_out(tab), frozenset(words)
    )


def _with_whole_texts(found: Conversation, timeline: Timeline) -> Conversation | None:
    """The same with the texts that were sent: a transcript shows long ones in part."""
    sent = {tab.name: iter(tab.sent) for _, tab, _ in timeline.of_tabs}
    whole = []
    for tab, does, what in found.steps:
        text = next(sent[tab], None) if does == "sends" else what
        if text is None:
            return None  # It was binary.
        whole.append((tab, does, text))
    found.steps = whole
    return found


class PlainTab:
    """A tab that knows what comes over the wire, and nothing else.

    It `is_answered` unless the server has let the handshake wait.
    """

    def __init__(self, server: PlainDaphne, opened: Opened, path: str) -> None:
        self.opened, self.text = opened, ""
        self.is_open = self.is_answered = True
        self.socket: ClientConnection | None = None
        page: Any = f"http://localhost:{server.port}"
        try:
            self.socket = connect(
                f"ws://localhost:{server.port}{path}",
                sock=socket.create_connection(("127.0.0.1", server.port)),
                origin=page,
                additional_headers={"Cookie": opened.cookie} if opened.cookie else None,
                compression=None,
                open_timeout=server.starting(),
                close_timeout=1,
                ping_interval=None,
                max_size=None,
                max_queue=None,
                proxy=None,
            )
        except TimeoutError:
            self.is_answered = False
        except (WebSocketException, EOFError, OSError):
            self.is_open = False

    def until(self, true: Callable[[], bool], seconds: float) -> bool:
        """Read until it is true, or so many seconds are over."""
        ends_at = time.monotonic() + seconds
        while not true():
            left = ends_at - time.monotonic()
            if not self.socket or not self.is_open or left <= 0:
                return False
            try:
                self.text += f"\n{self.socket.recv(left)!s}"
            except TimeoutError:
                return true()
            except ConnectionClosed:
                self.is_open = False
        return True

    def send(self, text: str) -> None:
        """Send a text; on a closed connection it is lost."""
        with contextlib.suppress(ConnectionClosed):
            if self.socket:
                self.socket.send(text)

    def close(self) -> None:
        """Close it."""
        if self.socket:
            self.socket.close()


class Repeating:
    """One try to repeat a conversation; the number of it makes its words new."""

    def __init__(
        self, done: Conversation, servers: dict[str, PlainDaphne], number: int
    ) -> None:
        self.done, self.servers, self.number = done, servers, number
        self.tabs: dict[str, PlainTab] = {}
        self.sent: list[str] = []

    def renewed(self, text: str) -> str:
        """A text with other rooms and words, of which nobody has heard."""
        text = ROOM.sub(lambda it: f"{self.number}9{it[0]}", text)
        return SAID.sub(lambda it: self._other(it[0]), text)

    def _other(self, words: str) -> str:
        first, second, count = words.split()
        return f"{first} {second} {self.number}9{count}"

    def run(self) -> None:
        """Repeat it. Raises Differs, or CannotRepeat."""
        for name, does, text in self.done.steps:
            if does == "opens":
                self._open(name)
            elif does == "sends":
                self.sent += said(text)
                self.tabs[name].send(self.renewed(text))
            else:
                self._receive(name, text)
        for name, tab in self.tabs.items():
            self._receive_nothing_else(name, tab)

    def _open(self, name: str) -> None:
        was = self.done.tabs[name]
        tab = PlainTab(self.servers[was.server], was, self.renewed(was.path))
        self.tabs[name] = tab
        if not tab.is_answered:
            raise CannotRepeat("it does not answer there")
        if not was.kept_out and not tab.is_open:
            raise CannotRepeat("a tab that was accepted is rejected there")
        if was.kept_out and not tab.until(lambda: not tab.is_open, PATIENCE):
            raise Differs(f"{name} to be rejected", "it was accepted")

    def _receive(self, name: str, text: str) -> None:
        for words in set(said(text)) & {*self.sent}:
            new, tab = self._other(words), self.tabs[name]
            if not tab.until(lambda n=new, t=tab: n in t.text, PATIENCE):  # type: ignore[misc]
                raise Differs(f"{name} to receive {new!r}", "it did not")

    def _receive_nothing_else(self, name: str, tab: PlainTab) -> None:
        """What came in the run after some words shows that these did not come."""
        received = [words in tab.opened.received for words in self.sent]
        last = max((i for i, came in enumerate(received) if came), default=0)
        for words, came in zip(self.sent[:last], received, strict=False):
            if not came and self._other(words) in tab.text:
                raise Differs(f"{name} not to receive {self._other(words)!r}", "it did")

    def close(self) -> None:
        """Close all tabs."""
        for tab in self.tabs.values():
            tab.close()


def repeat(done: Conversation, servers: dict[str, PlainDaphne]) -> None:
    """Repeat a conversation until nothing differs, a few times at most.

    Raises Differs, or CannotRepeat.
    """
    for number in range(1, TRIES + 1):
        with contextlib.closing(Repeating(done, servers, number)) as trying:
            try:
                trying.run()
            except Differs:
                if number == TRIES:
                    raise
            else:
                return


def require_own_database(server: Server) -> None:
    """Raise CannotRepeat if the run has replaced a database of the project."""
    if server.ask("settings")["replaced"]:
        raise CannotRepeat("its database is not on this machine")


def difference(
    project: Project, every: list[Conversation], *, share: bool
) -> tuple[str, Cause] | None:
    """The check that does not pass with plain servers, and why; None if all do.

    `share` is whether servers have one database. Raises CannotRepeat.
    """
    project.stop()  # Nothing but Redis is left of the run.
    names = {tab.server for done in every for tab in done.tabs.values()}
    with serving(project, names, share=share) as servers:
        for done in every:
            try:
                repeat(done, servers)
            except Differs as differs:
                expected, got = differs.args
                where = "under a plain `daphne`, as while it was checked"
                return done.check, Cause("project", f"{expected} {where}", got, LIES)
    return None
