"""Which program listens on a port of this machine, as far as Linux shows it."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

LISTENING = "0A"
"""The state of a socket in /proc/net/tcp that accepts connections."""
LONGEST = 60
"""Characters of a command line that are shown."""
OURS = ("checks.", "mkdocs")
"""What stands in the command lines of the servers that the course starts."""


def listener(port: int) -> str:
    """The command line of what listens on a port; empty if that cannot be seen."""
    sockets = {f"socket:[{inode}]" for inode in _inodes(port)}
    for process in Path("/proc").glob("[0-9]*") if sockets else ():
        with contextlib.suppress(OSError):  # It is somebody else's, or has ended.
            if sockets & {str(fd.readlink()) for fd in (process / "fd").iterdir()}:
                words = (process / "cmdline").read_text(errors="replace").split("\0")
                return f"{' '.join(words).strip()[:LONGEST]} (process {process.name})"
    return ""


def is_ours(command: str) -> bool:
    """Whether the course has started this, as `make learn` does."""
    return any(word in command for word in OURS)


def _inodes(port: int) -> Iterator[str]:
    """The sockets that listen on this port."""
    for table in ("tcp", "tcp6"):
        with contextlib.suppress(OSError):
            for row in Path("/proc/net", table).read_text().splitlines()[1:]:
                _, local, _, state, *rest = row.split()
                if state == LISTENING and int(local.rpartition(":")[2], 16) == port:
                    yield rest[5]
