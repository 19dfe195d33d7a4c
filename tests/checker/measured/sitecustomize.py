"""Has coverage measure every Python process; on the path only while `measure` runs.

A learner's project lives in forks that end by SIGKILL or os._exit, which leave coverage
no time to write. So a thread in each fork writes what was counted, again and again, and
so does os._exit; not while another fork is made, which would inherit the locks.
"""

import atexit
import contextlib
import os
import threading
from typing import Any

writing = threading.Lock()


def write(measured: Any) -> None:
    """Save what was counted so far."""
    with writing, contextlib.suppress(Exception):
        measured.save()


def keep_writing(measured: Any, over: threading.Event) -> None:
    """Save what was counted until the process is gone."""
    while not over.wait(0.05):
        write(measured)


def after_fork() -> None:
    """Start writing in a process that was forked; let it end as ever, if it does."""
    writing.release()
    over, measured, end = threading.Event(), coverage.Coverage.current(), os._exit
    given = [measured, over]
    writer = threading.Thread(
        target=keep_writing, args=given, name="asyncio_coverage", daemon=True
    )
    writer.start()

    def write_and_end(status: int) -> None:
        write(measured)
        end(status)

    vars(os)["_exit"] = write_and_end
    atexit.register(writer.join)
    atexit.register(over.set)


if "COVERAGE_PROCESS_START" in os.environ:
    try:
        import coverage.inorout
    except ImportError:  # Another Python than ours, such as one that a test makes.
        pass
    else:
        # It would take away what another thread imports meanwhile.
        vars(coverage.inorout)["sys_modules_saved"] = contextlib.nullcontext
        coverage.process_startup()
        os.register_at_fork(
            before=writing.acquire,
            after_in_parent=writing.release,
            after_in_child=after_fork,
        )
