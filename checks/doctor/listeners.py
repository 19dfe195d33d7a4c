"""Which program listens on a port of this machine, and whether it is ours."""

import contextlib
from pathlib import Path

from checks.sandbox import listening

LONGEST = 60
"""Characters of a command line that are shown."""
OURS = ("checks.", "mkdocs")
"""What stands in the command lines of the servers that the course starts."""


def listener(port: int) -> str:
    """The command line of what listens on a port; empty if that cannot be seen."""
    pid = listening.listener(port)
    if pid is None:
        return ""
    with contextlib.suppress(OSError):  # It has ended.
        words = Path(f"/proc/{pid}/cmdline").read_text(errors="replace").split("\0")
        return f"{' '.join(words).strip()[:LONGEST]} (process {pid})"
    return ""


def is_ours(command: str) -> bool:
    """Whether the course has started this, as `make learn` does."""
    return any(word in command for word in OURS)
