"""Signals that end a command: each reaches its main code, and sets its exit status.

A signal handler that raises stops code that waits somewhere. But Python
may be inside a finalizer, or in a hook that it calls around a fork, and discards what
is raised there. So a discarded exception is raised again a moment later. A library may
discard one too, with a bare `except:`; `check` finds that out at a safe point.
"""

import os
import signal
import sys
from collections.abc import Coroutine
from types import FrameType
from typing import Any

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, somebody who wants the command to end, and a terminal that is closed."""
AGAIN = 0.005
"""Seconds until an exception that was discarded is raised again."""
LOOK_AGAIN = 1.0
"""Seconds between two looks whether `make` still runs: its end is no event."""

_received: list[int] = []
"""The signals for which an exception was raised."""


class Terminated(KeyboardInterrupt):
    """A signal arrived: clean up as after Ctrl-C, then exit."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum


def exit_status(error: BaseException | None) -> int:
    """The exit status of a command that a signal ended, as a shell has it."""
    return 128 + (error.signum if isinstance(error, Terminated) else signal.SIGINT)


def exit_at_once() -> None:
    """Have these signals end the process without cleaning up: nothing is there yet."""
    for signum in ENDING:
        signal.signal(signum, lambda signum, _: os._exit(128 + signum))


def raise_on(*signums: int) -> None:
    """Have these signals raise Terminated in the main thread."""
    sys.unraisablehook = _on_discarded
    for signum in signums:
        signal.signal(signum, _raise)


def _raise(signum: int, frame: FrameType | None) -> None:
    if _runs(_on_discarded, frame):
        _raise_soon(signum)
    else:
        _received.append(signum)
        raise Terminated(signum)


def check() -> None:
    """Raise Terminated if a signal has arrived, although the command still runs."""
    if _received:
        raise Terminated(_received[0])


def _runs(function: Any, frame: FrameType | None) -> bool:
    """Whether this function runs in the frame, or in one that called it."""
    while frame and frame.f_code is not function.__code__:
        frame = frame.f_back
    return frame is not None


def _on_discarded(discarded: "sys.UnraisableHookArgs") -> None:
    """Called by Python instead of raising: the exception is printed, or raised soon."""
    if isinstance(discarded.exc_value, Terminated):
        _raise_soon(discarded.exc_value.signum)
    else:
        sys.__unraisablehook__(discarded)


def _raise_soon(signum: int) -> None:
    signal.signal(signal.SIGALRM, lambda _, frame: _raise(signum, frame))
    signal.setitimer(signal.ITIMER_REAL, AGAIN)


async def _end_with_make() -> None:
    """Send this process SIGTERM when the `make` that started it has ended.

    If it was killed, Ctrl-C no longer reaches this process. Who starts Python without
    make may want it to outlive the shell.
    """
    import asyncio

    parent = os.getppid()
    while "MAKELEVEL" not in os.environ or os.getppid() == parent:  # noqa: ASYNC110
        await asyncio.sleep(LOOK_AGAIN)
    os.kill(os.getpid(), signal.SIGTERM)


def typed_at_a_prompt() -> bool:
    """Whether a person typed `make` at a shell's prompt, and reads what is printed.

    A shell that reads from a terminal gives each command a process group of its own,
    named after its first process: that is make, our parent. In a script, make is in the
    group of the script; and in a pipe or in CI nobody reads.
    """
    by_make = "MAKELEVEL" in os.environ and os.getpgrp() == os.getppid()
    return by_make and os.isatty(1)


def run_until_signal(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine until a signal cancels it. Raises Terminated then.

    It is cancelled, because an exception raised by a handler could come between the
    start of a process and the line that remembers its number. A second signal does
    nothing: it would cancel the cleanup.
    """
    import asyncio  # 50 ms, which would pass before the first handler is there

    received: list[int] = []

    async def cancelled_by_signals() -> None:
        task = asyncio.current_task()

        def cancel(signum: int) -> None:
            if not received and task:
                task.cancel()
            received.append(signum)

        for signum in ENDING:
            asyncio.get_running_loop().add_signal_handler(signum, cancel, signum)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
        watching = asyncio.create_task(_end_with_make())
        try:
            await work
        finally:
            watching.cancel()

    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        asyncio.run(cancelled_by_signals())
    except asyncio.CancelledError:
        raise Terminated(received[0]) from None
