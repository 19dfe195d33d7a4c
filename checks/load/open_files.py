"""How many files a process may have open: each connection is one."""

import resource

from checks.verdict import Cause, Finding

SPARE_FILES = 100
"""Files that a process has open besides its connections."""


def allow(tabs: int, processes: int) -> None:
    """Let so many processes hold the connections of all tabs.

    What is started from now on has the same limit. Raises Finding where this machine
    does not allow it.
    """
    needed = -(-tabs // processes) + SPARE_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or needed <= soft:
        return
    if hard != resource.RLIM_INFINITY and needed > hard:
        cause = Cause(
            "machine",
            f"{needed:,} files that one process may have open, one for each tab",
            f"{hard:,} are allowed here",
            f"Type TABS={max((hard - SPARE_FILES) * processes, 1)}, or raise the limit "
            f"as root: ulimit -n {needed}.",
        )
        raise Finding(cause)
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
