"""Stray processes: what a learner's project started and let go of, such as a daemon.

Ending the process group of the project does not reach them. On Linux they become
children of this process when their own parent ends, because it asks for that; so they
can be found and ended.
"""

import contextlib
import ctypes
import os
import signal
import sys

from checks.observe.process_tree import children_of

PR_SET_CHILD_SUBREAPER = 36

long_lived: set[int] = set()
"""Children of the checker that outlive a run: the supervisor of an embedded Redis."""


def become_subreaper() -> None:
    """Become the parent of every orphan among the descendants of this process."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def children() -> set[int]:
    """The children of this process, without the long-lived ones; Linux only."""
    return children_of("self") - long_lived


def kill(spared: set[int]) -> None:
    """Kill all children but these, and then the orphans they leave, until none is."""
    while strays := children() - spared:
        for pid in strays:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
