"""What the wall shows, in memory: a tile for each learner, and who is present.

A message of the channel layer says only *that* something has changed. What has changed
is read here, by the number of its version: so a message that is dropped does no harm,
the next one brings everything.
"""

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from checks.live.refusals import Code, Refused
from checks.wall import words
from checks.wall.protocol import Position

FORGOTTEN = 3600.0
"""Seconds after which the tile of a learner who is away is taken down."""


@dataclass
class Tile:
    """One learner. Times are those of `time.monotonic`, in seconds.

    `channel` is that of the learner's newest connection; None while they are away.
    """

    number: int
    name: str
    channel: str | None = None
    position: Position | None = None
    since: float = field(default_factory=time.monotonic)
    help_since: float | None = None
    away_since: float | None = None
    version: int = 0

    def event(self) -> dict[str, Any]:
        """The tile as the page gets it; durations, as clocks differ, in seconds."""
        now = time.monotonic()

        def ago(then: float | None) -> int | None:
            return None if then is None else int(now - then)

        seconds = {"seconds": ago(self.since), "help": ago(self.help_since)}
        who = {"number": self.number, "name": self.name, "away": ago(self.away_since)}
        return who | seconds | words.shown(self.position)


class Tiles:
    """The tiles by the secret ids of their learners; at most `most` of them."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.tiles: dict[str, Tile] = {}
        self.numbers, self.versions = itertools.count(1), itertools.count(1)
        self.version = self.removed = 0

    def join(self, learner: str, name: str, channel: str) -> tuple[Tile, str | None]:
        """The tile of a learner, who may have one already, and the channel it had.

        Raises Refused if there are too many.
        """
        self._forget()
        tile = self.tiles.get(learner)
        if tile is None:
            if len(self.tiles) >= self.most:
                raise Refused(Code.TOO_MANY_PAGES, f"{self.most} learners have joined.")
            tile = Tile(next(self.numbers), self._unique(name))
            self.tiles[learner] = tile
        before, tile.channel, tile.away_since = tile.channel, channel, None
        self.note_change(tile)
        return tile, before

    def _unique(self, name: str) -> str:
        """The name, with a number behind it where another learner has that name."""
        taken = {tile.name.casefold() for tile in self.tiles.values()}
        numbered = itertools.chain(
            [name], (f"{name} ({n})" for n in itertools.count(2))
        )
        return next(it for it in numbered if it.casefold() not in taken)

    def note_change(self, tile: Tile) -> None:
        """Give a tile that was changed a new version."""
        tile.version = self.version = next(self.versions)

    def lost(self, tile: Tile) -> None:
        """The connection of a learner has ended: they are away, and may come back."""
        tile.channel, tile.away_since = None, time.monotonic()
        self.note_change(tile)

    def remove(self, tile: Tile) -> None:
        """Take a tile down: its learner has left."""
        self.tiles = {key: it for key, it in self.tiles.items() if it is not tile}
        self.removed = self.version = next(self.versions)

    def numbered(self, number: int) -> Tile | None:
        """The tile with this number, which the page knows it by."""
        return next((it for it in self.tiles.values() if it.number == number), None)

    def changed_after(self, version: int) -> dict[str, Any]:
        """The event with what has changed; with every tile if some were removed."""
        self._forget()
        whole = version < self.removed or version == 0
        after = 0 if whole else version
        tiles = [it.event() for it in self.tiles.values() if it.version > after]
        return {"type": "tiles", "whole": whole, "tiles": tiles}

    def _forget(self) -> None:
        """Take down the tiles of those who have been away for long."""
        for tile in list(self._forgotten()):
            self.remove(tile)

    def _forgotten(self) -> Iterator[Tile]:
        limit = time.monotonic() - FORGOTTEN
        for tile in self.tiles.values():
            if tile.away_since is not None and tile.away_since < limit:
                yield tile
