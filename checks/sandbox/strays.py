"""Processes that a learner's project started and let go of: a daemon, a session apart.

Ending its process group does not reach them. On Linux they become our children when
their parent ends, as we say that we take them; so they can be found and ended.
"""

import contextlib
import ctypes
import os
import signal
import sys
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36

ours: set[int] = set()
"""Children of ours that are no learner's, and outlive a run: a broker's keeper."""


def adopt() -> None:
    """Become the parent of whatever our children leave behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def children() -> set[int]:
    """The processes whose parent we are; none are found but on Linux."""
    found: set[int] = set()
    for thread in Path("/proc/self/task").glob("*"):
        with contextlib.suppress(OSError):
            found |= {int(pid) for pid in (thread / "children").read_text().split()}
    return found - ours


def end(bystanders: set[int]) -> None:
    """End all children but these, and then what those leave behind, until none is."""
    while strays := children() - bystanders:
        for pid in strays:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
