"""What tests ask of the machine: free ports, processes, and to wait until it is so."""

import contextlib
import itertools
import os
import random
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

TIMEOUT = 90
"""Seconds after which a process that does not end fails its test."""
PORTS = range(10_000, 30_000)
"""Linux gives none of these to a socket that asks for any port (from 32768 on).

A port that was found there and closed can be taken by any other process before the
test uses it.
"""
AT_ONCE = 100
"""How many workers of xdist share these ports."""


def _numbers() -> Iterator[int]:
    """The ports that belong to this process, from a random one on."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    own = PORTS[worker % AT_ONCE :: AT_ONCE]
    first = random.SystemRandom().randrange(len(own))
    return itertools.cycle([*own[first:], *own[:first]])


_NUMBERS = _numbers()


def free_port() -> int:
    """A port at which nothing listens, and which no other worker is given."""
    return next(port for port in _NUMBERS if _is_free(port))


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("", port)).close()
    except OSError:
        return False
    return True


def until(true: Callable[[], object], seconds: float = TIMEOUT / 2) -> bool:
    """Ask again until it is true; return False if it is not in so many seconds."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def processes_with(name: str, value: str) -> list[str]:
    """The command lines of other processes that have this variable.

    Whatever a process starts inherits the variable, so a test finds what is left of
    what it started, and nothing of what other tests started.
    """
    wanted, found = f"{name}={value}".encode(), []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # It has ended, or belongs to another user.
            if wanted in (process / "environ").read_bytes().split(b"\0"):
                words = (process / "cmdline").read_bytes().replace(b"\0", b" ")
                found.append(f"{process.name} {words.decode(errors='replace')}")
    return found
