"""Has coverage measure every Python process; on the path only while `measure` runs.

A learner's project lives in forks that end by SIGKILL or os._exit, which leave coverage
no time to write. So a thread in each fork writes what was counted, again and again.
"""

import atexit
import contextlib
import os
import threading
from typing import Any


def keep_writing(measured: Any, over: threading.Event) -> None:
    """Save what was counted until the process is gone."""
    while not over.wait(0.05):
        with contextlib.suppress(Exception):
            measured.save()


def after_fork() -> None:
    """Start writing in a process that was forked; let it end as ever, if it does."""
    over = threading.Event()
    given = [coverage.Coverage.current(), over]
    writing = threading.Thread(
        target=keep_writing, args=given, name="asyncio_coverage", daemon=True
    )
    writing.start()
    atexit.register(writing.join)
    atexit.register(over.set)


if "COVERAGE_PROCESS_START" in os.environ:
    try:
        import coverage
    except ImportError:  # Another Python than ours, such as one that a test makes.
        pass
    else:
        coverage.process_startup()
        os.register_at_fork(after_in_child=after_fork)
