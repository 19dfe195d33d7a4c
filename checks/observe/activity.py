"""Whether anything of the project may still act by itself, in its own process."""

import asyncio
import sys
import threading
from collections.abc import Coroutine, Iterator
from typing import Any

from checks.observe.recorder import Recorder

POOLS = ("ThreadPoolExecutor", "asyncio_")
"""How threads are named in which Channels runs what is not async."""
OF_OURS: set[threading.Thread] = set()
"""The threads that were there before any code of the learner's."""
RECEIVING = {
    "_watched_messages.<locals>.watched_receive",
    "RedisChannelLayer.receive",
    "InMemoryChannelLayer.receive",
    "Queue.get",
    "Lock.acquire",
}
"""Coroutines that do nothing but wait for a message, or for their turn to do so."""
REGULAR = {"look_now", "timeout_checker", "_updateLogDateTime"}
"""What Daphne calls again and again, every second or two (`look_now` is ours)."""
BETWEEN_MESSAGES = ["await_many_dispatch", "wait", "_wait"]
"""How the innermost coroutines of a consumer are called that handles nothing."""


def watch_threads() -> None:
    """Remember which threads are not the learner's."""
    OF_OURS.update(threading.enumerate())


def acts_by_itself(record: Recorder) -> bool:
    """Whether a thread or a task of the learner's from before may still act."""
    codes = (getattr(task.get_coro(), "cr_code", None) for task in asyncio.all_tasks())
    tasks = any(code and record.own(code.co_filename) for code in codes)
    return tasks or any(
        thread not in OF_OURS and not thread.name.startswith(POOLS)
        for thread in threading.enumerate()
    )


def pending() -> set[Any]:
    """Whatever of the learner's may still act by itself: tasks, threads, timers."""
    loop = asyncio.get_running_loop()
    threads = (
        thread for thread in threading.enumerate() if not thread.name.startswith(POOLS)
    )
    return {*asyncio.all_tasks(loop), *threads, *_timers(loop)}


def is_at_rest() -> bool:
    """Whether nothing happens in this process any more, unless a message arrives.

    It is asked in the event loop. What it does not know counts as something that acts.
    """
    loop = asyncio.get_running_loop()
    tasks = asyncio.all_tasks(loop) - {asyncio.current_task()}
    return (
        not getattr(loop, "_ready", True)
        and not any(_timers(loop))
        and not _daphne_waits()
        and all(_waits_for_a_message(task.get_coro()) for task in tasks)
        and all(map(_has_no_work, threading.enumerate()))
    )


def _timers(loop: Any) -> Iterator[Any]:
    """What the event loop is to call later, except for Daphne's own."""
    for timer in getattr(loop, "_scheduled", ()):
        module = str(getattr(timer._callback, "__module__", ""))
        if not timer.cancelled() and not module.startswith("twisted"):
            yield timer


def _daphne_waits() -> bool:
    """Whether Daphne will do something, as to a tab that does not let itself close."""
    # As late as Daphne imports it.
    from twisted.internet import reactor as installed

    reactor: Any = installed  # It has more than its types say.
    calls = (call.func for call in reactor.getDelayedCalls())
    return any(getattr(func, "__name__", "") not in REGULAR for func in calls)


def _waits_for_a_message(coroutine: Any) -> bool:
    names = []
    while isinstance(coroutine, Coroutine):
        names.append(getattr(getattr(coroutine, "cr_code", None), "co_qualname", ""))
        coroutine = getattr(coroutine, "cr_await", None)
    return bool(RECEIVING & {*names[:1]}) or names[-3:] == BETWEEN_MESSAGES


def _has_no_work(thread: threading.Thread) -> bool:
    """Whether a thread is one of ours, or one of a pool that waits for work."""
    if not thread.name.startswith(POOLS):
        return thread in OF_OURS
    frame = sys._current_frames().get(thread.ident or 0)
    return frame is None or frame.f_code.co_name == "_worker"
