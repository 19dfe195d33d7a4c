"""One place where everything that happens arrives, in order: the wire.

Tabs and servers register what they read from; whoever waits, waits here, for the first
of an event, a deadline, or proof that the event cannot come any more.
"""

import contextlib
import os
import re
import selectors
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from checks.verdict import Actor, Cause, Finding, Kind, Moment, shown

if TYPE_CHECKING:
    from checks.asking.tabs import Tab

Event = dict[str, Any]
Thing = TypeVar("Thing")

SILENCE = 2.0
"""Seconds without a sign of life from a server after which it counts as silent."""
IDLE = 0.4
"""The same, where the server has shown that nothing is left that could still answer."""
DOUBT = 1.0
"""The same, where a coroutine was never awaited: most likely nothing will come."""
LONGEST, FIRST = 200, 20
"""So many lines a transcript has at most, so many of them from its beginning."""
SAID = re.compile(r"[a-z]+ [a-z]+ \d+")
"""What a check says, such as "amber birch 123": the same in every encoding."""
SLICE = 0.1
"""Seconds after which a wait looks whether the servers are still alive."""


Line = tuple[str, Kind, str, str]


def _server(event: Event) -> str:
    name: str = event["server"]
    return name


def _id(name: str) -> str:
    return name.lower().replace(" ", "-")


TOLD: dict[str, Callable[[Event], Line]] = {
    "consumer": lambda e: (_server(e), "server", "hands it to", e["name"]),
    "raised": lambda e: (_server(e), "server", "raises", f"{e['error']}: {e['words']}"),
    "never_awaited": lambda e: (_server(e), "server", "never awaits", e["what"]),
    "layer": lambda e: ("layer", "layer", e["does"], ", ".join(e["args"])),
    "caught": lambda e: (
        _server(e),
        "server",
        "catches",
        f"{e['error']}: {e['words']}",
    ),
    "handling": lambda e: (
        "layer",
        "layer",
        "delivers",
        f"{e['type']} to {_server(e)}",
    ),
}
"""Which events of a server are lines of the transcript, and how they read."""


def out_of_time(seconds: float) -> Finding:
    """The whole run took longer than it may."""
    return Finding(
        Cause(
            "project",
            f"all checks to be done within {seconds:g} s",
            "your project took longer",
            "Look for what is slow in it, or give it more time: LIMIT=120.",
        ),
        "out_of_time",
    )


class Starvation:
    """How long processes wanted to run on a busy machine and were not let.

    Linux tells, in `/proc/PID/task/*/schedstat`; elsewhere it is taken for 0 s.
    """

    def __init__(self, pids: list[int]) -> None:
        self.pids = pids
        self.sign, self.waited = 0.0, 0.0
        self.before: dict[Path, float] = {}

    def look(self, sign: float) -> None:
        """Look how long they have waited, after this sign of life.

        Of all threads, the one that waited longest counts: so it is never more than
        the time that has passed.
        """
        now = {thread: s for pid in self.pids for thread, s in _kept_waiting(pid)}
        if sign != self.sign:
            self.sign, self.before = sign, now
        waits = (s - self.before.get(thread, s) for thread, s in now.items())
        self.waited = max(waits, default=0.0)

    def seconds(self, sign: float) -> float:
        """Seconds of waiting since the first look after this sign of life."""
        return self.waited if sign == self.sign else 0.0


def _kept_waiting(pid: int) -> Iterator[tuple[Path, float]]:
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            nanoseconds = (thread / "schedstat").read_text().split()[1]
            yield thread, int(nanoseconds) / 1e9


