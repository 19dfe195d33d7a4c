"""Who listens on a port of this machine, as far as Linux shows it."""

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path

LISTENING = "0A"
"""The state of a socket in /proc/net/tcp that accepts connections."""


def listener(port: int, pids: Iterable[int] | None = None) -> int | None:
    """The process that listens on a port: of these, or of all that can be seen."""
    sockets = {f"socket:[{inode}]" for inode in _inodes(port)}
    if not sockets:
        return None
    every = (int(it.name) for it in Path("/proc").glob("[0-9]*"))
    for pid in every if pids is None else pids:
        with contextlib.suppress(OSError):  # It is somebody else's, or has ended.
            files = Path(f"/proc/{pid}/fd").iterdir()
            if sockets & {str(file.readlink()) for file in files}:
                return pid
    return None


def _inodes(port: int) -> Iterator[str]:
    """The sockets that listen on this port."""
    at = f":{port:04X} "
    for table in ("tcp", "tcp6"):
        with contextlib.suppress(OSError):
            for row in Path("/proc/net", table).read_text().splitlines():
                if at in row:  # Of thousands, a busy machine has a few with this port.
                    _, local, _, state, *rest = row.split()
                    if state == LISTENING and local.endswith(at.strip()):
                        yield rest[5]
