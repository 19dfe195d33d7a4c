"""Which processes have come of which; Linux only."""

import contextlib
from pathlib import Path


def children_of(pid: int | str) -> set[int]:
    """The children of a process that are there now."""
    found: set[int] = set()
    # The process, or one of its threads, may end meanwhile.
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):
                found |= {int(it) for it in (thread / "children").read_text().split()}
    return found


def all_below(pid: int) -> set[int]:
    """The processes that have come of this one and are still there."""
    below = children_of(pid)
    return below.union(*map(all_below, below))
