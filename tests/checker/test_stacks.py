"""A process of a project says what it executes, and goes on with it."""

import asyncio
import faulthandler
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from checks.sandbox import stacks
from tests.machine import TIMEOUT

OFTEN = 500
"""A signal handler that reads the stacks ended such a process at its 17th time."""


async def _is_busy() -> None:
    """Change the stacks of two threads all the time."""

    async def work(number: int) -> list[int]:
        await asyncio.to_thread(sum, [number])
        return list(range(number))

    while True:
        await asyncio.gather(*(work(number) for number in range(20)))


def _is_in_c() -> None:
    """Keep Python's lock in code written in C."""
    sum(range(10**12))


def _fork(work: Callable[[], None]) -> tuple[int, int]:
    """A process that does this work, and the socket on which it can be asked."""
    ours, theirs = socket.socketpair()
    if pid := os.fork():
        theirs.close()
        return pid, ours.detach()
    try:
        ours.close()
        faulthandler.register(signal.SIGUSR1, file=theirs)
        asked = [theirs.fileno()]
        threading.Thread(target=stacks.tell_when_asked, args=asked, daemon=True).start()
        work()
    finally:
        os._exit(1)


@pytest.fixture
def forked() -> Iterator[Callable[[Callable[[], None]], tuple[int, int]]]:
    """`_fork`, whose processes end with the test."""
    started: list[tuple[int, int]] = []

    def fork(work: Callable[[], None]) -> tuple[int, int]:
        started.append(_fork(work))
        return started[-1]

    yield fork
    for pid, fd in started:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(fd)


def test_a_busy_process_survives_being_asked(
    forked: Callable[[Callable[[], None]], tuple[int, int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stacks, "BY_THREAD", TIMEOUT)
    pid, fd = forked(lambda: asyncio.run(_is_busy()))
    told = [stacks.read(pid, fd) for _ in range(OFTEN)]
    assert all("hread 0x" in stack for stack in told)
    assert os.waitpid(pid, os.WNOHANG) == (0, 0)


def test_code_in_c_is_found_all_the_same(
    forked: Callable[[Callable[[], None]], tuple[int, int]],
) -> None:
    pid, fd = forked(_is_in_c)
    at = stacks.innermost_own(stacks.read(pid, fd), Path(__file__).parent)
    assert at is not None
    assert at.file == Path(__file__).name


def test_one_that_ends_with_a_question_unread_executes_nothing() -> None:
    ours, theirs = socket.socketpair()
    if not (pid := os.fork()):
        os._exit(0)
    with ours:
        ours.send(b"?")
        theirs.close()
        assert stacks.read(pid, ours.fileno()) == ""
    os.waitpid(pid, 0)
