"""The way of the last message through the served project, for the pages.

Its servers report what a message causes (`traffic`). It is put together here, and sent
a few times in a second at most, however much that is.
"""

import asyncio
import dataclasses
import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checks.observe.instruments import MEMORY
from checks.observe.timeline import LINES
from checks.run.replay import with_code
from checks.verdict import Actor, Moment, Where, shown

BETWEEN = 0.15
"""Seconds from a line to the event for the pages that has it, and all until then."""
SETTLED = 0.3
"""Seconds without a line after which the next frame of a tab begins a new way."""
IN_VAIN = 1.0
"""Seconds without a line after which what has not come counts as missing."""
LATEST = 30.0
"""Seconds after which a way ends: what follows has other reasons."""
MOST, MOST_MISSING = 40, 5
"""Lines of one way, and of what is missing. Further ones are counted, or left out."""
COLUMNS = 160
"""Characters of a line of code."""
FRAMES = {"in": "sends", "out": "receives", "closes": "is closed"}
"""What a tab does, by the event that its server reports."""

Event = dict[str, Any]
Key = tuple[int, int | None]
"""The number of a server, and that of a connection to it."""


@dataclass(frozen=True)
class Connection:
    """A tab that is connected; `tab` is what its page calls it, if a page of ours."""

    key: Key
    path: str = ""
    tab: str = ""

    @property
    def actor(self) -> Actor:
        """The tab, as a line of a transcript has it."""
        server, number = self.key
        return Actor(f"tab-{self.tab or f'{server}.{number}'}", "tab")

    @property
    def server(self) -> str:
        """The id of its server."""
        return f"server-{self.key[0]}"


class Way:
    """What a message of a tab has caused so far."""

    def __init__(self, number: int, sender: Connection, began: float) -> None:
        self.number, self.sender = number, sender
        self.began = self.last = began
        self.lines: list[Moment] = []
        self.left_out = 0
        self.kept_in: str | None = None
        self.received: set[Key] = set()
        self.handled: set[str] = set()

    def add(self, connection: Connection, event: Event) -> None:
        """Add a line for an event that was reported of a connection."""
        kind, self.last = event["kind"], event["at"]
        if event["lost"] and event["lost_since"] > self.began:
            self.left_out += event["lost"]
        if event.get("does") == "group_send":
            self.kept_in = event["kept_in"]
        if kind == "out":
            self.received.add(connection.key)
        if kind == "handling":
            self.handled.add(connection.server)
        if len(self.lines) < MOST:
            self.lines.append(_line(connection, event, self._at(self.last)))
        else:
            self.left_out += 1

    def _at(self, time: float) -> float:
        return round(time - self.began, 4)

    def missing(self, connections: Iterable[Connection]) -> Iterator[Moment]:
        """What has not come, of what was sent to a group: to whom, and how far."""
        lacking = [
            one
            for one in connections
            if one.path == self.sender.path and one.key not in self.received
        ]
        if self.kept_in is None or not lacking:
            return
        at, nothing = self._at(self.last + IN_VAIN), "receives nothing"
        servers = {one.server for one in lacking} - self.handled
        if self.kept_in == MEMORY:
            servers.discard(self.sender.server)
            if servers:
                yield Moment(at, Actor("layer", "layer"), nothing, "")
        for server in sorted(servers):
            yield Moment(at, Actor(server, "server"), nothing, "", "layer")
        for one in lacking[:MOST_MISSING]:
            yield Moment(at, one.actor, nothing, "", one.server)


class Messages:
    """Follows the messages in one project; `send` is called with each event."""

    def __init__(self, project: Path, send: Callable[..., None]) -> None:
        self.project, self.send = project, send
        self.connections: dict[Key, Connection] = {}
        self.numbers = itertools.count(1)
        self.way: Way | None = None
        self.soon: asyncio.TimerHandle | None = None
        self.in_vain: asyncio.TimerHandle | None = None

    def forget(self, server: int) -> None:
        """Forget the connections of a server that was restarted, or has ended."""
        for key in [key for key in self.connections if key[0] == server]:
            del self.connections[key]

    def take(self, server: int, event: Event) -> None:
        """Take in what a server has reported."""
        key, kind = (server, event["socket"]), event["kind"]
        if kind == "opened":
            self.connections[key] = Connection(key, event["path"], event["tab"])
        elif kind == "closed":
            self.connections.pop(key, None)
        else:
            connection = self.connections.get(key) or Connection(key)
            if way := self._way_of(connection, event):
                way.add(connection, event)
                self._publish_soon(way)

    def _way_of(self, connection: Connection, event: Event) -> Way | None:
        """The way that an event is part of, a new one where it begins one."""
        at, way = event["at"], self.way
        if way and at - way.began > LATEST:
            way = self.way = None
        if event["kind"] == "in" and (way is None or at - way.last > SETTLED):
            way = self.way = Way(next(self.numbers), connection, at)
        return way

    def _publish_soon(self, way: Way) -> None:
        loop = asyncio.get_running_loop()
        if self.in_vain:
            self.in_vain.cancel()
        self.in_vain = loop.call_later(IN_VAIN, self._conclude, way)
        if self.soon is None and not way.left_out:
            self.soon = loop.call_later(BETWEEN, self._publish)

    def _publish(self) -> None:
        self.soon = None
        if self.way:
            self._send(self.way, [])

    def _conclude(self, way: Way) -> None:
        """Nothing more has come: send what is missing, and how much was left out."""
        missing = list(way.missing(self.connections.values()))
        if missing or way.left_out:
            self._send(way, missing)

    def _send(self, way: Way, missing: list[Moment]) -> None:
        lines = sorted(way.lines, key=lambda line: line.at)
        self.send(
            number=way.number,
            layer=way.kept_in,
            lines=[_as_dict(line) for line in with_code(lines, self.project)],
            missing=[_as_dict(line) for line in missing],
            left_out=way.left_out,
        )


def _line(connection: Connection, event: Event, at: float) -> Moment:
    """A line of a transcript, in the words of one that a check has."""
    kind = event["kind"]
    where = Where(**event["where"]) if event["where"] else None
    if kind in FRAMES:
        does, what, peer = FRAMES[kind], event["text"], connection.server
        return Moment(at, connection.actor, does, what, peer, where)
    name = f"server {connection.key[0]}"
    _, actor, does, what = LINES[kind](event | {"server": name})
    if actor == "server" or event["kept_in"] == MEMORY:
        kept = "in its own memory: " if actor == "layer" else ""
        server = Actor(connection.server, "server")
        return Moment(at, server, does, kept + shown(what), None, where)
    layer = Actor("layer", "layer")
    return Moment(at, layer, does, shown(what), connection.server, where)


def _as_dict(line: Moment) -> Event:
    code = tuple(text[:COLUMNS] for text in line.code)
    return dataclasses.asdict(dataclasses.replace(line, code=code))
