"""Which files of a folder are saved, as it happens."""

import asyncio
import contextlib
import re
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from watchfiles import awatch

from checks.course.folders import is_written

QUIET = 500
"""Milliseconds after which files are compared although no event arrived."""
POLLING = 0.1
"""Seconds between two comparisons where no event can be expected."""
DEBOUNCE = 10
"""Milliseconds without another event after which a save is over."""
LOCKED = 0.1
"""Seconds to wait for a database that somebody writes to at that moment."""
MIGRATING = 0.3
"""Seconds without a change of a database after which a migration is over."""


NOT_SAVED = re.compile(
    r"\."  # Git's, and swap files.
    r"|.*\.(sqlite3(-\w+)?|py[cod]|tmp|sw.)$|.*~$|#.*#$|\d+$"
)
"""Names of files that nobody saves: Python, SQLite and editors write them."""

Stats = dict[Path, tuple[int, ...]]


def stats(folder: Path) -> Stats:
    """The files of a folder, each with what differs after a save."""
    found: Stats = {}
    with contextlib.suppress(OSError):  # It may be deleted meanwhile.
        for path in folder.iterdir():
            if NOT_SAVED.match(path.name):
                continue
            if path.is_dir():
                found |= stats(path) if is_written(path) else {}
            else:
                stat = path.stat()
                found[path] = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
    return found


class Snapshot:
    """The files of a folder, as they were at the last comparison."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.files = folder, stats(folder)

    def changes(self) -> list[str]:
        """The files saved, added, renamed or deleted since the last comparison."""
        before, self.files = self.files, stats(self.folder)
        changed = {path for path, _ in before.items() ^ self.files.items()}
        return sorted(str(path.relative_to(self.folder)) for path in changed)


async def saves(
    folder: Path, on_polling: Callable[[], None]
) -> AsyncIterator[list[str]]:
    """The files of each save; first, an empty list.

    An event of the system says when to compare the files, and only a difference counts:
    an event without a change is ignored, and a change without an event is found half a
    second later. If that happens before any event came, no event will come (as on some
    network mounts): then `on_polling` is called, and the files are compared ten times a
    second.
    """
    snapshot, events_arrive = Snapshot(folder), False
    yield []
    with contextlib.suppress(OSError):  # The system has no more watches to give.
        async for events in _events(folder):
            events_arrive = events_arrive or bool(events)
            if changed := snapshot.changes():
                yield changed
                if not events_arrive:
                    break
    on_polling()
    while True:
        await asyncio.sleep(POLLING)
        if changed := snapshot.changes():
            yield changed


def _events(folder: Path) -> AsyncIterator[set[Any]]:
    """The system's events of a folder; an empty set after half a quiet second."""
    return awatch(
        folder,
        watch_filter=None,
        step=DEBOUNCE,
        rust_timeout=QUIET,
        yield_on_timeout=True,
    )


async def migrated(folder: Path, known: dict[Path, int]) -> list[str]:
    """Wait until the schemas of the databases in a folder are not those known.

    Returns the names of those databases. Rows may change all the time; `migrate` makes
    tables one after the other, and has ended when nothing has changed for a moment.
    """
    seen, changed = _databases(folder), True
    while True:
        await asyncio.sleep(MIGRATING)
        before, seen = seen, _databases(folder)
        if before == seen and changed:
            if differing := known.items() ^ schemas(folder).items():
                return sorted({path.name for path, _ in differing})
            changed = False
        changed = changed or before != seen


def _databases(folder: Path) -> Stats:
    """The databases in a folder, and their journals, in which changes are at first."""
    found: Stats = {}
    for path in folder.glob("*.sqlite3*"):
        with contextlib.suppress(OSError):
            found[path] = (path.stat().st_mtime_ns, path.stat().st_size)
    return found


def schemas(folder: Path) -> dict[Path, int]:
    """A number for each database in a folder, another one once a table has changed.

    One that nobody has open is read as a plain file: SQLite would leave journals there.
    """
    found = {}
    for path in folder.glob("*.sqlite3"):
        is_open = path.with_name(f"{path.name}-wal").exists()
        address = f"{path.as_uri()}?{'mode=ro' if is_open else 'immutable=1'}"
        with (
            contextlib.suppress(sqlite3.Error),
            contextlib.closing(sqlite3.connect(address, LOCKED, uri=True)) as database,
        ):
            [(found[path],)] = database.execute("PRAGMA schema_version")
    return found