class Wire:
    """Events of all servers, and the frames of all tabs, as they come in."""

    def __init__(self, limit: float = 60.0) -> None:
        self.limit = limit
        self.events: list[Event] = []
        self.selector = selectors.DefaultSelector()
        self.pulses: list[Callable[[], None]] = []
        self.processes = [os.getpid()]
        self.start()

    def start(self) -> None:
        """The run begins: from now on its time is counted."""
        self.ends_at = time.monotonic() + self.limit
        self.begin()

    def read(self, fd: int, arrived: Callable[[bytes], None]) -> None:
        """Call `arrived` with what can be read from `fd`; with b"" at its end."""
        self.selector.register(fd, selectors.EVENT_READ, arrived)

    def forget(self, fd: int) -> None:
        """Stop reading from `fd`."""
        if fd in self.selector.get_map():
            self.selector.unregister(fd)

    def record(self, event: Event) -> None:
        """Take in an event of a server: a sign of life."""
        self.events.append(event)
        if event["kind"] != "caught":  # Some poll, and catch a time-out each time.
            self.last_sign = time.monotonic()
        self._judge_patience(event)
        self.sends += event["kind"] == "layer" and event["does"] == "group_send"
        from_tab = str(event.get("type")).startswith("websocket.")
        if event["kind"] in TOLD and not from_tab:
            who, kind, does, what = TOLD[event["kind"]](event)
            peer = _server(event) if kind == "layer" else None
            self.tell(who, kind, does, what, peer)

    def _judge_patience(self, event: Event) -> None:
        """How long to wait now that this has happened.

        A handler that has ended and left nothing behind that could act (`idle`) answers
        no more, unless what it said is still on its way: to us, or through the layer.
        """
        kind = event["kind"]
        if kind in ("in", "out", "layer"):
            self.answered, self.patience = kind != "in", SILENCE
        elif kind == "handled" and event["idle"] and not self.answered:
            self.patience = IDLE
        elif kind == "never_awaited":
            self.patience = DOUBT

    def tell(
        self, who: str, kind: Kind, does: str, what: str, peer: str | None = None
    ) -> None:
        """Add a line to the transcript; `peer` is the other one that takes part."""
        at = round(time.monotonic() - self.began, 4)
        other = _id(peer) if peer else None
        moment = Moment(at, Actor(_id(who), kind), does, shown(what), other)
        self.moments.append(moment)
        if len(self.moments) > LONGEST:
            del self.moments[FIRST]

    def begin(self) -> None:
        """A check begins: what came before it is none of its business."""
        self.began = self.last_sign = time.monotonic()
        self.moments: list[Moment] = []
        self.patience, self.answered = SILENCE, False
        self.tabs: list[Tab] = []
        self.sends = 0

    def settle(self) -> None:
        """Take in what is still on its way, once something has gone wrong."""
        while self.pump(SLICE / 2):
            pass
        self.pulse()

    def pulse(self) -> None:
        """Look whether processes have ended, and take in what they wrote before."""
        for pulse in self.pulses:
            pulse()
        while self.pump(0):
            pass

    def pump(self, seconds: float) -> bool:
        """Take in what has arrived, waiting for it up to `seconds`. True if it had."""
        ready = self.selector.select(max(0.0, seconds))
        for key, _ in ready:
            if key.fd not in self.selector.get_map():
                continue  # Closed by what arrived just before.
            try:
                data = os.read(key.fd, 1 << 20)
            except OSError:
                data = b""
            if not data:
                self.forget(key.fd)
            key.data(data)
        return bool(ready)

    def wait(
        self, happened: Callable[[], Thing | None], silence: float = SILENCE
    ) -> Thing | None:
        """What `happened` returns once it is not None; None when all went silent.

        Silence is counted from the last sign of life of a server, so that slow code
        that does something is not taken for code that does nothing; and while a busy
        machine does not let the servers run, it is not counted. `happened` raises a
        Finding where it sees that waiting is in vain.
        """
        started = time.monotonic()
        starved = Starvation(self.processes)
        while True:
            thing = happened()
            if thing is not None:
                return thing
            now = time.monotonic()
            if now > self.ends_at:
                raise out_of_time(self.limit)
            since = max(started, self.last_sign)
            patience = silence if self.patience == SILENCE else self.patience
            left = since + patience + starved.seconds(since) - now
            if left <= 0 and not self.pump(0):
                return None
            if not self.pump(min(left, SLICE)):
                starved.look(since)
                self.pulse()
